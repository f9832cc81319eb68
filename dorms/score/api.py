"""Scores, appeals, sheets, stars and published rankings as JSON."""

from rest_framework import serializers

from .models import RoomScore, ScoreAppeal, ScoreBulletin, ScoreSheet, StarLevel


class RoomScoreSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = RoomScore
        fields = [
            "id", "room", "sheet", "on", "lines", "points", "counted", "problem", "due_on", "state", "fixed_at", "fixed_by", "fixed_words", "checked_by", "returned",
            "happened_at", "late", "created_at", "note", "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = fields


class ScoreAppealSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScoreAppeal
        fields = ["id", "score", "scored_by", "reason", "state", "points", "words", "decided_at", "decided_by", "created_at", "created_by"]
        read_only_fields = fields


class ScoreSheetSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScoreSheet
        fields = ["id", "name", "items", "is_current", "created_at"]
        read_only_fields = fields


class StarLevelSerializer(serializers.ModelSerializer):
    class Meta:
        model = StarLevel
        fields = ["id", "name", "stars", "average", "looks", "low", "banned", "is_active"]
        read_only_fields = fields


class ScoreBulletinSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScoreBulletin
        fields = ["id", "kind", "first_on", "last_on", "content", "state", "post", "reason", "created_at", "created_by"]
        read_only_fields = fields
