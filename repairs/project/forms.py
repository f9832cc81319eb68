"""What people fill in for works projects."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField, SignatureField
from logistics.platform.org.queries import people
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.places.models import Level, Place
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from repairs.parts import DayField, LineForm, MoneyField, PeopleField, PersonField, line_field

from .building import PAPERS, PHOTOS_OF_MILESTONE, PHOTOS_OF_STAGE, STAGES
from .models import Defect, Method, Milestone, Payment, Project, ProjectState, Quote
from .queries import LATE_STATES, offers_of

AT_ONCE = 6  # photos in one request


class ProjectForm(forms.ModelForm):
    title = Words(label="工程名称", max_length=80)
    place = PlaceField(label="地点", max_length=200)
    reason = Words(label="为什么要做", max_length=1000, rows=3)
    budget = MoneyField(label="预算（元）", max_digits=14)
    fund = Words(label="经费来源", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 公用经费、校舍维修专项"}))
    owner = PersonField(label="项目负责人", empty_label="请选", help_text="负责人管施工，不能批准立项，也不能验收。")
    method = forms.ChoiceField(label="怎么选施工单位", choices=Method, initial=Method.QUOTES, widget=Picks(columns=2))
    single_reason = Words(label="单一来源理由", max_length=300, required=False, rows=2, help_text="选「单一来源」时必填。")

    class Meta:
        model = Project
        fields = ["title", "place", "reason", "budget", "fund", "owner", "start_on", "end_on", "method", "single_reason"]
        widgets = {"start_on": DayInput(), "end_on": DayInput()}


class OpinionForm(forms.Form):
    opinion = Words(label="意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "同意立项"}))


class ReturnForm(forms.Form):
    opinion = Words(label="退回原因", max_length=200, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class QuoteForm(forms.Form):
    partner = PartnerChoice(label="往来单位", required=False, empty_label="不在名单里，在下面写", help_text="名单里有的请从这里选，签合同时会核对证照。")
    firm = Words(label="单位", max_length=80, required=False, help_text="上面选了的不用写。")
    amount = MoneyField(label="报价（元）", max_digits=14)
    quoted_on = DayField(label="报价日期", initial=timezone.localdate)
    valid_until = DayField(label="报价有效到", required=False)
    contact = Words(label="联系人电话", max_length=60, required=False)
    note = Words(label="说明", max_length=200, required=False, help_text="含不含税、工期、质保，写清楚好比较。")


class RemoveQuoteForm(LineForm):
    line = "quote"
    quote = line_field(Quote, "哪一家")
    reason = Words(label="为什么去掉", max_length=200, rows=2)

    def lines(self, record, user):
        return record.quotes.all()


class ContractForm(forms.Form):
    """The firm is chosen from those that quoted; without any quote it is typed."""

    takes_record = True
    firm = Words(label="施工单位", max_length=80)
    contract_number = Words(label="合同编号", max_length=40)
    contract_amount = MoneyField(label="合同金额（元）", max_digits=14)
    contract_on = DayField(label="签订日期", initial=timezone.localdate)
    retention = forms.DecimalField(
        label="质保金（%）", max_digits=4, decimal_places=1, min_value=0, max_value=20, initial=3, help_text="建设工程质量保证金一般不超过结算价的 3%。"
    )
    warranty_months = forms.IntegerField(label="质保期（月）", min_value=0, max_value=600, initial=12)
    choice_reason = Words(label="选定理由", max_length=300, rows=2, required=False, help_text="不选最低的，或者合同比报价高，要写。")
    over_reason = Words(label="超预算理由", max_length=300, rows=2, required=False, help_text="合同超过预算时要写。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        offers = offers_of(record) if record is not None else []
        if offers:
            shown = [(offer.quote.firm, f"{offer.quote.firm}　{offer.quote.amount:,.2f} 元{'（最低）' if offer.is_cheapest else ''}") for offer in offers]
            if record.method != Method.QUOTES and self.is_bound and self.data.get("firm"):
                shown.append((self.data["firm"], self.data["firm"]))
            self.fields["firm"].widget = forms.Select(choices=shown)
            self.initial.setdefault("contract_amount", offers[0].quote.amount)


class StartForm(forms.Form):
    started_on = DayField(label="开工日期", initial=timezone.localdate)


class MilestoneForm(forms.Form):
    name = Words(label="节点", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 拆除、隐蔽工程、闭水试验"}))
    plan_on = DayField(label="计划日期")


class OpenMilestoneForm(LineForm):
    line = "milestone"
    milestone = line_field(Milestone, "哪个节点")

    def lines(self, record, user):
        return record.milestones.filter(done_on=None)


class FinishMilestoneForm(KeepsUploads, OpenMilestoneForm):
    photos = PhotosField(label="现场照片", required=False, most=PHOTOS_OF_MILESTONE)
    done_on = DayField(label="完成日期", initial=timezone.localdate)
    note = Words(label="说明", max_length=300, required=False, rows=2)
    field_order = ["milestone", "photos", "done_on", "note"]


class PhotosForm(KeepsUploads, forms.Form):
    stage = forms.ChoiceField(label="什么时候的", choices=STAGES, initial="progress", widget=Picks())
    photos = PhotosField(label="照片", most=min(AT_ONCE, PHOTOS_OF_STAGE))


class PapersForm(KeepsUploads, forms.Form):
    what = Words(label="是什么文件", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 三家报价单、施工合同、审计报告"}))
    papers = PapersField(label="文件", most=min(AT_ONCE, PAPERS))


class InspectorsForm(forms.Form):
    takes_record = True
    inspectors = PeopleField(label="验收人", help_text="至少两人，各自签字。负责人和经办合同的人不能选。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["inspectors"]
        if record is not None:
            field.queryset = people().exclude(pk__in=[pk for pk in (record.owner_id, record.contract_by_id) if pk])
            self.initial.setdefault("inspectors", list(record.inspectors.filter(round=record.inspection_round).values_list("user", flat=True)))


class SignForm(KeepsUploads, forms.Form):
    takes_record = True
    passed = forms.TypedChoiceField(
        label="结论",
        choices=[("yes", "通过"), ("no", "不通过")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=Picks(columns=2, icons={"yes": "check", "no": "undo-2"}),
    )
    opinion = Words(label="意见", max_length=300, rows=2, required=False, help_text="不通过要写哪里不行。要整改的小问题，先登记问题再签字。")
    signature = SignatureField(label="签字")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean_signature(self):
        return [self.cleaned_data["signature"]]


class DefectForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="照片", required=False, most=AT_ONCE)
    content = Words(label="什么问题", max_length=200, rows=2)
    fix_by = DayField(label="整改期限")


class FixDefectForm(KeepsUploads, LineForm):
    line = "defect"
    defect = line_field(Defect, "哪个问题")
    photos = PhotosField(label="整改后的照片", required=False, most=AT_ONCE)
    fixed_on = DayField(label="整改日期", initial=timezone.localdate)
    fix_note = Words(label="怎么改的", max_length=200, required=False)

    def lines(self, record, user):
        return record.defects.filter(fixed_on=None)


class CheckDefectForm(LineForm):
    line = "defect"
    defect = line_field(Defect, "哪个问题")
    is_good = forms.TypedChoiceField(
        label="复查", choices=[("yes", "改好了"), ("no", "还不行")], coerce=lambda value: value == "yes", initial="yes", widget=Picks(columns=2)
    )
    words = Words(label="说明", max_length=200, required=False, help_text="还不行的，写哪里不行。")

    def lines(self, record, user):
        rows = record.defects.filter(fixed_on__isnull=False, checked_on=None)
        return rows.exclude(fixed_by=user.pk) if user is not None else rows


class PaymentForm(forms.Form):
    name = Words(label="款项", max_length=40, widget=forms.TextInput(attrs={"placeholder": "例如 预付款、进度款、尾款、质保金"}))
    amount = MoneyField(label="金额（元）", max_digits=14)
    paid_on = DayField(label="付款日期", initial=timezone.localdate)
    voucher = Words(label="凭证号", max_length=40, required=False)


class ReverseForm(LineForm):
    line = "payment"
    payment = line_field(Payment, "哪一笔")
    reason = Words(label="冲销原因", max_length=200, rows=2)

    def lines(self, record, user):
        return record.payments.filter(reverses=None, reversed_by=None)

    def words(self, chosen) -> str:
        return f"{chosen.name} {chosen.amount:,.2f} 元，{chosen.paid_on}"


class FinalForm(forms.Form):
    amount = MoneyField(label="结算金额（元）", max_digits=14)
    reason = Words(label="依据", max_length=200, rows=2, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "例如 审计报告文号"}))


class ProjectFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="工程名称、编号、施工单位")
    state = filters.ChoiceFilter(choices=[("running", "在办"), *ProjectState.choices], method="in_state", label="状态", empty_label="全部状态")
    building = filters.ModelChoiceFilter(queryset=Place.objects.filter(level=Level.BUILDING), method="inside", label="楼栋", empty_label="全部地点")
    year = filters.NumberFilter(method="in_year", label="年份", min_value=2000, max_value=2100)
    late = filters.BooleanFilter(method="only_late", label="过期", widget=forms.HiddenInput())
    mine = filters.BooleanFilter(method="only_mine", label="我负责", widget=forms.HiddenInput())

    def find(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(number__icontains=value) | Q(firm__icontains=value) | Q(place__full_name__icontains=value))

    def in_state(self, rows, name, value):
        if value == "running":
            return rows.exclude(state__in=(ProjectState.SETTLED, ProjectState.DROPPED))
        return rows.filter(state=value)

    def inside(self, rows, name, value):
        return rows.filter(place__path__startswith=value.path)

    def in_year(self, rows, name, value):
        return rows.filter(start_on__year=int(value))

    def only_late(self, rows, name, value):
        return rows.filter(state__in=LATE_STATES, end_on__lt=timezone.localdate()) if value else rows

    def only_mine(self, rows, name, value):
        return rows.filter(owner=self.request.user.pk) if value else rows
