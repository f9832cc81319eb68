"""What the cashier fills in."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.claim.models import Claim, PayMethod
from finance.claim.queries import promised_offsets
from finance.journal.models import AccountKind, CashAccount
from finance.money import DIGITS
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, line_field

from .models import BatchState, Payment, PaymentBatch, PaymentState
from .queries import for_the_bank


class AccountChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(CashAccount.objects.filter(is_active=True), empty_label="请选", **kwargs)

    def label_from_instance(self, account):
        return f"{account.name}　余额 {account.balance:,.2f}"


class PayForm(forms.Form):
    takes_record = True
    account = AccountChoice(label="付款账户", required=False)
    paid_on = DayField(label="付款日期", initial=timezone.localdate)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        if not record.due:
            self.fields.pop("account")
            return
        kind = AccountKind.CASH if record.method == PayMethod.CASH else AccountKind.BANK
        field = self.fields["account"]
        field.queryset, field.required = field.queryset.filter(kind=kind), True
        if field.queryset.count() == 1:
            self.initial.setdefault("account", field.queryset.get().pk)


class PayBackForm(forms.Form):
    takes_record = True
    account = AccountChoice(label="收到哪个账户")
    amount = MoneyField(label="还款金额（元）", max_digits=DIGITS)
    paid_on = DayField(label="收款日期", initial=timezone.localdate)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial.setdefault("amount", record.open_sum - promised_offsets(record))


class PayeeForm(forms.Form):
    takes_record = True
    account = Words(label="收款账号", max_length=40, required=False)
    bank = Words(label="开户行", max_length=80, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and record.pay_to == "firm" and record.partner_id:
            self.fields.clear()
        elif record is not None:
            self.initial |= {"account": record.account, "bank": record.bank}


class ReturnForm(forms.Form):
    reason = Words(label="退回的原因", max_length=100, rows=2, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "例如 账号和户名不符"}))


class ClaimBoxes(forms.ModelMultipleChoiceField):
    """Approved claims to tick."""

    def __init__(self, **kwargs):
        super().__init__(for_the_bank(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, claim):
        return f"{claim.payee}　{claim.due:,.2f} 元　{claim.number} {claim.title}"


class BatchForm(forms.Form):
    takes_user = True
    account = AccountChoice(label="付款账户")
    claims = ClaimBoxes(label="付哪些")
    note = Words(label="说明", max_length=120, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        field.queryset = field.queryset.filter(kind=AccountKind.BANK)
        if user is not None:
            self.fields["claims"].queryset = for_the_bank().exclude(created_by=user.pk)
        if not self.is_bound:
            self.initial.setdefault("claims", [claim.pk for claim in self.fields["claims"].queryset[:200]])


class AddClaimsForm(forms.Form):
    claims = ClaimBoxes(label="加哪些")


class TakeOutForm(LineForm):
    line = "claim"
    claim = line_field(Claim, "哪一张")

    def lines(self, record, user):
        return record.claims.all()


class PostForm(forms.Form):
    paid_on = DayField(label="付款日期", initial=timezone.localdate)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class PaymentFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、收款人、事由、报销单号")
    method = filters.ChoiceFilter(choices=PayMethod, label="怎么付", empty_label="全部")
    state = filters.ChoiceFilter(choices=PaymentState, label="状态", empty_label="全部状态")
    account = filters.ModelChoiceFilter(field_name="cash_account", queryset=CashAccount.objects.all(), label="付款账户", empty_label="全部账户")
    year = filters.NumberFilter(method="in_year", label="年份", min_value=2000, max_value=2100)

    class Meta:
        model = Payment
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(payee__icontains=value) | Q(claim__title__icontains=value) | Q(claim__number__icontains=value))

    def in_year(self, rows, name, value):
        return rows.filter(paid_on__year=int(value))


class BatchFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、说明")
    state = filters.ChoiceFilter(choices=BatchState, label="状态", empty_label="全部状态")

    class Meta:
        model = PaymentBatch
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(note__icontains=value))
