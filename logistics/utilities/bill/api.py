"""Bills as JSON."""

from rest_framework import serializers

from .models import Bill, BillShare, ShareBase


class BillShareSerializer(serializers.ModelSerializer):
    class Meta:
        model = BillShare
        fields = ["department", "weight", "amount"]
        read_only_fields = fields


class BillSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(read_only=True)
    shares = BillShareSerializer(many=True, read_only=True)

    class Meta:
        model = Bill
        fields = [
            "id", "kind", "month", "account", "number", "payee", "since", "until", "quantity", "unit", "peak", "flat", "valley", "amount", "tariff", "share_by", "department",
            "claim", "note", "state", "findings", "explained", "checked_at", "checked_by", "reason", "created_at", "created_by", "shares",
        ]  # fmt: skip
        read_only_fields = fields


class ShareBaseSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShareBase
        fields = ["id", "department", "since", "area", "heads"]
        read_only_fields = fields
