"""Fees as JSON. Links of parents are handed out on the page only."""

from rest_framework import serializers

from .models import FeeCharge, FeeDue, FeeItem, FeePayment, FeeRefund


class FeeItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = FeeItem
        fields = [
            "id", "name", "kind", "amount", "period", "grades", "document", "authority", "valid_from", "valid_until", "is_voluntary", "use", "refund_rule", "state",
            "published_by", "published_at",
        ]  # fmt: skip
        read_only_fields = ["state", "published_by", "published_at"]


class FeeChargeSerializer(serializers.ModelSerializer):
    item_name = serializers.CharField(source="item.name", read_only=True)

    class Meta:
        model = FeeCharge
        fields = [
            "id", "number", "item", "item_name", "term", "amount", "months", "due_on", "boarders_only", "note", "state", "issued_by", "issued_at", "spent",
            "spent_note", "settled_by", "settled_at", "reason",
        ]  # fmt: skip
        read_only_fields = fields


class FeeDueSerializer(serializers.ModelSerializer):
    student_number = serializers.CharField(source="student.number", read_only=True)
    student_name = serializers.CharField(source="student.name", read_only=True)
    owed = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, help_text="家长没有同意以前是 0")

    class Meta:
        model = FeeDue
        fields = [
            "id", "charge", "student", "student_number", "student_name", "school_class", "amount", "waived", "paid", "owed", "consent", "consent_until",
            "consent_name", "consent_relation", "consent_at",
        ]  # fmt: skip
        read_only_fields = fields


class FeePaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = FeePayment
        fields = ["id", "due", "amount", "paid_on", "receipt", "means", "note", "reverses", "entry", "at", "by"]
        read_only_fields = fields


class FeeRefundSerializer(serializers.ModelSerializer):
    class Meta:
        model = FeeRefund
        fields = ["id", "charge", "due", "amount", "state", "paid_on", "paid_by", "entry"]
        read_only_fields = fields
