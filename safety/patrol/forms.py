"""What people fill in for check lists, routes, their times, and a point of a round."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.duties.checklist import items_of, lines_of
from logistics.platform.duties.forms import DutyForm, item_fields
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.places.models import Place
from logistics.platform.places.queries import match_place
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.selects import KeptModelChoiceFilter

from .models import CheckList, Point, Purpose, Round, Route, Visit, VisitState
from .queries import points_of

MOST_PLACES = 60
ITEMS_HELP = "一行一项。要照片的在后面写“｜拍照”，要填数字的写“｜0 至 8 ℃”。"


class ListForm(forms.ModelForm):
    items = Words(label="检查项目", rows=8, max_length=3000, help_text=ITEMS_HELP)
    basis = Words(label="依据", max_length=200, required=False)

    class Meta:
        model = CheckList
        fields = ["name", "place_kind", "hazard_kind", "basis", "is_active"]

    field_order = ["name", "place_kind", "hazard_kind", "items", "basis", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place_kind"].choices = [("", "哪里都能用"), *self.fields["place_kind"].choices[1:]]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["items"] = lines_of(self.instance.items)

    def clean_items(self):
        try:
            return items_of(self.cleaned_data["items"])
        except RuleViolation as refusal:
            raise ValidationError(refusal.message) from refusal


class RouteForm(forms.ModelForm):
    basis = Words(label="依据", max_length=200, required=False)

    class Meta:
        model = Route
        fields = ["name", "purpose", "basis", "is_active"]


class PlacesField(forms.CharField):
    """Places typed one a line, by name or code; cleans to a list of Places."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 6, "placeholder": "教学楼A座 305\n教学楼A座 306\n操场"}), **kwargs)

    def clean(self, value) -> list[Place]:
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_PLACES:
            raise ValidationError(f"一次最多 {MOST_PLACES} 个地方。")
        found, problems = [], []
        for n, line in enumerate(lines, 1):
            try:
                found.append(match_place(line))
            except ValidationError as wrong:
                problems.append(f"第 {n} 行：{wrong.messages[0]}")
        if problems:
            raise ValidationError(problems[:5])
        return found


class PointsForm(forms.Form):
    places = PlacesField(label="地点", help_text="一行一个，写楼名和房间，或者门牌上的编码。会按楼、楼层排好顺序。")
    checklist = forms.ModelChoiceField(CheckList.objects.filter(is_active=True), label="检查表", empty_label="请选")
    needs_scan = forms.BooleanField(label="到了要扫门牌上的码", required=False)
    hint = Words(label="提示", max_length=60, required=False, help_text="例如 钥匙在门卫。")


class PointForm(forms.Form):
    """One of the route's points."""

    takes_record = True
    point = forms.ModelChoiceField(Point.objects.none(), label="哪个点", empty_label="请选")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            for field in self.fields.values():
                if isinstance(field, forms.ModelChoiceField):
                    field.queryset = Point.objects.filter(pk__in=[point.pk for point in points_of(record)]).select_related("place")


class MoveForm(PointForm):
    after = forms.ModelChoiceField(Point.objects.none(), label="排到谁后面", required=False, empty_label="排到最前面")


class PlanForm(DutyForm):
    """How often a route is walked: the duty's own form, without what the route says already."""

    takes_record = True

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("producer", "checklist"):
            del self.fields[name]
        self.fields["basis"].required = self.fields["title"].required = False
        if record is not None:
            self.initial = {**self.initial, "title": record.name, "basis": record.basis}
            if record.purpose == Purpose.FIRE:
                self.initial = {**self.initial, "rhythm": "night", "times": "22:00", "until": "06:00", "every": 2, "lasts": 120, "days": "teaching"}

    def clean(self):
        given = super().clean()
        given.pop("checklist", None)
        return given


class VisitForm(KeepsUploads, forms.Form):
    """answer_<n>, photo_<n> and note_<n> for each item of the point; nothing is asked when nobody could get there."""

    takes_record = True
    codes = forms.CharField(label="扫到的码", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 1, "autocapitalize": "characters"}))
    photos = PhotosField(label="别的照片", required=False, most=6)
    note = Words(label="还有要说的", max_length=300, rows=2, required=False)
    on_spot = forms.BooleanField(label="不正常的，已经当场处理好了", required=False, help_text="处理办法写在“还有要说的”里，安全员会来复查。")
    unreached = Words(label="没查成的原因", max_length=300, required=False, help_text="锁了门、进不去才写；写了这个，上面的就不用填。")

    def __init__(self, *args, record: Visit | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = record.items if record else []
        self.needs_scan = bool(record and record.point.needs_scan)
        for n, item in enumerate(self.items):
            self.fields |= item_fields(n, item)
            self.fields[f"answer_{n}"].required = False  # the rule asks, for nobody answers where nobody could get in

    def clean(self):
        cleaned = super().clean() or {}
        given: dict[int, dict[str, Any]] = {}
        for n, _ in enumerate(self.items):
            given[n] = {"value": cleaned.get(f"answer_{n}"), "note": cleaned.get(f"note_{n}", ""), "photos": cleaned.get(f"photo_{n}", [])}
        rest = {name: cleaned.get(name, "") for name in ("codes", "note", "unreached")}
        return {"given": given, "photos": cleaned.get("photos", []), "on_spot": cleaned.get("on_spot", False), **rest}

    @property
    def groups(self) -> list[dict]:
        """The fields item by item, for the page."""
        return [
            {"n": n + 1, "item": item, "answer": self[f"answer_{n}"], "note": self[f"note_{n}"], "photo": self[f"photo_{n}"] if item["photo"] else None}
            for n, item in enumerate(self.items)
        ]


class ListFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")

    class Meta:
        model = CheckList
        fields: list[str] = []


class RouteFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="路线")
    purpose = filters.ChoiceFilter(choices=Purpose.choices, label="哪种检查", empty_label="全部")

    class Meta:
        model = Route
        fields: list[str] = []


class RoundFilters(filters.FilterSet):
    route = KeptModelChoiceFilter(kept="safety-routes", label="路线", queryset=Route.objects.order_by("name"), empty_label="全部路线")
    state = filters.ChoiceFilter(choices=[*OccurrenceState.choices, ("bad", "有问题的")], method="in_state", label="情况", empty_label="全部")
    since = filters.DateFilter(field_name="occurrence__on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="occurrence__on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Round
        fields: list[str] = []

    def in_state(self, rows, name, value):
        return rows.filter(bad__gt=0) if value == "bad" else rows.filter(occurrence__state=value)


class VisitFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="地点")
    route = KeptModelChoiceFilter(
        kept="safety-routes", field_name="round__route", label="路线", queryset=Route.objects.order_by("name"), empty_label="全部路线"
    )
    state = filters.ChoiceFilter(choices=VisitState.choices, label="结果", empty_label="全部结果")

    class Meta:
        model = Visit
        fields: list[str] = []
