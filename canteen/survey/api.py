"""Surveys as JSON; answers stay behind the page."""

from rest_framework import serializers

from .models import Survey


class SurveySerializer(serializers.ModelSerializer):
    class Meta:
        model = Survey
        fields = ["id", "title", "since", "until", "goal", "post"]
        read_only_fields = fields
