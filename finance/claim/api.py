"""Claims as JSON."""

from rest_framework import serializers

from .models import Claim, ClaimLine, Invoice


class ClaimLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClaimLine
        fields = ["id", "position", "what", "budget_line", "amount", "is_allowance"]


class InvoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invoice
        fields = ["id", "number", "code", "issued_on", "amount", "tax", "seller"]


class ClaimSerializer(serializers.ModelSerializer):
    """The account of the payee shows its last four figures only."""

    created_by_name = serializers.CharField(source="created_by.name", read_only=True)
    department_name = serializers.CharField(source="department.name", read_only=True)
    account = serializers.CharField(source="masked_account", read_only=True)
    due = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, help_text="实付：金额减去冲抵的借款")
    lines = ClaimLineSerializer(many=True, read_only=True)
    invoices = InvoiceSerializer(many=True, read_only=True)

    class Meta:
        model = Claim
        fields = [
            "id", "number", "kind", "title", "department", "department_name", "created_by", "created_by_name", "order", "advance", "source_label", "place", "from_on",
            "until_on", "back_on", "witness", "papers", "method", "pay_to", "payee", "account", "bank", "note", "total", "offset", "due", "settled", "state", "opinion",
            "submitted_at", "decided_at", "paid_at", "voucher", "lines", "invoices",
        ]  # fmt: skip
        read_only_fields = fields
