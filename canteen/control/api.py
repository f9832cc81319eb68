"""Checks, faults and papers as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import CheckItem, CheckSheet, ControlPaper, Fault


class CheckItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = CheckItem
        fields = ["id", "book", "group", "content", "is_key", "points", "order", "is_active"]
        read_only_fields = fields


class CheckSheetSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = CheckSheet
        fields = ["id", "book", "on", "meal", "items", "faults_found", "score", "full_score", *EVIDENCE]
        read_only_fields = fields


class FaultSerializer(serializers.ModelSerializer):
    class Meta:
        model = Fault
        fields = ["id", "on", "problem", "measure", "owner", "due_on", "state", "done_at", "done_words"]
        read_only_fields = fields


class ControlPaperSerializer(serializers.ModelSerializer):
    class Meta:
        model = ControlPaper
        fields = [
            "id",
            "kind",
            "since",
            "until",
            "facts",
            "cause",
            "measures",
            "held_at",
            "place",
            "attendees",
            "complaints",
            "focus",
            "decision",
            "state",
            "signed_at",
            "signed_by",
        ]
        read_only_fields = fields
