"""What people fill in for contracts."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone

from finance.budget.forms import LineChoice
from finance.money import DIGITS
from finance.order.models import OrderState, PurchaseOrder
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import Department
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, line_field

from .models import DEAD, Contract, ContractKind, ContractLine, ContractState, Instalment, Supplement, SupplementState
from .parts import Plan
from .queries import WARN, contracts_visible_to

AT_ONCE = 6
RATINGS = [("", "不评分"), (5, "5 很好"), (4, "4 好"), (3, "3 一般"), (2, "2 差"), (1, "1 很差")]


class OrderChoice(forms.ModelChoiceField):
    """Orders that stand and have no contract yet; the contract's own order as well."""

    def __init__(self, **kwargs):
        rows = PurchaseOrder.objects.exclude(state__in=(OrderState.CANCELLED, OrderState.CLOSED)).select_related("partner").order_by("-pk")
        super().__init__(rows, empty_label="不按采购单，自己选指标", **kwargs)

    def narrow(self, own: int | None) -> None:
        taken = Contract.objects.exclude(state__in=DEAD).exclude(order=None).exclude(order=own).values("order")
        self.queryset = self.queryset.exclude(pk__in=taken)

    def label_from_instance(self, order):
        return f"{order}　{order.total:,.2f} 元"


class ContractForm(KeepsUploads, forms.ModelForm):
    kind = forms.ChoiceField(label="哪类合同", choices=ContractKind, initial=ContractKind.GOODS, widget=Picks())
    title = Words(label="合同名称", max_length=80, widget=forms.TextInput(attrs={"placeholder": "例如 教学楼保洁服务"}))
    partner = PartnerChoice(label="对方单位", required=False, empty_label="请选")
    person_name = Words(label="受聘人", max_length=30, required=False, help_text="临聘个人的写这里，对方单位空着。")
    person_phone = Words(label="受聘人电话", max_length=20, required=False)
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="经办部门", empty_label="请选")
    other_number = Words(label="对方编号", max_length=40, required=False)
    order = OrderChoice(label="采购单", required=False)
    amount = MoneyField(label="合同金额（元）", max_digits=DIGITS, help_text="按量计价的，写最多花多少。")
    unit = Words(label="计价单位", max_length=10, required=False, help_text="按量计价的写，例如 次、月、吨。")
    unit_price = MoneyField(label="单价（元）", max_digits=DIGITS, required=False)
    terms = Words(label="主要约定", max_length=2000, rows=4, required=False, help_text="质量、送货、验收、质保、违约怎么办。")
    papers = PapersField(label="合同文本", required=False, most=AT_ONCE)
    photos = PhotosField(label="照片", required=False, most=AT_ONCE)

    class Meta:
        model = Contract
        fields = [
            "kind", "title", "partner", "person_name", "person_phone", "department", "other_number", "order", "amount", "unit", "unit_price", "start_on",
            "end_on", "terms",
        ]  # fmt: skip
        widgets = {"start_on": DayInput(), "end_on": DayInput()}
        labels = {"start_on": "哪天开始", "end_on": "哪天到期"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["order"].narrow(self.instance.order_id)


class NewContractForm(ContractForm):
    takes_user = True
    budget_line = LineChoice(label="从哪个指标出", required=False, help_text="全部由一个指标出的在这里选；几个指标分着出的，保存以后再加。按采购单的不用选。")
    plan = forms.ChoiceField(label="怎么付款", choices=Plan, initial=Plan.ONCE, widget=Picks(columns=2))
    field_order = [
        "kind", "title", "order", "partner", "person_name", "person_phone", "department", "other_number", "amount", "unit", "unit_price", "start_on", "end_on",
        "budget_line", "plan", "terms", "papers", "photos",
    ]  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.initial.setdefault("department", user.department_id)


class PlanForm(forms.Form):
    plan = forms.ChoiceField(label="怎么付款", choices=[one for one in Plan.choices if one[0] != Plan.OWN], widget=Picks(columns=2))


class InstalmentForm(forms.Form):
    name = Words(label="款项", max_length=40, widget=forms.TextInput(attrs={"placeholder": "例如 首付款、进度款、尾款、质保金"}))
    due_on = DayField(label="付款日期")
    condition = Words(label="付款条件", max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 验收合格、收到发票"}))
    amount = MoneyField(label="金额（元）", max_digits=DIGITS, required=False)
    percent = forms.DecimalField(label="或者占合同金额（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False)


class RemoveInstalmentForm(LineForm):
    line = "instalment"
    instalment = line_field(Instalment, "哪一期")

    def lines(self, record, user):
        return record.instalments.all()


class BudgetForm(forms.Form):
    budget_line = LineChoice(label="预算指标")
    amount = MoneyField(label="出多少（元）", max_digits=DIGITS)


class RemoveBudgetForm(LineForm):
    line = "part"
    part = line_field(ContractLine, "哪个指标")

    def lines(self, record, user):
        return record.lines.select_related("budget_line__department", "budget_line__item", "budget_line__fund")


class MoveBudgetForm(RemoveBudgetForm):
    budget_line = LineChoice(label="换到哪个指标")


class SignForm(KeepsUploads, forms.Form):
    papers = PapersField(label="签字盖章的合同（扫描件）", required=False, most=AT_ONCE)
    photos = PhotosField(label="或者逐页拍照", required=False, most=AT_ONCE)
    signed_on = DayField(label="签订日期", initial=timezone.localdate)
    other_number = Words(label="对方编号", max_length=40, required=False)


class PapersForm(KeepsUploads, forms.Form):
    papers = PapersField(label="文件", required=False, most=AT_ONCE)
    photos = PhotosField(label="照片", required=False, most=AT_ONCE)


class NoteForm(forms.Form):
    on = DayField(label="哪天", initial=timezone.localdate)
    text = Words(label="情况", max_length=500, rows=3, widget=forms.Textarea(attrs={"rows": 3, "placeholder": "例如 11 月保洁到位，厕所有异味，已提醒"}))
    rating = forms.TypedChoiceField(label="评分", choices=RATINGS, coerce=int, empty_value=None, required=False)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class CloseForm(forms.Form):
    reason = Words(label="结算说明", max_length=200, rows=2, required=False, help_text="按量计价、没有付满的，写实际数量和金额。")


class ContractChoice(forms.ModelChoiceField):
    def label_from_instance(self, contract):
        return f"{contract}　{contract.party}　{contract.amount:,.2f} 元"


class SupplementForm(KeepsUploads, forms.ModelForm):
    reason = Words(label="改什么，为什么", max_length=300, rows=3)
    change = MoneyField(
        label="金额增减（元）", max_digits=DIGITS, min_value=None, initial=0, help_text="减少写负数，不变写 0。追加的合计不超过原合同金额的 10%。"
    )
    budget_line = LineChoice(label="追加的从哪个指标出", required=False)
    due_on = DayField(label="追加的什么时候付", required=False)
    end_on = DayField(label="改到哪天到期", required=False, help_text="不改的空着。")
    papers = PapersField(label="协议文本", required=False, most=AT_ONCE)

    class Meta:
        model = Supplement
        fields = ["reason", "change", "budget_line", "due_on", "end_on"]


class NewSupplementForm(SupplementForm):
    takes_user = True
    contract = ContractChoice(
        Contract.objects.filter(state=ContractState.ACTIVE).select_related("partner").order_by("-pk"), label="哪份合同", empty_label="请选"
    )
    field_order = ["contract", "reason", "change", "budget_line", "due_on", "end_on", "papers"]

    class Meta(SupplementForm.Meta):
        fields = ["contract", *SupplementForm.Meta.fields]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["contract"].queryset = self.fields["contract"].queryset.filter(pk__in=contracts_visible_to(user).order_by().values("pk"))


class ContractFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="名称、编号、对方单位、受聘人")
    state = filters.ChoiceFilter(choices=ContractState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(choices=ContractKind, label="类别", empty_label="全部类别")
    department = filters.ModelChoiceFilter(queryset=Department.objects.all(), label="经办部门", empty_label="全部部门")
    year = filters.NumberFilter(field_name="signed_on__year", label="签订年份", min_value=2000, max_value=2100)
    ending = filters.BooleanFilter(method="only_ending", label="快到期", widget=forms.HiddenInput)
    over = filters.BooleanFilter(method="only_over", label="过了期", widget=forms.HiddenInput)
    unpaid = filters.BooleanFilter(method="only_unpaid", label="过期未付", widget=forms.HiddenInput)

    class Meta:
        model = Contract
        fields: list[str] = []

    def search(self, rows, name, value):
        found = Q(title__icontains=value) | Q(number__icontains=value) | Q(other_number__icontains=value) | Q(person_name__icontains=value)
        return rows.filter(found | Q(partner__name__icontains=value) | Q(partner__short_name__icontains=value))

    def only_ending(self, rows, name, value):
        today = timezone.localdate()
        return rows.filter(state=ContractState.ACTIVE, end_on__lte=today + timedelta(days=int(limit_shown(WARN, today)))) if value else rows

    def only_over(self, rows, name, value):
        return rows.filter(state=ContractState.ACTIVE, end_on__lt=timezone.localdate()) if value else rows

    def only_unpaid(self, rows, name, value):
        late = Instalment.objects.filter(is_void=False, paid__lt=F("amount"), due_on__lt=timezone.localdate()).values("contract")
        return rows.filter(state=ContractState.ACTIVE, pk__in=late) if value else rows


class SupplementFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="编号、合同、原因")
    state = filters.ChoiceFilter(choices=SupplementState, label="状态", empty_label="全部状态")

    class Meta:
        model = Supplement
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(reason__icontains=value) | Q(contract__title__icontains=value) | Q(contract__number__icontains=value))
