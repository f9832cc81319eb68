"""Week menus as JSON."""

from rest_framework import serializers

from .models import MenuDish, WeekMenu


class MenuDishSerializer(serializers.ModelSerializer):
    class Meta:
        model = MenuDish
        fields = ["id", "on", "meal", "dish", "kind", "price", "replaces", "dropped_at", "reason"]
        read_only_fields = fields


class WeekMenuSerializer(serializers.ModelSerializer):
    dishes = MenuDishSerializer(many=True, read_only=True)

    class Meta:
        model = WeekMenu
        fields = ["id", "monday", "title", "note", "exceptions", "state", "approved_at", "published_at", "published_by", "opinion", "dishes"]
        read_only_fields = ["id", "state", "approved_at", "published_at", "published_by", "opinion"]
