"""Stores, stocks, moves and closes as JSON."""

from rest_framework import serializers

from .models import Stock, StockClose, StockMove, Store


class StoreSerializer(serializers.ModelSerializer):
    class Meta:
        model = Store
        fields = ["id", "name", "place", "keeper", "order", "is_active", "last_on"]
        read_only_fields = fields


class StockSerializer(serializers.ModelSerializer):
    store_name = serializers.CharField(source="store.name", read_only=True)
    item_name = serializers.CharField(source="item.name", read_only=True)
    item_spec = serializers.CharField(source="item.spec", read_only=True)
    unit = serializers.CharField(source="item.unit", read_only=True)
    expires_on = serializers.DateField(read_only=True, allow_null=True, help_text="剩下的里面最早到期的一天")

    class Meta:
        model = Stock
        fields = ["id", "store", "store_name", "item", "item_name", "item_spec", "unit", "bin", "quantity", "value", "last_in_on", "last_out_on", "expires_on"]
        read_only_fields = fields


class StockMoveSerializer(serializers.ModelSerializer):
    item = serializers.IntegerField(source="stock.item_id", read_only=True)
    item_name = serializers.CharField(source="stock.item.name", read_only=True)
    item_spec = serializers.CharField(source="stock.item.spec", read_only=True)

    class Meta:
        model = StockMove
        fields = [
            "id", "store", "number", "stock", "item", "item_name", "item_spec", "batch", "kind", "on", "quantity", "value", "balance_quantity", "balance_value",
            "department", "person", "document_kind", "document_id", "document_label", "note", "reverses", "at",
        ]  # fmt: skip
        read_only_fields = fields


class StockCloseSerializer(serializers.ModelSerializer):
    class Meta:
        model = StockClose
        fields = ["id", "store", "month", "count", "opening", "income", "outgo", "balance", "closed_at", "closed_by", "reopened_at", "reason"]
        read_only_fields = fields
