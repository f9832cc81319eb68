"""What people fill in for samples and fridges."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from canteen.meal.kinds import MealKind
from canteen.meal.models import MealDish
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.lines import PersonField

from .models import Fridge, FridgeReading, Sample, SampleState
from .queries import active_fridges, lacking

RECENT = timedelta(days=4)


class DishChoice(forms.ModelChoiceField):
    """A served dish that still needs its sample."""

    def __init__(self, **kwargs):
        super().__init__(MealDish.objects.none(), **({"label": "哪道菜", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, dish):
        return f"{dish.meal} {dish}"


def open_dishes():
    return lacking().filter(meal__on__gte=timezone.localdate() - RECENT).order_by("-meal__starts_at", "pk")


class FridgeForm(forms.ModelForm):
    name = Words(label="名称", max_length=30, widget=forms.TextInput(attrs={"placeholder": "例如 留样冰箱一"}))
    place = PlaceField(label="地点", max_length=200, required=False)

    class Meta:
        model = Fridge
        fields = ["name", "place", "for_samples", "low", "high", "is_active"]


class SampleForm(KeepsUploads, forms.Form):
    """Grams, box and moment are always written anew: evidence is not copied from yesterday."""

    takes_user = True
    dish = DishChoice()
    grams = forms.IntegerField(
        label="留样量（克）",
        min_value=0,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text="称出来多少写多少，不少于 125 克。",
    )
    container = Words(label="盒号", max_length=20, help_text="洗净消毒过的专用密封盒，一盒一样。")
    fridge = forms.ModelChoiceField(active_fridges(for_samples=True), label="放进哪个冰箱", empty_label="请选")
    taken_by = PersonField(label="留样人", required=False, empty_label="我自己")
    happened_at = ClaimedField(label="留样时间")
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dish"].queryset = open_dishes()
        fridges = list(active_fridges(for_samples=True)[:2])
        if len(fridges) == 1:
            self.initial.setdefault("fridge", fridges[0].pk)


class GapForm(forms.Form):
    dish = DishChoice()
    reason = Words(label="为什么没有留样", max_length=200, rows=2)
    happened_at = ClaimedField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dish"].queryset = open_dishes()


class ReadingForm(KeepsUploads, forms.Form):
    fridge = forms.ModelChoiceField(active_fridges(), label="冰箱", empty_label="请选")
    celsius = forms.DecimalField(label="温度（℃）", max_digits=4, decimal_places=1, min_value=-60, max_value=60, help_text="照温度计上的写，可以是负数。")
    measure = Words(label="怎么处理", max_length=200, required=False, help_text="超出范围才要写，例如 调低档位，样品移到二号冰箱。")
    happened_at = ClaimedField()
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)


class SampleFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="dish__dish__name", lookup_expr="icontains", label="找", help_text="菜名")
    state = filters.ChoiceFilter(choices=SampleState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(field_name="dish__meal__kind", choices=MealKind.choices, label="餐次", empty_label="全部餐次")
    since = filters.DateFilter(field_name="dish__meal__on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="dish__meal__on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))
    locked = filters.BooleanFilter(field_name="locked_at", lookup_expr="isnull", exclude=True, label="只看封存的", widget=forms.HiddenInput)

    class Meta:
        model = Sample
        fields: list[str] = []


class FridgeFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")

    class Meta:
        model = Fridge
        fields: list[str] = []


class FridgeReadingFilters(filters.FilterSet):
    fridge = filters.ModelChoiceFilter(queryset=Fridge.objects.all(), label="冰箱", empty_label="全部冰箱")
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = FridgeReading
        fields: list[str] = []
