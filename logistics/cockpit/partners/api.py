"""Firms and their papers as JSON (shape only)."""

from rest_framework import serializers

from logistics.platform.access.rules import has
from logistics.platform.partners.models import FirmPaper, Partner
from logistics.platform.partners.queries import BANK


class PartnerSerializer(serializers.ModelSerializer):
    kinds = serializers.ListField(source="kind_list", child=serializers.CharField(), read_only=True)
    bank_account = serializers.SerializerMethodField(help_text="没有权限的只有后四位。")

    class Meta:
        model = Partner
        fields = [
            "id", "name", "short_name", "kinds", "credit_code", "contact", "phone", "address", "bank_holder", "bank_name", "bank_account", "note", "state",
            "state_reason", "merged_into",
        ]  # fmt: skip

    def get_bank_account(self, firm: Partner) -> str:
        request = self.context.get("request")
        return firm.bank_account if request and has(request.user, BANK) else firm.masked_account


class FirmPaperSerializer(serializers.ModelSerializer):
    partner_name = serializers.CharField(source="partner.name", read_only=True)

    class Meta:
        model = FirmPaper
        fields = ["id", "partner", "partner_name", "kind", "number", "issued_on", "expires_on", "note", "state", "replaced_by", "void_reason"]
