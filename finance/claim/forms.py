"""What people fill in for a claim. The kind decides which fields there are, so that a phone shows no more than is needed."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.money import DIGITS
from finance.order.models import PurchaseOrder
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import Department
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, PersonField, line_field

from .line_rules import PHOTOS_OF_INVOICE
from .models import Claim, ClaimKind, ClaimLine, ClaimState, Invoice, PayMethod, PayTo
from .queries import departments_for, lines_for, offered_orders, open_advances

METHODS = [choice for choice in PayMethod.choices if choice[0] != PayMethod.OFFSET]
TRIP, ADVANCE, PURCHASE, LINE = ("place", "from_on", "until_on"), ("back_on",), ("order", "source", "pay_to"), ("what", "budget_line", "amount")
UNUSED = {
    ClaimKind.PURCHASE: (*TRIP, *ADVANCE, *LINE),
    ClaimKind.TRIP: (*ADVANCE, *PURCHASE),
    ClaimKind.PETTY: (*TRIP, *ADVANCE, *PURCHASE),
    ClaimKind.ADVANCE: (*TRIP, *PURCHASE, "advance", "witness", "papers"),
}


class BudgetChoice(forms.ModelChoiceField):
    """A budget line with what is left of it; the form fills in which ones."""

    def __init__(self, **kwargs):
        super().__init__(BudgetLine.objects.none(), empty_label="请选", **kwargs)

    def label_from_instance(self, line):
        return f"{line.item.name}（{line.fund}）{line.department}　可用 {line.available:,.2f}"


class OrderChoice(forms.ModelChoiceField):
    def label_from_instance(self, order):
        return f"{order.number} {order.partner}　{order.request.title}"


class AdvanceChoice(forms.ModelChoiceField):
    def label_from_instance(self, claim):
        return f"{claim.number} {claim.title}　还有 {claim.open_sum:,.2f} 元"


class SourceField(forms.CharField):
    """ "finance.instalment:12" as a Ref; filled in by the link that leads here."""

    widget = forms.HiddenInput

    def clean(self, value):
        kind, _, pk = (super().clean(value) or "").partition(":")
        if not kind:
            return None
        if not pk.isdecimal() or len(pk) > 17:
            raise forms.ValidationError("请从合同的付款计划里进来。")
        return Ref(kind, int(pk))


class ClaimFields(forms.Form):
    """The fields of one's own that both forms have."""

    takes_user = True
    title = Words(label="事由", max_length=80, widget=forms.TextInput(attrs={"placeholder": "例如 参加区教研会"}))
    department = forms.ModelChoiceField(Department.objects.none(), label="部门", empty_label="请选")
    place = Words(label="去了哪里", max_length=60, required=False)
    from_on = DayField(label="哪天出发", required=False)
    until_on = DayField(label="哪天返回", required=False)
    back_on = DayField(label="预计还款", required=False, help_text="到期没有报销冲账，会提醒您。")
    method = forms.ChoiceField(
        label="怎么付",
        choices=METHODS,
        initial=PayMethod.TRANSFER,
        widget=Picks(icons={"transfer": "landmark", "card": "credit-card", "cash": "banknote"}),
    )
    pay_to = forms.ChoiceField(label="付给谁", choices=PayTo, initial=PayTo.FIRM, widget=Picks(columns=2), help_text="您已经垫付的，选付给本人。")
    account = Words(label="收款账号", max_length=40, required=False, help_text="付给本人的，转账写银行账号，公务卡写卡号。付给供应商的不用写。")
    bank = Words(label="开户行", max_length=80, required=False)
    advance = AdvanceChoice(Claim.objects.none(), label="冲抵借款", required=False, empty_label="不冲抵")
    witness = PersonField(label="证明人", required=False, empty_label="没有")
    papers = forms.IntegerField(label="附件页数", required=False, min_value=0, max_value=999, help_text="发票以外的纸，例如清单、行程单。")
    note = Words(label="说明", max_length=300, required=False, rows=2)

    def fit(self, kind: str, user) -> None:
        """Only the fields of this kind, only the choices of this person."""
        for name in UNUSED.get(kind, ()):
            self.fields.pop(name, None)
        if kind == ClaimKind.TRIP:
            for name in TRIP:
                self.fields[name].required = True
        if kind and kind != ClaimKind.PURCHASE:
            self.fields["account"].help_text = "转账写银行账号，公务卡写卡号。"
        if user is not None:
            self._offer(user)

    def _offer(self, user) -> None:
        choices = {"department": departments_for, "advance": open_advances, "budget_line": lines_for, "order": offered_orders}
        for name, rows in choices.items():
            if name in self.fields:
                self.fields[name].queryset = rows(user)
        if "advance" in self.fields and not self.is_bound and not self.fields["advance"].queryset.exists():
            self.fields.pop("advance")


class ClaimForm(ClaimFields):
    """A new claim with its first line; the other lines and the invoices come on its page."""

    kind = forms.ChoiceField(label="报什么", choices=ClaimKind, widget=Picks(columns=2))
    order = OrderChoice(PurchaseOrder.objects.none(), label="采购单", required=False, empty_label="请选", help_text="明细和金额按验收的自动填好。")
    source = SourceField(required=False)
    what = Words(label="内容", max_length=120, required=False, help_text="不写就用事由。还有别的，保存以后再加。")
    budget_line = BudgetChoice(label="从哪个预算出", required=False)
    amount = MoneyField(label="金额（元）", max_digits=DIGITS, required=False)
    field_order = [
        "kind", "order", "title", "department", "place", "from_on", "until_on", "what", "budget_line", "amount", "back_on", "method", "pay_to", "account", "bank",
        "advance", "witness", "papers", "note",
    ]  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        kind = str((self.data if self.is_bound else self.initial).get("kind", ""))
        self.fit(kind, user)
        if kind in ClaimKind.values:
            self.fields["kind"].widget = forms.HiddenInput()
        for name in ("budget_line", "amount"):
            if name in self.fields and kind in ClaimKind.values:
                self.fields[name].required = True
        if kind == ClaimKind.PURCHASE:
            for name in ("title", "department"):
                self.fields[name].required = False
                self.fields[name].help_text = "不填就和采购单、合同一样。"
            if "source" in self.fields and (self.data if self.is_bound else self.initial).get("source"):
                self.fields.pop("order")
            else:
                self.fields["order"].required = True
        if user is not None and not self.is_bound:
            self._begin(kind, user)

    def _begin(self, kind: str, user) -> None:
        if kind != ClaimKind.PURCHASE:
            self.initial.setdefault("department", user.department_id)
            last = Claim.objects.filter(created_by=user.pk, pay_to=PayTo.SELF).exclude(account="").order_by("-pk").first()
            if last:
                self.initial.setdefault("account", last.account)
                self.initial.setdefault("bank", last.bank)


class ClaimEditForm(ClaimFields, forms.ModelForm):
    class Meta:
        model = Claim
        fields = [
            "title",
            "department",
            "place",
            "from_on",
            "until_on",
            "back_on",
            "method",
            "pay_to",
            "account",
            "bank",
            "advance",
            "witness",
            "papers",
            "note",
        ]
        widgets = {"from_on": DayInput(), "until_on": DayInput(), "back_on": DayInput()}

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fit(self.instance.kind, user)
        if user is not None:
            own = Department.objects.filter(pk=self.instance.department_id)
            self.fields["department"].queryset = (departments_for(user) | own).distinct()

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}  # the rule checks, and its sentences are better

    def validate_constraints(self):
        """The rule does that too."""


class AddLineForm(LineForm):
    what = Words(label="内容", max_length=120)
    budget_line = BudgetChoice(label="从哪个预算出")
    amount = MoneyField(label="金额（元）", max_digits=DIGITS)
    is_allowance = forms.BooleanField(label="出差补助，没有发票", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        if record is None:
            return
        self.fields["budget_line"].queryset = lines_for(user, record)
        if record.kind != ClaimKind.TRIP:
            self.fields.pop("is_allowance")
        last = self.chosen or record.lines.order_by("-position").first()
        if last is not None:
            self.initial.setdefault("budget_line", last.budget_line_id)


class EditLineForm(AddLineForm):
    line = "row"
    row = line_field(ClaimLine, "哪一行")
    field_order = ["row"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.chosen is not None:
            self.initial |= {name: getattr(self.chosen, name) for name in ("what", "amount", "is_allowance")}

    def lines(self, record, user):
        return record.lines.all()


class RemoveLineForm(LineForm):
    line = "row"
    row = line_field(ClaimLine, "哪一行")

    def lines(self, record, user):
        return record.lines.all()


class InvoiceForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="拍发票", required=False, most=PHOTOS_OF_INVOICE)
    number = Words(
        label="发票号码", max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), help_text="右上角，8 位或者 20 位。"
    )
    code = Words(
        label="发票代码",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="20 位号码的没有代码。",
    )
    issued_on = DayField(label="开票日期", initial=timezone.localdate)
    amount = MoneyField(label="价税合计（元）", max_digits=DIGITS)
    tax = MoneyField(label="其中税额（元）", max_digits=DIGITS, required=False)
    seller = Words(label="销售方", max_length=80)
    papers = PapersField(label="电子发票（PDF）", required=False, most=2)


class RemoveInvoiceForm(LineForm):
    line = "invoice"
    invoice = line_field(Invoice, "哪张发票")

    def lines(self, record, user):
        return record.invoices.all()


class PapersForm(KeepsUploads, forms.Form):
    papers = PapersField(label="文件", most=6)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class BookForm(forms.Form):
    voucher = Words(label="凭证号", max_length=30, widget=forms.TextInput(attrs={"placeholder": "例如 记-11-023"}))


class ClaimFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、事由、报销人、收款人、发票号码")
    kind = filters.ChoiceFilter(choices=ClaimKind, label="报什么", empty_label="全部")
    state = filters.ChoiceFilter(choices=ClaimState, label="状态", empty_label="全部状态")
    department = filters.ModelChoiceFilter(queryset=Department.objects.all(), label="部门", empty_label="全部部门")
    year = filters.NumberFilter(method="in_year", label="年份", min_value=2000, max_value=2100)
    mine = filters.BooleanFilter(method="only_mine", label="我的", widget=forms.HiddenInput())
    owed = filters.BooleanFilter(method="only_owed", label="没还清的借款", widget=forms.HiddenInput())
    unbooked = filters.BooleanFilter(method="only_unbooked", label="没记账", widget=forms.HiddenInput())

    class Meta:
        model = Claim
        fields: list[str] = []

    def find(self, rows, name, value):
        number = Claim.objects.filter(invoices__number__icontains=value).values("pk")
        return rows.filter(
            Q(number__icontains=value) | Q(title__icontains=value) | Q(created_by__name__icontains=value) | Q(payee__icontains=value) | Q(pk__in=number)
        )

    def in_year(self, rows, name, value):
        return rows.filter(created_at__year=int(value))

    def only_mine(self, rows, name, value):
        return rows.filter(created_by=self.request.user.pk) if value else rows

    def only_owed(self, rows, name, value):
        return rows.filter(kind=ClaimKind.ADVANCE, state=ClaimState.PAID) if value else rows

    def only_unbooked(self, rows, name, value):
        return rows.filter(state__in=("paid", "settled"), voucher="") if value else rows
