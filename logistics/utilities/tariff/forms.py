"""What people fill in about prices."""

import django_filters as filters
from django import forms

from logistics.platform.web.forms import Words, blank
from logistics.platform.web.lines import DayField, MoneyField
from logistics.platform.web.rows import RowsField
from logistics.utilities.meter.models import Band, Medium

from .models import Tariff

DECIMAL = forms.NumberInput(attrs={"inputmode": "decimal"})
THIRD = 4  # of twelve columns


class TariffRowForm(forms.Form):
    part = Words(label="项目", max_length=20)
    price = forms.DecimalField(label="单价（元）", max_digits=10, decimal_places=6, min_value=0, widget=DECIMAL)
    band = forms.ChoiceField(label="分时", choices=Band.choices, required=False)
    over = forms.DecimalField(label="超过多少", max_digits=12, decimal_places=2, min_value=0, required=False, widget=DECIMAL)
    share = forms.DecimalField(label="按用量的 %", max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, widget=DECIMAL)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.span, field.full = THIRD, False


class TariffForm(forms.Form):
    medium = forms.ChoiceField(label="种类", choices=blank(Medium, "请选"))
    name = Words(label="名称", max_length=40, help_text="例如 学校合表电价。调价时名称不变。")
    since = DayField(label="起用日期")
    rows = RowsField(
        TariffRowForm, label="价格明细", least=3,
        help_text="一项一行：电价、水费、水资源费、污水处理费。有阶梯的同一项写几行，「超过多少」不同；污水按用水的九成算，就在最后一格写 90。",
    )  # fmt: skip
    fixed = MoneyField(label="每月固定费（元）", required=False, help_text="基本费、容量费一类，没有就空着。")
    yearly = forms.BooleanField(label="阶梯按年累计", required=False, help_text="不勾就是按月；两个月一张的账单，各档的量自动翻倍。")
    basis = Words(label="依据", max_length=200, required=False, help_text="哪个部门的哪份文件。")


class TariffFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    medium = filters.ChoiceFilter(choices=Medium, label="种类", empty_label="全部")

    class Meta:
        model = Tariff
        fields: list[str] = []
