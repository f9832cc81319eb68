"""What people fill in for transfers and handovers."""

import django_filters as filters
from django import forms
from django.db.models import Q

from assets.card.forms import DepartmentField
from assets.card.models import ALIVE, MOST_PIECES, AssetCard
from logistics.platform.labels.codes import read_code
from logistics.platform.labels.queries import scanned
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.lines import LineForm, PersonField, line_field

from .models import Transfer, TransferKind, TransferLine, TransferState
from .queries import to_sign

SCANNED = 200  # a scanner types the whole address of the label


class TransferEditForm(forms.ModelForm):
    """Of a draft: who gets it and where it goes."""

    receiver = PersonField(label="接收人", empty_label="请选")
    to_place = PlaceField(label="搬到", max_length=200, required=False, help_text="空着还在原处。")
    to_department = DepartmentField(label="转到部门", empty_label="不变")
    reason = Words(label="事由", max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 换教室、毕业、换岗"}))

    class Meta:
        model = Transfer
        fields = ["receiver", "to_place", "to_department", "reason"]


class TransferForm(forms.Form):
    """A handover lists by itself what is in the giver's name; a transfer is filled line by line."""

    kind = forms.ChoiceField(label="办什么", choices=TransferKind, help_text="调拨一样一样加；交接自动列出名下的全部财产，离任的连同负责的房间。")
    school_class = forms.ModelChoiceField(
        SchoolClass.objects.filter(is_active=True), label="班级", required=False, empty_label="不是班级交接", help_text="班级交接选这一项，毕业以前先办交接。"
    )
    room = PlaceField(label="房间", max_length=200, required=False, help_text="房间交接填这一项。")
    giver = PersonField(label="移交人", required=False, empty_label="请选", help_text="班级、房间交接空着就是班主任、房间的责任人。")
    receiver = PersonField(label="接收人", empty_label="请选")
    to_place = PlaceField(label="搬到", max_length=200, required=False, help_text="空着还在原处。")
    to_department = DepartmentField(label="转到部门", empty_label="不变")
    reason = Words(label="事由", max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 换教室、毕业、换岗"}))


def card_of(text: str) -> AssetCard | None:
    """The card on the books with this number, or under the label whose address or code a scanner typed."""
    found = AssetCard.objects.filter(number__iexact=text, status__in=ALIVE).first()
    if found is None and (code := read_code(text)):
        record = scanned(code).record
        found = record if isinstance(record, AssetCard) and record.is_alive else None
    return found


class CardNumberField(forms.CharField):
    """A card by its number, the label's scan included; cleans to the card."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs | {"max_length": SCANNED})

    def clean(self, value):
        text = super().clean(value).strip()
        found = card_of(text) if text else None
        if text and found is None:
            raise forms.ValidationError(f"没有编号是「{text[:40]}」的在用资产，请核对标签上的编号。")
        return found


class LineOfTransfer(forms.Form):
    card = CardNumberField(label="资产编号", max_length=40, help_text="写标签上的编号。")
    quantity = forms.IntegerField(label="数量", required=False, min_value=1, max_value=MOST_PIECES, help_text="空着是整张卡片；一批里只转几件的，写件数。")


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(TransferLine, "哪一行")

    def lines(self, record, user):
        return record.lines.select_related("card")


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class TransferFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、人、事由、资产编号")
    kind = filters.ChoiceFilter(choices=TransferKind, label="种类", empty_label="全部种类")
    state = filters.ChoiceFilter(choices=TransferState, label="状态", empty_label="全部状态")
    mine = filters.BooleanFilter(method="only_mine", label="等我签", widget=forms.HiddenInput)

    class Meta:
        model = Transfer
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = TransferLine.objects.filter(Q(card__number__icontains=value) | Q(card__name__icontains=value)).values("transfer")
        people = Q(giver__name__icontains=value) | Q(receiver__name__icontains=value)
        return rows.filter(Q(number__icontains=value) | Q(reason__icontains=value) | people | Q(pk__in=lines))

    def only_mine(self, rows, name, value):
        return rows.filter(to_sign(self.request.user)) if value else rows
