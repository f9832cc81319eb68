"""What people fill in for acceptances."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.order.models import OrderLine, PurchaseOrder
from finance.purchase.models import Destination
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, SignatureField
from logistics.platform.org.queries import people
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, PeopleField
from logistics.platform.web.rows import BoundRows, RowsField

from .models import Acceptance, AcceptanceLine, AcceptanceState, Check, Conclusion
from .queries import acceptable_orders, lines_of, open_quantities, waits_for
from .receivers import NEED_NOBODY
from .telling import plainly

PHOTOS_AT_ONCE = 6
WAITABLE = [(value, label) for value, label in Destination.choices if value not in NEED_NOBODY]


class QuantityField(forms.DecimalField):
    """How many; empty is none."""

    def __init__(self, **kwargs):
        given = {"required": False, "min_value": 0, "max_digits": 12, "decimal_places": 3}
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **given | kwargs)
        self.error_messages |= {
            "min_value": "数量不能小于零。",
            "max_decimal_places": "数量最多三位小数。",
            "max_digits": "数量太大了。",
            "max_whole_digits": "数量太大了。",
        }


class AcceptedLineForm(forms.Form):
    """What came of one line of the order."""

    order_line = forms.ModelChoiceField(OrderLine.objects.none(), widget=forms.HiddenInput, label="采购明细")
    accepted = QuantityField(label="合格")
    rejected = QuantityField(label="不合格")
    reason = Words(label="不合格原因", max_length=200, required=False)

    def __init__(self, *args, lines=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = lines or {}
        self.fields["order_line"].queryset = OrderLine.objects.filter(pk__in=list(self.known))
        self.fields["order_line"].error_messages["invalid_choice"] = "这一行不是这张采购单上的。"

    @property
    def line(self) -> OrderLine | None:
        """The line of the order that this row is about."""
        asked = str(self["order_line"].value() or "")
        return self.known.get(int(asked)) if asked.isdecimal() and len(asked) < 18 else None


class BoundLines(BoundRows):
    @property
    def rows(self) -> list[AcceptedLineForm]:
        """One for each line of the order, no empty ones."""
        return [row for row in super().rows if row.line is not None]


class LinesField(RowsField):
    def get_bound_field(self, form, field_name) -> BoundLines:
        return BoundLines(form, self, field_name)


class OrderChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(PurchaseOrder.objects.none(), empty_label="请选", **kwargs)
        self.error_messages["invalid_choice"] = "这张采购单不能由您验收，或者已经到齐了。请从列出来的里面选。"

    def label_from_instance(self, order):
        return f"{order.number} {order.partner}：{order.request.title}"


def check_field(label: str, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Check, initial=initial, widget=Picks(columns=3))


class AcceptanceForm(KeepsUploads, forms.Form):
    """One delivery. The lines are those of the order that the address or the person names."""

    takes_user = True
    order = OrderChoice(label="采购单")
    delivered_on = DayField(label="到货日期", initial=timezone.localdate)
    lines = LinesField(AcceptedLineForm, label="到了什么", least=0)
    photos = PhotosField(label="照片", required=False, most=PHOTOS_AT_ONCE)
    appearance = check_field("外观", Check.GOOD)
    quality = check_field("质量", Check.GOOD)
    trial = check_field("试运行", Check.NONE)
    papers = check_field("随附资料", Check.GOOD)
    remedy = Words(label="不合格怎么处理", max_length=200, required=False, help_text="有不合格的才写，例如：退回，三天内补送。")
    delivered_by = Words(label="送货人", max_length=60, required=False)
    members = PeopleField(label="验收人", help_text="至少两人，各自用自己的手机签字。采购的人和请购的人不能选。")
    note = Words(label="说明", max_length=300, required=False, rows=2)
    seen = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput, label="已有验收单")

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.chosen = user, None
        field = self.fields["order"]
        if user is not None:
            field.queryset = acceptable_orders(user)
        asked = str((self.data if self.is_bound else self.initial).get("order", ""))
        if asked.isdecimal() and len(asked) < 18:
            self.chosen = field.queryset.filter(pk=int(asked)).first()
        if self.chosen is not None:
            self._take_lines(self.chosen)

    def _take_lines(self, order: PurchaseOrder) -> None:
        self.fields["order"].widget = forms.HiddenInput()
        left = open_quantities(order)
        lines = {line.pk: line for line in lines_of(order)}
        for line in lines.values():
            line.left_words = f"{plainly(left[line.pk])} {line.request_line.unit}"
            line.ordered_words = f"{plainly(line.quantity)} {line.request_line.unit}"
        self.fields["lines"].given = {"lines": lines}
        if not self.is_bound:
            self.initial["seen"] = order.acceptances.count()
            self.initial["lines"] = [{"order_line": pk, "accepted": plainly(left[pk]), "rejected": "", "reason": ""} for pk in lines if left[pk]]
        kept_out = [pk for pk in (order.created_by_id, order.second_buyer_id, order.request.created_by_id) if pk]
        self.fields["members"].queryset = people().exclude(pk__in=kept_out)

    def orders(self) -> list[PurchaseOrder]:
        """What may be chosen, for the page that asks first."""
        return list(self.fields["order"].queryset.order_by("-pk")[:100])


class SignForm(KeepsUploads, forms.Form):
    takes_record = True
    agreed = forms.TypedChoiceField(
        label="您的意见",
        choices=[("yes", "同意验收"), ("no", "不同意")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=Picks(columns=2, icons={"yes": "check", "no": "undo-2"}),
    )
    opinion = Words(label="说明", max_length=200, rows=2, required=False, help_text="不同意要写原因。")
    signature = SignatureField(label="签字")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean_signature(self):
        return [self.cleaned_data["signature"]]


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class AcceptanceFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、采购单、供应商、买什么")
    state = filters.ChoiceFilter(choices=AcceptanceState, label="状态", empty_label="全部状态")
    conclusion = filters.ChoiceFilter(choices=Conclusion, label="结论", empty_label="全部结论")
    since = filters.DateFilter(field_name="delivered_on", lookup_expr="gte", label="到货从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="delivered_on", lookup_expr="lte", label="到货到", widget=forms.DateInput(attrs={"type": "date"}))
    mine = filters.BooleanFilter(method="only_mine", label="请我签字", widget=forms.HiddenInput)

    class Meta:
        model = Acceptance
        fields: list[str] = []

    def find(self, rows, name, value):
        found = Q(number__icontains=value) | Q(order__number__icontains=value) | Q(order__partner__name__icontains=value)
        return rows.filter(found | Q(order__request__title__icontains=value) | Q(note__icontains=value))

    def only_mine(self, rows, name, value):
        return rows.filter(pk__in=waits_for(self.request.user).order_by().values("pk")) if value else rows


class WaitingFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="品名、验收单、供应商")
    destination = filters.ChoiceFilter(choices=WAITABLE, label="去向", empty_label="全部去向")

    class Meta:
        model = AcceptanceLine
        fields: list[str] = []

    def find(self, rows, name, value):
        found = Q(order_line__request_line__name__icontains=value) | Q(acceptance__number__icontains=value)
        return rows.filter(found | Q(acceptance__order__partner__name__icontains=value))
