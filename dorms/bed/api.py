"""Dormitories as JSON."""

from rest_framework import serializers

from .models import Bed, DormBuilding, DormItem, DormRoom, RoomMove, Stay


class DormBuildingSerializer(serializers.ModelSerializer):
    class Meta:
        model = DormBuilding
        fields = ["id", "place", "sex", "keepers", "order", "is_active"]
        read_only_fields = fields


class DormRoomSerializer(serializers.ModelSerializer):
    class Meta:
        model = DormRoom
        fields = ["id", "building", "place", "sex", "grade", "area", "is_active"]
        read_only_fields = fields


class BedSerializer(serializers.ModelSerializer):
    is_taken = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = Bed
        fields = ["id", "room", "number", "is_active", "note", "is_taken"]
        read_only_fields = fields


class StaySerializer(serializers.ModelSerializer):
    student_name = serializers.CharField(source="student.name", read_only=True)
    student_number = serializers.CharField(source="student.number", read_only=True)
    school_class = serializers.PrimaryKeyRelatedField(source="student.school_class", read_only=True)
    class_name = serializers.CharField(source="student.school_class.name", read_only=True)
    room = serializers.PrimaryKeyRelatedField(source="bed.room", read_only=True)
    bed_number = serializers.IntegerField(source="bed.number", read_only=True)

    class Meta:
        model = Stay
        fields = ["id", "student", "student_name", "student_number", "school_class", "class_name", "room", "bed", "bed_number", "since", "left_on", "why_left"]
        read_only_fields = fields


class RoomMoveSerializer(serializers.ModelSerializer):
    class Meta:
        model = RoomMove
        fields = ["id", "student", "from_bed", "to_bed", "other", "wish", "reason", "state", "created_at", "created_by", "decided_at", "decided_by", "words"]
        read_only_fields = fields


class DormItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = DormItem
        fields = ["id", "name", "order", "is_active"]
        read_only_fields = fields
