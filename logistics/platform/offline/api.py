from rest_framework import serializers

from .models import Arrival


class ArrivalSerializer(serializers.ModelSerializer):
    state_name = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Arrival
        fields = ["id", "uid", "key", "label", "kind", "record_id", "title", "claimed_at", "arrived_at", "typed", "state", "state_name", "words", "reason"]
