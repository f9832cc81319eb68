"""What people fill in for orders."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.public import figure
from canteen.ingredient.forms import IngredientChoice, PriceField, QuantityField
from canteen.ingredient.queries import like
from canteen.supplier.forms import SupplierChoice
from canteen.supplier.models import Supplier
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, LineForm, line_field

from .models import FoodOrder, FoodOrderLine, OrderState, PurchaseReport


class OrderForm(forms.ModelForm):
    supplier = SupplierChoice()
    on = DayField(label="哪天用", initial=timezone.localdate)
    deliver_on = DayField(label="送货日期", initial=timezone.localdate)
    deliver_by = forms.TimeField(label="几点前送到", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    note = Words(label="要求", max_length=200, required=False)

    class Meta:
        model = FoodOrder
        fields = ["supplier", "on", "deliver_on", "deliver_by", "note"]


class AddLineForm(forms.Form):
    ingredient = IngredientChoice()
    quantity = QuantityField(label="数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是食材的单位；也可以写它的包装，例如 袋。")
    price = PriceField(label="约定单价（元）", required=False, help_text="空着用这家最近的报价。")
    note = Words(label="要求", max_length=60, required=False, help_text="例如 去皮、切块。")


class ChangeLineForm(LineForm):
    line = "row"
    row = line_field(FoodOrderLine, "哪一行")
    quantity = QuantityField(label="订购数量")
    price = PriceField(label="约定单价（元）", required=False, help_text="空着不变。")

    def lines(self, record, user):
        return record.lines.select_related("ingredient")

    def words(self, chosen) -> str:
        return f"{chosen.ingredient}，现在订 {figure(chosen.quantity)} {chosen.ingredient.unit}"


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(FoodOrderLine, "哪一行")

    def lines(self, record, user):
        return record.lines.select_related("ingredient")

    def words(self, chosen) -> str:
        return f"{chosen.ingredient} {figure(chosen.quantity)} {chosen.ingredient.unit}"


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class DayForm(forms.Form):
    on = DayField(label="哪天")


class OrderFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、供应商、食材")
    state = filters.ChoiceFilter(choices=OrderState, label="状态", empty_label="全部状态")
    supplier = filters.ModelChoiceFilter(queryset=Supplier.objects.select_related("partner"), label="供应商", empty_label="全部供应商")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = FoodOrder
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = FoodOrderLine.objects.filter(like(value, "ingredient__")).values("order")
        return rows.filter(Q(number__icontains=value) | Q(supplier__partner__name__icontains=value) | Q(pk__in=lines))


class ReportFilters(filters.FilterSet):
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = PurchaseReport
        fields: list[str] = []
