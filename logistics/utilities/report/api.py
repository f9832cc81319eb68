"""The frozen reports and the year's statements as JSON."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from logistics.utilities.usage.api import MediumUseSerializer

from .models import EnergyYear, UtilityReport


class UtilityReportSerializer(serializers.ModelSerializer):
    """The whole school's numbers and the sentences; tables are in the workbook."""

    media = serializers.SerializerMethodField()
    coal_equivalent = serializers.SerializerMethodField()
    cost = serializers.SerializerMethodField()
    sentences = serializers.SerializerMethodField()

    class Meta:
        model = UtilityReport
        fields = ["id", "kind", "first", "last", "version", "made_at", "post", "media", "coal_equivalent", "cost", "sentences"]
        read_only_fields = fields

    @extend_schema_field(MediumUseSerializer(many=True))
    def get_media(self, report):
        return MediumUseSerializer(report.figures["media"], many=True).data

    @extend_schema_field(serializers.CharField(help_text="kgce"))
    def get_coal_equivalent(self, report):
        return report.figures["coal"]["used"]

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="元"))
    def get_cost(self, report):
        return report.figures["cost"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_sentences(self, report):
        return report.figures["sentences"]


class EnergyYearSerializer(serializers.ModelSerializer):
    class Meta:
        model = EnergyYear
        fields = [
            "id", "year", "area", "users", "power", "water", "gas", "heat", "coal", "lpg", "petrol", "diesel", "cost", "coal_equivalent", "note", "state", "reported_at", "reported_by",
            "reported_to",
        ]  # fmt: skip
        read_only_fields = fields
