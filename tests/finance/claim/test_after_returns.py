"""What the bank sends back, what an advance still holds, and what is struck out by hand: budget, day book and paper stay one (FIN-06, FIN-11)."""

from datetime import date
from decimal import Decimal

import pytest

from finance.budget.rules import holding
from finance.claim import rules
from finance.claim.models import Claim
from finance.journal.models import DayEntry
from finance.journal.rules import reverse_entry
from finance.payment import advance_rules, batch_rules
from finance.payment import rules as payments
from finance.payment.models import Payment
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import TODAY, balance, sums

pytestmark = pytest.mark.requirement("FIN-06")


def held(desk, document, line=None) -> Decimal:
    found = holding(line or desk.line, ref(document))
    return found.reserved + found.committed


def sent_back(desk, payment, reason="户名不符"):
    return payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason=reason)


def cancel(desk, claim):
    owner = type(desk.cast.teacher).objects.get(pk=claim.created_by_id)
    return rules.cancel_claim(actor=owner, at=NOW, record=fresh(claim), reason="不报了")


def test_an_advance_holds_what_is_open_of_it_again_when_the_claim_is_given_up(desk):
    owed = desk.paid(1000, kind="advance")
    claim = desk.approved(1200, advance=owed)
    sent_back(desk, desk.pay(claim))
    assert (held(desk, owed), held(desk, claim), sums(desk.line)) == (1000, 200, (1200, 0, 0))
    cancel(desk, claim)
    assert (fresh(owed).open_sum, held(desk, owed), sums(desk.line)) == (1000, 1000, (1000, 0, 0))


def test_an_advance_settled_from_another_line_holds_only_what_is_open(desk):
    owed = desk.paid(1000, kind="advance")
    claim = desk.approved(700, advance=owed, budget_line=desk.other)
    payments.pay_claim(actor=desk.cast.cashier, at=NOW, record=claim, paid_on=TODAY)
    assert (fresh(owed).open_sum, sums(desk.line), sums(desk.other)) == (300, (300, 0, 0), (0, 0, 700))


def test_a_claim_counts_on_its_advance_for_no_more_than_its_offset(desk):
    owed = desk.paid(1000, kind="advance")
    first = desk.submit(desk.claim(1000, advance=owed, budget_line=desk.other))
    second = desk.submit(desk.claim(500, advance=owed))
    assert (first.offset, second.offset, held(desk, second)) == (1000, 0, 500)
    payments.pay_claim(actor=desk.cast.cashier, at=NOW, record=desk.approve(first), paid_on=TODAY)
    assert (fresh(owed).state, sums(desk.line)) == ("settled", (500, 0, 0))


def test_a_returned_claim_of_an_order_that_is_given_up_leaves_the_order_its_money(desk):
    order = desk.order(600, accepted="0.5")
    claim = desk.approve(desk.submit(desk.of_order(order)))
    sent_back(desk, desk.pay(claim))
    assert (held(desk, order), held(desk, claim)) == (300, 300)
    cancel(desk, claim)
    assert (held(desk, order), sums(desk.line)) == (600, (0, 600, 0))
    again = desk.approve(desk.submit(desk.of_order(order, 300)))
    desk.pay(again)
    assert sums(desk.line) == (0, 300, 300)


# the day book


def test_a_payment_is_not_struck_out_in_the_day_book(desk):
    payment = desk.pay(desk.approved(100))
    with pytest.raises(RuleViolation, match=f"付款单 {payment.number}"):
        reverse_entry(actor=desk.cast.cashier, at=NOW, record=payment.entry, reason="记错")
    assert (DayEntry.objects.count(), balance(desk.bank), sums(desk.line)) == (1, 19900, (0, 0, 100))
    sent_back(desk, payment)
    assert (DayEntry.objects.count(), balance(desk.bank)) == (2, 20000)


def test_a_repayment_struck_out_in_the_day_book_is_owed_again(desk):
    owed = desk.paid(1000, kind="advance")
    advance_rules.pay_back(actor=desk.cast.cashier, at=NOW, record=owed, account=desk.bank, amount=Decimal(1000), paid_on=TODAY)
    assert (fresh(owed).state, balance(desk.bank), sums(desk.line)) == ("settled", 20000, (0, 0, 0))
    reverse_entry(actor=desk.cast.cashier, at=NOW, record=DayEntry.objects.get(side="in"), reason="没有收到")
    assert (fresh(owed).state, fresh(owed).open_sum, balance(desk.bank), sums(desk.line)) == ("paid", 1000, 19000, (1000, 0, 0))


# days


@pytest.mark.parametrize("paid_on", [date.min, date(2026, 11, 17), date(2026, 11, 19), date.max])
@pytest.mark.parametrize("how", ["bank", "cash", "offset"])
def test_nothing_is_paid_ahead_or_before_it_was_approved(desk, paid_on, how):
    if how == "offset":
        claim = desk.approved(100, advance=desk.paid(500, kind="advance"))
    else:
        claim = desk.approved(100, method="cash" if how == "cash" else "transfer")
    before = Payment.objects.count()
    account = {"bank": desk.bank, "cash": desk.cash, "offset": None}[how]
    with pytest.raises(RuleViolation) as refusal:
        payments.pay_claim(actor=desk.cast.cashier, at=NOW, record=claim, account=account, paid_on=paid_on)
    assert refusal.value.field == "paid_on"
    assert (fresh(claim).state, Payment.objects.count()) == ("approved", before)


def test_a_repayment_on_a_wrong_day_is_refused_at_its_field(desk):
    owed = desk.paid(500, kind="advance")
    with pytest.raises(RuleViolation) as refusal:
        advance_rules.pay_back(actor=desk.cast.cashier, at=NOW, record=owed, account=desk.bank, amount=Decimal(1), paid_on=date.max)
    assert (refusal.value.field, fresh(owed).settled) == ("paid_on", 0)


# the account after a return


def test_a_firms_card_is_read_anew_with_the_name_of_the_account(desk):
    claim = desk.approve(desk.submit(desk.of_order(desk.order(600))))
    sent_back(desk, desk.pay(claim))
    Partner.objects.filter(pk=desk.firm.pk).update(bank_holder="晨光文化用品有限公司", bank_account="99")
    fixed = payments.fix_payee(actor=desk.cast.buyer, at=NOW, record=fresh(claim))
    assert (fixed.payee, fixed.account) == ("晨光文化用品有限公司", "99")
    Partner.objects.filter(pk=desk.firm.pk).update(bank_account="")
    with pytest.raises(RuleViolation, match="没有登记账号"):
        payments.fix_payee(actor=desk.cast.buyer, at=NOW, record=fresh(claim))


def test_a_cash_claim_has_no_account_to_correct(desk):
    claim = desk.approved(100, method="cash", account="", bank="")
    sent_back(desk, desk.pay(claim, desk.cash))
    with pytest.raises(RuleViolation, match="付现金"):
        payments.fix_payee(actor=desk.cast.teacher, at=NOW, record=fresh(claim), account="1", bank="2")


def test_the_cashier_is_not_offered_claims_of_his_own(desk):
    from finance.payment.forms import BatchForm

    own = desk.approved(10, actor=desk.cast.cashier, budget_line=desk.budget.line)
    other = desk.approved(20)
    assert list(BatchForm(user=desk.cast.cashier).fields["claims"].queryset) == [other]
    with pytest.raises(RuleViolation):
        batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=[own, other])
    assert not Claim.objects.filter(batch__isnull=False).exists()
