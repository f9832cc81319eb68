"""Readings, reading routes, rounds and their stops as JSON."""

from rest_framework import serializers

from logistics.utilities.meter.models import Reading

from .models import ReadingRound, ReadingRoute, Stop


class ReadingSerializer(serializers.ModelSerializer):
    meter = serializers.IntegerField(source="device.meter_id", read_only=True)

    class Meta:
        model = Reading
        fields = ["id", "meter", "device", "value", "read_at", "kind", "turns", "corrects", "note", "created_at", "created_by"]
        read_only_fields = fields


class ReadingRouteSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReadingRoute
        fields = ["id", "name", "note", "is_active"]
        read_only_fields = fields


class ReadingRoundSerializer(serializers.ModelSerializer):
    opens_at = serializers.DateTimeField(source="occurrence.opens_at", read_only=True)
    due_at = serializers.DateTimeField(source="occurrence.due_at", read_only=True)
    state = serializers.CharField(source="occurrence.state", read_only=True)

    class Meta:
        model = ReadingRound
        fields = ["id", "route", "occurrence", "opens_at", "due_at", "state", "meters", "seen", "skipped", "started_at", "finished_at"]
        read_only_fields = fields


class StopSerializer(serializers.ModelSerializer):
    class Meta:
        model = Stop
        fields = ["id", "round", "meter", "order", "state", "reading", "note", "done_at", "done_by"]
        read_only_fields = fields
