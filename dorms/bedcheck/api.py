"""The night's checks as JSON."""

from rest_framework import serializers

from .models import BedCheck, CheckTime, Missing, RoomCheck


class CheckTimeSerializer(serializers.ModelSerializer):
    class Meta:
        model = CheckTime
        fields = ["id", "name", "begins_at", "nights", "is_obligatory", "is_active"]
        read_only_fields = fields


class BedCheckSerializer(serializers.ModelSerializer):
    class Meta:
        model = BedCheck
        fields = ["id", "building", "time", "on", "starts_at", "due_at", "finished_at"]
        read_only_fields = fields


class RoomCheckSerializer(serializers.ModelSerializer):
    present = serializers.IntegerField(read_only=True)

    class Meta:
        model = RoomCheck
        fields = ["id", "check_of", "room", "state", "people", "present", "absent", "late", "leave", "elsewhere", "done_at", "seen_at", "done_by"]
        read_only_fields = fields


class MissingSerializer(serializers.ModelSerializer):
    student_name = serializers.CharField(source="student.name", read_only=True)
    class_name = serializers.CharField(source="school_class.name", read_only=True)

    class Meta:
        model = Missing
        fields = [
            "id", "room_check", "student", "student_name", "school_class", "class_name", "state", "noticed_at", "noticed_by", "outcome", "words", "ended_at", "ended_by",
        ]  # fmt: skip
        read_only_fields = fields
