"""The budget as JSON."""

from rest_framework import serializers

from .models import BudgetChange, BudgetItem, BudgetLine, BudgetYear, Fund


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = BudgetItem
        fields = ["id", "code", "name", "scheme", "since_year", "is_active"]


class FundSerializer(serializers.ModelSerializer):
    class Meta:
        model = Fund
        fields = ["id", "name", "is_special", "purpose", "codes", "document", "order", "is_active"]


class YearSerializer(serializers.ModelSerializer):
    class Meta:
        model = BudgetYear
        fields = ["id", "year", "note", "state", "opened_by", "opened_at", "closed_at"]
        read_only_fields = fields


class LineSerializer(serializers.ModelSerializer):
    """The sums; what happened is in the line's ledger on its page."""

    department_name = serializers.CharField(source="department.name", read_only=True)
    item_code = serializers.CharField(source="item.code", read_only=True)
    item_name = serializers.CharField(source="item.name", read_only=True)
    fund_name = serializers.CharField(source="fund.name", read_only=True)
    held = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, help_text="申请占用和订购占用之和")
    available = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    percent = serializers.IntegerField(read_only=True, help_text="占用和支出占预算的百分数")

    class Meta:
        model = BudgetLine
        fields = [
            "id", "year", "department", "department_name", "item", "item_code", "item_name", "fund", "fund_name", "note", "allotment", "reserved", "committed",
            "held", "spent", "available", "overdraft", "percent",
        ]  # fmt: skip
        read_only_fields = fields


class ChangeSerializer(serializers.ModelSerializer):
    class Meta:
        model = BudgetChange
        fields = ["id", "number", "kind", "line", "to_line", "amount", "reason", "state", "submitted_at", "decided_by", "decided_at", "opinion"]
        read_only_fields = fields
