"""Suppliers as JSON."""

from rest_framework import serializers

from .models import Supplier


class SupplierSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="partner.name", read_only=True)

    class Meta:
        model = Supplier
        fields = [
            "id", "partner", "name", "goods", "chosen_by", "chosen_on", "is_clean", "clean_checked_on", "contact", "phone", "plate", "note", "state", "state_reason",
        ]  # fmt: skip
        read_only_fields = fields
