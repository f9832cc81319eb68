"""Dishes as JSON."""

from rest_framework import serializers

from .models import Dish, RecipeLine


class RecipeLineSerializer(serializers.ModelSerializer):
    ingredient_name = serializers.CharField(source="ingredient.name", read_only=True)

    class Meta:
        model = RecipeLine
        fields = ["ingredient", "ingredient_name", "g6", "g9", "g12", "g15", "adult"]
        read_only_fields = fields


class DishSerializer(serializers.ModelSerializer):
    lines = RecipeLineSerializer(many=True, read_only=True)

    class Meta:
        model = Dish
        fields = ["id", "name", "kind", "price", "is_fried", "note", "is_active", "lines"]
        read_only_fields = ["id"]
