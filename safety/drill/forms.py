"""What people fill in for plans and drills."""

import django_filters as filters
from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import Picks, PlaceField, Words, blank
from logistics.platform.web.lines import DayField, PersonField
from logistics.platform.web.rows import RowsField
from safety.hazard.models import HazardKind
from safety.late import ClaimedField

from .models import DrillMode, DrillProblem, EmergencyPlan, GoodsReady, PeopleReady, PlanEnough, PlanFit, PlanKind, PlanState, ProblemState
from .queries import plans_in_force

MOST_CLASSES = 120
COUNT = forms.NumberInput(attrs={"inputmode": "numeric"})


class PlanForm(forms.Form):
    title = Words(label="名称", max_length=60, help_text="例如 火灾应急疏散预案。")
    kind = forms.ChoiceField(label="种类", choices=blank(PlanKind, "请选"))
    text = Words(label="正文", max_length=20_000, rows=14, help_text="一段一行：组织机构、分工、路线、集合点、报警电话、步骤。")
    effective_on = DayField(label="施行日期", initial=timezone.localdate)


class ReviseForm(forms.Form):
    takes_record = True
    text = Words(label="正文", max_length=20_000, rows=14)
    change_note = Words(label="改了什么", max_length=200, rows=2)
    effective_on = DayField(label="施行日期", initial=timezone.localdate)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["text"].initial = record.current.text


class ClassField(forms.CharField):
    """A class by its name."""

    widget = forms.HiddenInput

    def clean(self, value):
        name = super().clean(value).strip()
        found = SchoolClass.objects.filter(name=name, is_active=True).first() if name else None
        if name and found is None:
            raise forms.ValidationError(f"没有「{name[:20]}」这个班。")
        return found


class ClassRowForm(forms.Form):
    """One class; a class nobody filled in is left out."""

    school_class = ClassField(label="班级")
    expected = forms.IntegerField(label="应到", min_value=0, max_value=999)
    arrived = forms.IntegerField(label="实到", min_value=0, max_value=999)
    seconds = forms.IntegerField(label="用时（秒）", min_value=1, max_value=7200, required=False)
    why = Words(label="没到的原因", max_length=60, required=False)


class ClassRows(RowsField):
    """The classes stand there with how many they are; only those with a number arrived count."""

    def filled(self, raw):
        return [row for row in raw if str(row.get("school_class") or "").strip()]

    def clean(self, value):
        return super().clean([row for row in value or [] if str(row.get("arrived") if row.get("arrived") is not None else "").strip()])


def rows_of_classes() -> list[dict]:
    """A row for every class with its pupils, as the form begins."""
    pupils = Count("students", filter=Q(students__is_active=True))
    return [
        {"school_class": row.name, "expected": row.pupils} for row in SchoolClass.objects.filter(is_active=True).annotate(pupils=pupils).order_by("order", "pk")
    ]


class DrillForm(KeepsUploads, forms.Form):
    plan = forms.ModelChoiceField(plans_in_force(), label="按哪个预案", empty_label="请选")
    name = Words(label="演练名称", max_length=60, help_text="例如 11 月火灾疏散演练。")
    mode = forms.ChoiceField(label="方式", choices=DrillMode.choices, widget=Picks(columns=2))
    where = Words(label="地点", max_length=60)
    happened_at = ClaimedField(label="开始时间")
    seconds = forms.IntegerField(
        label="用时（秒）", min_value=1, max_value=7200, required=False, widget=COUNT, help_text="从警报到全部到达集合点，2 分 15 秒写 135。"
    )
    commander = PersonField(label="总指挥", empty_label="请选")
    units = Words(label="参加单位", max_length=100, initial="全体师生")
    staff = forms.IntegerField(label="教职工人数", min_value=0, max_value=9999, widget=COUNT)
    students = forms.IntegerField(label="学生人数", min_value=0, max_value=99_999, required=False, widget=COUNT, help_text="写了各班清点就不用写。")
    classes = ClassRows(ClassRowForm, label="各班清点", required=False, most=MOST_CLASSES)
    goods = Words(label="物资", max_length=200, required=False, help_text="例如 扩音器 2 个、灭火器 4 具、急救箱 1 个。")
    process = Words(label="过程", max_length=1000, rows=4)
    people_ready = forms.ChoiceField(label="人员到位", choices=blank(PeopleReady, "请选"))
    goods_ready = forms.ChoiceField(label="物资到位", choices=blank(GoodsReady, "请选"))
    plan_fit = forms.ChoiceField(label="预案适宜性", choices=blank(PlanFit, "请选"))
    plan_enough = forms.ChoiceField(label="预案充分性", choices=blank(PlanEnough, "请选"))
    improvement = Words(label="改进", max_length=500, rows=2, required=False, help_text="超过目标用时必须写。要人去办的问题，保存以后一个一个加。")
    photos = PhotosField(label="照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


class ProblemForm(forms.Form):
    problem = Words(label="问题", max_length=200, rows=2)
    measure = Words(label="措施", max_length=200, rows=2)
    owner = PersonField(label="谁来办", empty_label="请选")
    due_on = DayField(label="办好的期限")


class HazardForm(forms.Form):
    place = PlaceField(label="哪里", max_length=200)
    kind = forms.ChoiceField(label="种类", choices=blank(HazardKind, "请选"))
    description = Words(label="有什么隐患", max_length=200, rows=2)


class MendForm(forms.Form):
    words = Words(label="怎么办的", max_length=200, rows=2)


class PlanFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=PlanKind, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=PlanState, label="状态", empty_label="全部")

    class Meta:
        model = EmergencyPlan
        fields: list[str] = []


class ProblemFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="problem", lookup_expr="icontains", label="找", help_text="问题")
    state = filters.ChoiceFilter(choices=ProblemState, label="状态", empty_label="全部")

    class Meta:
        model = DrillProblem
        fields: list[str] = []
