"""Accompanied meals and their rota as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import GRADED, Accompanied, AccompanyTurn


class AccompaniedSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)
    who = serializers.CharField(read_only=True)

    class Meta:
        model = Accompanied
        fields = ["id", "meal", "eater", "who", "dishes", *GRADED, "opinion", "fault", *EVIDENCE]
        read_only_fields = fields


class AccompanyTurnSerializer(serializers.ModelSerializer):
    class Meta:
        model = AccompanyTurn
        fields = ["id", "on", "kind", "person", "state", "reason"]
        read_only_fields = fields
