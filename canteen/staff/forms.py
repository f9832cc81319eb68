"""What people fill in for canteen staff."""

import django_filters as filters
from django import forms

from canteen.late import ClaimedField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, Words, blank
from logistics.platform.web.lines import DayField, PersonField

from .models import SYMPTOMS, TIDY, Fitness, Job, RosterEntry, RosterState, TrainingKind, Worker
from .queries import active_workers


class WorkerForm(forms.ModelForm):
    person = PersonField(label="姓名", empty_label="请选", help_text="先在人员里登记，健康证登记在证件里。")

    class Meta:
        model = Worker
        fields = ["person", "job", "is_active"]


class WorkerChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(active_workers(), **({"label": "谁", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, worker):
        return f"{worker}（{worker.get_job_display()}）"


class WorkersField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(active_workers(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, worker):
        return f"{worker}（{worker.get_job_display()}）"


class MorningForm(forms.Form):
    """Nothing is ticked beforehand: what is written was looked at."""

    worker = WorkerChoice()
    celsius = forms.DecimalField(
        label="体温（℃）", max_digits=3, decimal_places=1, min_value=34, max_value=43, widget=forms.NumberInput(attrs={"inputmode": "decimal"})
    )
    symptoms = forms.MultipleChoiceField(
        label="有没有", choices=list(SYMPTOMS.items()), required=False, widget=forms.CheckboxSelectMultiple, help_text="问到、看到有的才勾。"
    )
    tidy = forms.MultipleChoiceField(
        label="看过，合格的", choices=list(TIDY.items()), required=False, widget=forms.CheckboxSelectMultiple, help_text="一项一项看过再勾。"
    )
    result = forms.ChoiceField(
        label="结论", choices=Fitness.choices, widget=Picks(icons={"duty": "circle-check", "off": "circle-pause", "doctor": "stethoscope"})
    )
    went = Words(label="去向或复工依据", max_length=200, required=False, help_text="不上岗的写去了哪里；病好回来的写依据，例如 医生证明。")
    happened_at = ClaimedField(label="检查时间")
    note = Words(label="备注", max_length=200, required=False)


class RosterForm(forms.Form):
    on = DayField(label="哪天")
    worker = WorkerChoice()
    job = forms.ChoiceField(label="岗位", choices=blank(Job, "照平时的岗位"), required=False)
    shift = Words(label="班次", max_length=20, required=False, help_text="例如 早班、全天。")


class RosterAllForm(forms.Form):
    on = DayField(label="哪天")
    workers = WorkersField(label="上岗的人")
    shift = Words(label="班次", max_length=20, required=False)


class TrainingForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="种类", choices=TrainingKind.choices, widget=Picks(columns=2))
    topic = Words(label="内容", max_length=100)
    hours = forms.DecimalField(label="学时", max_digits=4, decimal_places=1, min_value=0, max_value=24)
    workers = WorkersField(label="参加的人")
    scores = Words(label="分数", max_length=2000, rows=4, required=False, help_text="考核才要写，一行一人，例如 张三 85。")
    teacher = Words(label="主讲或监考", max_length=30, required=False)
    happened_at = ClaimedField(label="结束时间")
    photos = PhotosField(label="签到表和照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


class WorkerFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="person__name", lookup_expr="icontains", label="找", help_text="姓名")
    job = filters.ChoiceFilter(choices=Job, label="岗位", empty_label="全部岗位")

    class Meta:
        model = Worker
        fields: list[str] = []


class RosterFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="worker__person__name", lookup_expr="icontains", label="找", help_text="姓名")
    on = filters.DateFilter(label="哪天", widget=forms.DateInput(attrs={"type": "date"}))
    state = filters.ChoiceFilter(choices=RosterState, label="状态", empty_label="全部")

    class Meta:
        model = RosterEntry
        fields: list[str] = []
