"""What people fill in for the night's rounds."""

from typing import Any

import django_filters as filters
from django import forms

from dorms.bed.models import DormBuilding
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.duties.forms import PersonPick, item_fields
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.org.models import Post
from logistics.platform.web.forms import DayInput, PlaceField, Words
from repairs.public import repair_kinds

from .models import NightPlan, NightRound


class PlanForm(forms.ModelForm):
    building = forms.ModelChoiceField(DormBuilding.objects.filter(is_active=True).select_related("place"), label="宿舍楼", empty_label="请选")
    owner_post = forms.ModelChoiceField(
        Post.objects.order_by("name"), label="责任岗位", required=False, empty_label="由个人负责", help_text="任这个岗位的人都会看到，谁走都算。"
    )
    owner_person = PersonPick(label="责任人", required=False, empty_label="由岗位负责")
    supervisor = PersonPick(label="督促人", required=False, help_text="超时 30 分钟没走，告诉督促人。")
    every = forms.IntegerField(label="每几小时一次", min_value=1, max_value=12, initial=2)

    class Meta:
        model = NightPlan
        fields = ["building", "owner_post", "owner_person", "starts", "until", "every", "days", "by_women", "supervisor", "is_active"]
        widgets = {"starts": forms.TimeInput(format="%H:%M", attrs={"type": "time"}), "until": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}


class WalkForm(KeepsUploads, forms.Form):
    """answer_<n> and note_<n> for each item of the round."""

    takes_record = True
    kind = forms.ModelChoiceField(repair_kinds(), label="坏了的报修", required=False, empty_label="不用报修", help_text="选了类别，不正常的几项一起报修。")
    place = PlaceField(label="坏在哪里", required=False, help_text="空着就是整栋楼。")
    photos = PhotosField(label="照片", required=False, most=6)
    note = Words(label="还有要说的", max_length=300, rows=2, required=False)

    def __init__(self, *args, record: NightRound | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = record.items if record else []
        for n, item in enumerate(self.items):
            self.fields |= item_fields(n, item)

    def clean(self):
        cleaned = super().clean() or {}
        given: dict[int, dict[str, Any]] = {n: {"value": cleaned.get(f"answer_{n}"), "note": cleaned.get(f"note_{n}", "")} for n, _ in enumerate(self.items)}
        return {"given": given, **{name: cleaned.get(name) for name in ("kind", "place", "photos", "note")}} | {"photos": cleaned.get("photos") or []}

    @property
    def groups(self) -> list[dict]:
        """The fields item by item, for the page."""
        return [{"n": n + 1, "item": item, "answer": self[f"answer_{n}"], "note": self[f"note_{n}"]} for n, item in enumerate(self.items)]


class RepairForm(forms.Form):
    takes_record = True
    kind = forms.ModelChoiceField(repair_kinds(), label="哪一类", empty_label="请选")
    place = PlaceField(label="坏在哪里")
    description = Words(label="怎么坏了", max_length=500, rows=3)

    def __init__(self, *args, record: NightRound | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial = {"place": record.building.place, "description": "；".join(line["note"] for line in record.lines if not line["ok"])} | self.initial


class PlanFilters(filters.FilterSet):
    class Meta:
        model = NightPlan
        fields: list[str] = []


class RoundFilters(filters.FilterSet):
    building = filters.ModelChoiceFilter(queryset=DormBuilding.objects.select_related("place"), label="宿舍楼", empty_label="全部")
    state = filters.ChoiceFilter(choices=[*OccurrenceState.choices, ("bad", "有不正常的")], method="in_state", label="情况", empty_label="全部")
    since = filters.DateFilter(field_name="occurrence__on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="occurrence__on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = NightRound
        fields: list[str] = []

    def in_state(self, rows, name, value):
        return rows.filter(bad__gt=0) if value == "bad" else rows.filter(occurrence__state=value)
