"""What people fill in about cleaning."""

import django_filters as filters
from django import forms

from assets.public import active_items
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, PersonField
from safety.students import ClassField

from .models import AreaScore, Cadence, CleaningArea, ScoreState
from .queries import active_areas


class AreaForm(forms.ModelForm):
    name = Words(label="包干区", max_length=40)
    place = PlaceField(label="地点", required=False)
    standard = Words(label="标准", max_length=300, rows=3)
    hours = Words(label="什么时间", max_length=60, required=False, help_text="例如 早读前、午休后。")
    cleaner = PersonField(label="保洁员", required=False, empty_label="没有")
    school_class = ClassField(required=False, empty_label="没有")

    class Meta:
        model = CleaningArea
        fields = ["name", "place", "standard", "times", "hours", "cleaner", "school_class", "is_active"]


class AreaChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(active_areas(), **({"label": "包干区", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, area):
        return f"{area}（{area.owner}）"


class ScoreForm(KeepsUploads, forms.Form):
    area = AreaChoice()
    cadence = forms.ChoiceField(label="种类", choices=Cadence.choices, initial=Cadence.DAILY, widget=Picks(columns=2))
    points = forms.IntegerField(label="得分", min_value=0, max_value=100, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text="满分 100。")
    problem = Words(label="问题", max_length=200, rows=2, required=False, help_text="扣了分就要写。")
    photos = PhotosField(label="照片", required=False, help_text="低于合格分一定要拍。")
    due_on = DayField(label="整改期限", required=False, help_text="低于合格分才写。")
    happened_at = ClaimedField(label="检查时间")
    note = Words(label="备注", max_length=200, required=False)


class FixForm(KeepsUploads, forms.Form):
    words = Words(label="怎么整改的", max_length=200, rows=2)
    photos = PhotosField(label="整改后的照片", required=False)


class CheckForm(forms.Form):
    is_good = forms.TypedChoiceField(
        label="复查",
        choices=[("yes", "合格"), ("no", "退回")],
        coerce=lambda value: value == "yes",
        widget=Picks(icons={"yes": "circle-check", "no": "undo-2"}, columns=2),
    )
    words = Words(label="说明", max_length=200, rows=2, required=False, help_text="退回要写哪里还不行。")


class SupplyForm(forms.Form):
    area = AreaChoice()
    item = forms.ModelChoiceField(active_items(), label="用品", empty_label="请选")
    quantity = forms.DecimalField(label="数量", max_digits=9, decimal_places=2, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    happened_at = ClaimedField()
    note = Words(label="备注", max_length=200, required=False)


class AreaFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="包干区")

    class Meta:
        model = CleaningArea
        fields: list[str] = []


class ScoreFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="area__name", lookup_expr="icontains", label="找", help_text="包干区")
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=DayInput())
    state = filters.ChoiceFilter(choices=ScoreState, label="情况", empty_label="全部")

    class Meta:
        model = AreaScore
        fields: list[str] = []
