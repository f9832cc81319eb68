"""Figures, problems, leak tests, sizes and factors as JSON."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from logistics.platform.api.shapes import described

from .figures import asked, figures_of
from .forms import SpanForm
from .models import EnergyFactor, LeakTest, SchoolSize, UseProblem
from .queries import check_can_view


class SchoolSizeSerializer(serializers.ModelSerializer):
    class Meta:
        model = SchoolSize
        fields = ["id", "place", "since", "area", "pupils", "boarders", "staff", "note"]
        read_only_fields = fields


class EnergyFactorSerializer(serializers.ModelSerializer):
    class Meta:
        model = EnergyFactor
        fields = ["id", "fuel", "since", "kgce", "source", "year"]
        read_only_fields = fields


class LeakTestSerializer(serializers.ModelSerializer):
    is_suspicious = serializers.BooleanField(read_only=True)

    class Meta:
        model = LeakTest
        fields = ["id", "meter", "kind", "first_at", "first", "second_at", "second", "flow", "most", "is_suspicious", "note", "created_by"]
        read_only_fields = fields


class UseProblemSerializer(serializers.ModelSerializer):
    class Meta:
        model = UseProblem
        fields = [
            "id", "kind", "meter", "place", "month", "description", "state", "owner", "due_on", "measure", "ticket", "outcome", "fixed_by", "fixed_at", "closed_by", "closed_at", "returned",
        ]  # fmt: skip
        read_only_fields = fields


class MediumUseSerializer(serializers.Serializer):
    """Numbers are text with their places."""

    medium = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    used = serializers.CharField(allow_null=True)
    is_whole = serializers.BooleanField(help_text="每个月的读数都全")
    before = serializers.CharField(allow_null=True, help_text="上期")
    year_ago = serializers.CharField(allow_null=True, help_text="去年同期")
    change_before = serializers.CharField(allow_null=True, help_text="比上期，%")
    change = serializers.CharField(allow_null=True, help_text="比去年同期，%")
    per_user = serializers.CharField(allow_null=True)
    per_user_year_ago = serializers.CharField(allow_null=True)
    per_user_change = serializers.CharField(allow_null=True)
    target = serializers.CharField(allow_null=True, help_text="目标用量")
    meets = serializers.BooleanField(allow_null=True, help_text="在目标以内")
    per_area = serializers.CharField(allow_null=True)
    coal = serializers.CharField(help_text="折标准煤，kgce；水不折")


class UsageCoalSerializer(serializers.Serializer):
    used = serializers.CharField()
    year_ago = serializers.CharField(allow_null=True)
    change = serializers.CharField(allow_null=True)
    per_user = serializers.CharField(allow_null=True)
    per_area = serializers.CharField(allow_null=True)


class GroupUseSerializer(serializers.Serializer):
    name = serializers.CharField()
    is_rest = serializers.BooleanField(help_text="公用、损耗，或者没有分到部门的")
    used = serializers.DictField(help_text="按 power、water 等：used、year_ago、change")
    coal = serializers.CharField()
    coal_per_area = serializers.CharField(allow_null=True)
    coal_per_user = serializers.CharField(allow_null=True)


class MeterUseSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    medium = serializers.CharField()
    used = serializers.CharField(allow_null=True)
    is_whole = serializers.BooleanField()
    before = serializers.CharField(allow_null=True)
    year_ago = serializers.CharField(allow_null=True)
    change = serializers.CharField(allow_null=True)


class LossSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="总表")
    name = serializers.CharField()
    medium = serializers.CharField()
    main = serializers.CharField()
    below = serializers.CharField(help_text="分表合计")
    lost = serializers.CharField()
    percent = serializers.CharField()
    is_suspicious = serializers.BooleanField()


class UsageSerializer(serializers.Serializer):
    first = serializers.DateField(help_text="第一个月的 1 日")
    last = serializers.DateField(help_text="最后一个月的 1 日")
    words = serializers.CharField()
    area = serializers.CharField(allow_null=True)
    users = serializers.CharField(allow_null=True)
    media = MediumUseSerializer(many=True)
    coal = UsageCoalSerializer()
    buildings = GroupUseSerializer(many=True)
    departments = GroupUseSerializer(many=True)
    meters = MeterUseSerializer(many=True)
    losses = LossSerializer(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="读数不全的表")


class UsageView(APIView):
    """水电用量：与页面同样的月份，同样的数字。"""

    @described(
        operation_id="utilities_usage",
        parameters=[
            OpenApiParameter("first", OpenApiTypes.STR, description="从哪个月，2026-10；不写是上月"),
            OpenApiParameter("last", OpenApiTypes.STR, description="到哪个月，含当月"),
        ],
        responses=UsageSerializer,
    )
    def get(self, request):
        check_can_view(request.user)
        today = timezone.localdate()
        form = SpanForm(request.query_params, today=today)
        if not form.is_valid():
            raise exceptions.ValidationError(form.errors)
        return Response(UsageSerializer(figures_of(asked(form.span, today))).data)
