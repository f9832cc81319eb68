"""Shifts as JSON."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .models import Shift, ShiftChange, ShiftKind, Watch


class WatchSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Watch
        fields = ["person", "name", "role", "signed_at", "is_late"]
        read_only_fields = fields


class ShiftSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    people = serializers.SerializerMethodField()

    class Meta:
        model = Shift
        fields = ["id", "kind", "kind_name", "place", "on", "starts_at", "ends_at", "state", "reason", "people"]
        read_only_fields = fields

    @extend_schema_field(WatchSerializer(many=True))
    def get_people(self, shift):
        return WatchSerializer(shift.crew, many=True).data


class ShiftKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShiftKind
        fields = ["id", "name", "place", "start", "end", "days", "needs", "needs_leader", "weight", "order", "is_active"]
        read_only_fields = fields


class ShiftChangeSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShiftChange
        fields = ["id", "watch", "substitute", "swap_with", "reason", "state", "agreed_at", "decided_at", "decided_by", "words"]
        read_only_fields = fields
