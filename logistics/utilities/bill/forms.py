"""What people fill in about bills."""

from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.web.forms import Words, blank
from logistics.platform.web.lines import DayField, MoneyField
from logistics.utilities.tariff.models import Tariff

from .models import Bill, BillState, CostKind, ShareBase, ShareBy

DECIMAL = forms.NumberInput(attrs={"inputmode": "decimal"})


class MonthInput(forms.DateInput):
    input_type = "month"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m", **kwargs)


class MonthField(forms.DateField):
    """A month as its first day; a browser sends 2026-11, a program any day of it."""

    widget = MonthInput

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"invalid": "月份写成 2026-11 这样。"})
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def clean(self, value) -> date | None:
        found = super().clean(value)
        return found.replace(day=1) if found else None


def active_departments():
    return Department.objects.filter(is_active=True)


class QuantityField(forms.DecimalField):
    def __init__(self, **kwargs):
        super().__init__(max_digits=12, decimal_places=2, min_value=0, required=False, widget=DECIMAL, **kwargs)


class BillForm(KeepsUploads, forms.ModelForm):
    kind = forms.ChoiceField(label="什么费用", choices=blank(CostKind, "请选"))
    amount = MoneyField(label="金额（元）", help_text="账单上要付的总数。")
    account = Words(label="户号或号码", max_length=40, required=False, help_text="和表计上写的户号一样，就能和自己的表比。")
    number = Words(label="账单号或票号", max_length=40, required=False)
    since = DayField(label="账单从哪天", required=False)
    until = DayField(label="到哪天", required=False)
    month = MonthField(label="计入哪个月", required=False, help_text="空着就是账单到的那个月。电话、汽油这类没有起止日期的要写。")
    quantity = QuantityField(label="用量", help_text="电写度，水和燃气写立方米，油写升，印刷写张。")
    peak = QuantityField(label="其中峰", help_text="不分时的空着。")
    flat = QuantityField(label="其中平")
    valley = QuantityField(label="其中谷")
    tariff = forms.ModelChoiceField(Tariff.objects.all(), label="按哪张价格核对", required=False, empty_label="和上一张账单一样，没有就不核对")
    share_by = forms.ChoiceField(label="怎么分摊到部门", choices=ShareBy.choices, required=False)
    department = forms.ModelChoiceField(active_departments(), label="归哪个部门", required=False, empty_label="不是归一个部门")
    payee = Words(label="付给谁", max_length=80, required=False)
    note = Words(label="备注", max_length=200, required=False)
    photos = PhotosField(label="账单照片", required=False)

    class Meta:
        model = Bill
        fields = [
            "kind", "amount", "account", "number", "since", "until", "month", "quantity", "peak", "flat", "valley", "tariff", "share_by", "department", "payee", "note",
        ]  # fmt: skip

    def _post_clean(self):
        """The rule checks the whole; the instance is not written on before."""


class CheckForm(forms.Form):
    takes_record = True
    explained = Words(label="差异说明", max_length=200, rows=2, required=False, help_text="差得太多要写原因；没有差异不用写。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class ReasonForm(forms.Form):
    reason = Words(label="为什么作废", max_length=200, rows=2)


class ClaimForm(forms.Form):
    takes_record = True
    claim = Words(label="报销单号", max_length=40, required=False, help_text="付这张账单的报销单，例如 BXD-2026-0031。空着就是去掉。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["claim"].initial = record.claim


class FileForm(forms.Form):
    file = forms.FileField(label="费用表", help_text="Excel（.xlsx、.xls）或 CSV：左边一栏是月份，上面是水费、电费和年份，格子里是金额。")
    republic = forms.BooleanField(label="表里的年份是民国年", required=False, help_text="例如 112年 就是 2023 年。")


class TakeForm(forms.Form):
    """The rows that were shown, signed, so that what is saved is what was seen."""

    rows = forms.CharField(widget=forms.HiddenInput, max_length=200_000)


class BillFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="户号、票号、收款单位、备注")
    kind = filters.ChoiceFilter(choices=CostKind, label="费用", empty_label="全部费用")
    state = filters.ChoiceFilter(choices=BillState, label="状态", empty_label="全部状态")
    since = filters.DateFilter(field_name="month", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="month", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = Bill
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(account__icontains=value) | Q(number__icontains=value) | Q(payee__icontains=value) | Q(note__icontains=value))


def year_asked(query) -> int:
    """The year in ?year=, this year without or with nonsense."""
    this = timezone.localdate().year
    asked = query.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= this else this


class BaseForm(forms.ModelForm):
    department = forms.ModelChoiceField(active_departments(), label="部门", empty_label="请选")
    since = DayField(label="从哪天起", help_text="人数、面积变了就新建一行，写新的日期。")
    area = forms.DecimalField(label="使用面积（m²）", max_digits=10, decimal_places=2, min_value=0, required=False, widget=DECIMAL)
    heads = forms.IntegerField(label="人数", min_value=0, max_value=100_000, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text="教师和学生都算。")  # fmt: skip

    class Meta:
        model = ShareBase
        fields = ["department", "since", "area", "heads"]

    def clean_area(self):
        return self.cleaned_data["area"] or 0

    def clean_heads(self):
        return self.cleaned_data["heads"] or 0


class BaseFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="department__name", lookup_expr="icontains", label="找", help_text="部门")

    class Meta:
        model = ShareBase
        fields: list[str] = []
