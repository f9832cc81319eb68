"""What people fill in and ask about use."""

from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, PersonField
from logistics.utilities.meter.models import Meter
from repairs.public import repair_kinds

from .models import OPEN, USUAL_SOURCE, EnergyFactor, Fuel, LeakTest, ProblemKind, ProblemState, Quiet, SchoolSize, UseProblem
from .months import Span, month_of, shifted
from .queries import leak_meters

LONGEST = 36
FIRST_YEAR, LAST_YEAR = 2000, 2099


class MonthField(forms.CharField):
    """2026-10 as its first day; nothing when empty."""

    def __init__(self, **kwargs):
        super().__init__(max_length=7, required=False, widget=forms.TextInput(attrs={"type": "month"}), **kwargs)

    def clean(self, value) -> date | None:  # type: ignore[override]
        text = str(super().clean(value))
        if not text:
            return None
        year, _, month = text.partition("-")
        if not (
            year.isascii() and month.isascii() and year.isdecimal() and month.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12
        ):
            raise forms.ValidationError("月份写成 2026-10 这样。")
        return date(int(year), int(month), 1)


class SpanForm(forms.Form):
    """Whole months; without anything the last month that is over is meant."""

    first = MonthField(label="从")
    last = MonthField(label="到")

    def __init__(self, data, *, today: date):
        self.today = today
        super().__init__({name: data.get(name, "") for name in self.base_fields})

    def clean(self):
        data = super().clean() or {}
        if self.errors:
            return data
        usual = shifted(month_of(self.today), -1)
        first = data.get("first") or data.get("last") or usual
        last = data.get("last") or max(first, min(first, usual))
        if last < first:
            self.add_error("last", "后一个月份不能早于前一个。")
        elif first > month_of(self.today):
            self.add_error("first", "这个月还没有到。")
        else:
            last = min(last, month_of(self.today))
            if len(Span(first, last)) > LONGEST:
                self.add_error("first", f"一次最多看 {LONGEST} 个月。")
            self.span = Span(first, last)
        return data


class SizeForm(forms.ModelForm):
    place = PlaceField(label="哪栋楼", required=False, help_text="空着就是全校。")
    since = DayField(label="从哪天起", help_text="新学期人数变了就另填一条，过去的不改。")
    note = Words(label="依据", max_length=120, required=False)

    class Meta:
        model = SchoolSize
        fields = ["place", "since", "area", "pupils", "boarders", "staff", "note"]


class FactorForm(forms.Form):
    fuel = forms.ChoiceField(label="能源", choices=Fuel.choices)
    since = DayField(label="从哪天起")
    kgce = forms.DecimalField(
        label="折标准煤", max_digits=9, decimal_places=4, min_value=0, help_text="每单位多少千克标准煤：电按 kWh、气按 m³、热按 GJ、其他按 kg。"
    )
    source = Words(label="出处", max_length=80, initial=USUAL_SOURCE)
    year = forms.IntegerField(label="哪年的", min_value=1980, max_value=2099)


class MeterChoice(forms.ModelChoiceField):
    def __init__(self, queryset=None, **kwargs):
        super().__init__(leak_meters() if queryset is None else queryset, **({"label": "表", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, meter):
        return f"{meter}（{meter.get_medium_display()}，{meter.code}）"


class MomentField(forms.DateTimeField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **kwargs)

    def clean(self, value):
        found = super().clean(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError("请检查年份。")
        return found


def dial(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=13, decimal_places=3, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))


class LeakForm(forms.Form):
    meter = MeterChoice()
    kind = forms.ChoiceField(label="什么时候", choices=Quiet.choices, initial=Quiet.NIGHT, widget=Picks(columns=2))
    first_at = MomentField(label="第一次看表", help_text="晚上人走了以后。")
    first = dial("第一次读数")
    second_at = MomentField(label="第二次看表", help_text="第二天早上有人用以前。")
    second = dial("第二次读数")
    note = Words(label="说明", max_length=200, required=False)


class ProblemForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=ProblemKind.choices, initial=ProblemKind.OTHER)
    meter = MeterChoice(Meter.objects.filter(until=None), required=False, empty_label="不是某一块表")
    place = PlaceField(label="地点")
    description = Words(label="情况", max_length=200, rows=2)


class AssignForm(forms.Form):
    owner = PersonField(label="责任人", empty_label="请选")
    measure = Words(label="整改措施", max_length=200, rows=2)
    due_on = DayField(label="期限")


class OutcomeForm(forms.Form):
    outcome = Words(label="查出什么、怎么处理的", max_length=200, rows=2)


class TicketForm(forms.Form):
    kind = forms.ModelChoiceField(repair_kinds(), label="报修类别", empty_label="请选")
    urgency = forms.ChoiceField(label="紧急", choices=[("normal", "一般"), ("class", "影响上课"), ("danger", "有危险")], initial="normal", widget=Picks())


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label="复查", choices=[("pass", "办结"), ("fail", "退回")], widget=Picks(icons={"pass": "circle-check", "fail": "undo-2"}, columns=2)
    )
    words = Words(label="说明", max_length=200, rows=2, required=False, help_text="退回要写哪里还不行。")


class DismissForm(forms.Form):
    reason = Words(label="为什么没问题", max_length=200, rows=2)


class SizeFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="楼名")

    class Meta:
        model = SchoolSize
        fields: list[str] = []


class FactorFilters(filters.FilterSet):
    fuel = filters.ChoiceFilter(choices=Fuel.choices, label="能源", empty_label="全部")

    class Meta:
        model = EnergyFactor
        fields: list[str] = []


class LeakFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="meter__name", lookup_expr="icontains", label="找", help_text="表的名称")
    since = filters.DateFilter(field_name="second_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="second_at", lookup_expr="date__lte", label="到", widget=DayInput())

    class Meta:
        model = LeakTest
        fields: list[str] = []


class ProblemFilters(filters.FilterSet):
    q = filters.CharFilter(method="found", label="找", help_text="地点、情况")
    state = filters.ChoiceFilter(
        choices=[("open", "没办结的"), ("late", "逾期的"), *ProblemState.choices], method="in_state", label="状态", empty_label="全部状态"
    )
    kind = filters.ChoiceFilter(choices=ProblemKind.choices, label="种类", empty_label="全部种类")
    since = filters.DateFilter(field_name="month", lookup_expr="gte", label="月份从", widget=DayInput())
    until = filters.DateFilter(field_name="month", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = UseProblem
        fields: list[str] = []

    def found(self, rows, name, value):
        return rows.filter(Q(description__icontains=value) | Q(place__full_name__icontains=value))

    def in_state(self, rows, name, value):
        if value == "late":
            return rows.filter(state=ProblemState.ASSIGNED, due_on__lt=timezone.localdate())
        return rows.filter(state__in=OPEN) if value == "open" else rows.filter(state=value)
