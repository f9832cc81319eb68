"""Runs and what was decided in them."""

from rest_framework import serializers

from .models import Decision, Run


class DecisionSerializer(serializers.ModelSerializer):
    by_name = serializers.CharField(source="by.name", read_only=True)
    step_name = serializers.CharField(source="step.name", read_only=True, default="")

    class Meta:
        model = Decision
        fields = ["id", "act", "by", "by_name", "stands_for", "at", "step_name", "opinion", "detail", "round"]


class RunSerializer(serializers.ModelSerializer):
    applicant_name = serializers.CharField(source="applicant.name", read_only=True)
    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta:
        model = Run
        fields = [
            *("id", "kind", "record_kind", "record_id", "title", "amount", "fund", "department", "applicant", "applicant_name", "version"),
            *("state", "round", "started_at", "ended_at", "reason", "decisions"),
        ]
