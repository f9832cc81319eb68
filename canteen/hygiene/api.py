"""The kitchen's books as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import AdditiveUse, Agent, AgentMove, CoreTemperature, Disinfection, PestControl


class CoreTemperatureSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = CoreTemperature
        fields = ["id", "dish", "celsius", "is_reheated", "is_done", "measure", *EVIDENCE]
        read_only_fields = fields


class DisinfectionSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Disinfection
        fields = ["id", "meal", "things", "quantity", "method", "celsius", "chlorine", "started_at", "ended_at", "seconds", "checked_by", *EVIDENCE]
        read_only_fields = fields


class PestControlSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = PestControl
        fields = ["id", "kind", "where", "found", "agent", "firm", "food_away", *EVIDENCE]
        read_only_fields = fields


class AgentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Agent
        fields = ["id", "name", "unit", "permit", "cupboard", "stock", "is_active"]
        read_only_fields = fields


class AgentMoveSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = AgentMove
        fields = ["id", "agent", "quantity", "balance", "purpose", "batch", "second", *EVIDENCE]
        read_only_fields = fields


class AdditiveUseSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = AdditiveUse
        fields = ["id", "name", "batch", "food", "food_kg", "grams", "most_per_kg", "reviewer", *EVIDENCE]
        read_only_fields = fields
