"""The figures and the months' reports as JSON."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from logistics.platform.api.shapes import described

from .models import MonthReport
from .pages import Question
from .tallies import thawed_tally


class TimesSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="有记录的件数")
    half = serializers.IntegerField(help_text="一半不超过，分")
    most = serializers.IntegerField(help_text="九成不超过，分")


class TallySerializer(serializers.Serializer):
    reported = serializers.IntegerField(help_text="期内报修")
    void = serializers.IntegerField(help_text="其中撤销和并单，不算进比率")
    late = serializers.IntegerField(help_text="期内报修的，超过期限")
    late_share = serializers.FloatField(allow_null=True)
    same_day = serializers.IntegerField(help_text="期内报修的，当天修好")
    same_day_share = serializers.FloatField(allow_null=True)
    finished = serializers.IntegerField(help_text="期内修好")
    reworked = serializers.IntegerField(help_text="期内修好的，返过工")
    rework_share = serializers.FloatField(allow_null=True)
    worked = serializers.IntegerField(help_text="工时，分")
    unfinished = serializers.IntegerField(help_text="期末没修好")
    closed = serializers.IntegerField(help_text="期内验收")
    stars = serializers.ListField(child=serializers.IntegerField(), help_text="1 到 5 星各几件")
    rating = serializers.FloatField(allow_null=True, help_text="平均几星")
    satisfaction = serializers.FloatField(allow_null=True, help_text="4 星以上所占")
    materials = serializers.DecimalField(max_digits=14, decimal_places=2)
    labour = serializers.DecimalField(max_digits=14, decimal_places=2)
    cost = serializers.DecimalField(max_digits=14, decimal_places=2)
    response = TimesSerializer(allow_null=True, help_text="从报修到到场")
    repair = TimesSerializer(allow_null=True, help_text="从报修到修好，等待不算")


class FigureRowSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="key")
    name = serializers.CharField()
    tally = TallySerializer()


class FigureSpanSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    name = serializers.CharField()
    tally = TallySerializer()


class TroubleSerializer(serializers.Serializer):
    place = serializers.IntegerField()
    place_name = serializers.CharField()
    kind = serializers.IntegerField()
    kind_name = serializers.CharField()
    thing = serializers.CharField(allow_blank=True)
    times = serializers.IntegerField(help_text="180 天内几次")
    repeats = serializers.IntegerField(help_text="其中修好不久又坏")
    cost = serializers.DecimalField(max_digits=14, decimal_places=2)
    last_on = serializers.DateField()


class FiguresSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    total = TallySerializer()
    times = serializers.SerializerMethodField()
    kinds = FigureRowSerializer(many=True)
    buildings = FigureRowSerializer(many=True)
    repairers = FigureRowSerializer(many=True)
    places = FigureRowSerializer(many=True)
    classes = FigureRowSerializer(many=True)
    repeated = TroubleSerializer(many=True)
    heavy = TroubleSerializer(many=True)
    advice = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(FigureSpanSerializer(many=True))
    def get_times(self, figures):
        rows = [{"since": span.since, "until": span.until, "name": span.name, "tally": tally} for span, tally in figures.times]
        return FigureSpanSerializer(rows, many=True).data


ASKED = [
    OpenApiParameter("since", {"type": "string", "format": "date"}, description="从哪天；两天都不写是本学期到今天"),
    OpenApiParameter("until", {"type": "string", "format": "date"}, description="到哪天，含当天"),
    *(
        OpenApiParameter(name, int, description=label)
        for name, label in (("kind", "类别"), ("building", "楼栋"), ("repairer", "维修工"), ("school_class", "班级"), ("department", "报修部门"))
    ),
    OpenApiParameter("place", str, description="地点的编码、全称或 id:数字"),
]


class FiguresView(APIView):
    """维修统计：与页面同样的筛选，同样的数字。"""

    @described(operation_id="repairs_figures", parameters=ASKED, responses=FiguresSerializer)
    def get(self, request):
        question = Question(request.user, request.query_params, timezone.now())
        if not question.form.is_valid():
            raise exceptions.ValidationError(question.form.errors)
        return Response(FiguresSerializer(question.answer()).data)


class MonthReportSerializer(serializers.ModelSerializer):
    """A frozen report: its totals and its sentences; the tables are in the workbook."""

    total = serializers.SerializerMethodField()
    sentences = serializers.SerializerMethodField()

    class Meta:
        model = MonthReport
        fields = ["id", "month", "version", "made_at", "total", "sentences"]
        read_only_fields = fields

    @extend_schema_field(TallySerializer)
    def get_total(self, report):
        return TallySerializer(thawed_tally(report.figures["month"]["total"])).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_sentences(self, report):
        return report.figures["sentences"]
