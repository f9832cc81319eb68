"""Day books as JSON."""

from rest_framework import serializers

from .models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, StatementLine


class AccountSerializer(serializers.ModelSerializer):
    class Meta:
        model = CashAccount
        fields = ["id", "name", "kind", "bank", "number", "opened_on", "opening", "balance", "last_on", "is_active", "order"]
        read_only_fields = ["balance", "last_on"]


class EntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = DayEntry
        fields = [
            "id", "account", "number", "on", "voucher", "summary", "counterparty", "side", "amount", "balance", "document_kind", "document_id", "document_label",
            "reverses", "at", "by", "reviewed_at", "reviewed_by",
        ]  # fmt: skip
        read_only_fields = fields


class DayCloseSerializer(serializers.ModelSerializer):
    difference = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)

    class Meta:
        model = DayClose
        fields = ["id", "account", "on", "income", "outgo", "balance", "counted", "pieces", "difference", "explanation", "closed_at", "closed_by"]
        read_only_fields = fields


class MonthCloseSerializer(serializers.ModelSerializer):
    class Meta:
        model = MonthClose
        fields = ["id", "account", "month", "opening", "income", "outgo", "balance", "closed_at", "closed_by", "reopened_at", "reopened_by", "reason"]
        read_only_fields = fields


class StatementLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = StatementLine
        fields = ["id", "on", "summary", "counterparty", "side", "amount", "entry", "by_hand"]
        read_only_fields = fields


class StatementSerializer(serializers.ModelSerializer):
    lines = StatementLineSerializer(many=True, read_only=True)

    class Meta:
        model = BankStatement
        fields = ["id", "account", "month", "balance", "state", "balanced_at", "balanced_by", "lines"]
        read_only_fields = fields
