"""Meters and their devices as JSON."""

from rest_framework import serializers

from .models import Meter, MeterDevice


class MeterSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(read_only=True)

    class Meta:
        model = Meter
        fields = ["id", "code", "name", "medium", "band", "unit", "parent", "place", "serves", "department", "account", "since", "until", "order"]
        read_only_fields = fields


class MeterDeviceSerializer(serializers.ModelSerializer):
    class Meta:
        model = MeterDevice
        fields = ["id", "meter", "serial", "digits", "decimals", "factor", "first", "since_at", "last", "last_turns", "until_at"]
        read_only_fields = fields
