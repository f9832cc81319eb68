"""Reports as JSON."""

from rest_framework import serializers

from .models import AssetReport


class AssetReportSerializer(serializers.ModelSerializer):
    class Meta:
        model = AssetReport
        fields = [
            "id",
            "kind",
            "since",
            "until",
            "words",
            "figures",
            "taken_at",
            "state",
            "checked_by",
            "checked_at",
            "filed_on",
            "filed_to",
            "receipt",
            "opinion",
        ]
        read_only_fields = fields
