"""Disposals as JSON."""

from rest_framework import serializers

from .models import Disposal


class DisposalSerializer(serializers.ModelSerializer):
    class Meta:
        model = Disposal
        fields = [
            "id", "number", "state", "kind", "title", "department", "reason", "receiver", "sent_at", "pieces", "cost", "depreciation", "decided_by", "decided_at",
            "needs_upper", "reported_on", "report_number", "answered_on", "answer_number", "partner", "handed_to", "handed_on", "proceeds", "trade_in",
            "traded_for", "receipt", "received_on", "voucher", "done_on",
        ]  # fmt: skip
        read_only_fields = fields
