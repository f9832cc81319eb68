"""Plans and preventive work as JSON."""

from rest_framework import serializers

from .models import PlanItem, PlanList, Preventive


class PreventiveSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True)
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    owner_name = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = Preventive
        fields = [
            "id",
            "title",
            "place",
            "place_name",
            "thing",
            "kind",
            "kind_name",
            "work",
            "every_months",
            "season",
            "next_on",
            "owner",
            "owner_name",
            "is_active",
        ]
        read_only_fields = fields


class PlanItemSerializer(serializers.ModelSerializer):
    where = serializers.CharField(read_only=True)

    class Meta:
        model = PlanItem
        fields = [
            "id", "place", "where", "content", "quantity", "unit", "estimate", "trade", "owner", "finish_by", "actual", "done_on", "dropped", "note", "carried_from", "ticket",
        ]  # fmt: skip
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer):
    items = PlanItemSerializer(many=True, read_only=True)

    class Meta:
        model = PlanList
        fields = [
            "id",
            "number",
            "title",
            "start_on",
            "end_on",
            "state",
            "created_by",
            "submitted_by",
            "submitted_at",
            "decided_by",
            "decided_at",
            "opinion",
            "items",
        ]
        read_only_fields = fields
