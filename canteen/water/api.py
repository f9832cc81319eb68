"""Drinking water as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import LOOKED_AT, WaterCare, WaterCheck, WaterPoint, WaterTest


class WaterPointSerializer(serializers.ModelSerializer):
    class Meta:
        model = WaterPoint
        fields = ["id", "name", "kind", "place", "machine", "permit", "firm", "filter_days", "since", "state", "state_reason"]
        read_only_fields = fields


class WaterCheckSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = WaterCheck
        fields = ["id", "point", *LOOKED_AT, "problem", "fault", *EVIDENCE]
        read_only_fields = fields


class WaterCareSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = WaterCare
        fields = ["id", "point", "kind", "agent", "minutes", "is_rinsed", "worker", *EVIDENCE]
        read_only_fields = fields


class WaterTestSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = WaterTest
        fields = ["id", "point", "sampled_on", "lab", "number", "is_fit", "unfit", "valid_until", *EVIDENCE]
        read_only_fields = fields
