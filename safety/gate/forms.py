"""What people fill in at the gate."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.forms import SignatureField
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import (
    NIGHT_OPEN,
    Barred,
    GateVisit,
    IdKind,
    NightState,
    NightVehicle,
    Parcel,
    ParcelKind,
    ParcelState,
    VisitKind,
    VisitState,
)
from .queries import RECORD

PHONE = {"regex": r"^[\d\-+ ]{7,20}$", "error_messages": {"invalid": "电话只写数字，例如 13800001111。"}}


class MomentField(forms.DateTimeField):
    """A day and a time of the browser's own picker; years others overflow on are refused."""

    years = range(2000, 2200)

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **kwargs)

    def clean(self, value):
        found = super().clean(value)
        if found is not None and found.year not in self.years:
            raise forms.ValidationError("请检查年份。")
        return found


class VisitForm(forms.Form):
    """At the gate with the host's name; for everybody else an invitation for oneself."""

    takes_user = True
    kind = forms.ChoiceField(label="类别", choices=VisitKind, initial=VisitKind.VISITOR, widget=Picks(columns=2))
    name = Words(label="姓名", max_length=30, help_text="几个人一起来的，写领头的人。")
    organisation = Words(label="单位或关系", max_length=60, required=False, help_text="例如 区教育局、三年级2班王小雨的父亲。")
    phone = forms.RegexField(label="电话", max_length=20, required=False, **PHONE)
    host = PersonField(label="找谁", required=False, empty_label="请选")
    reason = Words(label="事由", max_length=120)
    people = forms.IntegerField(label="人数", min_value=1, max_value=99, initial=1)
    expected_at = MomentField(label="什么时候来", required=False, help_text="空着就是现在。")
    plate = Words(label="车牌", max_length=12, required=False)
    work_permit = Words(label="施工许可", max_length=60, required=False, help_text="施工维修才写：派工单号、合同号、动火作业票号。")
    work_until = DayField(label="许可到哪天", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not has(user, RECORD):
            del self.fields["host"]
            self.fields["expected_at"].help_text = "当天有效。您的客人凭通行证给门卫看。"

    def clean(self):
        data = super().clean()
        if "host" in self.fields and data.get("host") is None and "host" not in self.errors:
            self.add_error("host", "请选找谁。")
        return data


class LetInForm(forms.Form):
    takes_record = True
    id_kind = forms.ChoiceField(label="看了什么证件", choices=IdKind, initial=IdKind.CARD, widget=Picks(columns=2))
    id_number = Words(label="证件号", max_length=30, help_text="只用来核对，保存时只留后四位。", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    badge = Words(label="临时证号", max_length=20, required=False)
    people = forms.IntegerField(label="实到人数", min_value=1, max_value=99)
    plate = Words(label="车牌", max_length=12, required=False)
    carried = Words(label="携带物品", max_length=120, required=False, help_text="大件、工具、危险品都写清楚。")
    leave_by = MomentField(label="应在几点前离校", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial |= {"people": record.people, "plate": record.plate}
        self.fields["leave_by"].help_text = "空着按学校定的时间算。"


class LetOutForm(forms.Form):
    takes_record = True
    badge_back = forms.BooleanField(label="临时证已交回", required=False, initial=True)
    note = Words(label="说明", max_length=200, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not record.badge:
            self.fields["badge_back"].widget = forms.HiddenInput()


class WhyForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class MaybeWhyForm(forms.Form):
    reason = Words(label="说一句原因", max_length=200, rows=2, required=False)


class VisitFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="姓名、单位、单号、车牌、被访人")
    state = filters.ChoiceFilter(choices=VisitState, label="状态", empty_label="全部")
    kind = filters.ChoiceFilter(choices=VisitKind, label="类别", empty_label="全部")
    since = filters.DateFilter(field_name="expected_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="expected_at", lookup_expr="date__lte", label="到", widget=DayInput())
    over = filters.BooleanFilter(method="only_over", label="超时未离校", widget=forms.HiddenInput)

    class Meta:
        model = GateVisit
        fields: list[str] = []

    def find(self, rows, name, value):
        own = Q(name__icontains=value) | Q(organisation__icontains=value) | Q(number__icontains=value) | Q(plate__icontains=value) | Q(badge__iexact=value)
        return rows.filter(own | Q(host__name__icontains=value) | Q(host__pinyin__icontains=value))

    def only_over(self, rows, name, value):
        return rows.filter(state=VisitState.INSIDE, leave_by__lt=timezone.now()) if value else rows


class BarForm(forms.Form):
    """Somebody not to be let in; of the number only a mark is kept."""

    name = Words(label="姓名", max_length=30)
    id_kind = forms.ChoiceField(label="证件", choices=IdKind, initial=IdKind.CARD, widget=Picks(columns=2))
    id_number = Words(label="证件号", max_length=30, required=False, help_text="证件号、电话、车牌至少写一样。证件号保存时只留后四位。")
    phone = forms.RegexField(label="电话", max_length=20, required=False, **PHONE)
    plate = Words(label="车牌", max_length=12, required=False)
    reason = Words(label="为什么不让进", max_length=200, rows=2)
    until = DayField(label="到哪天", required=False, help_text="空着就是一直。")


class BarredFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="姓名、电话、车牌")
    holds = filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull", label="还在名单上", widget=forms.HiddenInput)

    class Meta:
        model = Barred
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(phone__icontains=value) | Q(plate__icontains=value))


class ParcelForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=ParcelKind, initial=ParcelKind.EXPRESS, widget=Picks(columns=2))
    recipient = PersonField(label="给哪位教职工", required=False, empty_label="不是教职工个人")
    recipient_words = Words(label="给哪个部门或学生", max_length=60, required=False, help_text="例如 校长室、七年级（1）班王小雨。")
    sender = Words(label="寄件或快递公司", max_length=60, required=False)
    tracking = Words(label="运单号", max_length=40, required=False)
    quantity = forms.IntegerField(label="件数", min_value=1, max_value=999, initial=1)
    kept = Words(label="放在哪里", max_length=40, required=False)
    refuse = forms.BooleanField(label="拒收", required=False, help_text="外卖送给学生的一律拒收，记一条。")
    note = Words(label="说明", max_length=200, required=False)


class HandForm(forms.Form):
    takes_record = True
    taker = Words(label="谁领走的", max_length=30)
    signature = SignatureField(label="签字", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and record.recipient:
            self.initial["taker"] = record.recipient.name
        self.fields["signature"].signer = str(self.data.get("taker", "")).strip() if self.is_bound else ""

    def clean(self):
        data = super().clean()
        return data | {"signature": [data["signature"]] if data.get("signature") else []}


class ParcelFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="收件人、运单号、快递公司")
    state = filters.ChoiceFilter(choices=ParcelState, label="状态", empty_label="全部")
    kind = filters.ChoiceFilter(choices=ParcelKind, label="类别", empty_label="全部")
    since = filters.DateFilter(field_name="created_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="created_at", lookup_expr="date__lte", label="到", widget=DayInput())

    class Meta:
        model = Parcel
        fields: list[str] = []

    def find(self, rows, name, value):
        found = Q(recipient__name__icontains=value) | Q(recipient__pinyin__icontains=value) | Q(recipient_words__icontains=value)
        return rows.filter(found | Q(tracking__icontains=value) | Q(sender__icontains=value))


class CarForm(forms.Form):
    """One's own car, or at the gate anybody's."""

    takes_user = True
    plate = Words(label="车牌", max_length=12)
    car = Words(label="车型颜色", max_length=40, required=False)
    owner = PersonField(label="车主是教职工", required=False, empty_label="外来车辆")
    owner_name = Words(label="外来车主姓名", max_length=30, required=False)
    phone = forms.RegexField(label="车主电话", max_length=20, **PHONE)
    place = PlaceField(label="停在哪里", required=False)
    reason = Words(label="为什么过夜", max_length=120)
    from_on = DayField(label="从", initial=timezone.localdate)
    until_on = DayField(label="到", initial=lambda: timezone.localdate() + timedelta(days=1))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not has(user, RECORD):
            del self.fields["owner"], self.fields["owner_name"]
            self.initial.setdefault("phone", user.phone)


class CarSignForm(forms.Form):
    takes_record = True
    signature = SignatureField(label="车主签名")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = record.who if record is not None else ""

    def clean(self):
        data = super().clean()
        return {"signature": [data["signature"]] if data.get("signature") else []}


class CarFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="车牌、车主")
    state = filters.ChoiceFilter(choices=NightState, label="状态", empty_label="全部")
    over = filters.BooleanFilter(method="only_over", label="超期未驶离", widget=forms.HiddenInput)
    since = filters.DateFilter(field_name="from_on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="from_on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = NightVehicle
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(plate__icontains=value) | Q(owner_name__icontains=value) | Q(owner__name__icontains=value))

    def only_over(self, rows, name, value):
        return rows.filter(state__in=NIGHT_OPEN, until_on__lt=timezone.localdate()) if value else rows
