"""What people fill in about prices."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from canteen.ingredient.forms import GoodsLine, PriceField, goods_of
from canteen.ingredient.queries import active_ingredients, like
from canteen.supplier.forms import SupplierChoice
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField
from logistics.platform.web.rows import RowsField

from .models import PriceCheck


class PriceLineForm(GoodsLine):
    price = PriceField(label="单价（元）")


class PriceForm(forms.Form):
    on = DayField(label="日期", initial=timezone.localdate)
    supplier = SupplierChoice(label="供应商报价", required=False, empty_label="不是供应商")
    market = Words(label="市场", max_length=40, required=False, help_text="去市场看的写市场名，例如 城北农贸市场。供应商和市场写一个。")
    lines = RowsField(PriceLineForm, label="价格", least=3)
    note = Words(label="说明", max_length=120, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lines"].given = {"goods": goods_of(active_ingredients())}


class PriceFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="食材、供应商、市场")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = PriceCheck
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(like(value, "ingredient__") | Q(market__icontains=value) | Q(supplier__partner__name__icontains=value))
