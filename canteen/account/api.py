"""The meal account as JSON."""

from rest_framework import serializers

from .models import AccountEntry, AccountStatement


class AccountEntrySerializer(serializers.ModelSerializer):
    side = serializers.CharField(read_only=True)

    class Meta:
        model = AccountEntry
        fields = ["id", "on", "purpose", "side", "book", "amount", "summary", "voucher", "payee", "corrects", "created_at", "created_by"]
        read_only_fields = fields


class AccountStatementSerializer(serializers.ModelSerializer):
    class Meta:
        model = AccountStatement
        fields = ["id", "month", "from_file", "content", "measure", "note", "state", "sent_at", "sent_by", "signed_at", "signed_by", "reason", "post"]
        read_only_fields = fields
