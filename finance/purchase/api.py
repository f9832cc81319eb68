"""Requests as JSON, with their lines."""

from rest_framework import serializers

from .models import PurchaseRequest, RequestLine


class RequestLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = RequestLine
        fields = ["id", "position", "name", "spec", "unit", "quantity", "price", "amount", "budget_line", "destination", "use"]
        read_only_fields = fields


class RequestSerializer(serializers.ModelSerializer):
    department_name = serializers.CharField(source="department.name", read_only=True)
    applicant_name = serializers.CharField(source="created_by.name", read_only=True)
    lines = RequestLineSerializer(many=True, read_only=True)

    class Meta:
        model = PurchaseRequest
        fields = [
            "id", "number", "title", "department", "department_name", "reason", "needed_on", "is_urgent", "urgent_reason", "bought_on", "late_reason", "total",
            "source_kind", "source_id", "source_label", "state", "created_by", "applicant_name", "created_at", "submitted_at", "decided_at", "opinion",
            "buyer", "stop_reason", "lines",
        ]  # fmt: skip
        read_only_fields = fields
