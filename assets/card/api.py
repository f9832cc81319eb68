"""Cards and the ledger as JSON."""

from rest_framework import serializers

from .models import AssetCard, AssetEntry, NumberRule


class AssetCardSerializer(serializers.ModelSerializer):
    class_code = serializers.CharField(source="asset_class.code", read_only=True)
    class_name = serializers.CharField(source="asset_class.name", read_only=True)
    place_name = serializers.CharField(source="place.full_name", read_only=True, default="")
    department_name = serializers.CharField(source="department.name", read_only=True, default="")
    custodian_name = serializers.CharField(source="custodian.name", read_only=True, default="")
    supplier_name = serializers.CharField(read_only=True, help_text="往来单位，或者名单外的供应商")
    net = serializers.DecimalField(max_digits=13, decimal_places=2, read_only=True, help_text="净值")

    class Meta:
        model = AssetCard
        fields = [
            "id", "number", "name", "asset_class", "class_code", "class_name", "brand", "model", "serial", "quantity", "unit", "maker", "partner", "supplier",
            "supplier_name", "contract", "source", "acquired_on", "details", "value_kind", "cost", "fiscal", "booked_on", "voucher", "life_months", "months_done", "monthly",
            "depreciation", "net", "fund", "procurement", "status", "purpose", "department", "department_name", "manager", "custodian", "custodian_name",
            "place", "place_name", "warranty_until", "note", "gone_kind", "gone_on", "approval", "income",
        ]  # fmt: skip
        read_only_fields = fields


class AssetEntrySerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="card.number", read_only=True)
    name = serializers.CharField(source="card.name", read_only=True)

    class Meta:
        model = AssetEntry
        fields = [
            "id", "card", "number", "name", "kind", "on", "cards", "quantity", "amount", "depreciation", "asset_class", "department", "place", "custodian",
            "voucher", "document_label", "note", "at", "by",
        ]  # fmt: skip
        read_only_fields = fields


class NumberRuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = NumberRule
        fields = ["id", "template", "digits"]
