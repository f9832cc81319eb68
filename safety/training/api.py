"""Trainings as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import SafetyTraining


class SafetyTrainingSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = SafetyTraining
        fields = ["id", "kind", "topic", "where", "teacher", "hours", "content", "number", "students", "parents", *EVIDENCE]
        read_only_fields = fields
