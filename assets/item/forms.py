"""What people fill in about items."""

import django_filters as filters
from django import forms
from django.db.models import Q

from logistics.platform.kernel.text import plain
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import LineForm, line_field

from .models import Item, ItemKind, Pack


class QuantityField(forms.DecimalField):
    """A quantity with at most three places; the phone shows its number pad."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 12, "decimal_places": 3, "min_value": 0} | kwargs
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **kwargs)


class ItemForm(forms.ModelForm):
    name = Words(label="品名", max_length=40)
    spec = Words(label="规格", max_length=40, required=False)
    unit = Words(label="单位", max_length=8, help_text="最小的发放单位，例如 包、支、米、千克。")
    minimum = QuantityField(label="最低库存", required=False, help_text="少于这个数就该采购。")
    maximum = QuantityField(label="最高库存", required=False, help_text="多于这个数是积压。")
    note = Words(label="说明", max_length=120, required=False)

    class Meta:
        model = Item
        fields = ["name", "spec", "unit", "kind", "minimum", "maximum", "keeps_expiry", "is_old_for_new", "sheets", "note", "is_active"]


class PackForm(forms.Form):
    name = Words(label="包装", max_length=8, widget=forms.TextInput(attrs={"placeholder": "例如 箱"}))
    holds = QuantityField(label="含几个基本单位")


class RemovePackForm(LineForm):
    line = "pack"
    pack = line_field(Pack, "哪个包装")

    def lines(self, record, user):
        return record.packs.all()


class ItemFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="品名、规格、拼音")
    kind = filters.ModelChoiceFilter(queryset=ItemKind.objects.all(), label="类别", empty_label="全部类别")
    is_active = filters.BooleanFilter(label="在用")

    class Meta:
        model = Item
        fields: list[str] = []

    def find(self, rows, name, value):
        text = plain(value)
        return rows.filter(Q(name__icontains=text) | Q(spec__icontains=text) | Q(pinyin__icontains=text))


class ItemChoice(forms.ModelChoiceField):
    """An item in use, with its unit."""

    def __init__(self, **kwargs):
        super().__init__(Item.objects.filter(is_active=True).select_related("kind"), empty_label="请选", **kwargs)

    def label_from_instance(self, item):
        return f"{item}（{item.unit}）"
