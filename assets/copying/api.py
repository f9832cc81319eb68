"""Machines and sheets as JSON."""

from rest_framework import serializers

from .models import CopyCount, CopyMachine


class CopyMachineSerializer(serializers.ModelSerializer):
    class Meta:
        model = CopyMachine
        fields = ["id", "name", "place", "department", "is_active"]
        read_only_fields = fields


class CopyCountSerializer(serializers.ModelSerializer):
    class Meta:
        model = CopyCount
        fields = ["id", "month", "machine", "department", "start", "reading", "sheets", "note"]
        read_only_fields = fields
