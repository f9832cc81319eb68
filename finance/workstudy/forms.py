"""What people fill in for 勤工俭学."""

import django_filters as filters
from django import forms
from django.utils import timezone

from finance.aid.forms import PayForm, ReasonForm
from finance.fee.forms import StudentField
from finance.journal.forms import MonthField
from finance.money import DIGITS
from logistics.platform.org.models import Department
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, PersonField, line_field

from .models import Placement, SheetState, WorkHours, WorkPost, WorkSheet
from .queries import placements_in, rows_of

__all__ = ["EndForm", "HoursForm", "PayForm", "PlaceForm", "PostFilters", "PostForm", "ReasonForm", "RemoveForm", "SheetFilters", "SheetForm"]


class PostForm(forms.ModelForm):
    name = Words(label="岗位", max_length=40)
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="用工部门", empty_label="请选")
    supervisor = PersonField(label="指导老师", empty_label="请选", help_text="由他登记每月工时。")
    duties = Words(label="做什么", max_length=300, rows=2)
    places = forms.IntegerField(label="人数", min_value=1, max_value=999)
    pay = MoneyField(label="每小时报酬（元）", max_digits=DIGITS)

    class Meta:
        model = WorkPost
        fields = ["name", "department", "supervisor", "duties", "places", "pay", "is_active"]


class PlaceForm(forms.Form):
    student = StudentField(label="学号")
    from_on = DayField(label="上岗", initial=timezone.localdate)


class EndForm(LineForm):
    line = "placement"
    placement = line_field(Placement, "哪名学生")
    until_on = DayField(label="离岗", initial=timezone.localdate)

    def lines(self, record, user):
        return record.placements.filter(until_on=None).select_related("student", "post")


class SheetForm(forms.Form):
    month = MonthField(label="月份")


class HoursForm(LineForm):
    line = "placement"
    placement = line_field(Placement, "学生和岗位")
    hours = forms.DecimalField(
        label="工时（小时）", max_digits=4, decimal_places=1, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.5"})
    )
    note = Words(label="说明", max_length=200, required=False)

    def lines(self, record, user):
        return placements_in(record, user)


class RemoveForm(LineForm):
    line = "row"
    row = line_field(WorkHours, "哪一行")

    def lines(self, record, user):
        return rows_of(record, user)


class PostFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="岗位")

    class Meta:
        model = WorkPost
        fields: list[str] = []


class SheetFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=SheetState, label="状态", empty_label="全部状态")

    class Meta:
        model = WorkSheet
        fields: list[str] = []
