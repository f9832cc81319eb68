"""The nutrition programme as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import ClassIssue, Programme, Settlement, SubsidyReceipt


class ProgrammeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Programme
        fields = ["id", "name", "food", "standard", "funding", "since", "until", "grades"]
        read_only_fields = fields


class ClassIssueSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)
    eaten = serializers.IntegerField(read_only=True)
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)

    class Meta:
        model = ClassIssue
        fields = ["id", "programme", "school_class", "on", "enrolled", "present", "issued", "returned", "eaten", "standard", "amount", "reason", *EVIDENCE]
        read_only_fields = fields


class SubsidyReceiptSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = SubsidyReceipt
        fields = ["id", "programme", "received_on", "amount", "voucher", *EVIDENCE]
        read_only_fields = fields


class SettlementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Settlement
        fields = ["id", "programme", "month", "facts", "words", "state", "signed_at", "signed_by", "post"]
        read_only_fields = fields
