from rest_framework import serializers

from .models import FaultKind, Repairer, Trade


class TradeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Trade
        fields = ["id", "name", "order"]


class KindSerializer(serializers.ModelSerializer):
    class Meta:
        model = FaultKind
        fields = [
            "id",
            "name",
            "icon",
            "hint",
            "trade",
            "size",
            "small_days",
            "large_days",
            "finish_by",
            "danger_minutes",
            "escalate_minutes",
            "order",
            "is_active",
        ]


class RepairerSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = Repairer
        fields = ["id", "user", "name", "trades", "areas", "is_available"]
