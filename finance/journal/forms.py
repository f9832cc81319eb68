"""What people fill in for day books, closes and bank statements."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.money import DIGITS
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, line_field

from .close_rules import MOST_PIECES, PIECES
from .models import AccountKind, BankStatement, CashAccount, DayClose, DayEntry, MonthClose, Side, StatementLine, StatementState
from .queries import open_accounts
from .reconciliation import unmatched_entries


class MonthInput(forms.DateInput):
    """The browser's own month picker."""

    input_type = "month"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m", **kwargs)


class MonthField(forms.DateField):
    """A month, given as its first day."""

    widget = MonthInput
    default_error_messages = {"invalid": "月份写成 2026-11 这样。"}

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def clean(self, value):
        day = super().clean(value)
        return day.replace(day=1) if day else None


class AccountForm(forms.ModelForm):
    name = Words(label="账户", max_length=40, widget=forms.TextInput(attrs={"placeholder": "例如 库存现金、基本户"}))
    kind = forms.ChoiceField(label="种类", choices=AccountKind, initial=AccountKind.BANK, widget=Picks(columns=2))
    bank = Words(label="开户行", max_length=60, required=False, help_text="银行账户要填。")
    number = Words(label="账号", max_length=40, required=False, help_text="银行账户要填。")
    opened_on = DayField(label="启用日期", help_text="从这一天起记账。")
    opening = MoneyField(label="期初余额（元）", max_digits=DIGITS, help_text="启用那天早上有多少，记账以后不能再改。")

    class Meta:
        model = CashAccount
        fields = ["name", "kind", "bank", "number", "opened_on", "opening", "is_active", "order"]


class EntryForm(forms.Form):
    account = forms.ModelChoiceField(open_accounts(), label="账户", empty_label="请选")
    on = DayField(label="日期", initial=timezone.localdate)
    side = forms.ChoiceField(label="收支", choices=Side, initial=Side.OUT, widget=Picks(columns=2, icons={"in": "arrow-down-left", "out": "arrow-up-right"}))
    amount = MoneyField(label="金额（元）", max_digits=DIGITS)
    summary = Words(label="摘要", max_length=120)
    counterparty = Words(label="对方", max_length=80, required=False, help_text="付给谁，或者从谁那里收。")
    voucher = Words(label="凭证号", max_length=30, required=False)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class DayCloseForm(forms.Form):
    """The denominations are optional; with them the sum needs not be typed."""

    account = forms.ModelChoiceField(open_accounts(), label="账户", empty_label="请选")
    on = DayField(label="哪一天", initial=timezone.localdate)
    counted = MoneyField(label="盘点金额（元）", max_digits=DIGITS, required=False, help_text="现金要盘点；填了下面的张数，这里可以空着。")
    explanation = Words(label="差额说明", max_length=200, required=False, rows=2, help_text="盘点和账面不一样时必填。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PIECES:
            unit = f"{name} 元" if "." not in name else f"{int(float(name) * 10)} 角"
            self.fields[f"p{name.replace('.', '_')}"] = forms.IntegerField(
                label=f"{unit}（张）", min_value=0, max_value=MOST_PIECES, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
            )

    def clean(self):
        values = super().clean()
        values["pieces"] = {name: values.pop(key, None) or 0 for name in PIECES if (key := f"p{name.replace('.', '_')}") in self.fields}
        return values


class MonthCloseForm(forms.Form):
    account = forms.ModelChoiceField(CashAccount.objects.all(), label="账户", empty_label="请选")
    month = MonthField(label="月份")


class StatementForm(forms.ModelForm):
    account = forms.ModelChoiceField(CashAccount.objects.filter(kind=AccountKind.BANK), label="银行账户", empty_label="请选")
    month = MonthField(label="月份")
    balance = MoneyField(label="对账单月末余额（元）", max_digits=DIGITS)

    class Meta:
        model = BankStatement
        fields = ["account", "month", "balance"]


class StatementEditForm(forms.ModelForm):
    balance = MoneyField(label="对账单月末余额（元）", max_digits=DIGITS)

    class Meta:
        model = BankStatement
        fields = ["balance"]


class BankLineForm(forms.Form):
    on = DayField(label="日期")
    side = forms.ChoiceField(label="收支", choices=Side, initial=Side.OUT, widget=Picks(columns=2))
    amount = MoneyField(label="金额（元）", max_digits=DIGITS)
    summary = Words(label="摘要", max_length=120, required=False)
    counterparty = Words(label="对方", max_length=80, required=False)


class OneLineForm(LineForm):
    line = "bank_line"
    bank_line = line_field(StatementLine, "哪一笔")

    def lines(self, record, user):
        return record.lines.all()

    def clean(self):
        values = super().clean()
        values["line"] = values.pop("bank_line", None)
        return values


class PairForm(OneLineForm):
    """A line of the bank and one of the book that has the same side and amount."""

    entry = forms.ModelChoiceField(DayEntry.objects.none(), label="日记账里的哪一笔", empty_label="请选")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        if record is not None:
            keys = [
                entry.pk for entry in unmatched_entries(record) if self.chosen is None or (entry.side, entry.amount) == (self.chosen.side, self.chosen.amount)
            ]
            self.fields["entry"].queryset = DayEntry.objects.filter(pk__in=keys[:900]).order_by("number")
            self.fields["entry"].label_from_instance = lambda entry: f"{entry.on:%m-%d} {entry.summary} {entry.get_side_display()} {entry.amount:,.2f}"

    def lines(self, record, user):
        return record.lines.filter(entry=None)


class PairedForm(OneLineForm):
    def lines(self, record, user):
        return record.lines.exclude(entry=None)


class AccountFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=AccountKind, label="种类", empty_label="全部种类")
    is_active = filters.BooleanFilter(label="在用")

    class Meta:
        model = CashAccount
        fields: list[str] = []


class EntryFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="摘要、对方、凭证号")
    account = filters.ModelChoiceFilter(queryset=CashAccount.objects.all(), label="账户", empty_label="全部账户")
    side = filters.ChoiceFilter(choices=Side, label="收支", empty_label="收和支")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput)
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput)
    waiting = filters.BooleanFilter(field_name="reviewed_at", lookup_expr="isnull", label="没复核", widget=forms.HiddenInput)

    class Meta:
        model = DayEntry
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(summary__icontains=value) | Q(counterparty__icontains=value) | Q(voucher__icontains=value))


class DayCloseFilters(filters.FilterSet):
    account = filters.ModelChoiceFilter(queryset=CashAccount.objects.all(), label="账户", empty_label="全部账户")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput)
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput)

    class Meta:
        model = DayClose
        fields: list[str] = []


class MonthCloseFilters(filters.FilterSet):
    account = filters.ModelChoiceFilter(queryset=CashAccount.objects.all(), label="账户", empty_label="全部账户")

    class Meta:
        model = MonthClose
        fields: list[str] = []


class StatementFilters(filters.FilterSet):
    account = filters.ModelChoiceFilter(queryset=CashAccount.objects.filter(kind=AccountKind.BANK), label="账户", empty_label="全部账户")
    state = filters.ChoiceFilter(choices=StatementState, label="状态", empty_label="全部状态")

    class Meta:
        model = BankStatement
        fields: list[str] = []


class BookForm(forms.Form):
    """Which month of a day book."""

    month = MonthField(label="月份", required=False)
