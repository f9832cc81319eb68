"""What people fill in for a pass."""

import django_filters as filters
from django import forms
from django.db.models import Q

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.attachments.forms import SignatureField
from logistics.platform.org.models import Student
from logistics.platform.web.forms import DayInput, Picks, Words
from safety.gate.forms import PHONE, MomentField
from safety.students import StudentField

from .models import PassReason, PassState, StudentPass
from .queries import ASK


class OwnPupilField(forms.ModelChoiceField):
    """A pupil of the head teacher's own classes."""

    def label_from_instance(self, student):
        return f"{student.school_class} {student.name}"


class PassForm(forms.Form):
    """The head teacher chooses from the own class, others name the pupil."""

    takes_user = True
    student = StudentField()
    kind = forms.ChoiceField(label="原因", choices=PassReason, widget=Picks(columns=2))
    reason = Words(label="说明", max_length=120, required=False, help_text="门卫也看得到，病情不用写。")
    leave_at = MomentField(label="什么时候走", required=False, help_text="空着就是现在。")
    back_by = MomentField(label="什么时候回", required=False, help_text="今天不回来的空着。")
    collector = Words(label="谁来接", max_length=30, required=False, help_text="没有人接的空着，家长确认时会看到。")
    relation = Words(label="接的人是学生的", max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、奶奶"}))
    phone = forms.RegexField(label="家长电话", max_length=20, required=False, **PHONE)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if scope_of(user, ASK) == Scope.OWN:
            own = Student.objects.filter(is_active=True, school_class__head_teacher=user.pk).select_related("school_class__head_teacher").order_by("number")
            self.fields["student"] = OwnPupilField(own, label="学生", empty_label="请选")
            self.order_fields(["student"])


class PupilSignForm(forms.Form):
    takes_record = True
    signature = SignatureField(label="学生签名")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = record.student.name if record is not None else ""

    def clean(self):
        data = super().clean()
        return {"signature": [data["signature"]] if data.get("signature") else []}


class TeacherForm(forms.Form):
    words = Words(label="说明", max_length=200, required=False, help_text="代班主任确认的，写为什么。")


class GuardForm(forms.Form):
    takes_record = True
    checked = forms.BooleanField(label="已核对学生本人和来接的人", required=False)
    words = Words(label="说明", max_length=200, required=False, help_text="例如 看了身份证、打了家长电话。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not record.collector:
            self.fields["checked"].label = "已核对学生本人，没有人接"


class WhyForm(forms.Form):
    reason = Words(label="为什么作废", max_length=200, rows=2)


class ParentForm(forms.Form):
    """What the parent fills in at the link; a typed signature must be the name given above."""

    agrees = forms.TypedChoiceField(
        label="您的意见", coerce=lambda value: value == "yes", choices=[("yes", "同意出校"), ("no", "不同意")], widget=Picks(columns=2)
    )
    name = Words(label="您的姓名", max_length=30)
    relation = Words(label="您是学生的", max_length=20, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、母亲、监护人"}))
    signature = SignatureField(label="签名")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["signature"].signer = str(self.data.get("name", "")).strip()


class PassFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="学生、班级、出门证号")
    state = filters.ChoiceFilter(choices=PassState, label="状态", empty_label="全部")
    since = filters.DateFilter(field_name="leave_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="leave_at", lookup_expr="date__lte", label="到", widget=DayInput())

    class Meta:
        model = StudentPass
        fields: list[str] = []

    def find(self, rows, name, value):
        pupil = Q(student__name__icontains=value) | Q(student__pinyin__icontains=value) | Q(school_class__name__icontains=value)
        return rows.filter(pupil | Q(number__icontains=value))
