"""Orders and inquiries as JSON, with their lines."""

from rest_framework import serializers

from .models import Inquiry, InquiryLine, OrderLine, PurchaseOrder, Quote, QuoteLine


class OrderLineSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="request_line.name", read_only=True)
    unit = serializers.CharField(source="request_line.unit", read_only=True)

    class Meta:
        model = OrderLine
        fields = ["id", "request_line", "name", "unit", "quantity", "price", "amount", "brand", "accepted"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer):
    partner_name = serializers.CharField(source="partner.name", read_only=True)
    buyer_name = serializers.CharField(source="created_by.name", read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = PurchaseOrder
        fields = [
            "id", "number", "request", "partner", "partner_name", "method", "method_reason", "inquiry", "total", "deliver_on", "terms", "state",
            "cancelled_reason", "stopped_reason", "created_by", "buyer_name", "second_buyer", "created_at", "lines",
        ]  # fmt: skip
        read_only_fields = fields


class InquiryQuoteLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = QuoteLine
        fields = ["id", "line", "price", "amount", "brand"]
        read_only_fields = fields


class InquiryQuoteSerializer(serializers.ModelSerializer):
    partner_name = serializers.CharField(source="partner.name", read_only=True)
    lines = InquiryQuoteLineSerializer(many=True, read_only=True)

    class Meta:
        model = Quote
        fields = [
            "id", "partner", "partner_name", "contact", "quoted_on", "valid_until", "tax", "delivery", "warranty", "note", "declined", "total", "lines",
        ]  # fmt: skip
        read_only_fields = fields


class InquiryLineSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="request_line.name", read_only=True)

    class Meta:
        model = InquiryLine
        fields = ["id", "request_line", "name", "quantity"]
        read_only_fields = fields


class InquirySerializer(serializers.ModelSerializer):
    lines = InquiryLineSerializer(many=True, read_only=True)
    quotes = InquiryQuoteSerializer(many=True, read_only=True)

    class Meta:
        model = Inquiry
        fields = [
            "id", "number", "request", "wanted", "until_on", "state", "chosen", "chosen_at", "few_reason", "choice_reason", "ended_reason",
            "created_by", "created_at", "lines", "quotes",
        ]  # fmt: skip
        read_only_fields = fields
