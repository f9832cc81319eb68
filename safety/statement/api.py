"""Statements and signatures as JSON."""

from rest_framework import serializers

from .models import SafetyStatement, SafetyStatementSignature


class SafetyStatementSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="current.number", read_only=True, allow_null=True)
    text = serializers.CharField(source="current.text", read_only=True, allow_null=True)
    starts_on = serializers.DateField(source="current.starts_on", read_only=True, allow_null=True)
    ends_on = serializers.DateField(source="current.ends_on", read_only=True, allow_null=True)

    class Meta:
        model = SafetyStatement
        fields = ["id", "title", "for_everyone", "state", "version", "text", "starts_on", "ends_on"]
        read_only_fields = fields


class SafetyStatementSignatureSerializer(serializers.ModelSerializer):
    statement = serializers.IntegerField(source="version.statement_id", read_only=True)
    version_number = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = SafetyStatementSignature
        fields = ["id", "statement", "version_number", "person", "posts", "signed_at"]
        read_only_fields = fields
