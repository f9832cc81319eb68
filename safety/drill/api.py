"""Plans, drills and their problems as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import Drill, DrillProblem, EmergencyPlan


class EmergencyPlanSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="current.number", read_only=True, allow_null=True)
    text = serializers.CharField(source="current.text", read_only=True, allow_null=True)
    effective_on = serializers.DateField(source="current.effective_on", read_only=True, allow_null=True)

    class Meta:
        model = EmergencyPlan
        fields = ["id", "title", "kind", "state", "version", "effective_on", "text", "reason"]
        read_only_fields = fields


class DrillSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)
    plan = serializers.CharField(source="version.plan.title", read_only=True)
    plan_version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = Drill
        fields = [
            "id", "plan", "plan_version", "name", "mode", "where", "commander", "units", "staff", "students", "seconds", "target", "goods", "process", "people_ready",
            "goods_ready", "plan_fit", "plan_enough", "improvement", *EVIDENCE,
        ]  # fmt: skip
        read_only_fields = fields


class DrillProblemSerializer(serializers.ModelSerializer):
    class Meta:
        model = DrillProblem
        fields = ["id", "drill", "problem", "measure", "owner", "due_on", "state", "done_at", "done_by", "done_words"]
        read_only_fields = fields
