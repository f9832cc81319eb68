"""What people fill in for stores, stocks and their month."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.item.models import Item, ItemKind
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import Department
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.lines import PersonField

from .models import MoveKind, Stock, StockClose, StockMove, Store
from .queries import DAY_VIEWS, VIEWS, active_stores


class MonthField(forms.DateField):
    """A month, given as its first day; the browser's own month picker."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
    default_error_messages = {"invalid": "月份写成 2026-11 这样。"}

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day and not 2010 <= day.year <= 2100:
            raise forms.ValidationError("年份请写 2010 到 2100 年之间的。")
        return day.replace(day=1) if day else None


class StoreForm(forms.ModelForm):
    name = Words(label="仓库", max_length=40, widget=forms.TextInput(attrs={"placeholder": "例如 总务库房、实验耗材库"}))
    place = PlaceField(label="地点", max_length=200, required=False)
    keeper = PersonField(label="保管员", empty_label="请选", help_text="发料、盘点找这个人；月结由别人办。")

    class Meta:
        model = Store
        fields = ["name", "place", "keeper", "order", "is_active"]


class BinForm(forms.Form):
    bin = Words(label="货位", max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 A-03"}))


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class CloseForm(forms.Form):
    store = forms.ModelChoiceField(active_stores(), label="仓库", empty_label="请选")
    month = MonthField(label="月份")


class StoreFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="仓库")
    is_active = filters.BooleanFilter(label="在用")

    class Meta:
        model = Store
        fields: list[str] = []


def item_like(value: str, path: str = "") -> Q:
    text = plain(value)
    return Q(**{f"{path}name__icontains": text}) | Q(**{f"{path}spec__icontains": text}) | Q(**{f"{path}pinyin__icontains": text})


class StockFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="品名、规格、拼音、货位")
    store = filters.ModelChoiceFilter(queryset=Store.objects.all(), label="仓库", empty_label="全部仓库")
    kind = filters.ModelChoiceFilter(field_name="item__kind", queryset=ItemKind.objects.all(), label="类别", empty_label="全部类别")
    there = filters.BooleanFilter(method="only_there", label="有存货", widget=forms.HiddenInput)
    show = filters.ChoiceFilter(
        method="shown", choices=[("low", "不足"), ("over", "超储"), ("expiring", "快到期"), ("slow", "积压")], label="看哪些", empty_label="全部"
    )

    class Meta:
        model = Stock
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(item_like(value, "item__") | Q(bin__icontains=value))

    def only_there(self, rows, name, value):
        return rows.filter(quantity__gt=0) if value else rows

    def shown(self, rows, name, value):
        return VIEWS[value](rows) if value in VIEWS else DAY_VIEWS[value](rows, timezone.localdate())


class MoveFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="品名、单号、部门")
    store = filters.ModelChoiceFilter(queryset=Store.objects.all(), label="仓库", empty_label="全部仓库")
    kind = filters.ChoiceFilter(choices=MoveKind, label="类型", empty_label="全部类型")
    department = filters.ModelChoiceFilter(queryset=Department.objects.all(), label="部门", empty_label="全部部门")
    item = filters.ModelChoiceFilter(field_name="stock__item", queryset=Item.objects.all(), label="物品", widget=forms.HiddenInput)
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = StockMove
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(item_like(value, "stock__item__") | Q(document_label__icontains=value) | Q(department__name__icontains=value))


class CloseFilters(filters.FilterSet):
    store = filters.ModelChoiceFilter(queryset=Store.objects.all(), label="仓库", empty_label="全部仓库")

    class Meta:
        model = StockClose
        fields: list[str] = []


class CostForm(forms.Form):
    """Which months and which store the costs are about."""

    until = MonthField(label="到", required=False)
    store = forms.ModelChoiceField(Store.objects.all(), label="仓库", required=False, empty_label="全部仓库")
