"""The place as JSON."""

from rest_framework import serializers

from logistics.platform.places.models import Place


class PlaceSerializer(serializers.ModelSerializer):
    responsible_name = serializers.CharField(source="responsible.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Place
        fields = [
            "id",
            "code",
            "name",
            "full_name",
            "level",
            "kind",
            "parent",
            "building",
            "responsible",
            "responsible_name",
            "department",
            "order",
            "is_active",
        ]
