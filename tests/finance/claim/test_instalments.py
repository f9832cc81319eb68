"""A contract is paid by claims for its instalments: to the cent, never twice, and back again when the bank returns it (FIN-06, FIN-07, FIN-12)."""

from decimal import Decimal

import pytest

from finance.acceptance.models import Acceptance, AcceptanceMember
from finance.budget.rules import holding
from finance.claim import line_rules, rules
from finance.claim.models import Claim, ClaimLine
from finance.contract import rules as contracts
from finance.contract.models import Contract, Instalment
from finance.contract.parts import Plan
from finance.payment import rules as payments
from finance.thread import people_of
from logistics.platform.access.models import Role
from logistics.platform.access.separation import BOOK, PAY
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import TODAY, balance, sums
from tests.finance.contract.conftest import agree, copy

pytestmark = [pytest.mark.requirement("FIN-06"), pytest.mark.requirement("FIN-07")]


def signed(desk, amount=900, **given) -> Contract:
    """In force, to be paid in two halves."""
    Partner.objects.filter(pk=desk.firm.pk).update(kinds=",other,")
    fields = {
        "kind": "goods", "title": "办公用纸", "partner": fresh(desk.firm), "department": desk.budget.teaching, "amount": Decimal(amount), "start_on": TODAY,
        "end_on": TODAY.replace(year=2027), "budget_line": desk.line, "plan": Plan.ONCE,
    } | given  # fmt: skip
    contract = contracts.create_contract(actor=desk.cast.buyer, at=NOW, **fields)
    contracts.submit_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    agree(desk.cast.principal, contract)
    contracts.sign_contract(actor=desk.cast.director, at=NOW, record=fresh(contract), signed_on=TODAY, papers=[copy()])
    row = contract.instalments.get()
    Instalment.objects.filter(pk=row.pk).update(amount=row.amount / 2)
    Instalment.objects.create(contract=contract, name="尾款", due_on=row.due_on, amount=row.amount / 2)
    return fresh(contract)


def source(instalment) -> Ref:
    return Ref("finance.instalment", instalment.pk)


def claim_for(desk, instalment, **given) -> Claim:
    claim = rules.create_from_source(actor=desk.cast.buyer, at=NOW, source=source(instalment), **given)
    desk.invoice(claim, claim.total)
    return fresh(claim)


def approved(desk, instalment, **given) -> Claim:
    return desk.approve(desk.submit(claim_for(desk, instalment, **given)))


def test_an_instalment_is_claimed_paid_and_noted_on_the_contract(desk):
    contract = signed(desk)
    first, second = contract.instalments.order_by("pk")
    claim = approved(desk, first)
    assert (claim.total, claim.payee, claim.account, sums(desk.line)) == (450, "晨光文具有限公司", "10386001", (0, 900, 0))
    desk.pay(claim)
    assert (fresh(first).paid, fresh(second).paid, sums(desk.line), balance(desk.bank)) == (450, 0, (0, 450, 450), 19550)
    desk.pay(approved(desk, second))
    assert (fresh(second).paid, sums(desk.line), balance(desk.bank)) == (450, (0, 0, 900), 19100)
    with pytest.raises(RuleViolation, match="没有要付的钱"):
        claim_for(desk, second)


def test_a_returned_instalment_is_due_again_and_paid_anew(desk):
    contract = signed(desk)
    first = contract.instalments.order_by("pk").first()
    claim = approved(desk, first)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=desk.pay(claim), reason="账号有误")
    assert (fresh(first).paid, fresh(claim).state, sums(desk.line), balance(desk.bank)) == (0, "approved", (450, 450, 0), 20000)
    desk.pay(claim)
    assert (fresh(first).paid, sums(desk.line), balance(desk.bank)) == (450, (0, 450, 450), 19550)


def test_a_returned_instalment_that_is_given_up_is_committed_for_the_contract_again(desk):
    contract = signed(desk)
    first, second = contract.instalments.order_by("pk")
    claim = approved(desk, first)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=desk.pay(claim), reason="账号有误")
    rules.cancel_claim(actor=desk.cast.buyer, at=NOW, record=fresh(claim), reason="重填")
    assert (holding(desk.line, ref(contract)).committed, sums(desk.line)) == (900, (0, 900, 0))
    for row in (first, second):
        desk.pay(approved(desk, row))
    assert (sums(desk.line), fresh(first).unpaid, fresh(second).unpaid) == ((0, 0, 900), 0, 0)


def test_two_claims_for_one_instalment_are_not_both_sent(desk):
    first = signed(desk).instalments.order_by("pk").first()
    drafts = [claim_for(desk, first), claim_for(desk, first)]
    desk.submit(drafts[0])
    with pytest.raises(RuleViolation, match=r"最多还能付 0.00 元"):
        desk.submit(drafts[1])
    assert (fresh(drafts[1]).state, sums(desk.line)) == ("draft", (0, 900, 0))


def test_no_more_than_the_instalment_and_only_from_its_budget(desk):
    first = signed(desk).instalments.order_by("pk").first()
    claim = claim_for(desk, first)
    row = claim.lines.get()
    common = {"actor": desk.cast.buyer, "at": NOW, "record": claim, "row": row, "what": "纸"}
    with pytest.raises(RuleViolation, match="请从列出来的"):
        line_rules.edit_line(budget_line=desk.other, amount=Decimal(450), **common)
    line_rules.edit_line(budget_line=desk.line, amount=Decimal("450.01"), **common)
    desk.invoice(claim, 1)
    with pytest.raises(RuleViolation, match=r"不能报 450.01 元"):
        desk.submit(claim)
    assert (fresh(claim).state, sums(desk.line)) == ("draft", (0, 900, 0))


def test_a_stranger_to_the_contract_cannot_claim_it(desk):
    first = signed(desk).instalments.order_by("pk").first()
    with pytest.raises(NotAllowed):
        rules.create_from_source(actor=desk.cast.stranger, at=NOW, source=source(first))
    assert not ClaimLine.objects.exists()


@pytest.mark.requirement("FIN-12")
def test_who_signed_the_contract_does_not_pay_it(desk):
    claim = approved(desk, signed(desk).instalments.order_by("pk").first())
    Role.objects.get(key="cashier").holders.add(desk.cast.director)
    with pytest.raises(NotAllowed):
        payments.pay_claim(actor=desk.cast.director, at=NOW, record=claim, account=desk.bank, paid_on=TODAY)
    assert (fresh(claim).state, sums(desk.line)) == ("approved", (0, 900, 0))


def person(desk):
    """A contract with somebody who has no card among the firms."""
    first = signed(desk, kind="staff", partner=None, person_name="李教练").instalments.order_by("pk").first()
    account = {"account": "6222 3333", "bank": "农业银行"}
    return first, account


def test_a_person_is_paid_by_name_also_after_another_choice(desk):
    first, account = person(desk)
    claim = claim_for(desk, first, **account)
    given = {"title": claim.title, "department": claim.department, "method": "transfer", **account}
    rules.update_claim(actor=desk.cast.buyer, at=NOW, record=claim, pay_to="self", **given)
    claim = desk.submit(fresh(claim))
    assert claim.payee == desk.cast.buyer.name
    rules.withdraw_claim(actor=desk.cast.buyer, at=NOW, record=claim)
    rules.update_claim(actor=desk.cast.buyer, at=NOW, record=fresh(claim), pay_to="firm", **given)
    assert desk.submit(fresh(claim)).payee == "李教练"


def test_the_account_of_a_person_is_corrected_after_a_return(desk):
    first, account = person(desk)
    claim = approved(desk, first, **account)
    payments.return_payment(actor=desk.cast.cashier, at=NOW, record=desk.pay(claim), reason="账号有误")
    fixed = payments.fix_payee(actor=desk.cast.buyer, at=NOW, record=fresh(claim), account="6222 4444", bank="农业银行")
    assert (fixed.payee, fixed.account) == ("李教练", "6222 4444")
    desk.pay(fixed)
    assert fresh(first).paid == 450


@pytest.mark.requirement("FIN-12")
def test_who_accepted_the_order_does_not_book_what_its_contract_paid(desk):
    order = desk.order(900)
    contract = signed(desk, order=order, budget_line=None)
    claim = approved(desk, contract.instalments.order_by("pk").first())
    both = desk.cast.accountant
    paper = Acceptance.objects.create(
        number="YH1", order=order, delivered_on=TODAY, conclusion="passed", amount=900, state="posted", accepted_at=NOW, created_by=both, created_at=NOW
    )
    AcceptanceMember.objects.create(acceptance=paper, user=both, is_agreed=True, signed_at=NOW)
    with pytest.raises(NotAllowed, match="验收"):
        rules.book_claim(actor=both, at=NOW, record=claim, voucher="记-11-001")
    assert fresh(claim).voucher == ""


@pytest.mark.requirement("FIN-12")
def test_who_booked_or_paid_by_contract_counts_in_the_purchase(desk):
    order = desk.order(900)
    claim = approved(desk, signed(desk, order=order, budget_line=None).instalments.order_by("pk").first())
    desk.pay(claim)
    rules.book_claim(actor=desk.cast.accountant, at=NOW, record=fresh(claim), voucher="记-11-001")
    people = people_of(fresh(order).request)
    assert (people[BOOK], people[PAY]) == ({desk.cast.accountant.pk}, {desk.cast.cashier.pk})
