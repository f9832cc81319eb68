"""Items as JSON."""

from rest_framework import serializers

from .models import Item, ItemKind


class ItemKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = ItemKind
        fields = ["id", "name", "order", "is_active"]


class StockItemSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    last_price = serializers.DecimalField(max_digits=16, decimal_places=4, read_only=True, allow_null=True, help_text="最近一批的单价，元")

    class Meta:
        model = Item
        fields = [
            "id", "name", "spec", "unit", "kind", "kind_name", "minimum", "maximum", "keeps_expiry", "is_old_for_new", "sheets", "last_price", "note", "is_active",
        ]  # fmt: skip
        read_only_fields = fields
