"""Fees that were taken back, booked, settled and thought over again (FIN-08)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finance.fee import cash_rules, consent_rules, rules
from finance.fee.home import fee_todos
from finance.fee.models import FeePayment
from finance.journal.models import DayEntry
from finance.journal.rules import save_account
from logistics.platform.access.models import Role
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.finance.fee.conftest import TODAY, fresh

pytestmark = pytest.mark.requirement("FIN-08")


def test_a_payment_taken_back_before_or_after_it_was_booked_does_not_block_the_charge(fees, cast):
    charge = fees.issued()
    wrong = fees.pay(charge, "701", receipt="A1", means="cash")
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=wrong, reason="记错")
    assert [payment.means for payment in FeePayment.objects.all()] == ["cash", "cash"]
    assert not fee_todos(cast.cashier, NOW)
    with pytest.raises(RuleViolation, match="没有还没入账"):
        fees.booked(charge)
    paid = fees.pay(charge, "702")
    fees.booked(charge)
    assert (fees.balance, fresh(wrong).entry_id) == (1300, None)
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=fresh(paid), reason="付错了，退回")
    for refused in (lambda: fees.settled(charge, 0), lambda: rules.cancel_charge(actor=cast.principal, at=NOW, record=fresh(charge), reason="不收了")):
        with pytest.raises(RuleViolation, match="入账"):
            refused()
    assert [todo.url for todo in fee_todos(cast.cashier, NOW)] == [f"/finance/charge/{charge.pk}/"]
    fees.booked(charge)
    assert (fees.balance, DayEntry.objects.get(side="out").amount) == (1000, 300)
    assert rules.cancel_charge(actor=cast.principal, at=NOW, record=fresh(charge), reason="不收了").state == "cancelled"


def test_cash_and_transfers_go_into_their_own_accounts(fees, cast):
    charge = fees.issued()
    fees.pay(charge, "701", 100, means="cash")
    fees.pay(charge, "702", 300)
    box = save_account(actor=cast.accountant, at=NOW, name="现金", kind="cash", opened_on=date(2026, 9, 1), opening=Decimal(0))
    given = {"actor": cast.cashier, "at": NOW, "record": fresh(charge), "account": fresh(box), "on": TODAY}
    with pytest.raises(RuleViolation, match="这种方式"):
        cash_rules.book(**given, means="scan")
    with pytest.raises(RuleViolation, match="不能比它早"):
        cash_rules.book(**given | {"on": TODAY - timedelta(days=1)}, means="cash")
    cash_rules.book(**given, means="cash")
    assert (fresh(box).balance, fees.balance) == (100, 1000)
    fees.booked(charge)
    assert (fresh(box).balance, fees.balance) == (100, 1300)
    assert not FeePayment.objects.filter(entry=None).exists()


def test_a_payment_replaced_by_another_moves_no_money_unless_the_means_differ(fees, cast):
    charge = fees.issued()
    paid = fees.pay(charge, "701")
    fees.booked(charge)
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=fresh(paid), reason="记错了学生")
    right = fees.pay(charge, "702", means="cash")
    with pytest.raises(RuleViolation, match="方式不一样"):
        fees.booked(charge)
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=right, reason="是转账")
    right = fees.pay(charge, "702")
    fees.booked(charge)
    assert (fees.balance, DayEntry.objects.count(), fresh(right).entry_id) == (1300, 1, fresh(paid).entry_id)


def test_a_settlement_that_closed_at_once_can_be_taken_back(fees, cast):
    charge = fees.issued()
    fees.pay(charge, "701")
    fees.booked(charge)
    assert fees.settled(charge, 300).state == "closed"
    again = cash_rules.reopen(actor=cast.principal, at=NOW, record=fresh(charge), reason="支出写错了")
    assert (fresh(again).state, fresh(again).spent) == ("issued", None)
    assert fees.settled(charge, 200).refunds.get().amount == 100


def test_who_keeps_the_cash_does_not_settle(fees, cast):
    charge = fees.issued()
    fees.pay(charge, "701")
    fees.booked(charge)
    Role.objects.get(key="accountant").holders.add(cast.cashier)
    with pytest.raises(NotAllowed, match="入账"):
        cash_rules.settle(actor=cast.cashier, at=NOW, record=fresh(charge), spent=Decimal(0))
    assert fresh(charge).state == "issued"


def test_a_parent_who_agreed_may_think_again_until_something_is_paid(fees, cast):
    charge = fees.issued(fees.uniform)
    fees.agree(charge, "701")
    old = consent_rules.code_of(fees.due(charge, "701"))
    given = {"actor": cast.headteacher, "at": NOW, "until": TODAY + timedelta(days=3)}
    with pytest.raises(RuleViolation, match="家长改主意"):
        consent_rules.renew_link(record=fees.due(charge, "701"), **given)
    fees.pay(charge, "701", 3)
    with pytest.raises(RuleViolation, match="先冲销"):
        consent_rules.ask_again(record=fees.due(charge, "701"), **given)
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=FeePayment.objects.get(), reason="家长要退")
    with pytest.raises(RuleViolation, match="天之内"):
        consent_rules.ask_again(record=fees.due(charge, "701"), **given | {"until": TODAY - timedelta(days=1)})
    assert fees.due(charge, "701").consent == "agreed"
    consent_rules.ask_again(record=fees.due(charge, "701"), **given)
    due = fees.due(charge, "701")
    assert (due.consent, due.consent_name, consent_rules.due_by_code(old)) == ("pending", "", None)
    with pytest.raises(RuleViolation, match="还没有同意"):
        fees.pay(charge, "701", 3)
    fees.agree(charge, "701", agrees=False)
    with pytest.raises(RuleViolation, match="换发链接"):
        consent_rules.ask_again(record=fees.due(charge, "701"), **given)
    fees.agree(charge, "801")
    with pytest.raises(NotAllowed, match="自己班"):
        consent_rules.ask_again(record=fees.due(charge, "801"), **given)
