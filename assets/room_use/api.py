"""Special rooms and their uses as JSON."""

from rest_framework import serializers

from .models import RoomUse, SpecialRoom


class SpecialRoomSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True)
    keeper_name = serializers.CharField(source="keeper.name", read_only=True)

    class Meta:
        model = SpecialRoom
        fields = ["id", "place", "place_name", "keeper", "keeper_name", "seats", "opens", "closes", "ahead_days", "words", "is_active"]
        read_only_fields = fields


class RoomUseSerializer(serializers.ModelSerializer):
    room_name = serializers.CharField(source="room.place.full_name", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)
    class_name = serializers.CharField(source="school_class.name", read_only=True, default="")

    class Meta:
        model = RoomUse
        fields = [
            "id", "room", "room_name", "on", "start", "end", "person", "person_name", "school_class", "class_name", "subject", "people", "state", "left",
            "is_tidy", "is_off", "words", "noted_at",
        ]  # fmt: skip
        read_only_fields = fields
