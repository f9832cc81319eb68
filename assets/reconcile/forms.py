"""What people fill in for a reconciliation."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.category.models import Kind
from assets.depreciation.plan import month_after, month_of
from assets.store.forms import MonthField
from assets.transfer.forms import CardNumberField
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import LineForm, MoneyField, line_field

from .models import BookDifference, Reason, ReconcileState, Reconciliation
from .queries import last_reconciliation, month_to_reconcile

YUAN = {"max_digits": 13}


class BeginForm(forms.Form):
    month = MonthField(label="月份", initial=month_to_reconcile, help_text="提过折旧的月份才能核对，那个月的资产账不会再变。")


class BookForm(forms.Form):
    """Cost and accumulated depreciation of every category, as the accountant's book has them."""

    takes_record = True

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        for line in record.lines.order_by("pk") if record is not None else ():
            for name, label, value in (("c", "原值", line.book_cost), ("d", "累计折旧", line.book_depreciation)):
                self.fields[f"{name}_{line.kind}"] = MoneyField(label=f"{line}：{label}（元）", required=False, initial=value, **YUAN)

    def clean(self):
        data, book = super().clean(), {}
        for kind in Kind:
            cost, depreciation = data.get(f"c_{kind.value}"), data.get(f"d_{kind.value}")
            if cost is not None or depreciation is not None:
                book[kind.value] = (cost or 0, depreciation or 0)
        return {"book": book}


class BookDifferenceForm(forms.Form):
    kind = forms.ChoiceField(label="大类", choices=[("", "请选"), *Kind.choices])
    reason = forms.ChoiceField(label="差在哪里", choices=[("", "请选"), *Reason.choices])
    cost = MoneyField(label="原值（元）", required=False, **YUAN)
    depreciation = MoneyField(label="累计折旧（元）", required=False, **YUAN)
    words = Words(label="说明", max_length=200, rows=2, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "例如 12 台电脑已建卡，发票还没到，没有入账"}))
    card = CardNumberField(label="资产编号", max_length=40, required=False, help_text="是哪张卡片，写标签上的编号；说不清可以空着。")


class RemoveForm(LineForm):
    line = "row"
    row = line_field(BookDifference, "哪一条")

    def lines(self, record, user):
        return BookDifference.objects.filter(since=record.month, cleared_in=None)


def next_month():
    """The open month's reconciliation, otherwise the month after the last one."""
    last = last_reconciliation()
    if last is None:
        return month_of(timezone.localdate())
    return last.month if last.state == ReconcileState.OPEN else month_after(last.month)


class ClearForm(forms.Form):
    month = MonthField(label="哪个月对上的", initial=next_month, help_text="从这个月起两本账都有了。")
    how = Words(label="怎么对上的", max_length=200, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class ReconciliationFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ReconcileState, label="状态", empty_label="全部状态")

    class Meta:
        model = Reconciliation
        fields: list[str] = []


class BookDifferenceFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="说明、资产")
    kind = filters.ChoiceFilter(choices=Kind, label="大类", empty_label="全部大类")
    reason = filters.ChoiceFilter(choices=Reason, label="差在哪里", empty_label="全部")
    open = filters.BooleanFilter(field_name="cleared_in", lookup_expr="isnull", label="没有对上", widget=forms.HiddenInput)

    class Meta:
        model = BookDifference
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(words__icontains=value) | Q(how__icontains=value) | Q(card__number__icontains=value) | Q(card__name__icontains=value))
