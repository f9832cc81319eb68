"""What people fill in for a leave."""

from datetime import datetime, time, timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.attachments.forms import SignatureField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField
from logistics.platform.web.students import StudentField

from .models import DormLeave, LeaveReason, LeaveState
from .queries import GRANT, away_q, boarders_of, night_of, own_boarders, own_classes

BACK_AT = time(18)


class OwnBoarderField(forms.ModelChoiceField):
    """A boarder of the head teacher's own classes."""

    def label_from_instance(self, student):
        return f"{student.school_class} {student.name}"


def next_weekend(today) -> tuple:
    """(the coming Friday, today included; the moment to be back on Sunday)."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    return friday, timezone.make_aware(datetime.combine(friday + timedelta(days=2), BACK_AT))


class LinkForm(forms.Form):
    """Whose parent is asked."""

    takes_user = True
    student = StudentField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if scope_of(user, GRANT) == Scope.OWN:
            self.fields["student"] = OwnBoarderField(own_boarders(user), label="学生", empty_label="请选")
            self.order_fields(["student"])


class NightsForm(forms.Form):
    """The nights and who collects."""

    first_on = DayField(label="从哪晚起", help_text="不在宿舍睡的第一晚。")
    back_by = ClaimedField(label="什么时候回校", required=True, help_text="最后一晚的第二天，写几点以前回来。")
    kind = forms.ChoiceField(label="原因", choices=LeaveReason, initial=LeaveReason.HOME, widget=Picks(columns=3))
    reason = Words(label="说明", max_length=120, required=False, help_text="宿管员和门卫也看得到，病情不用写。")
    collector = Words(label="谁来接", max_length=30, required=False, help_text="没有人接的空着。")
    relation = Words(label="接的人是学生的", max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、奶奶"}))


class GrantForm(LinkForm, NightsForm):
    field_order = ["student", "first_on", "back_by", "kind", "reason", "collector", "relation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("first_on", night_of(timezone.now()))


class PupilsField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Student.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, student):
        return f"{student.name}（{student.get_sex_display() or '—'}，{student.number}）"


class WeekendForm(forms.Form):
    """Everybody of a class who goes home, in one form."""

    takes_user = True
    school_class = forms.ModelChoiceField(SchoolClass.objects.none(), label="班级", empty_label="请选")
    first_on = DayField(label="从哪晚起")
    back_by = ClaimedField(label="什么时候回校", required=True, help_text="写几点以前回来。")
    students = PupilsField(label="谁请假", help_text="勾了的请假，没有勾的留校，照常点名。")

    def __init__(self, *args, user, school_class=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school_class"].queryset = own_classes(user)
        self.initial["first_on"], self.initial["back_by"] = next_weekend(timezone.localdate())
        if school_class is not None:
            self.initial["school_class"] = school_class.pk
            self.fields["students"].queryset = boarders_of(school_class)


class ParentForm(NightsForm):
    """What the parent fills in at the link; a typed signature must be the name given above."""

    field_order = ["first_on", "back_by", "kind", "reason", "collector", "relation", "name", "kin", "signature"]
    name = Words(label="您的姓名", max_length=30)
    kin = Words(label="您是学生的", max_length=20, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、母亲、监护人"}))
    signature = SignatureField(label="签名")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "病情不用写。"
        if self.is_bound:
            self.fields["signature"].signer = str(self.data.get("name", "")).strip()


class WhyForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class BackForm(forms.Form):
    note = Words(label="说明", max_length=200, required=False, help_text="例如 家长送到楼下。")


class LeaveFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="学生、班级、假条号")
    state = filters.ChoiceFilter(choices=LeaveState, label="状态", empty_label="全部")
    night = filters.DateFilter(method="on_night", label="哪晚不在", widget=DayInput())
    overdue = filters.CharFilter(method="is_overdue", label="过时没有销假", widget=forms.HiddenInput())

    class Meta:
        model = DormLeave
        fields: list[str] = []

    def find(self, rows, name, value):
        pupil = Q(student__name__icontains=value) | Q(student__pinyin__icontains=value) | Q(school_class__name__icontains=value)
        return rows.filter(pupil | Q(number__icontains=value))

    def on_night(self, rows, name, value):
        return rows.filter(away_q(value)) if value.year in ClaimedField.years else rows.none()

    def is_overdue(self, rows, name, value):
        return rows.filter(state=LeaveState.GRANTED, back_by__lt=timezone.now())
