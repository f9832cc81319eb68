from rest_framework import serializers

from .models import Regulation


class RegulationSerializer(serializers.ModelSerializer):
    """The current text in full; earlier versions are on the page."""

    category_name = serializers.CharField(source="get_category_display", read_only=True)
    version = serializers.IntegerField(source="current.number", read_only=True, allow_null=True, default=None)
    effective_on = serializers.DateField(source="current.effective_on", read_only=True, allow_null=True, default=None)
    text = serializers.CharField(source="current.text", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Regulation
        fields = ["id", "title", "category", "category_name", "state", "version", "effective_on", "text", "reason"]
