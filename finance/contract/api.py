"""Contracts as JSON."""

from rest_framework import serializers

from .models import Contract, ContractLine, Instalment, Supplement


class InstalmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Instalment
        fields = ["id", "name", "due_on", "condition", "percent", "amount", "paid", "is_void"]
        read_only_fields = fields


class ContractLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = ContractLine
        fields = ["id", "budget_line", "amount"]
        read_only_fields = fields


class ContractSerializer(serializers.ModelSerializer):
    party = serializers.CharField(read_only=True, help_text="对方单位或者受聘人")

    class Meta:
        model = Contract
        fields = [
            "id", "number", "other_number", "kind", "title", "partner", "person_name", "party", "department", "order", "amount", "first_amount", "unit",
            "unit_price", "start_on", "end_on", "terms", "state", "submitted_at", "decided_at", "opinion", "signed_on", "signed_by", "ended_on", "end_reason",
        ]  # fmt: skip
        read_only_fields = fields


class SupplementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Supplement
        fields = ["id", "number", "contract", "reason", "change", "budget_line", "due_on", "end_on", "state", "submitted_at", "decided_at", "opinion"]
        read_only_fields = fields
