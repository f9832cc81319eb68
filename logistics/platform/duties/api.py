from rest_framework import serializers

from .models import Duty, Occurrence


class DutySerializer(serializers.ModelSerializer):
    sentence = serializers.CharField(read_only=True, help_text="多久一次，一句话")
    owner = serializers.CharField(source="owner_words", read_only=True)

    class Meta:
        model = Duty
        fields = [
            *("id", "title", "basis", "rhythm", "sentence", "starts_on", "owner", "owner_person", "owner_post", "supervisor", "checklist"),
            *("producer", "remind_minutes", "grace_minutes", "ladder", "is_active"),
        ]


class OccurrenceSerializer(serializers.ModelSerializer):
    duty_title = serializers.CharField(source="duty.title", read_only=True)

    class Meta:
        model = Occurrence
        fields = [
            *("id", "duty", "duty_title", "on", "opens_at", "due_at", "closes_at", "owner_words", "owner_person", "owner_post", "supervisor"),
            *("state", "done_at", "done_by", "bad", "reason", "made_at"),
        ]
