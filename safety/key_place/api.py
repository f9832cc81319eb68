"""Key places and special equipment as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import KeyPlace, SpecialEquipment, SpecialInspection


class KeyPlaceSerializer(serializers.ModelSerializer):
    class Meta:
        model = KeyPlace
        fields = ["id", "name", "kind", "place", "responsible", "leader", "danger", "rules", "emergency", "tools", "is_active"]
        read_only_fields = fields


class SpecialEquipmentSerializer(serializers.ModelSerializer):
    is_certified = serializers.BooleanField(read_only=True)

    class Meta:
        model = SpecialEquipment
        fields = [
            "id", "name", "kind", "registration", "code", "place", "key_place", "responsible", "operator", "is_certified", "firm", "due_on", "serviced_due", "state",
            "reason",
        ]  # fmt: skip
        read_only_fields = fields


class SpecialInspectionSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = SpecialInspection
        fields = ["id", "equipment", "kind", "result", "by_whom", "number", "done_on", "due_on", *EVIDENCE]
        read_only_fields = fields
