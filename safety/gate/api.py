"""The gate's books as JSON. Identity numbers are masked; nothing else of them is kept."""

from rest_framework import serializers

from .models import Barred, GateVisit, NightVehicle, Parcel


class GateVisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = GateVisit
        fields = [
            "id", "number", "kind", "name", "organisation", "phone", "id_kind", "id_masked", "people", "plate", "host", "reason", "work_permit", "work_until",
            "expected_at", "state", "agreed_at", "agreed_by", "in_at", "in_by", "leave_by", "badge", "carried", "out_at", "out_by", "note", "erased_at",
        ]  # fmt: skip
        read_only_fields = fields


class BarredSerializer(serializers.ModelSerializer):
    class Meta:
        model = Barred
        fields = ["id", "name", "id_masked", "phone", "plate", "reason", "until", "lifted_at", "lifted_reason"]
        read_only_fields = fields


class ParcelSerializer(serializers.ModelSerializer):
    class Meta:
        model = Parcel
        fields = [
            "id", "kind", "sender", "tracking", "quantity", "recipient", "recipient_words", "kept", "state", "created_at", "ended_at", "ended_by", "taker", "note",
        ]  # fmt: skip
        read_only_fields = fields


class NightVehicleSerializer(serializers.ModelSerializer):
    class Meta:
        model = NightVehicle
        fields = [
            "id", "number", "plate", "car", "owner", "owner_name", "phone", "place", "reason", "from_on", "until_on", "state", "signed_at", "left_at", "left_by",
        ]  # fmt: skip
        read_only_fields = fields
