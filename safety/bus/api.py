"""The school bus as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import BusFee, BusLine, BusRider, BusRun, BusStop


class BusLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = BusLine
        fields = ["id", "name", "vehicle", "driver", "attendant", "is_active"]
        read_only_fields = fields


class BusStopSerializer(serializers.ModelSerializer):
    class Meta:
        model = BusStop
        fields = ["id", "line", "name", "order", "morning_at", "is_active"]
        read_only_fields = fields


class BusRiderSerializer(serializers.ModelSerializer):
    class Meta:
        model = BusRider
        fields = ["id", "student", "stop", "since", "until"]
        read_only_fields = fields


class BusRunSerializer(serializers.ModelSerializer):
    class Meta:
        model = BusRun
        fields = ["id", "line", "on", "direction", "vehicle", "driver", "attendant", "state", "created_at", "looked_at", "looked_by", "reason", "note"]
        read_only_fields = fields


class BusFeeSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = BusFee
        fields = ["id", "student", "line", "since", "until", "money", "receipt", *EVIDENCE]
        read_only_fields = fields
