"""Hours and exceptions as JSON."""

from rest_framework import serializers

from .models import RunException, RunRule


class RunRuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = RunRule
        fields = ["id", "use", "place", "kinds", "first", "last", "weekdays", "starts", "until", "degrees", "note", "is_active"]
        read_only_fields = fields


class RunExceptionSerializer(serializers.ModelSerializer):
    class Meta:
        model = RunException
        fields = ["id", "use", "place", "from_at", "to_at", "reason", "state", "created_by", "created_at", "decided_by", "decided_at", "words"]
        read_only_fields = fields
