"""Vehicles and trips as JSON."""

from rest_framework import serializers

from .models import Trip, Vehicle, VehicleEntry, VehiclePaper


class VehicleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Vehicle
        fields = ["id", "plate", "kind", "model", "seats", "keeper", "km", "is_active"]
        read_only_fields = fields


class VehiclePaperSerializer(serializers.ModelSerializer):
    class Meta:
        model = VehiclePaper
        fields = ["id", "vehicle", "kind", "number", "issued_on", "expires_on", "void_reason"]
        read_only_fields = fields


class VehicleEntrySerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = VehicleEntry
        fields = ["id", "vehicle", "kind", "money", "litres", "km", "words", "happened_at", "late", "created_at", "note", "struck_at", "struck_reason"]
        read_only_fields = fields


class TripSerializer(serializers.ModelSerializer):
    km = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Trip
        fields = [
            "id", "number", "purpose", "destination", "people", "starts_at", "ends_at", "state", "vehicle", "driver", "reason", "out_at", "back_at",
            "km_out", "km_back", "km_empty", "km",
        ]  # fmt: skip
        read_only_fields = fields
