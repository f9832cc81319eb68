"""Statements as JSON."""

from rest_framework import serializers

from .models import Disclosure


class DisclosureSerializer(serializers.ModelSerializer):
    content = serializers.JSONField(read_only=True, help_text="送审时取的数；金额是两位小数的文字，单位元")

    class Meta:
        model = Disclosure
        fields = [
            "id", "period", "name", "first_on", "last_on", "audience", "above", "note", "state", "content", "checked_by", "checked_at", "post", "published_at",
        ]  # fmt: skip
        read_only_fields = fields
