"""Acceptances as JSON, with their lines and members."""

from rest_framework import serializers

from .models import Acceptance, AcceptanceLine, AcceptanceMember


class AcceptanceLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = AcceptanceLine
        fields = ["id", "order_line", "accepted", "rejected", "reason", "amount", "destination", "received_label", "received_url", "received_at"]
        read_only_fields = fields


class AcceptanceMemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = AcceptanceMember
        fields = ["id", "user", "is_agreed", "opinion", "signed_at"]
        read_only_fields = fields


class AcceptanceSerializer(serializers.ModelSerializer):
    order_number = serializers.CharField(source="order.number", read_only=True)
    partner_name = serializers.CharField(source="order.partner.name", read_only=True)
    lines = AcceptanceLineSerializer(many=True, read_only=True)
    members = AcceptanceMemberSerializer(many=True, read_only=True)

    class Meta:
        model = Acceptance
        fields = [
            "id", "number", "order", "order_number", "partner_name", "delivered_on", "delivered_by", "appearance", "quality", "trial", "papers", "conclusion",
            "remedy", "note", "amount", "state", "accepted_at", "ended_reason", "reverses", "created_by", "created_at", "lines", "members",
        ]  # fmt: skip
        read_only_fields = fields


class WaitingSerializer(serializers.ModelSerializer):
    """Accepted goods that nobody has received yet."""

    name = serializers.CharField(source="order_line.request_line.name", read_only=True)
    unit = serializers.CharField(source="order_line.request_line.unit", read_only=True)
    acceptance_number = serializers.CharField(source="acceptance.number", read_only=True)

    class Meta:
        model = AcceptanceLine
        fields = ["id", "acceptance", "acceptance_number", "order_line", "name", "unit", "accepted", "amount", "destination"]
        read_only_fields = fields
