"""Passes as JSON."""

from rest_framework import serializers

from .models import StudentPass


class StudentPassSerializer(serializers.ModelSerializer):
    student_name = serializers.CharField(source="student.name", read_only=True)
    class_name = serializers.CharField(source="school_class.name", read_only=True)

    class Meta:
        model = StudentPass
        fields = [
            "id", "number", "student", "student_name", "school_class", "class_name", "kind", "reason", "leave_at", "back_by", "collector", "relation", "phone", "state",
            "student_at", "teacher_at", "parent_at", "guard_at", "out_at", "out_by", "back_at", "back_to", "note",
        ]  # fmt: skip
        read_only_fields = fields
