"""The store's papers as JSON."""

from rest_framework import serializers

from .models import Slip


class SlipSerializer(serializers.ModelSerializer):
    store_name = serializers.CharField(source="store.name", read_only=True)

    class Meta:
        model = Slip
        fields = [
            "id", "number", "kind", "store", "store_name", "to_store", "on", "partner", "source_words", "department", "person", "reason", "is_whole",
            "request", "origin", "state", "booked_at", "booked_by", "booked_on", "opinion",
        ]  # fmt: skip
        read_only_fields = fields
