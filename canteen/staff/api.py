"""Canteen staff as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import MorningCheck, RosterEntry, Training, Worker


class WorkerSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Worker
        fields = ["id", "person", "name", "job", "is_active"]
        read_only_fields = fields


class MorningCheckSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)
    found = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = MorningCheck
        fields = ["id", "worker", "on", "celsius", "found", "result", "went", "paper_until", *EVIDENCE]
        read_only_fields = fields


class RosterEntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = RosterEntry
        fields = ["id", "on", "worker", "job", "shift", "paper_until", "state", "reason"]
        read_only_fields = fields


class TrainingSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Training
        fields = ["id", "kind", "topic", "hours", "teacher", *EVIDENCE]
        read_only_fields = fields
