"""Two people pressing at once: one due paid once, one signature, one refund; on both databases (FIN-08, FIN-09)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from finance.aid.models import AidList
from finance.aid.rules import save_list
from finance.fee import cash_rules, rules
from finance.fee.models import FeeCharge, FeeDue, FeePayment, FeeRefund
from finance.journal.models import DayEntry
from finance.workstudy.models import WorkSheet
from finance.workstudy.rules import open_sheet
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.aid.conftest import Aid
from tests.finance.fee.conftest import TODAY, fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-08")]

REFUSED = (RuleViolation, ValidationError)  # pages put both at their field


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, REFUSED)], outcomes
    return sum(isinstance(one, REFUSED) for one in outcomes)


def test_a_due_is_paid_once(fees, together):
    charge, cashier = fees.issued(), fees.cast.cashier
    copies = [fees.due(charge, "701") for _ in range(4)]
    works = [lambda due=due: cash_rules.collect(actor=cashier, at=NOW, record=due, amount=Decimal(300), paid_on=TODAY) for due in copies]
    assert refusals(together(*works)) == 3
    assert (fees.due(charge, "701").paid, FeePayment.objects.count()) == (300, 1)


def test_parts_never_exceed_what_is_owed(fees, together):
    charge, cashier = fees.issued(), fees.cast.cashier

    def part():
        return cash_rules.collect(actor=cashier, at=NOW, record=fees.due(charge, "701"), amount=Decimal(120), paid_on=TODAY)

    assert refusals(together(part, part, part)) == 1
    assert fees.due(charge, "701").paid == 240 == sum(payment.amount for payment in FeePayment.objects.all())


def test_a_parent_answers_once(fees, together):
    charge = fees.issued(fees.uniform)
    outcomes = together(lambda: fees.agree(charge, "701"), lambda: fees.agree(charge, "701", agrees=False))
    assert refusals(outcomes) == 1
    assert fees.due(charge, "701").consent in ("agreed", "refused")


def test_a_payment_is_booked_and_given_back_once(fees, together):
    charge = fees.issued()
    fees.pay(charge, "701")
    assert refusals(together(lambda: fees.booked(charge), lambda: fees.booked(charge))) == 1
    assert fees.balance == 1300
    fees.settled(charge, 0)
    assert refusals(together(lambda: fees.refund(charge), lambda: fees.refund(charge))) == 1
    assert (fees.balance, DayEntry.objects.count(), FeeRefund.objects.get().state) == (1000, 2, "paid")


def test_two_charges_of_one_item_at_once_do_not_pass_the_standard(fees, together):
    drafts = [fees.drafted(), fees.drafted()]
    principal = fees.cast.principal
    works = [lambda draft=draft: rules.issue_charge(actor=principal, at=NOW, record=fresh(draft)) for draft in drafts]
    assert refusals(together(*works)) == 1
    assert (FeeCharge.objects.filter(state="issued").count(), FeeDue.objects.count()) == (1, 5)


@pytest.mark.requirement("FIN-09")
def test_an_aid_list_is_paid_once(cast, rooms, together):
    aid = Aid(cast, rooms)
    aid.final()
    assert refusals(together(aid.pay, aid.pay)) == 1
    assert (aid.balance, DayEntry.objects.count()) == (9000 - 1250, 1)
    assert AidList.objects.get().state == "paid"


@pytest.mark.requirement("FIN-09")
def test_a_months_sheet_and_a_terms_list_are_opened_once(cast, rooms, together):
    aid, director = Aid(cast, rooms), cast.director
    assert refusals(together(*[lambda: open_sheet(actor=director, at=NOW, month=date(2026, 10, 1))] * 3)) == 2
    AidList.objects.update(state="cancelled")
    given = {"scheme": aid.scheme, "term": aid.term, "close_on": date(2026, 11, 30)}
    assert refusals(together(*[lambda: save_list(actor=director, at=NOW, **given)] * 2)) == 1
    assert (WorkSheet.objects.count(), AidList.objects.exclude(state="cancelled").count()) == (1, 1)
