"""Distributions as JSON."""

from rest_framework import serializers

from .models import Distribution, Recipient


class DistributionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Distribution
        fields = ["id", "title", "audience", "term", "store", "department", "starts_on", "until", "note", "state", "opened_by", "opened_at", "opinion"]
        read_only_fields = fields


class RecipientSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Recipient
        fields = ["id", "distribution", "school_class", "person", "name", "count", "state", "came_at", "note"]
        read_only_fields = fields
