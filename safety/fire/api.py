"""Fire equipment as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import FireCheck, FireEquipment, FireService


class FireEquipmentSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True)

    class Meta:
        model = FireEquipment
        fields = [
            "id", "number", "kind", "model", "quantity", "place", "place_name", "spot", "responsible", "made_on", "serviced_on", "service_due", "scrap_on", "fault",
            "state", "scrapped_on", "scrap_reason",
        ]  # fmt: skip
        read_only_fields = fields


class FireCheckSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = FireCheck
        fields = ["id", "equipment", "result", "found", "by_label", *EVIDENCE]
        read_only_fields = fields


class FireServiceSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = FireService
        fields = ["id", "equipment", "kind", "by_whom", "certificate", "done_on", "due_on", *EVIDENCE]
        read_only_fields = fields
