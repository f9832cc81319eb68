"""A blank label as JSON."""

from rest_framework import serializers

from logistics.platform.labels.models import BlankLabel


class LabelSerializer(serializers.ModelSerializer):
    class Meta:
        model = BlankLabel
        fields = ["id", "code", "state", "thing_name", "claimed_at", "printed_at"]
