"""勤工俭学 as JSON."""

from rest_framework import serializers

from .models import WorkPost, WorkSheet


class WorkPostSerializer(serializers.ModelSerializer):
    class Meta:
        model = WorkPost
        fields = ["id", "name", "department", "supervisor", "duties", "places", "pay", "is_active"]


class WorkSheetSerializer(serializers.ModelSerializer):
    class Meta:
        model = WorkSheet
        fields = ["id", "month", "state", "approved_by", "approved_at", "paid_on", "paid_by", "entry"]
        read_only_fields = fields
