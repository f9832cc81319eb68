"""What people fill in for reading routes, their times, and a meter that is read."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.duties.forms import DutyForm
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.utilities.meter.forms import ROLLED, DialField, MomentField
from logistics.utilities.meter.models import Medium, Meter, Reading, ReadingKind

from .models import ReadingRound, ReadingRoute, RouteMeter, Stop, StopState

MOST_LINES = 200
SURE = "再看过了，没错"


class RouteForm(forms.ModelForm):
    note = Words(label="说明", max_length=200, required=False)

    class Meta:
        model = ReadingRoute
        fields = ["name", "note", "is_active"]


class MetersField(forms.CharField):
    """Meters typed one a line, by code or name; cleans to a list of Meters."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 6, "placeholder": "DB-2026-0001\n食堂水表"}), required=False, **kwargs)

    def clean(self, value) -> list[Meter]:
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"一次最多 {MOST_LINES} 块表。")
        rows = Meter.objects.filter(code__in=[line.upper() for line in lines]) | Meter.objects.filter(name__in=lines)
        known = {key: meter for meter in rows for key in (meter.code, meter.name)}
        missing = [f"第 {n} 行：没有「{line[:30]}」这块表。" for n, line in enumerate(lines, 1) if line not in known and line.upper() not in known]
        if missing:
            raise ValidationError(missing[:5])
        return list(dict.fromkeys(known.get(line) or known[line.upper()] for line in lines))


class MetersForm(forms.Form):
    """Typed one a line, or all of a kind that are in use and on no route yet."""

    meters = MetersField(label="表", help_text="一行一块，写编码或者名称。会按楼、楼层排好顺序。")
    rest = forms.ChoiceField(
        label="或者", required=False, choices=[("", "只加上面写的"), *((key, f"没在路线上的{word}表都加上") for key, word in Medium.choices)]
    )

    def clean(self):
        given = super().clean() or {}
        meters, rest = list(given.get("meters") or []), given.get("rest")
        if rest:
            meters += Meter.objects.filter(medium=rest, until=None).exclude(pk__in=RouteMeter.objects.values("meter"))[:MOST_LINES]
        if not meters and "meters" not in self.errors:
            self.add_error("meters", "没有剩下的表了。" if rest else "请写至少一块表。")
        return {"meters": meters}


class StopChoice(forms.Form):
    """One of the route's meters."""

    takes_record = True
    stop = forms.ModelChoiceField(RouteMeter.objects.none(), label="哪块表", empty_label="请选")

    def __init__(self, *args, record: ReadingRoute | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            for field in self.fields.values():
                if isinstance(field, forms.ModelChoiceField):
                    field.queryset = RouteMeter.objects.filter(route=record).select_related("meter").order_by("order", "pk")


class MoveForm(StopChoice):
    after = forms.ModelChoiceField(RouteMeter.objects.none(), label="排到谁后面", required=False, empty_label="排到最前面")


class PlanForm(DutyForm):
    """How often a route is walked: the duty's own form, without what the route says already."""

    takes_record = True

    def __init__(self, *args, record: ReadingRoute | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("producer", "checklist"):
            del self.fields[name]
        self.fields["basis"].required = self.fields["title"].required = False
        if record is not None:
            times = {"rhythm": "monthly", "day": 25, "times": "08:00", "lasts": 3, "unit": 1440, "days": "working"}
            self.initial = {**self.initial, "title": f"抄表：{record.name}"[:60], **times}

    def clean(self):
        given = super().clean()
        given.pop("checklist", None)
        return given


class ReadForm(KeepsUploads, forms.Form):
    """One reading. `sure` is asked only when the reading is not like the ones before."""

    value = DialField(label="读数")
    rolled = forms.BooleanField(label="走过头了", required=False, help_text=ROLLED)
    sure = forms.BooleanField(label=SURE, required=False)
    photos = PhotosField(label="表的照片", required=False, most=3)
    note = Words(label="说明", max_length=200, required=False)


class StopForm(ReadForm):
    is_estimate = forms.BooleanField(label="看不清，是估的", required=False, help_text="写明怎么估的；下次实抄会自己补正。")
    unreached = Words(label="没抄成的原因", max_length=200, rows=2, required=False, help_text="锁了门、表坏了才写；写了这个，上面的就不用填。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if (self.data.get(self.add_prefix("unreached")) or "").strip():
            self.fields["value"].required = False  # nobody reads what nobody can reach


class MeterReadForm(ReadForm):
    """A reading outside a round, also of another day."""

    kind = forms.ChoiceField(label="怎么来的", choices=[(kind.value, kind.label) for kind in (ReadingKind.READ, ReadingKind.ESTIMATE, ReadingKind.REMOTE)])
    read_at = MomentField(label="什么时候抄的", required=False, help_text="空着就是现在。")
    field_order = ["value", "rolled", "sure", "kind", "read_at", "photos", "note"]


class CorrectForm(KeepsUploads, forms.Form):
    takes_record = True
    value = DialField(label="应该是")
    rolled = forms.BooleanField(label="走过头了", required=False, help_text=ROLLED)
    sure = forms.BooleanField(label=SURE, required=False)
    reason = Words(label="为什么更正", max_length=200)
    photos = PhotosField(label="表的照片", required=False, most=3)

    def __init__(self, *args, record: Reading | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial = {"rolled": bool(record.turns)} | self.initial


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200)


class ReadingFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="device__meter__name", lookup_expr="icontains", label="找", help_text="表计名称")
    medium = filters.ChoiceFilter(field_name="device__meter__medium", choices=Medium.choices, label="表类", empty_label="全部表类")
    kind = filters.ChoiceFilter(choices=ReadingKind.choices, label="怎么来的", empty_label="全部")
    meter = filters.ModelChoiceFilter(field_name="device__meter", queryset=Meter.objects.all(), label="表计", widget=forms.HiddenInput)
    since = filters.DateFilter(field_name="read_at__date", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="read_at__date", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Reading
        fields: list[str] = []


class RouteFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="路线")

    class Meta:
        model = ReadingRoute
        fields: list[str] = []


class RoundFilters(filters.FilterSet):
    route = KeptModelChoiceFilter(kept="reading-routes", label="路线", queryset=ReadingRoute.objects.order_by("name"), empty_label="全部路线")
    state = filters.ChoiceFilter(choices=[*OccurrenceState.choices, ("short", "有没抄成的")], method="in_state", label="情况", empty_label="全部")
    since = filters.DateFilter(field_name="occurrence__on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="occurrence__on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = ReadingRound
        fields: list[str] = []

    def in_state(self, rows, name, value):
        return rows.filter(skipped__gt=0) if value == "short" else rows.filter(occurrence__state=value)


class StopFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="meter__name", lookup_expr="icontains", label="找", help_text="表计名称")
    round = filters.ModelChoiceFilter(queryset=ReadingRound.objects.all(), label="哪一趟", widget=forms.HiddenInput)
    state = filters.ChoiceFilter(choices=StopState.choices, label="结果", empty_label="全部结果")

    class Meta:
        model = Stop
        fields: list[str] = []
