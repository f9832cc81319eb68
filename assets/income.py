"""Money that things bring in (compensation, proceeds): the cashier takes it into a day book, in the same transaction as the paper it is for."""

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils import timezone

from finance.public import Side, open_accounts, write_entry
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.numbering.rules import next_number
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField

RECEIVE = "assets.income.receive"
SERIES = "SJ"


class ReceiveForm(forms.Form):
    """Into which account, when, from whom."""

    takes_record = True
    account = forms.ModelChoiceField(open_accounts(), label="收进哪个账户", empty_label="请选")
    on = DayField(label="收款日期", initial=timezone.localdate)
    payer = Words(label="交款人", max_length=60, required=False, help_text="写在收据上；空着就写单上的人。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)


def lock_account(account):
    """The account first, before any paper of ours: the order every rule that writes day books keeps, against deadlock."""
    found = open_accounts().select_for_update().filter(pk=account.pk).first() if account is not None else None
    if found is None:
        raise RuleViolation("请选收款的账户。", field="account")
    return found


def take_in(record, *, actor, at: datetime, account, on: date, amount: Decimal, summary: str, payer: str) -> str:
    """One line of income in the account's day book, named by the record; returns the receipt's number. Refusals stand at the form's fields."""
    number = next_number(SERIES, timezone.localtime(at).year)
    given = {"summary": summary[:120], "voucher": number, "counterparty": payer[:60], "document": ref(record)}
    write_entry(actor=actor, at=at, account=account, on=on, side=Side.IN, amount=amount, **given)
    return number
