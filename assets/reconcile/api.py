"""Reconciliations as JSON."""

from rest_framework import serializers

from .models import BookDifference, Reconciliation


class ReconciliationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Reconciliation
        fields = ["id", "month", "state", "sent_by", "sent_at", "agreed_by", "agreed_at", "words"]
        read_only_fields = fields


class BookDifferenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = BookDifference
        fields = ["id", "kind", "reason", "cost", "depreciation", "words", "card", "since", "cleared_in", "cleared_by", "cleared_at", "how"]
        read_only_fields = fields
