"""Requests as JSON."""

from rest_framework import serializers

from .models import StockRequest


class DrawRequestSerializer(serializers.ModelSerializer):
    store_name = serializers.CharField(source="store.name", read_only=True)
    department_name = serializers.CharField(source="department.name", read_only=True)

    class Meta:
        model = StockRequest
        fields = [
            "id", "number", "store", "store_name", "department", "department_name", "purpose", "needed_on", "state", "submitted_at", "decided_by",
            "decided_at", "opinion", "over_quota", "over_reason",
        ]  # fmt: skip
        read_only_fields = fields
