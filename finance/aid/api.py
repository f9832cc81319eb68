"""Aid as JSON. Reasons are served by their own record, to who may read them."""

from rest_framework import serializers

from .models import AidApplication, AidList, AidReason, AidScheme


class AidSchemeSerializer(serializers.ModelSerializer):
    class Meta:
        model = AidScheme
        fields = ["id", "name", "levels", "conditions", "document", "boarders_only", "is_active"]


class AidListSerializer(serializers.ModelSerializer):
    scheme_name = serializers.CharField(source="scheme.name", read_only=True)

    class Meta:
        model = AidList
        fields = [
            "id", "number", "scheme", "scheme_name", "term", "close_on", "quota", "note", "state", "notice_from", "notice_until", "post", "decided_by",
            "decided_at", "paid_on", "paid_by", "entry", "reason",
        ]  # fmt: skip
        read_only_fields = [name for name in fields if name not in ("scheme", "term", "close_on", "quota", "note")]


class AidApplicationSerializer(serializers.ModelSerializer):
    student_number = serializers.CharField(source="student.number", read_only=True)
    student_name = serializers.CharField(source="student.name", read_only=True)

    class Meta:
        model = AidApplication
        fields = [
            "id", "listing", "student", "student_number", "student_name", "school_class", "level", "amount", "state", "struck_for", "created_by", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class AidReasonSerializer(serializers.ModelSerializer):
    class Meta:
        model = AidReason
        fields = ["id", "application", "kind", "text"]
        read_only_fields = fields
