"""Plans and rounds of the night as JSON."""

from rest_framework import serializers

from .models import NightPlan, NightRound


class NightPlanSerializer(serializers.ModelSerializer):
    warning = serializers.CharField(read_only=True)

    class Meta:
        model = NightPlan
        fields = ["id", "building", "owner_post", "owner_person", "supervisor", "starts", "until", "every", "days", "by_women", "warning", "is_active"]
        read_only_fields = fields


class NightRoundSerializer(serializers.ModelSerializer):
    opens_at = serializers.DateTimeField(source="occurrence.opens_at", read_only=True)
    due_at = serializers.DateTimeField(source="occurrence.due_at", read_only=True)
    state = serializers.CharField(source="occurrence.state", read_only=True)

    class Meta:
        model = NightRound
        fields = ["id", "building", "occurrence", "opens_at", "due_at", "state", "items", "lines", "bad", "note", "done_at", "done_by"]
        read_only_fields = fields
