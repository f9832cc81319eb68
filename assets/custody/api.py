"""Statements of responsibility as JSON."""

from rest_framework import serializers

from .models import Pledge


class PledgeSerializer(serializers.ModelSerializer):
    term_name = serializers.CharField(source="term.name", read_only=True)
    custodian_name = serializers.CharField(source="custodian.name", read_only=True)

    class Meta:
        model = Pledge
        fields = [
            "id", "number", "subject", "name", "place", "school_class", "person", "term", "term_name", "version", "custodian", "custodian_name", "pieces",
            "cost", "state", "custodian_at", "keeper", "keeper_at", "reason",
        ]  # fmt: skip
        read_only_fields = fields
