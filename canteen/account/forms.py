"""What people fill in for the meal account."""

from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.web.forms import Picks, Words, blank
from logistics.platform.web.lines import DayField, MoneyField

from .models import AccountEntry, AccountStatement, Book, Purpose, StatementState, month_words
from .queries import months_to_choose, open_statement, standing_amount

DIGITS = 11
SHORT = {Book.PUPIL: "学生账", Book.STAFF: "教职工账", Book.BOTH: "两本账共同"}


def today() -> date:
    return timezone.localdate()


class EntryForm(forms.Form):
    on = DayField(label="日期", initial=today)
    purpose = forms.ChoiceField(label="什么收入或支出", choices=blank(Purpose, "请选"))
    book = forms.ChoiceField(
        label="记到哪本账", choices=list(SHORT.items()), required=False, widget=Picks(), help_text="伙食费不用选。两本账共同的支出，月底按用餐人次分开。"
    )
    amount = MoneyField(label="金额（元）", max_digits=DIGITS)
    summary = Words(label="摘要", max_length=120, help_text="是什么、多少、哪个月的。不是伙食的支出记不进来。")
    payee = Words(label="对方", max_length=80, required=False)
    voucher = Words(label="凭证号", max_length=30, required=False)
    is_deficit = forms.BooleanField(label="期初是亏空", required=False, help_text="只有「期初结余」用：以前亏着的勾上。")


class CorrectForm(forms.Form):
    takes_record = True
    amount = MoneyField(label="应当是多少（元）", max_digits=DIGITS, help_text="全错的填 0，再记一笔对的。")
    on = DayField(label="更正记在哪天", required=False, help_text="空着就是今天。")
    reason = Words(label="为什么更正", max_length=100)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["amount"].help_text = f"现在是 {standing_amount(record):,.2f} 元。全错的填 0，再记一笔对的。"
            if record.purpose == Purpose.OPENING:
                self.fields["amount"] = MoneyField(label="应当是多少（元）", max_digits=DIGITS, min_value=None, help_text="亏空写负数。")


class TakeForm(forms.Form):
    until = DayField(label="收到哪天为止", initial=today)


class StatementForm(forms.ModelForm):
    measure = Words(label="盈亏超限怎么办", max_length=300, rows=2, required=False, help_text="累计盈亏超过学校定的比例时要写：退还学生，还是下月加菜、加量。")
    note = Words(label="说明", max_length=500, rows=3, required=False, help_text="会印在表上，一起公布。")

    class Meta:
        model = AccountStatement
        fields = ["measure", "note"]


class WordsForm(StatementForm):
    """The words of a draft that is there: leaving both empty changes nothing."""

    def clean(self):
        data = super().clean()
        if not self.errors and not (data.get("measure") or data.get("note")):
            raise forms.ValidationError("「盈亏超限怎么办」和「说明」至少写一样。")
        return data


def month_choices() -> list[tuple[str, str]]:
    return [(f"{month:%Y-%m}", month_words(month)) for month in months_to_choose(timezone.localdate())]


class NewStatementForm(StatementForm):
    month = forms.ChoiceField(label="哪个月", choices=[], help_text="一个月接一个月做。还没做过的，从哪个月开始都可以。")
    field_order = ["month", "measure", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = month_choices()
        if under_way := open_statement():
            self.fields["month"].help_text = f"{under_way}还没有办完（{under_way.get_state_display()}），请先办完它。"

    def clean_month(self):
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


class FileForm(forms.Form):
    file = forms.FileField(
        label="收支明细表", help_text="Excel（.xlsx、.xls）或 CSV。有「名称、上月底库存、本月账面支出、本月实际支出、本月底库存」几栏的那张。"
    )


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class EntryFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="摘要、对方、凭证号")
    purpose = filters.ChoiceFilter(choices=Purpose, label="项目", empty_label="全部项目")
    book = filters.ChoiceFilter(choices=Book, label="哪本账", empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = AccountEntry
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(summary__icontains=value) | Q(payee__icontains=value) | Q(voucher__icontains=value))


class StatementFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="note", lookup_expr="icontains", label="找", help_text="说明里的字")
    state = filters.ChoiceFilter(choices=StatementState, label="状态", empty_label="全部状态")
    year = filters.NumberFilter(field_name="month__year", label="年份", min_value=2000, max_value=2199)

    class Meta:
        model = AccountStatement
        fields: list[str] = []
