"""Loans as JSON."""

from rest_framework import serializers

from .models import Loan, Offer


class OfferSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="card.number", read_only=True)
    name = serializers.CharField(source="card.name", read_only=True)
    quantity = serializers.IntegerField(source="card.quantity", read_only=True)
    out = serializers.IntegerField(read_only=True, default=0, help_text="现在借出")

    class Meta:
        model = Offer
        fields = ["id", "card", "number", "name", "quantity", "out", "longest_days", "for_students", "words", "is_active"]
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer):
    card_number = serializers.CharField(source="card.number", read_only=True)
    card_name = serializers.CharField(source="card.name", read_only=True)
    who = serializers.CharField(read_only=True, help_text="借用人")

    class Meta:
        model = Loan
        fields = [
            "id", "number", "card", "card_number", "card_name", "quantity", "borrower", "student", "who", "from_on", "due_on", "purpose", "state", "out_at",
            "out_words", "returned", "extended", "back_on", "reason",
        ]  # fmt: skip
        read_only_fields = fields
