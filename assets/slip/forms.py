"""What people fill in for the store's papers."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.item.forms import ItemChoice, QuantityField
from assets.item.quantities import figure
from assets.store.forms import item_like
from assets.store.models import Batch, Store
from assets.store.queries import active_stores
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, line_field

from .models import BY_HAND, Slip, SlipKind, SlipLine, SlipState
from .rules import batches_of

AT_ONCE = 40  # stocks in one form of a count
CHOICES = [(kind.value, kind.label) for kind in BY_HAND]
HINTS = {
    "receipt": "买来的、捐来的",
    "recover": "修旧利废，拆下能用的",
    "transfer": "从一个库到另一个库",
    "loss": "坏了、过期、丢了",
    "count": "数一数和账对一对",
}


class SlipForm(forms.ModelForm):
    kind = forms.ChoiceField(label="办什么", choices=CHOICES, initial="receipt", widget=Picks(columns=2, hints=HINTS))
    store = forms.ModelChoiceField(active_stores(), label="仓库", empty_label="请选")
    to_store = forms.ModelChoiceField(active_stores(), label="调入仓库", required=False, empty_label="请选", help_text="调拨时选。")
    on = DayField(label="日期", initial=timezone.localdate)
    partner = PartnerChoice(PartnerKind.SUPPLIER, PartnerKind.FOOD, label="供应商", required=False, empty_label="不在名单里，在下面写", help_text="入库时选。")
    source_words = Words(label="来源", max_length=60, required=False, help_text="名单外的供应商、捐赠人；回收的写从哪里拆下来。")
    reason = Words(label="事由", max_length=200, required=False, rows=2, help_text="报损要写原因。")
    is_whole = forms.BooleanField(label="全面盘点", required=False, initial=True, help_text="盘点时看：月结要有全面盘点，只抽几样的不勾。")

    class Meta:
        model = Slip
        fields = ["kind", "store", "to_store", "on", "partner", "source_words", "reason", "is_whole"]


class LineOfSlip(forms.Form):
    """One item of a paper; the fields are those of its kind."""

    takes_record = True
    item = ItemChoice(label="物品")
    quantity = QuantityField(label="数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是基本单位；也可以写这件物品的包装，例如 箱。")
    price = MoneyField(label="单价（元）", required=False, help_text="上面那个单位的单价。")
    amount = MoneyField(label="金额（元）", required=False, help_text="按发票金额填，填了就不看单价。")
    batch = forms.ModelChoiceField(Batch.objects.none(), label="批次", required=False, empty_label="先到期的先出")
    batch_number = Words(label="批号", max_length=30, required=False)
    expires_on = DayField(label="到期日", required=False, help_text="有保质期的物品要填。")
    note = Words(label="说明", max_length=120, required=False)
    KEPT = {
        "prices": {"item", "quantity", "unit", "price", "amount", "batch_number", "expires_on", "note"},
        "count": {"item", "quantity", "unit"},
        "out": {"item", "quantity", "unit", "batch", "note"},
    }

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        style = "prices" if record.has_prices else "count" if record.kind == SlipKind.COUNT else "out"
        for name in set(self.fields) - self.KEPT[style]:
            del self.fields[name]
        if style == "count":
            self.fields["quantity"].label = "实盘数"
            self.fields["quantity"].help_text = "账上没有的也可以盘进来。"
        if style == "out":
            batches = batches_of(record)
            self.fields["item"].queryset = self.fields["item"].queryset.filter(pk__in={batch.stock.item_id for batch in batches})
            self.fields["batch"].queryset = Batch.objects.filter(pk__in=[batch.pk for batch in batches]).select_related("stock__item")
            self.fields["batch"].label_from_instance = lambda one: f"{one.stock.item}　{one}，剩 {figure(one.quantity)} {one.stock.item.unit}"


class CountForm(forms.Form):
    """The next stocks that were not counted yet, one field each; empty ones stay for later."""

    takes_record = True

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        rows = record.store.stocks.filter(quantity__gt=0).select_related("item")
        if self.is_bound:
            asked = [int(name[2:]) for name in self.data if name.startswith("c_") and name[2:].isdecimal() and len(name) < 18]
            rows = rows.filter(pk__in=asked[:AT_ONCE])
        else:
            rows = rows.exclude(item__in=record.lines.values("item"))
        for stock in rows.order_by("bin", "item__kind__order", "item__pinyin", "pk")[:AT_ONCE]:
            place = f"{stock.bin}　" if stock.bin else ""
            help_text = f"账面 {figure(stock.quantity)} {stock.item.unit}"
            self.fields[f"c_{stock.pk}"] = QuantityField(label=f"{place}{stock.item}（{stock.item.unit}）", required=False, help_text=help_text)

    def clean(self):
        given = {int(name[2:]): value for name, value in super().clean().items() if value is not None}
        return {"counted": given}


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(SlipLine, "哪一行")

    def lines(self, record, user):
        return record.lines.select_related("item")

    def words(self, chosen) -> str:
        return f"{chosen.item} {figure(chosen.quantity)} {chosen.item.unit}"


class ReturnForm(LineForm):
    """Which line of an issue comes back, and how much of it."""

    line = "row"
    row = line_field(SlipLine, "哪一样")
    quantity = QuantityField(label="退回多少")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是基本单位。")
    reason = Words(label="为什么退", max_length=120, required=False)

    def lines(self, record, user):
        return record.lines.select_related("item")

    def words(self, chosen) -> str:
        return f"{chosen.item}，发了 {figure(chosen.quantity)} {chosen.item.unit}"


class OpinionForm(forms.Form):
    opinion = Words(label="意见", max_length=200, required=False, rows=2)


class SendBackForm(forms.Form):
    opinion = Words(label="为什么退回", max_length=200, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class SlipFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、物品、部门、事由")
    kind = filters.ChoiceFilter(choices=SlipKind, label="单据", empty_label="全部单据")
    state = filters.ChoiceFilter(choices=SlipState, label="状态", empty_label="全部状态")
    store = filters.ModelChoiceFilter(queryset=Store.objects.all(), label="仓库", empty_label="全部仓库")

    class Meta:
        model = Slip
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = SlipLine.objects.filter(item_like(value, "item__")).values("slip")
        words = Q(number__icontains=value) | Q(reason__icontains=value) | Q(source_words__icontains=value) | Q(department__name__icontains=value)
        return rows.filter(words | Q(pk__in=lines))
