"""What people fill in for a ticket."""

import re
from decimal import Decimal

import django_filters as filters
from django import forms
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from assets.public import CardNumberField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, SignatureField
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import SchoolClass
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.places.models import Level, Place
from logistics.platform.places.queries import descendants
from logistics.platform.search.lists import found_by_words
from logistics.platform.web.filtering import FilterSet
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.selects import KeptModelChoiceFilter
from repairs.dispatch.queries import proposals_for
from repairs.figures.sql import DONE, GOING, was_late
from repairs.kind.models import FaultKind, Repairer

from .models import OPEN, Cause, State, Ticket, Urgency, WaitReason
from .queries import late_q, search_filter

AVAILABLE = ["随时都可以", "课间", "中午", "放学以后", "请先打电话"]
PHOTOS = 6


class KindField(forms.ModelChoiceField):
    """Fault kinds as big buttons with icon and examples."""

    def __init__(self, **kwargs):
        super().__init__(FaultKind.objects.filter(is_active=True), empty_label=None, widget=Picks(), **kwargs)

    def __deepcopy__(self, memo):
        field = super().__deepcopy__(memo)
        rows = list(FaultKind.objects.filter(is_active=True))
        field.widget.icons = {str(kind.pk): kind.icon for kind in rows}
        field.widget.hints = {str(kind.pk): kind.hint for kind in rows}
        return field


class TicketForm(KeepsUploads, forms.Form):
    """我要报修: photo first, then place, kind, words. Similar open reports are shown before a second one is filed."""

    takes_user = True
    photos = PhotosField(label="照片", required=False, most=PHOTOS)
    place = PlaceField(label="地点", max_length=200, help_text="站在门口的话，用手机扫门牌上的二维码，地点会自己填好。")
    thing = Words(label="物品", max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 投影仪、第二排课桌"}))
    card = CardNumberField(label="资产编号", max_length=40, required=False, help_text="有标签的照标签写，没有的空着。")
    kind = KindField(label="哪一类")
    description = Words(label="怎么了", max_length=1000, rows=3)
    urgency = forms.ChoiceField(label="急不急", choices=Urgency, initial=Urgency.NORMAL, widget=Picks())
    available = forms.ChoiceField(label="什么时候方便进门", choices=[(words, words) for words in AVAILABLE], required=False)
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput(), help_text="这里有人报过同一类的，仍要另报一张")

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user


class TicketEditForm(forms.ModelForm):
    takes_user = True
    place = PlaceField(label="地点", max_length=200)
    description = Words(label="怎么了", max_length=1000, rows=4)
    thing = Words(label="物品", max_length=60, required=False)
    available = Words(label="方便时间", max_length=60, required=False)

    class Meta:
        model = Ticket
        fields = ["place", "thing", "kind", "size", "urgency", "description", "available"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = FaultKind.objects.filter(Q(is_active=True) | Q(pk=self.instance.kind_id))


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class CommentForm(forms.Form):
    words = Words(label="留言", max_length=500, rows=2)


class MergeForm(forms.Form):
    takes_record = True
    into = forms.ModelChoiceField(Ticket.objects.none(), label="并到哪一张", empty_label=None, widget=forms.RadioSelect)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Ticket.objects.filter(state__in=OPEN).select_related("place")
        if record is not None:
            rows = rows.filter(Q(place=record.place_id) | Q(kind=record.kind_id, place__building=record.place.building_id)).exclude(pk=record.pk)
        self.fields["into"].queryset = rows.order_by("-pk")
        self.fields["into"].label_from_instance = lambda ticket: f"{ticket.number} {ticket.place} {ticket.title}"


class AssignForm(forms.Form):
    takes_record = True
    repairer = forms.ModelChoiceField(
        Repairer.objects.filter(user__is_active=True, is_available=True).select_related("user"), label="派给", empty_label=None, widget=forms.RadioSelect
    )
    note = Words(label="交代一句", max_length=200, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["repairer"]
        if record is not None:
            offered = proposals_for(record)
            field.choices = [(p.repairer.pk, f"{p.repairer}（{p.words}）") for p in offered]
            if offered:
                field.initial = offered[0].repairer.pk


class WaitForm(KeepsUploads, forms.Form):
    reason = forms.ChoiceField(label="等什么", choices=WaitReason, widget=Picks(columns=2))
    partner = PartnerChoice(PartnerKind.REPAIR, PartnerKind.BUILDER, label="等哪家单位", required=False, empty_label="不是，或者不在名单里")
    firm = Words(label="不在名单里的单位", max_length=80, required=False)
    note = Words(label="说明", max_length=200, required=False, help_text="报修人看得到，写清楚等什么。")
    until = forms.DateField(label="预计哪天", required=False, widget=DayInput)
    photos = PhotosField(label="照片", required=False, most=PHOTOS)


class FinishForm(KeepsUploads, forms.Form):
    """完工登记. Materials come as lines of name, spec, unit, quantity and price."""

    takes_record = True
    after = PhotosField(label="修好后的照片", required=False, most=PHOTOS)
    work_done = Words(label="怎么修的", max_length=1000, rows=3)
    cause = forms.ChoiceField(label="什么原因", choices=Cause, initial=Cause.NATURAL, widget=Picks())
    damage_by = Words(label="谁损坏的", max_length=60, required=False, help_text="人为损坏时填写。")
    damage_class = forms.ModelChoiceField(SchoolClass.objects.filter(is_active=True), label="哪个班", required=False, empty_label="不是班级")
    minutes = forms.IntegerField(label="用了多少分钟", min_value=1, max_value=6000, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    materials = Words(label="用料", required=False, rows=3, max_length=2000, help_text="一行一样，写成：名称 规格 数量 单位 单价。例如：角阀 DN15 2 只 25")
    labour_cost = forms.DecimalField(
        label="人工费（元）", min_value=Decimal(0), max_digits=10, decimal_places=2, required=False, help_text="校内维修工不用填。"
    )
    warranty_until = forms.DateField(label="保修到", required=False, widget=DayInput)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record

    def clean_materials(self):
        return [material_line(line, n) for n, line in enumerate(self.cleaned_data["materials"].splitlines(), 1) if line.strip()]

    def clean_labour_cost(self):
        return self.cleaned_data["labour_cost"] or Decimal(0)


def material_line(line: str, number: int) -> dict:
    """{name, spec, unit, quantity, price} of a line such as "角阀 DN15 2 只 25". Raises ValidationError naming the line."""
    match = re.fullmatch(
        r"(?P<name>\S+)(?:\s+(?P<spec>\S*?))?\s+(?P<quantity>\d+(?:\.\d{1,2})?)\s*(?P<unit>[^\d\s.]{1,6})(?:\s+(?P<price>\d+(?:\.\d{1,2})?)\s*元?)?",
        line.strip(),
    )
    if not match:
        raise forms.ValidationError(f"第 {number} 行「{line.strip()[:30]}」没看懂。写成：名称 规格 数量 单位 单价，例如：角阀 DN15 2 只 25")
    found = match.groupdict()
    quantity, price = Decimal(found["quantity"]), Decimal(found["price"] or 0)
    if not 0 < quantity < 100000 or price >= 1000000:
        raise forms.ValidationError(f"第 {number} 行的数量或单价不对，请再看一下。")
    return {"name": found["name"][:60], "spec": (found["spec"] or "")[:40], "unit": found["unit"], "quantity": quantity, "price": price}


class AcceptForm(KeepsUploads, forms.Form):
    rating = forms.TypedChoiceField(
        label="修得怎么样", coerce=int, choices=[(5, "很好"), (4, "好"), (3, "一般"), (2, "不好"), (1, "很差")], initial=5, widget=Picks(columns=3)
    )
    words = Words(label="想说的", max_length=300, required=False, rows=2)
    signature = SignatureField(label="签字")
    takes_record = True

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean_signature(self):
        return [self.cleaned_data["signature"]]


class RejectForm(KeepsUploads, forms.Form):
    reason = Words(label="哪里没修好", max_length=300, rows=3)
    photos = PhotosField(label="照片", required=False, most=PHOTOS)


class SignForForm(forms.Form):
    note = Words(label="代签原因", max_length=300, rows=2, help_text="大家都看得到。例如：电话问过，本人确认已修好。")


class CallBackForm(forms.Form):
    rating = forms.TypedChoiceField(
        label="对方评几分", coerce=int, choices=[(5, "很好"), (4, "好"), (3, "一般"), (2, "不好"), (1, "很差")], widget=Picks(columns=3)
    )
    words = Words(label="对方怎么说", max_length=300, required=False, rows=2)


class DecideRepairForm(forms.Form):
    repairer = forms.ModelChoiceField(Repairer.objects.filter(user__is_active=True, is_available=True).select_related("user"), label="派给", empty_label=None)
    opinion = Words(label="意见", max_length=200, rows=2)


class OpinionForm(forms.Form):
    opinion = Words(label="意见", max_length=200, rows=2)


class FirmForm(OpinionForm):
    partner = PartnerChoice(PartnerKind.REPAIR, PartnerKind.BUILDER, label="往来单位", required=False, empty_label="不在名单里，在下面写")
    firm = Words(label="单位", max_length=80, required=False, help_text="上面选了的不用写。")
    until = forms.DateField(label="预计哪天修好", required=False, widget=DayInput)


class TicketFilters(FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、地点、事由、报修人")
    state = filters.ChoiceFilter(choices=[("open", "在修"), *State.choices], method="in_state", label="状态", empty_label="全部状态")
    kind = KeptModelChoiceFilter(kept="repairs.kinds", queryset=FaultKind.objects.all(), label="类别", empty_label="全部类别")
    building = KeptModelChoiceFilter(
        kept="places.buildings", queryset=Place.objects.filter(level=Level.BUILDING), method="inside", label="楼栋", empty_label="全部地点"
    )
    repairer = KeptModelChoiceFilter(
        kept="repairs.repairers", queryset=Repairer.objects.select_related("user"), method="by_repairer", label="经办", empty_label="全部经办人"
    )
    urgency = filters.ChoiceFilter(choices=Urgency, label="紧急", empty_label="急不急都看")
    since = filters.DateFilter(field_name="reported_at", lookup_expr="date__gte", label="从哪天", widget=DayInput())
    until = filters.DateFilter(field_name="reported_at", lookup_expr="date__lte", label="到哪天", widget=DayInput())
    late = filters.BooleanFilter(method="only_late", label="超时", widget=forms.HiddenInput())
    was_late = filters.BooleanFilter(method="ever_late", label="超过期限，含修好的", widget=forms.HiddenInput())
    undone = filters.BooleanFilter(method="not_mended", label="没修好", widget=forms.HiddenInput())
    done_since = filters.DateFilter(method="done_from", label="从哪天修好", widget=forms.HiddenInput())
    done_until = filters.DateFilter(method="done_to", label="到哪天修好", widget=forms.HiddenInput())
    mine = filters.BooleanFilter(method="only_mine", label="我经办", widget=forms.HiddenInput())
    filed = filters.BooleanFilter(method="only_filed", label="我报的", widget=forms.HiddenInput())
    repeat = filters.BooleanFilter(method="only_repeat", label="重复故障", widget=forms.HiddenInput())
    escalated = filters.BooleanFilter(method="only_escalated", label="已上报", widget=forms.HiddenInput())
    cause = filters.ChoiceFilter(choices=Cause, label="原因", widget=forms.HiddenInput())
    place = filters.NumberFilter(method="at_place", label="地点", widget=forms.HiddenInput(), min_value=0, max_value=2**62)

    def find(self, rows, name, value):
        """PostgreSQL finds three characters and more by the column's own trigrams; fewer, and on SQLite all, the search index finds."""
        has_trigrams = connection.vendor == "postgresql" and all(len(plain(word)) > 2 for word in value.split())
        found = None if has_trigrams else found_by_words(self, rows, "repairs.ticket", value)
        return search_filter(rows if found is None else found, value)

    def in_state(self, rows, name, value):
        return rows.filter(state__in=OPEN) if value == "open" else rows.filter(state=value)

    def inside(self, rows, name, value):
        return rows.filter(place__in=descendants(value).values("pk"))

    def at_place(self, rows, name, value):
        place = Place.objects.filter(pk=value).first()
        return rows.filter(place__in=descendants(place).values("pk")) if place else rows.none()

    def by_repairer(self, rows, name, value):
        return rows.filter(repairer=value.user_id)

    def only_late(self, rows, name, value):
        return rows.filter(late_q(timezone.now())) if value else rows

    def ever_late(self, rows, name, value):
        return rows.filter(was_late(timezone.now())) if value else rows

    def not_mended(self, rows, name, value):
        return rows.filter(state__in=GOING) if value else rows

    def done_from(self, rows, name, value):
        return rows.filter(state__in=DONE, finished_at__date__gte=value)

    def done_to(self, rows, name, value):
        return rows.filter(state__in=DONE, finished_at__date__lte=value)

    def only_mine(self, rows, name, value):
        return rows.filter(repairer=self.request.user.pk, state__in=OPEN) if value else rows

    def only_filed(self, rows, name, value):
        return rows.filter(reported_by=self.request.user.pk) if value else rows

    def only_repeat(self, rows, name, value):
        return rows.filter(repeat_of__isnull=False) if value else rows

    def only_escalated(self, rows, name, value):
        return rows.filter(escalated_at__isnull=False) if value else rows
