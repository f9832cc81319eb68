"""Ingredients as JSON."""

from rest_framework import serializers

from .models import Ingredient


class IngredientSerializer(serializers.ModelSerializer):
    allergens = serializers.ListField(source="allergen_list", child=serializers.CharField(), read_only=True, help_text="致敏物质的代码")

    class Meta:
        model = Ingredient
        fields = [
            "id", "name", "aliases", "group", "unit", "unit_grams", "usable", "allergens", "is_dark", "is_bulk", "storage", "shelf_days", "papers", "minimum",
            "supplier", "forbidden", "last_price", "last_bought_on", "is_active",
        ]  # fmt: skip
        read_only_fields = fields
