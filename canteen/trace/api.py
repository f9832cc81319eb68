"""Traces and recall drills as JSON."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from logistics.platform.api.shapes import described

from .models import RecallDrill
from .pages import asked
from .prints import trace_sheet
from .queries import check_can_trace, find


class RecallDrillSerializer(serializers.ModelSerializer):
    seconds = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = RecallDrill
        fields = [
            "id", "batch", "reason", "goal", "state", "created_at", "created_by", "ended_at", "ended_by", "seconds", "counted", "book", "where", "findings",
            "ended_reason", "facts",
        ]  # fmt: skip
        read_only_fields = fields


class TracedBatchSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    made_on = serializers.CharField(allow_blank=True)
    received_on = serializers.CharField()
    expires_on = serializers.CharField(allow_blank=True)
    delivery = serializers.CharField()
    supplier = serializers.CharField(allow_blank=True)
    left = serializers.CharField()


def texts(help_text: str = "") -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=help_text)


class TracedMealSerializer(serializers.Serializer):
    name = serializers.CharField()
    uses = texts("出库的食材和数量")
    dishes = texts("▲ 是用料没有写全、不能排除的")
    samples = texts()
    groups = texts("班级和人数")
    people = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)


class FoundStartSerializer(serializers.Serializer):
    start = serializers.CharField(source="code")
    label = serializers.CharField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class TraceSerializer(serializers.Serializer):
    about = serializers.CharField(allow_blank=True)
    days = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField(allow_blank=True)
    portions = serializers.IntegerField()
    doubt = serializers.BooleanField()
    groups = texts()
    batches = TracedBatchSerializer(many=True)
    meals = TracedMealSerializer(many=True)
    found = FoundStartSerializer(many=True, help_text="只写 q 时找到的起点")


EMPTY: dict = {"about": "", "days": "", "sentence": "", "portions": 0, "doubt": False, "groups": [], "batches": [], "meals": [], "found": []}
ASKED = [
    OpenApiParameter("start", str, description="从哪里查，例如 batch-12、delivery-3、supplier-3、meal-8、dish-9、sample-4、class-2"),
    OpenApiParameter("q", str, description="不知道编号时，按批号、供应商、菜名、班级、日期找起点"),
    OpenApiParameter("since", {"type": "string", "format": "date"}, description="从哪天"),
    OpenApiParameter("until", {"type": "string", "format": "date"}, description="到哪天，含当天"),
]


class TraceView(APIView):
    """食品追溯：与页面、追溯单同样的结果。"""

    @described(operation_id="canteen_trace", parameters=ASKED, responses=TraceSerializer)
    def get(self, request):
        check_can_trace(request.user)
        form, start = asked(request.query_params)
        if not form.is_valid():
            raise exceptions.ValidationError(form.errors)
        if start is None and not form.cleaned_data["q"]:
            raise exceptions.ValidationError({"start": ["请写从哪里查（start），或者要找的字（q）。"]})
        answer = trace_sheet(start, request.user) if start else {"found": find(form.cleaned_data["q"])}
        return Response(TraceSerializer(EMPTY | answer).data)
