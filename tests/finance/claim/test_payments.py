"""付款: one transaction moves budget, day book, advance and order; who pays did nothing else (FIN-06, FIN-12)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from finance.claim import rules
from finance.claim.models import Claim
from finance.journal.models import DayEntry
from finance.order.models import OrderState
from finance.payment import advance_rules, batch_rules
from finance.payment import rules as payments
from finance.payment.models import Payment, PaymentBatch
from finance.payment.queries import for_the_bank, rows_of
from logistics.platform.access.models import Role
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW, SHANGHAI
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import TODAY, balance, sums

pytestmark = pytest.mark.requirement("FIN-06")


def test_paying_moves_budget_and_day_book_to_the_cent(desk):
    claim = desk.approved("123.45")
    payment = desk.pay(claim)
    assert (fresh(claim).state, sums(desk.line), balance(desk.bank)) == ("paid", (0, 0, Decimal("123.45")), Decimal("19876.55"))
    entry = payment.entry
    assert (entry.side, entry.amount, entry.counterparty, entry.document_kind, entry.document_id) == (
        "out",
        Decimal("123.45"),
        "教某",
        "finance.claim",
        claim.pk,
    )
    assert (payment.number, payment.payee, payment.amount) == ("FK-2026-0001", claim.payee, Decimal("123.45"))


def test_a_claim_is_paid_once(desk):
    claim = desk.approved(100)
    desk.pay(claim)
    with pytest.raises(RuleViolation):
        desk.pay(claim)
    assert (Payment.objects.count(), DayEntry.objects.count(), sums(desk.line)) == (1, 1, (0, 0, 100))


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_only_an_approved_claim_is_paid(desk, state):
    claim = desk.claim(100) if state == "draft" else desk.submit(desk.claim(100))
    with pytest.raises(RuleViolation):
        desk.pay(claim)
    assert not Payment.objects.exists()


@pytest.mark.requirement("FIN-12")
@pytest.mark.parametrize("who", ["teacher", "principal", "accountant", "director"])
def test_only_the_cashier_pays(desk, who):
    claim = desk.approved(100)
    with pytest.raises(NotAllowed):
        payments.pay_claim(actor=getattr(desk.cast, who), at=NOW, record=claim, account=desk.bank, paid_on=TODAY)
    assert not Payment.objects.exists()


@pytest.mark.requirement("FIN-12")
def test_payer_is_neither_claimant_nor_approver_nor_bookkeeper(desk):
    claims = {"teacher": desk.approved(100), "principal": desk.approved(100), "accountant": desk.approved(100)}
    rules.book_claim(actor=desk.cast.accountant, at=NOW, record=claims["accountant"], voucher="记-11-001")
    for who, claim in claims.items():
        Role.objects.get(key="cashier").holders.add(getattr(desk.cast, who))
        with pytest.raises(NotAllowed):
            payments.pay_claim(actor=getattr(desk.cast, who), at=NOW, record=fresh(claim), account=desk.bank, paid_on=TODAY)
    assert not Payment.objects.exists()


@pytest.mark.requirement("FIN-12")
def test_the_buyer_does_not_pay_the_order(desk):
    claim = desk.submit(desk.of_order(desk.order(600)))
    desk.approve(claim)
    Role.objects.get(key="cashier").holders.add(desk.cast.headteacher, desk.cast.director)
    buyer = desk.cast.buyer
    Role.objects.get(key="cashier").holders.add(buyer)
    with pytest.raises(NotAllowed):
        payments.pay_claim(actor=desk.cast.buyer, at=NOW, record=fresh(claim), account=desk.bank, paid_on=TODAY)
    assert fresh(claim).state == "approved"


@pytest.mark.requirement("FIN-12")
def test_who_pays_does_not_book(desk):
    claim = desk.paid(100)
    Role.objects.get(key="accountant").holders.add(desk.cast.cashier)
    with pytest.raises(NotAllowed):
        rules.book_claim(actor=desk.cast.cashier, at=NOW, record=claim, voucher="记-11-001")
    assert rules.book_claim(actor=desk.cast.accountant, at=NOW, record=claim, voucher="记-11-001").voucher == "记-11-001"


def test_cash_needs_a_counted_box_with_enough_in_it(desk):
    given = {"method": "cash", "account": "", "bank": ""}
    claim = desk.approved(900, **given)
    with pytest.raises(RuleViolation, match="请选库存现金"):
        desk.pay(claim, desk.bank)
    desk.pay(claim, desk.cash)
    assert balance(desk.cash) == 1100
    again, third = desk.approved(1000, **given), desk.approved(500, **given)
    later = datetime(2026, 11, 19, 9, tzinfo=SHANGHAI)
    with pytest.raises(RuleViolation, match="还没有盘点日清"):
        payments.pay_claim(actor=desk.cast.cashier, at=later, record=again, account=desk.cash, paid_on=date(2026, 11, 19))
    desk.pay(again, desk.cash)
    with pytest.raises(RuleViolation, match=r"只有 100.00 元"):
        desk.pay(third, desk.cash)
    assert (fresh(third).state, balance(desk.cash), sums(desk.line)) == ("approved", 100, (500, 0, 1900))


def test_a_refusal_of_the_day_book_leaves_everything(desk):
    claim = desk.approved(100)
    with pytest.raises(RuleViolation) as refusal:
        desk.pay(claim, paid_on=date(2026, 11, 19))
    assert refusal.value.field == "paid_on"
    assert (fresh(claim).state, sums(desk.line), balance(desk.bank), Payment.objects.count()) == ("approved", (100, 0, 0), 20000, 0)


def test_a_paid_order_is_closed_and_its_rest_released(desk):
    order = desk.order(600, 300)
    claim = desk.submit(desk.of_order(order))
    desk.approve(claim)
    desk.pay(claim)
    assert (fresh(order).state, fresh(order.request).state) == (OrderState.CLOSED, "done")
    assert (sums(desk.line), sums(desk.other)) == ((0, 0, 600), (0, 0, 300))


def test_a_partly_paid_order_stays_open(desk):
    order = desk.order(600, accepted="0.5")
    claim = desk.submit(desk.of_order(order))
    desk.approve(claim)
    desk.pay(claim)
    assert (fresh(order).state, sums(desk.line)) == (OrderState.PARTIAL, (0, 300, 300))


# what the bank sends back


def test_a_returned_payment_is_reversed_and_paid_anew(desk):
    claim = desk.approved(100)
    payment = desk.pay(claim)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason="账号和户名不符")
    assert (fresh(claim).state, sums(desk.line), balance(desk.bank)) == ("approved", (100, 0, 0), 20000)
    payment = fresh(payment)
    assert (payment.state, payment.return_entry.amount, payment.return_entry.reverses) == ("returned", -100, payment.entry)
    payments.fix_payee(actor=desk.cast.teacher, at=NOW, record=fresh(claim), account="6222 9", bank="中国银行")
    again = desk.pay(claim)
    assert (again.account, sums(desk.line), balance(desk.bank)) == ("6222 9", (0, 0, 100), 19900)
    with pytest.raises(RuleViolation):
        payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason="又退")


def test_a_returned_payment_of_a_closed_order_is_paid_anew(desk):
    claim = desk.submit(desk.of_order(desk.order(600)))
    desk.approve(claim)
    payment = desk.pay(claim)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason="账号有误")
    assert sums(desk.line) == (600, 0, 0)
    desk.pay(claim)
    assert (sums(desk.line), fresh(claim).state) == ((0, 0, 600), "paid")


def test_the_account_is_only_changed_after_a_return(desk):
    claim = desk.approved(100)
    with pytest.raises(RuleViolation):
        payments.fix_payee(actor=desk.cast.teacher, at=NOW, record=claim, account="9", bank="9")
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=desk.pay(claim), reason="账号有误")
    with pytest.raises(NotAllowed):
        payments.fix_payee(actor=desk.cast.cashier, at=NOW, record=fresh(claim), account="9", bank="9")


# advances


def advance(desk, amount=1000, **given):
    return desk.paid(amount, kind="advance", title="外出学习借款", **given)


def test_an_advance_is_no_expense_and_stays_open(desk):
    claim = advance(desk)
    assert (claim.state, claim.open_sum, sums(desk.line), balance(desk.bank)) == ("paid", 1000, (1000, 0, 0), 19000)


def test_claims_and_cash_settle_an_advance(desk):
    owed = advance(desk)
    claim = desk.submit(desk.claim(700, advance=owed))
    assert (claim.offset, claim.due, sums(desk.line)) == (700, 0, (1000, 0, 0))
    desk.approve(claim)
    payment = payments.pay_claim(actor=desk.cast.cashier, at=NOW, record=fresh(claim), paid_on=TODAY)
    assert (payment.method, payment.amount, payment.entry) == ("offset", 0, None)
    assert (fresh(owed).settled, sums(desk.line), balance(desk.bank)) == (700, (300, 0, 700), 19000)
    with pytest.raises(RuleViolation, match=r"不能还 300.01"):
        advance_rules.pay_back(actor=desk.cast.cashier, at=NOW, record=fresh(owed), account=desk.bank, amount=Decimal("300.01"), paid_on=TODAY)
    advance_rules.pay_back(actor=desk.cast.cashier, at=NOW, record=fresh(owed), account=desk.bank, amount=Decimal(300), paid_on=TODAY)
    assert (fresh(owed).state, sums(desk.line), balance(desk.bank)) == ("settled", (0, 0, 700), 19300)


def test_a_dearer_claim_is_paid_the_rest(desk):
    owed = advance(desk)
    claim = desk.submit(desk.claim(1200, advance=owed))
    assert (claim.offset, claim.due, sums(desk.line)) == (1000, 200, (1200, 0, 0))
    desk.approve(claim)
    payment = desk.pay(claim)
    assert (payment.amount, fresh(owed).state, sums(desk.line), balance(desk.bank)) == (200, "settled", (0, 0, 1200), 18800)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason="账号有误")
    assert (fresh(owed).state, fresh(owed).open_sum, sums(desk.line), balance(desk.bank)) == ("paid", 1000, (1200, 0, 0), 19000)
    desk.pay(claim)
    assert (fresh(owed).state, sums(desk.line), balance(desk.bank)) == ("settled", (0, 0, 1200), 18800)


def test_two_claims_do_not_use_one_advance_twice(desk):
    owed = advance(desk)
    first, second = desk.submit(desk.claim(700, advance=owed)), desk.submit(desk.claim(700, advance=owed))
    assert (first.offset, second.offset, second.due) == (700, 300, 400)


def test_somebody_elses_advance_cannot_be_named(desk):
    owed = advance(desk)
    with pytest.raises(RuleViolation, match="自己没有还清的借款"):
        desk.claim(10, actor=desk.cast.headteacher, advance=owed)


def test_an_old_advance_is_reminded_of_once_a_week(desk):
    advance(desk)
    late = datetime(2026, 12, 19, 7, tzinfo=SHANGHAI)
    before = OutboxMessage.objects.count()
    assert advance_rules.remind_advances(at=NOW) == 0
    assert advance_rules.remind_advances(at=late) == 1
    told = OutboxMessage.objects.count()
    assert told > before
    advance_rules.remind_advances(at=late)
    assert OutboxMessage.objects.count() == told


# batches


def test_a_batch_pays_all_and_lists_them_for_the_bank(desk):
    claims = [desk.approved(n) for n in (100, 200, 300)]
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=claims)
    assert (batch.count, batch.total) == (3, 600)
    assert [row["amount"] for row in rows_of(batch)] == [100, 200, 300]
    with pytest.raises(RuleViolation, match="批量付款单里"):
        desk.pay(claims[0])
    batch_rules.take_out(actor=desk.cast.cashier, at=NOW, record=batch, claim=claims[1])
    batch_rules.post_batch(actor=desk.cast.cashier, at=NOW, record=fresh(batch), paid_on=TODAY)
    assert [fresh(claim).state for claim in claims] == ["paid", "approved", "paid"]
    assert (balance(desk.bank), sums(desk.line), Payment.objects.count()) == (19600, (200, 0, 400), 2)
    assert [row["amount"] for row in rows_of(fresh(batch))] == [100, 300]
    assert list(for_the_bank()) == [claims[1]]
    payment = fresh(batch).payments.order_by("pk").first()
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=payment, reason="户名不符")
    assert (balance(desk.bank), fresh(claims[0]).state) == (19700, "approved")


def test_a_batch_is_paid_whole_or_not_at_all(desk):
    claims = [desk.approved(2500), desk.approved(2400)]
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=claims)
    type(desk.bank).objects.filter(pk=desk.bank.pk).update(balance=3000)
    with pytest.raises(RuleViolation, match="不够支出"):
        batch_rules.post_batch(actor=desk.cast.cashier, at=NOW, record=batch, paid_on=TODAY)
    assert (fresh(batch).state, Payment.objects.count(), sums(desk.line)) == ("draft", 0, (4900, 0, 0))


def test_a_batch_takes_only_what_the_bank_can_pay(desk):
    cash, draft, good = desk.approved(10, method="cash", account="", bank=""), desk.claim(10), desk.approved(10)
    for bad in (cash, draft):
        with pytest.raises(RuleViolation):
            batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=[good, bad])
    with pytest.raises(RuleViolation, match="银行账户"):
        batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.cash, claims=[good])
    assert not PaymentBatch.objects.exists()
    assert fresh(good).batch_id is None


def test_a_cancelled_batch_lets_its_claims_go(desk):
    claim = desk.approved(10)
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=[claim])
    batch_rules.cancel_batch(actor=desk.cast.cashier, at=NOW, record=batch, reason="编错了")
    desk.pay(claim)
    assert Claim.objects.get().state == "paid"


def test_an_unknown_source_is_refused(desk):
    with pytest.raises(RuleViolation, match="没有要付的钱"):
        rules.create_from_source(actor=desk.cast.teacher, at=NOW, source=Ref("finance.instalment", 999999))
