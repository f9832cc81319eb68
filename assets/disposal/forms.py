"""What people fill in for disposals."""

import re

import django_filters as filters
from django import forms
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone

from assets.card.forms import DepartmentField, words
from assets.card.models import ALIVE, MOST_PIECES, AssetCard
from assets.money import DIGITS
from assets.signing import SignForm
from assets.transfer.forms import CardNumberField, card_of
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.labels.codes import read_code
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import DayInput, Picks
from logistics.platform.web.lines import DayField, LineForm, MoneyField, PeopleField, line_field

from .models import Disposal, DisposalKind, DisposalLine, DisposalState
from .queries import to_appraise
from .rules import MOST_LINES, PAPERS, PHOTOS

HINTS = {
    "scrap": "坏了修不好、过了年限没有用", "loss": "丢了、被盗、灾害毁了", "sold": "卖给别人", "exchanged": "旧的抵价换新的", "given": "捐给别的单位",
    "transfer_out": "划给上级或兄弟学校",
}  # fmt: skip


class DisposalForm(forms.ModelForm):
    takes_user = True
    kind = forms.ChoiceField(label="处置方式", choices=DisposalKind, initial="scrap", widget=Picks(columns=2, hints=HINTS))
    title = words("处置什么", 60, required=True, widget=forms.TextInput(attrs={"placeholder": "例如 微机室旧电脑 40 台"}))
    department = DepartmentField(label="申请部门", empty_label="请选")
    reason = words("处置原因", 500, required=True, rows=3, help_text="用了几年、坏在哪里、为什么不修。")
    receiver = words("接收单位", 60, help_text="捐赠、划转、转让写给谁；报废的可以先空着。")

    class Meta:
        model = Disposal
        fields = ["kind", "title", "department", "reason", "receiver"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and user is not None:
            self.initial.setdefault("department", user.department_id)


class LineOfDisposal(forms.Form):
    card = CardNumberField(label="资产编号", max_length=40, help_text="写标签上的编号。")
    quantity = forms.IntegerField(label="数量", required=False, min_value=1, max_value=MOST_PIECES, help_text="空着是整张卡片；一批里只处置几件的，写件数。")


class CardsForm(forms.Form):
    """Many numbers, typed, pasted or scanned one after the other."""

    numbers = words("资产编号", 20_000, required=True, rows=8, help_text="一行一个，或者用空格、顿号隔开；可以用扫码枪接着扫。")

    def clean(self):
        data = super().clean()
        asked = list(dict.fromkeys(read_code(part) or part.upper() for part in re.split(r"[\s,，、;；]+", data.get("numbers") or "") if part))
        if len(asked) > MOST_LINES:
            self.add_error("numbers", f"一次最多 {MOST_LINES} 个，现在有 {len(asked)} 个。")
            return data
        found = {card.code: card for card in AssetCard.objects.annotate(code=Upper("number")).filter(status__in=ALIVE, code__in=asked)}
        found |= {text: card for text in asked if text not in found and (card := card_of(text))}  # the codes of labels
        lost = [number for number in asked if number not in found]
        if lost:
            rest = f"等 {len(lost)} 个" if len(lost) > 5 else ""
            self.add_error("numbers", f"没有编号是「{'」「'.join(one[:40] for one in lost[:5])}」{rest}的在用资产，请核对。")
        return {"cards": [found[number] for number in asked if number in found]}


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(DisposalLine, "哪一行")

    def lines(self, record, user):
        return record.lines.select_related("card")


class FilesForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="照片", required=False, most=PHOTOS, help_text="看得清东西现在的样子，编号拍进去更好。")
    papers = PapersField(label="文件", required=False, most=PAPERS, help_text="鉴定报告、会议决定、评估报告、情况说明。")


class SendForm(forms.Form):
    takes_record = True
    people = PeopleField(label="鉴定人", help_text="至少三人，不能是填单的人，也不能是单上东西的保管人。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial.setdefault("people", list(record.appraisals.values_list("person", flat=True)))


class AppraiseForm(SignForm):
    agrees = forms.TypedChoiceField(
        label="鉴定结论", coerce=lambda value: value == "yes", choices=[("yes", "同意处置"), ("no", "不同意")], initial="yes", widget=Picks(columns=2)
    )
    opinion = words("鉴定意见", 300, rows=2, help_text="不同意的要写为什么。")
    field_order = ["agrees", "opinion", "signature"]

    def clean(self):
        return {name: self.cleaned_data.get(name) for name in ("agrees", "opinion")} | super().clean()


class ReasonForm(forms.Form):
    reason = words("为什么", 300, required=True, rows=2)


class ReportForm(forms.Form):
    on = DayField(label="上报日期", initial=timezone.localdate)
    number = words("上报文号", 60, required=True)


class AnswerForm(KeepsUploads, forms.Form):
    on = DayField(label="批复日期", initial=timezone.localdate)
    number = words("上级批文号", 60, required=True)
    papers = PapersField(label="批复文件", most=PAPERS)


class WipeForm(forms.Form):
    """Which machines, how; all that are left are ticked."""

    takes_record = True
    rows = forms.ModelMultipleChoiceField(DisposalLine.objects.none(), label="哪几样", widget=forms.CheckboxSelectMultiple)
    how = words("怎样清的", 120, required=True, widget=forms.TextInput(attrs={"placeholder": "例如 全盘覆写三遍；硬盘拆下打孔；没有存储部件"}))
    on = DayField(label="日期", initial=timezone.localdate)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            left = record.lines.filter(needs_wipe=True, wipe="").select_related("card")
            self.fields["rows"].queryset = left
            self.initial.setdefault("rows", [line.pk for line in left])


class HandedForm(KeepsUploads, forms.Form):
    takes_record = True
    on = DayField(label="处置日期", initial=timezone.localdate)
    how = words("怎样处置的", 300, required=True, rows=2, help_text="例如 交有资质的回收单位拆解，开了回收证明。")
    partner = PartnerChoice(*PartnerKind, label="回收或受让单位", required=False, empty_label="不在名单里，在下面写")
    handed_to = words("不在名单里的单位", 80)
    proceeds = MoneyField(label="处置收入（元）", max_digits=DIGITS, required=False, help_text="卖了多少钱，由出纳收款；没有的空着。")
    trade_in = MoneyField(label="以旧换新抵价（元）", max_digits=DIGITS, required=False, help_text="旧的抵掉新的多少货款，不是现金。")
    traded_for = words("换了什么", 120)
    photos = PhotosField(label="照片", required=False, most=PHOTOS)
    papers = PapersField(label="回收证明、合同、交接单", required=False, most=PAPERS)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial.setdefault("handed_to", record.handed_to or record.receiver)
            if record.handed_on:
                given = {"on": record.handed_on, "how": record.handed_words, "partner": record.partner_id, "traded_for": record.traded_for}
                self.initial |= given | {"proceeds": record.proceeds or None, "trade_in": record.trade_in or None}


class WriteOffForm(forms.Form):
    on = DayField(label="核销日期", initial=timezone.localdate)
    voucher = words("凭证号", 40, required=True)


class DisposalFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、处置什么、资产编号、批文号")
    kind = filters.ChoiceFilter(choices=DisposalKind, label="方式", empty_label="全部方式")
    state = filters.ChoiceFilter(choices=DisposalState, label="状态", empty_label="全部状态")
    since = filters.DateFilter(field_name="decided_at", lookup_expr="date__gte", label="批准从", widget=DayInput())
    until = filters.DateFilter(field_name="decided_at", lookup_expr="date__lte", label="到", widget=DayInput())
    mine = filters.BooleanFilter(method="only_mine", label="等我鉴定", widget=forms.HiddenInput)

    class Meta:
        model = Disposal
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = DisposalLine.objects.filter(Q(card__number__icontains=value) | Q(card__name__icontains=value)).values("disposal")
        named = Q(number__icontains=value) | Q(title__icontains=value) | Q(answer_number__icontains=value) | Q(report_number__icontains=value)
        return rows.filter(named | Q(receipt__icontains=value) | Q(pk__in=lines))

    def only_mine(self, rows, name, value):
        return rows.filter(to_appraise(self.request.user)) if value else rows


class SummaryForm(forms.Form):
    """The days of the summary, by approval."""

    since = forms.DateField(label="批准从", required=False, widget=DayInput())
    until = forms.DateField(label="到", required=False, widget=DayInput())
