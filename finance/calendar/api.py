"""What was filed, as JSON."""

from rest_framework import serializers

from .models import Filing


class FilingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Filing
        fields = ["id", "occurrence", "title", "due_on", "is_late", "note", "created_by", "created_at"]
        read_only_fields = fields
