"""The ticket as JSON."""

from rest_framework import serializers

from .models import Ticket


class TicketSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True)
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    repairer_name = serializers.CharField(source="repairer.name", read_only=True, allow_null=True, default=None)
    cost = serializers.DecimalField(max_digits=11, decimal_places=2, read_only=True)

    class Meta:
        model = Ticket
        fields = [
            "id", "number", "state", "place", "place_name", "thing", "kind", "kind_name", "size", "urgency", "title", "reporter_name", "reported_at",
            "due_at", "repairer", "repairer_name", "assigned_at", "arrived_at", "finished_at", "wait_reason", "wait_note", "cause", "minutes", "cost",
            "rework", "rating", "closed_at", "escalated_at",
        ]  # fmt: skip
        read_only_fields = fields
