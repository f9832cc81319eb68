"""Shop and machines as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import LOOKED_AT, Goods, GoodsIntake, Outlet, OutletCheck


class OutletSerializer(serializers.ModelSerializer):
    class Meta:
        model = Outlet
        fields = ["id", "name", "kind", "place", "firm", "why", "decided_on", "state", "state_reason"]
        read_only_fields = fields


class GoodsSerializer(serializers.ModelSerializer):
    class Meta:
        model = Goods
        fields = ["id", "outlet", "name", "spec", "maker", "supplier", "price", "is_food", "is_drink", "sugar", "sodium", "fat", "state", "state_reason"]
        read_only_fields = fields


class GoodsIntakeSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = GoodsIntake
        fields = ["id", "goods", "supplier", "quantity", "made_on", "expires_on", "certificate", *EVIDENCE]
        read_only_fields = fields


class OutletCheckSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = OutletCheck
        fields = ["id", "outlet", *LOOKED_AT, "problem", "fault", *EVIDENCE]
        read_only_fields = fields
