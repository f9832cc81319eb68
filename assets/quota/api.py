"""Quotas as JSON."""

from rest_framework import serializers

from .models import Quota


class QuotaSerializer(serializers.ModelSerializer):
    class Meta:
        model = Quota
        fields = ["id", "term", "department", "kind", "amount", "sheets", "note"]
        read_only_fields = fields
