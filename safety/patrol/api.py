"""Check lists, routes, rounds and visits as JSON."""

from rest_framework import serializers

from .models import CheckList, Round, Route, Visit


class CheckListSerializer(serializers.ModelSerializer):
    class Meta:
        model = CheckList
        fields = ["id", "name", "place_kind", "hazard_kind", "items", "basis", "is_active"]
        read_only_fields = fields


class RouteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Route
        fields = ["id", "name", "purpose", "basis", "is_active"]
        read_only_fields = fields


class RoundSerializer(serializers.ModelSerializer):
    opens_at = serializers.DateTimeField(source="occurrence.opens_at", read_only=True)
    due_at = serializers.DateTimeField(source="occurrence.due_at", read_only=True)
    state = serializers.CharField(source="occurrence.state", read_only=True)

    class Meta:
        model = Round
        fields = ["id", "route", "occurrence", "opens_at", "due_at", "state", "points", "seen", "bad", "skipped", "started_at", "finished_at"]
        read_only_fields = fields


class VisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Visit
        fields = ["id", "round", "point", "place", "order", "items", "lines", "state", "note", "scanned", "done_at", "done_by", "hazard"]
        read_only_fields = fields
