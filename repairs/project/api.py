"""Works projects as JSON, with their lines."""

from rest_framework import serializers

from .models import Defect, Milestone, Payment, Project, Quote


class QuoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Quote
        fields = ["id", "partner", "firm", "contact", "amount", "quoted_on", "valid_until", "note"]
        read_only_fields = fields


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ["id", "name", "plan_on", "done_on", "note"]
        read_only_fields = fields


class DefectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Defect
        fields = ["id", "content", "fix_by", "fixed_on", "fixed_by", "fix_note", "checked_on", "checked_by"]
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["id", "name", "amount", "paid_on", "voucher", "reverses"]
        read_only_fields = fields


class ProjectSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True)
    owner_name = serializers.CharField(source="owner.name", read_only=True)
    quotes = QuoteSerializer(many=True, read_only=True)
    milestones = MilestoneSerializer(many=True, read_only=True)
    defects = DefectSerializer(many=True, read_only=True)
    payments = PaymentSerializer(many=True, read_only=True)

    class Meta:
        model = Project
        fields = [
            "id", "number", "title", "place", "place_name", "reason", "budget", "fund", "owner", "owner_name", "start_on", "end_on", "method", "single_reason", "state",
            "approved_by", "approved_at", "opinion", "dropped", "firm", "contract_number", "contract_amount", "contract_on", "choice_reason", "over_reason", "retention",
            "warranty_months", "started_on", "inspected_on", "warranty_until", "final_amount", "paid", "settled_at", "quotes", "milestones", "defects", "payments",
        ]  # fmt: skip
        read_only_fields = fields
