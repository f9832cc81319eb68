"""Meals, leftovers and waste as JSON."""

from rest_framework import serializers

from .models import Leftover, Meal, MealDish, MealHeads, WasteHandover


class MealDishSerializer(serializers.ModelSerializer):
    class Meta:
        model = MealDish
        fields = ["id", "dish", "menu_dish", "is_served", "reason"]
        read_only_fields = fields


class MealHeadsSerializer(serializers.ModelSerializer):
    class Meta:
        model = MealHeads
        fields = ["group", "school_class", "planned", "eaten"]
        read_only_fields = fields


class MealSerializer(serializers.ModelSerializer):
    dishes = MealDishSerializer(many=True, read_only=True)
    heads = MealHeadsSerializer(many=True, read_only=True)

    class Meta:
        model = Meal
        fields = ["id", "on", "kind", "starts_at", "ends_at", "state", "ended_at", "ended_by", "note", "dishes", "heads"]
        read_only_fields = fields


class LeftoverSerializer(serializers.ModelSerializer):
    class Meta:
        model = Leftover
        fields = ["id", "meal", "kind", "dish", "school_class", "kg", "note", "happened_at", "created_at", "created_by", "struck_at", "struck_reason"]
        read_only_fields = fields


class WasteSerializer(serializers.ModelSerializer):
    class Meta:
        model = WasteHandover
        fields = [
            "id", "kind", "kg", "buckets", "collector", "collector_person", "plate", "purpose", "exception", "note", "happened_at", "created_at", "created_by",
            "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = fields
