"""A cash box with 100 yuan and a bank account with 1,000, in use since the first of November."""

from datetime import date
from decimal import Decimal

import pytest

from finance.journal import rules
from finance.journal.models import CashAccount, DayEntry
from tests.conftest import NOW

FIRST = date(2026, 10, 1)


class Books:
    def __init__(self, cast):
        self.cast = cast
        usual = {"actor": cast.accountant, "at": NOW, "opened_on": FIRST}
        self.cash = rules.save_account(name="库存现金", kind="cash", opening=Decimal(100), **usual)
        self.bank = rules.save_account(name="基本户", kind="bank", bank="建设银行", number="6222", opening=Decimal(1000), **usual)

    def write(self, side, amount, day=18, account=None, month=11, summary="买粉笔", **given):
        account = CashAccount.objects.get(pk=(account or self.cash).pk)
        return rules.write_entry(
            actor=self.cast.cashier, at=NOW, account=account, on=date(2026, month, day), side=side, amount=Decimal(str(amount)), summary=summary, **given
        )

    def state(self) -> tuple:
        """Everything a refusal may not change."""
        return [*CashAccount.objects.order_by("pk").values_list("balance", "last_on", "last_number")], DayEntry.objects.count()


@pytest.fixture
def books(cast) -> Books:
    return Books(cast)
