"""Leaves as JSON."""

from rest_framework import serializers

from .models import DormLeave


class DormLeaveSerializer(serializers.ModelSerializer):
    student_name = serializers.CharField(source="student.name", read_only=True)
    class_name = serializers.CharField(source="school_class.name", read_only=True)

    class Meta:
        model = DormLeave
        fields = [
            "id", "number", "student", "student_name", "school_class", "class_name", "kind", "reason", "first_on", "last_on", "back_by", "collector", "relation",
            "parent", "state", "answered_at", "granted_at", "granted_by", "back_at", "back_to", "note",
        ]  # fmt: skip
        read_only_fields = fields
