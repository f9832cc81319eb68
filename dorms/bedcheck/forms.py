"""What keepers and head teachers fill in at night."""

import re

import django_filters as filters
from django import forms
from django.utils import timezone

from dorms.bed.models import DormBuilding
from dorms.leave.queries import overdue_on
from logistics.platform.org.models import Student
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import LineForm, line_field

from .models import BedCheck, CheckTime, Mark, Missing, MissingState, Nights, Outcome, RoomCheck, RoomState
from .queries import expected

HERE = [("", "在"), (Mark.ABSENT, "没到"), (Mark.LATE, "晚归"), (Mark.ELSEWHERE, "有去向")]
AWAY = [("", "请假"), (Mark.IN, "在，没走")]
GONE = [("", "还没到"), (Mark.IN, "到了"), (Mark.ELSEWHERE, "有去向")]
CHOICES = {Mark.IN: HERE, Mark.LEAVE: AWAY, Mark.ABSENT: GONE}
MARK_NAME = re.compile(r"(mark|note)_(\d{1,17})")


class TimeForm(forms.ModelForm):
    name = Words(label="名称", max_length=20, help_text="例如 晚点名、熄灯查寝、早起。")
    nights = forms.ChoiceField(label="哪些晚上", choices=Nights, widget=Picks(columns=2))

    class Meta:
        model = CheckTime
        fields = ["name", "begins_at", "nights", "is_obligatory", "is_active"]
        widgets = {"begins_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class KeysField(forms.CharField):
    """Keys of students, sent along with what the page showed: 12 15 18."""

    widget = forms.HiddenInput

    def clean(self, value):
        found = (super().clean(value) or "").split()
        if any(not (key.isascii() and key.isdecimal()) or len(key) > 17 for key in found):
            raise forms.ValidationError("请刷新后再填。")
        return [int(key) for key in found]


def bed_fields(key: int, label: str, choices: list) -> dict[str, forms.Field]:
    return {
        f"mark_{key}": forms.ChoiceField(label=label, choices=choices, required=False, widget=Picks(columns=4 if len(choices) == 4 else 3)),
        f"note_{key}": Words(label=f"{label}在哪里", max_length=120, required=False),
    }


class RoomForm(forms.Form):
    """A button row for each boarder, set to what is taken for granted: whoever is not touched is in bed, or on leave."""

    takes_record = True
    asked = KeysField(required=False)
    away = KeysField(required=False)

    def __init__(self, *args, record: RoomCheck | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = expected(record, timezone.now()) if record is not None else []
        self.overdue = overdue_on(record.check_of.on, [student.pk for student, _ in self.people]) if record is not None else set()
        for student, usual in self.people:
            self.fields |= bed_fields(student.pk, student.name, self.offered(student.pk, usual))
        self.initial["asked"] = " ".join(str(student.pk) for student, _ in self.people)
        self.initial["away"] = " ".join(str(student.pk) for student, usual in self.people if usual == Mark.LEAVE)

    def offered(self, key: int, usual: str) -> list:
        """The buttons of a boarder; what a page read earlier offered is still understood."""
        choices, sent = CHOICES[Mark(usual)], self.data.get(f"mark_{key}", "") if self.is_bound else ""
        known = {str(value) for value, _ in choices}
        return choices if sent in known or sent not in Mark.values else [*choices, (sent, Mark(sent).label)]

    def clean(self):
        cleaned = super().clean() or {}
        marks = {student.pk: cleaned.get(f"mark_{student.pk}") or "" for student, _ in self.people}
        notes = {student.pk: cleaned.get(f"note_{student.pk}", "") for student, _ in self.people}
        return {"asked": cleaned.get("asked", []), "shown_away": cleaned.get("away", []), "marks": marks, "notes": notes}

    @classmethod
    def typed_fields(cls, typed: dict) -> dict[str, forms.Field]:
        """The fields as they were when the page was read, for showing what was sent with it."""
        fields = dict(cls.base_fields)
        keys = {int(found[2]) for name in typed if (found := MARK_NAME.fullmatch(name))}
        for student in Student.objects.filter(pk__in=keys):
            choices = [*HERE, *AWAY[1:]]
            fields |= bed_fields(student.pk, student.name, choices)
        return fields

    @property
    def beds(self) -> list[dict]:
        """Boarder by boarder, for the page."""
        return [
            {"student": student, "usual": usual, "overdue": student.pk in self.overdue, "mark": self[f"mark_{student.pk}"], "note": self[f"note_{student.pk}"]}
            for student, usual in self.people
        ]  # fmt: skip


class CorrectForm(LineForm):
    """Another word about one boarder of this night."""

    line = "student"
    student = line_field(Student, "学生")
    mark = forms.ChoiceField(label="改为", choices=[(mark.value, mark.label) for mark in Mark if mark != Mark.LEAVE], widget=Picks(columns=4))
    note = Words(label="为什么更正", max_length=120, help_text="第一次写的留着，能看到。")

    def lines(self, record, user):
        from dorms.bed.queries import stays_on

        slept = stays_on(record.check_of.on).filter(bed__room=record.room_id).order_by().values("student")
        return (
            (Student.objects.filter(pk__in=slept) | Student.objects.filter(pk__in=record.marks.values("student")))
            .select_related("school_class")
            .order_by("number")
        )

    def words(self, chosen):
        return f"{chosen.school_class} {chosen.name}"


class StepForm(forms.Form):
    words = Words(label="做了什么", max_length=200, rows=2, help_text="例如 已打电话给家长，家长说没有回家。")


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(label="结果", choices=Outcome, widget=Picks(columns=3))
    words = Words(label="说明", max_length=200, rows=2, required=False, help_text="在哪里，和谁在一起。归寝了、点错了的可以不写。")


class TimeFilters(filters.FilterSet):
    class Meta:
        model = CheckTime
        fields: list[str] = []


def building_filter(name: str) -> filters.ModelChoiceFilter:
    return filters.ModelChoiceFilter(field_name=name, queryset=DormBuilding.objects.select_related("place"), label="宿舍楼", empty_label="全部")


class CheckFilters(filters.FilterSet):
    building = building_filter("building")
    time = filters.ModelChoiceFilter(queryset=CheckTime.objects.all(), label="哪次", empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = BedCheck
        fields: list[str] = []


class RoomFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="room__place__full_name", lookup_expr="icontains", label="找", help_text="宿舍")
    state = filters.ChoiceFilter(choices=RoomState, label="情况", empty_label="全部")
    absent = filters.CharFilter(method="has_absent", label="有人没到", widget=forms.HiddenInput())
    since = filters.DateFilter(field_name="check_of__on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="check_of__on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = RoomCheck
        fields: list[str] = []

    def has_absent(self, rows, name, value):
        return rows.filter(absent__gt=0)


class MissingFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="student__name", lookup_expr="icontains", label="找", help_text="学生")
    state = filters.ChoiceFilter(choices=MissingState, label="状态", empty_label="全部")
    outcome = filters.ChoiceFilter(choices=Outcome, label="结果", empty_label="全部")
    since = filters.DateFilter(field_name="noticed_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="noticed_at", lookup_expr="date__lte", label="到", widget=DayInput())

    class Meta:
        model = Missing
        fields: list[str] = []
