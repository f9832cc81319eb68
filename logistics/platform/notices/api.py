from rest_framework import serializers

from .models import Robot


class RobotSerializer(serializers.ModelSerializer):
    """Address and secret are keys and never leave."""

    class Meta:
        model = Robot
        fields = ["id", "name", "kind", "keyword", "subjects", "is_active", "is_stopped", "last_at", "last_words"]
