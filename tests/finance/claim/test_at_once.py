"""Two people at one invoice, one payment, one order: exactly one gets through, on both databases (FIN-06)."""

import pytest

from finance.claim import line_rules, rules
from finance.claim.models import Claim, Invoice
from finance.journal.models import DayEntry
from finance.journal.rules import save_account
from finance.payment import batch_rules
from finance.payment import rules as payments
from finance.payment.models import Payment, PaymentBatch
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.budget.test_at_once import refusals
from tests.finance.claim.conftest import TODAY, balance, sums
from tests.finance.claim.test_instalments import claim_for, signed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-06")]


def test_the_same_invoice_in_two_claims_counts_once(desk, together):
    teacher, other = desk.cast.teacher, desk.cast.headteacher
    claims = [desk.claim(10, invoice=False), desk.claim(10, invoice=False, actor=other)]

    def add(actor, claim, number):
        given = {"issued_on": TODAY, "amount": 10, "seller": "店"}
        return lambda: line_rules.add_invoice(actor=actor, at=NOW, record=claim, number=number, **given)

    outcomes = together(add(teacher, claims[0], "26312000003812345678"), add(other, claims[1], "２６３１２０００００３８１２３４５６７８"))
    assert refusals(outcomes) == 1
    assert Invoice.objects.count() == 1
    assert "已经用过了" in next(one.message for one in outcomes if isinstance(one, RuleViolation))


def test_a_claim_paid_by_two_at_once_is_paid_once(desk, together):
    claim, cashier, bank = desk.approved(100), desk.cast.cashier, desk.bank

    def pay():
        return payments.pay_claim(actor=cashier, at=NOW, record=fresh(claim), account=bank, paid_on=TODAY)

    assert refusals(together(pay, pay, pay)) == 2
    assert (Payment.objects.count(), DayEntry.objects.count(), sums(desk.line), balance(desk.bank)) == (1, 1, (0, 0, 100), 19900)


def test_paid_singly_and_in_a_batch_at_once_is_paid_once(desk, together):
    claims, cashier, bank = [desk.approved(100), desk.approved(50)], desk.cast.cashier, desk.bank

    def single():
        return payments.pay_claim(actor=cashier, at=NOW, record=fresh(claims[0]), account=bank, paid_on=TODAY)

    def listed():
        batch = batch_rules.create_batch(actor=cashier, at=NOW, account=bank, claims=claims)
        return batch_rules.post_batch(actor=cashier, at=NOW, record=batch, paid_on=TODAY)

    assert refusals(together(single, listed)) == 1
    assert Payment.objects.filter(claim=claims[0]).count() == 1
    assert balance(bank) == 20000 - sum(payment.amount for payment in Payment.objects.all())
    assert PaymentBatch.objects.filter(state="posted").count() + Payment.objects.filter(batch=None).count() == 1


def test_one_claim_sent_twice_is_sent_once(desk, together):
    claim, teacher = desk.claim(100), desk.cast.teacher

    def send():
        return rules.submit_claim(actor=teacher, at=NOW, record=fresh(claim))

    assert refusals(together(send, send)) == 1
    assert (sums(desk.line), Claim.objects.exclude(number="").count()) == ((100, 0, 0), 1)


def test_two_claims_of_one_order_sent_at_once(desk, together):
    order, buyer = desk.order(600), desk.cast.buyer
    drafts = [desk.of_order(order), desk.of_order(order)]
    sends = [lambda claim=claim: rules.submit_claim(actor=buyer, at=NOW, record=fresh(claim)) for claim in drafts]
    assert refusals(together(*sends)) == 1
    assert Claim.objects.filter(order=order, state="submitted").count() == 1


def test_two_claims_with_one_advance_sent_at_once(desk, together):
    owed, teacher = desk.paid(1000, kind="advance"), desk.cast.teacher
    drafts = [desk.claim(700, advance=owed), desk.claim(700, advance=owed)]
    sends = [lambda claim=claim: rules.submit_claim(actor=teacher, at=NOW, record=fresh(claim)) for claim in drafts]
    assert refusals(together(*sends)) == 0
    assert sorted(fresh(claim).offset for claim in drafts) == [300, 700]


def test_two_claims_for_one_instalment_sent_at_once(desk, together):
    first = signed(desk).instalments.order_by("pk").first()
    drafts, buyer = [claim_for(desk, first), claim_for(desk, first)], desk.cast.buyer
    sends = [lambda claim=claim: rules.submit_claim(actor=buyer, at=NOW, record=fresh(claim)) for claim in drafts]
    assert refusals(together(*sends)) == 1
    assert (Claim.objects.filter(state="submitted").count(), sums(desk.line)) == (1, (0, 900, 0))


def test_a_batch_and_a_single_payment_of_crossing_lines_both_get_through(desk, together):
    order, cashier, bank = desk.order(600, 300), desk.cast.cashier, desk.bank
    listed = [desk.approved(50, budget_line=desk.other), desk.approve(desk.submit(desk.of_order(order)))]
    other_bank = save_account(
        actor=desk.cast.accountant, at=NOW, name="零余额户", kind="bank", bank="建设银行", number="2", opening=500, opened_on=bank.opened_on
    )
    single = desk.approved(40)
    batch = batch_rules.create_batch(actor=cashier, at=NOW, account=bank, claims=listed)

    def alone():
        return payments.pay_claim(actor=cashier, at=NOW, record=fresh(single), account=other_bank, paid_on=TODAY)

    assert refusals(together(lambda: batch_rules.post_batch(actor=cashier, at=NOW, record=batch, paid_on=TODAY), alone)) == 0
    assert (balance(bank), balance(other_bank), sums(desk.line), sums(desk.other)) == (19050, 460, (0, 0, 640), (0, 0, 350))
