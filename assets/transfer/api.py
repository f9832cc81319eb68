"""Transfers as JSON."""

from rest_framework import serializers

from .models import Transfer


class TransferSerializer(serializers.ModelSerializer):
    giver_name = serializers.CharField(source="giver.name", read_only=True)
    receiver_name = serializers.CharField(source="receiver.name", read_only=True)

    class Meta:
        model = Transfer
        fields = [
            "id", "number", "kind", "giver", "giver_name", "receiver", "receiver_name", "school_class", "room", "to_place", "to_department", "reason", "state",
            "sent_at", "gave_at", "took_at", "done_on", "words",
        ]  # fmt: skip
        read_only_fields = fields
