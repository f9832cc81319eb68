"""What people fill in for a hazard."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words, blank
from logistics.platform.web.lines import DayField, MoneyField, PersonField
from repairs.public import repair_kinds

from .models import OPEN, Hazard, HazardKind, Level, Source, State

RESULTS = [("pass", "合格"), ("fail", "不合格")]


class ReportForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="照片", required=False)
    place = PlaceField(label="地点")
    kind = forms.ChoiceField(label="哪一类", choices=HazardKind.choices, widget=Picks())
    description = Words(label="有什么隐患", max_length=500, rows=3)
    source = forms.ChoiceField(label="怎么发现的", choices=[(s.value, s.label) for s in Source if s != Source.PATROL], initial=Source.REPORT)
    on_spot = forms.BooleanField(label="已经当场整改好了", required=False)
    fixed_words = Words(label="怎么整改的", max_length=300, required=False, help_text="当场整改的才写。")


class AssignForm(forms.Form):
    owner = PersonField(label="责任人", empty_label="请选")
    department = forms.ModelChoiceField(Department.objects.all(), label="责任部门", required=False, empty_label="责任人的部门")
    measure = Words(label="整改措施", max_length=300, rows=2)
    due_on = DayField(label="期限", required=False, help_text="空着就按学校定的：设置里的一般、重大隐患整改天数。")
    money = MoneyField(label="整改资金（元）", required=False, help_text="重大隐患要填，不花钱的填 0。")
    temporary = Words(label="临时措施和预案", max_length=300, rows=2, required=False, help_text="重大隐患要写：停用、隔离、专人看守。")


class GradeForm(AssignForm):
    """Level and kind; with a person it is given out in the same step."""

    level = forms.ChoiceField(label="等级", choices=Level.choices, widget=Picks(columns=2))
    kind = forms.ChoiceField(label="类别", choices=blank(HazardKind, "不改"), required=False)
    owner = PersonField(label="责任人", required=False, empty_label="以后再派")
    measure = Words(label="整改措施", max_length=300, rows=2, required=False, help_text="选了责任人的要写。")
    field_order = ["level", "kind", "owner", "department", "measure", "due_on", "money", "temporary"]

    def clean(self):
        data = super().clean() or {}
        if data.get("department") and not data.get("owner"):
            self.add_error("owner", "选了责任部门，还要选责任人。")
        return data


class ReassignForm(AssignForm):
    """The same without a deadline, which only postponing moves."""

    takes_record = True
    due_on = None  # type: ignore[assignment]

    def __init__(self, *args, record=None, user=None, **kwargs):
        was = {name: getattr(record, name) for name in ("owner", "department", "measure", "money", "temporary")} if record else {}
        super().__init__(*args, initial=was | kwargs.pop("initial", {}), **kwargs)


class FixForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="整改后的照片")
    words = Words(label="怎么整改的", max_length=300, rows=2)


class TicketForm(forms.Form):
    kind = forms.ModelChoiceField(repair_kinds(), label="报修类别", empty_label="请选")
    urgency = forms.ChoiceField(label="紧急", choices=[("normal", "一般"), ("class", "影响上课"), ("danger", "有危险")], initial="normal", widget=Picks())


class RecheckForm(KeepsUploads, forms.Form):
    result = forms.ChoiceField(label="复查结论", choices=RESULTS, widget=Picks(columns=2))
    words = Words(label="说明", max_length=300, rows=2, required=False, help_text="不合格的要写哪里还不行。")
    photos = PhotosField(label="复查照片", required=False)


class CloseForm(forms.Form):
    result = forms.ChoiceField(label="结论", choices=[("pass", "同意销号"), ("fail", "退回整改")], widget=Picks(columns=2))
    words = Words(label="意见", max_length=300, rows=2, required=False)


class PostponeForm(forms.Form):
    due_on = DayField(label="延到哪天")
    reason = Words(label="为什么延期", max_length=200, rows=2)


class ReportUpForm(forms.Form):
    reported_on = DayField(label="上报日期", initial=timezone.localdate)
    reported_to = Words(label="上报单位和接报人", max_length=60)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class HazardFilters(filters.FilterSet):
    q = filters.CharFilter(method="found", label="找", help_text="编号、地点、情况")
    state = filters.ChoiceFilter(choices=[("open", "没有销号的"), ("late", "逾期的"), *State.choices], method="in_state", label="状态", empty_label="全部状态")
    level = filters.ChoiceFilter(choices=Level.choices, label="等级", empty_label="全部等级")
    kind = filters.ChoiceFilter(choices=HazardKind.choices, label="类别", empty_label="全部类别")
    source = filters.ChoiceFilter(choices=Source.choices, label="来源", empty_label="全部来源")
    since = filters.DateFilter(field_name="found_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="found_at", lookup_expr="date__lte", label="到", widget=DayInput())

    class Meta:
        model = Hazard
        fields: list[str] = []

    def found(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(description__icontains=value) | Q(place__full_name__icontains=value))

    def in_state(self, rows, name, value):
        if value == "late":
            return rows.filter(state=State.ASSIGNED, due_on__lt=timezone.localdate())
        return rows.filter(state__in=OPEN) if value == "open" else rows.filter(state=value)
