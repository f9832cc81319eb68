"""What people fill in for requests; the hand-over is made for a phone held by two people."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.item.forms import ItemChoice, QuantityField
from assets.item.quantities import figure, in_words
from assets.store.forms import item_like
from assets.store.ledger import proposal
from assets.store.models import Store
from assets.store.queries import active_stores
from logistics.platform.attachments.forms import KeepsUploads, SignatureField
from logistics.platform.org.models import Department
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, LineForm, PersonField, line_field

from .models import RequestLine, RequestState, StockRequest
from .queries import stock_by_item


class RequestForm(forms.ModelForm):
    takes_user = True
    purpose = Words(label="用途", max_length=120, widget=forms.TextInput(attrs={"placeholder": "例如 三月份班级保洁"}))
    store = forms.ModelChoiceField(active_stores(), label="向哪个仓库领", empty_label="请选")
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="部门", empty_label="请选", help_text="领用成本记在这个部门。")
    needed_on = DayField(label="哪天要", required=False)

    over_reason = Words(label="超定额的理由", max_length=200, required=False, help_text="部门这学期的定额不够时才写。")

    class Meta:
        model = StockRequest
        fields = ["purpose", "store", "department", "needed_on", "over_reason"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and user is not None:
            self.initial.setdefault("department", user.department_id)
            stores = list(active_stores()[:2])
            if len(stores) == 1:
                self.initial.setdefault("store", stores[0].pk)


class LineOfRequest(forms.Form):
    item = ItemChoice(label="要什么")
    quantity = QuantityField(label="要多少")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是括号里的单位；也可以写包装，例如 箱。")
    note = Words(label="说明", max_length=120, required=False)


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(RequestLine, "哪一行")

    def lines(self, record, user):
        return record.lines.select_related("item")

    def words(self, chosen) -> str:
        return f"{chosen.item} {figure(chosen.quantity)} {chosen.item.unit}"


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class HandOverForm(KeepsUploads, forms.Form):
    """How much of each line goes out now, old parts that came back, and the receiver's signature."""

    takes_record = True
    receiver = PersonField(label="谁来领", empty_label="请选")
    signature = SignatureField(label="领用人签字")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        stocks, today, fields = stock_by_item(record), timezone.localdate(), {}
        for line in record.lines.select_related("item").prefetch_related("item__packs").order_by("pk"):
            if line.left:
                fields |= line_fields(line, stocks.get(line.item_id), record.store, today)
        self.fields = fields | self.fields
        self.initial.setdefault("receiver", record.created_by_id)
        if self.is_bound:
            receiver = str(self.data.get("receiver", ""))
            people = self.fields["receiver"].queryset
            person = people.filter(pk=int(receiver)).first() if receiver.isdecimal() and len(receiver) < 18 else None
            self.fields["signature"].signer = person.name if person else ""

    def clean(self):
        data = super().clean()
        picked = {prefix: {int(name[2:]): value for name, value in data.items() if name[:2] == prefix} for prefix in ("q_", "o_", "n_")}
        quantities = {pk: value for pk, value in picked["q_"].items() if value}
        old = {pk: value for pk, value in picked["o_"].items() if value is not None}
        return {
            "quantities": quantities,
            "old_parts": old,
            "notes": picked["n_"],
            "receiver": data.get("receiver"),
            "signature": [data["signature"]] if data.get("signature") else [],
        }


def line_fields(line: RequestLine, stock, store, today) -> dict[str, forms.Field]:
    """The fields of one line; what lies there and which batch goes first stand under the first of them."""
    packs = list(line.item.packs.all())
    there = min(stock.quantity, line.left) if stock else 0
    hint = f"要 {in_words(line.item, line.left, packs)}，库存 {in_words(line.item, stock.quantity, packs) if stock else '没有'}"
    first = next(iter(proposal(line.item, store, today)), None) if line.item.keeps_expiry else None
    hint += f"；先发 {first}" if first else ""
    fields: dict[str, forms.Field] = {
        f"q_{line.pk}": QuantityField(label=f"{line.item}（{line.item.unit}）", required=False, initial=figure(there).replace(",", ""), help_text=hint)
    }
    if line.item.is_old_for_new:
        fields[f"o_{line.pk}"] = QuantityField(label=f"收回旧的（{line.item}）", required=False, help_text="以旧换新，没有填 0。")
        fields[f"n_{line.pk}"] = Words(label=f"少收的原因（{line.item}）", max_length=120, required=False)
    return fields


class RequestFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、用途、物品、部门")
    state = filters.ChoiceFilter(choices=RequestState, label="状态", empty_label="全部状态")
    store = filters.ModelChoiceFilter(queryset=Store.objects.all(), label="仓库", empty_label="全部仓库")
    mine = filters.BooleanFilter(method="only_mine", label="我申请的", widget=forms.HiddenInput)

    class Meta:
        model = StockRequest
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = RequestLine.objects.filter(item_like(value, "item__")).values("request")
        return rows.filter(Q(number__icontains=value) | Q(purpose__icontains=value) | Q(department__name__icontains=value) | Q(pk__in=lines))

    def only_mine(self, rows, name, value):
        return rows.filter(created_by=self.request.user.pk) if value else rows
