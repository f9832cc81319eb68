"""Payments and batches as JSON."""

from rest_framework import serializers

from .models import Payment, PaymentBatch


class ClaimPaymentSerializer(serializers.ModelSerializer):
    claim_number = serializers.CharField(source="claim.number", read_only=True)

    class Meta:
        model = Payment
        fields = [
            "id", "number", "claim", "claim_number", "batch", "method", "cash_account", "payee", "account", "bank", "amount", "paid_on", "entry", "state", "returned_at",
            "return_reason", "return_entry",
        ]  # fmt: skip
        read_only_fields = fields


class PaymentBatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = PaymentBatch
        fields = ["id", "number", "account", "note", "count", "total", "state", "posted_on", "posted_at"]
        read_only_fields = fields
