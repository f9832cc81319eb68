"""Contracts, their purchase orders and the claims that pay them: nothing is paid twice, held twice or held for ever (FIN-06, FIN-07, FIN-13)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finance.acceptance import rules as acceptances
from finance.acceptance.models import Acceptance
from finance.claim import line_rules
from finance.claim import rules as claims
from finance.claim.models import Claim
from finance.contract import life_rules, parts, rules, supplement_rules
from finance.contract.models import Contract, ContractLine, Supplement
from finance.contract.parts import Plan
from finance.order import rules as orders
from finance.order.models import PurchaseOrder
from finance.payment import rules as payments
from finance.payment.models import Payment
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.partners.models import Partner
from tests.conftest import NOW, make_cast
from tests.finance.claim.conftest import Desk as Payer
from tests.finance.claim.conftest import sums
from tests.finance.contract.conftest import TODAY, agree, copy, fresh

pytestmark = pytest.mark.requirement("FIN-06", "FIN-07", "FIN-13")


class Office(Payer):
    """Who pays claims, with the buyer's contracts; `line` has 5000 yuan, `other` 3000."""

    def __init__(self, cast):
        super().__init__(cast)
        Partner.objects.filter(pk=self.firm.pk).update(kinds=",other,")
        self.firm = fresh(self.firm)

    def draft(self, amount, **fields) -> Contract:
        given = {
            "kind": "goods", "title": "办公用品", "partner": self.firm, "department": self.budget.teaching, "amount": Decimal(str(amount)), "start_on": TODAY,
            "end_on": TODAY + timedelta(days=60), "budget_line": self.line, "plan": Plan.ONCE,
        }  # fmt: skip
        return rules.create_contract(actor=self.cast.buyer, at=NOW, **given | fields)

    def agreed(self, amount, **fields) -> Contract:
        contract = rules.submit_contract(actor=self.cast.buyer, at=NOW, record=self.draft(amount, **fields))
        agree(self.cast.principal, contract)
        return fresh(contract)

    def sign(self, contract) -> Contract:
        return fresh(rules.sign_contract(actor=self.cast.director, at=NOW, record=contract, signed_on=TODAY, papers=[copy()]))

    def contract(self, amount, **fields) -> Contract:
        return self.sign(self.agreed(amount, **fields))

    def end(self, contract, how="close"):
        act = {"close": life_rules.close_contract, "terminate": life_rules.terminate_contract}[how]
        return act(actor=self.cast.director, at=NOW, record=contract, reason="到期")

    def supplement(self, contract, change, **fields) -> Supplement:
        given = {"reason": "多买一些", "budget_line": self.other, "due_on": TODAY + timedelta(days=9), "end_on": None} | fields
        made = supplement_rules.create_supplement(actor=self.cast.buyer, at=NOW, contract=contract, change=Decimal(str(change)), **given)
        return supplement_rules.submit_supplement(actor=self.cast.buyer, at=NOW, record=made)

    def sent(self, instalment):
        claim = claims.create_from_source(actor=self.cast.buyer, at=NOW, source=Ref("finance.instalment", instalment.pk))
        self.invoice(claim, fresh(claim).total)
        return self.submit(fresh(claim))

    def settle(self, instalment):
        """The whole way of one instalment to its payment."""
        return self.pay(self.approve(self.sent(instalment)))

    def accept(self, order, *members) -> Acceptance:
        """All ten pieces of its only line, signed by each member."""
        given = {"members": members, "delivered_on": TODAY, "lines": [{"order_line": order.lines.get(), "accepted": 10}]}
        acceptance = acceptances.post_acceptance(actor=self.cast.keeper, at=NOW, order=fresh(order), **given)
        for person in members:
            acceptances.sign_acceptance(actor=person, at=NOW, record=acceptance, signature=[typed_signature(person.name, signer=person.name)])
        return acceptance


@pytest.fixture
def office(cast) -> Office:
    return Office(cast)


def state(record) -> str:
    return fresh(record).state


def test_a_supplement_to_an_orders_contract_is_held_once_and_paid_from_its_own_line(office):
    contract = office.contract(600, order=office.order(600), budget_line=None)
    assert (sums(office.line), sums(office.other)) == ((0, 600, 0), (0, 0, 0))
    agree(office.cast.principal, office.supplement(contract, 40))
    assert (sums(office.line), sums(office.other)) == ((0, 600, 0), (0, 40, 0))
    for row in contract.instalments.order_by("amount"):
        office.settle(row)
    assert (sums(office.line), sums(office.other)) == ((0, 0, 600), (0, 0, 40))


def test_a_waiting_supplement_reserves_its_money_and_gives_it_back(office):
    contract = office.contract(600)
    supplement = office.supplement(contract, 60)
    assert sums(office.other) == (60, 0, 0)
    supplement_rules.withdraw_supplement(actor=office.cast.buyer, at=NOW, record=supplement)
    assert (sums(office.other), state(supplement)) == ((0, 0, 0), "draft")
    supplement_rules.submit_supplement(actor=office.cast.buyer, at=NOW, record=fresh(supplement))
    assert sums(office.other) == (60, 0, 0)
    agree(office.cast.principal, fresh(supplement))
    assert sums(office.other) == (0, 60, 0)


def test_a_supplement_without_room_is_not_sent(office):
    contract = office.contract(600)
    office.budget.reserve(2950, line=office.other)
    with pytest.raises(RuleViolation, match="可用"):
        office.supplement(contract, "50.01")
    assert (Supplement.objects.get().state, sums(office.other)) == ("draft", (2950, 0, 0))


def test_instalments_that_wait_together_share_the_lines_of_the_contract(office):
    contract = office.draft(1000, plan=Plan.OWN, budget_line=None)
    for line in (office.line, office.other):
        parts.add_line(actor=office.cast.buyer, at=NOW, record=contract, budget_line=line, amount=Decimal(500))
        parts.add_instalment(actor=office.cast.buyer, at=NOW, record=contract, name="一期", due_on=TODAY, amount=Decimal(500))
    agree(office.cast.principal, rules.submit_contract(actor=office.cast.buyer, at=NOW, record=contract))
    office.sign(contract)
    waiting = [office.sent(row) for row in contract.instalments.all()]
    assert (sums(office.line), sums(office.other)) == ((0, 500, 0), (0, 500, 0))
    for claim in waiting:
        office.pay(office.approve(claim))
    assert (sums(office.line), sums(office.other)) == ((0, 0, 500), (0, 0, 500))


def test_a_special_fund_pays_the_instalment_of_what_it_paid_the_contract_for(office):
    contract = office.contract(500, title="教学楼防水", kind="service", budget_line=office.budget.works)
    office.settle(contract.instalments.get())
    assert sums(office.budget.works) == (0, 0, 500)


@pytest.mark.parametrize("how", ["close", "terminate"])
def test_what_a_contract_paid_of_an_order_is_not_claimed_again(office, how):
    order = office.order(600)
    contract = office.contract(600, order=order, budget_line=None, plan=Plan.THREE)
    rows = list(contract.instalments.all())
    for row in rows if how == "close" else rows[:1]:
        office.settle(row)
    office.end(contract, how)
    if how == "close":
        with pytest.raises(RuleViolation):
            claims.create_from_order(actor=office.cast.buyer, at=NOW, order=fresh(order))
        return
    claim = claims.create_from_order(actor=office.cast.buyer, at=NOW, order=fresh(order))
    assert fresh(claim).total == 420
    office.invoice(claim, 600)
    line_rules.edit_line(
        actor=office.cast.buyer, at=NOW, record=fresh(claim), row=claim.lines.get(), what="全部", budget_line=fresh(office.line), amount=Decimal("420.01")
    )
    with pytest.raises(RuleViolation, match=r"420\.00"):
        office.submit(fresh(claim))


def test_a_contract_takes_no_more_of_an_order_than_claims_left(office):
    order = office.order(600)
    agreed = office.agreed(600, order=order, budget_line=None)
    office.submit(office.of_order(order))
    with pytest.raises(RuleViolation, match=r"已经直接报销 600\.00 元"):
        office.sign(agreed)
    with pytest.raises(RuleViolation):
        office.draft(1, order=fresh(order), budget_line=None)
    assert (state(agreed), Contract.objects.count()) == ("approved", 1)


def test_who_accepted_the_goods_of_an_order_does_not_sign_its_contract(office):
    order = office.order(600, accepted=0)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="placed")
    agreed = office.agreed(600, order=fresh(order), budget_line=None)
    office.accept(order, office.cast.director, office.cast.keeper)
    with pytest.raises(NotAllowed, match="验收"):
        office.sign(agreed)
    assert (state(agreed), sums(office.line)) == ("approved", (0, 600, 0))


def test_an_order_with_a_contract_in_force_is_not_cancelled(office):
    order = office.order(600, accepted=0)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="placed")
    contract = office.contract(600, order=fresh(order), budget_line=None)
    with pytest.raises(RuleViolation, match="合同"):
        orders.cancel_order(actor=office.cast.buyer, at=NOW, record=fresh(order), reason="不要了")
    assert (state(order), sums(office.line)) == ("placed", (0, 600, 0))
    office.end(contract, "terminate")
    orders.cancel_order(actor=office.cast.buyer, at=NOW, record=fresh(order), reason="不要了")
    assert (state(order), sums(office.line)) == ("cancelled", (600, 0, 0))  # held for the request again


def test_an_order_is_settled_with_a_contract_that_cost_less(office):
    order = office.order(600)
    contract = office.contract(550, order=order, budget_line=None)
    office.settle(contract.instalments.get())
    assert (state(order), sums(office.line)) == ("received", (0, 50, 550))
    office.end(contract)
    assert (state(order), sums(office.line)) == ("closed", (0, 0, 550))


def test_an_order_paid_beforehand_is_settled_when_the_goods_have_come(office):
    order = office.order(600, accepted=0)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="placed")
    contract = office.contract(600, order=fresh(order), budget_line=None)
    office.settle(contract.instalments.get())
    assert state(order) == "placed"
    acceptance = office.accept(order, office.cast.keeper, office.cast.storekeeper)
    assert (state(acceptance), state(order), sums(office.line)) == ("posted", "closed", (0, 0, 600))


def test_a_waiting_claim_stands_at_its_instalment(office, client):
    contract = office.contract(600)
    row = contract.instalments.get()
    client.force_login(office.cast.buyer)
    assert f"finance.instalment:{row.pk}" in client.get(f"/finance/contract/{contract.pk}/").content.decode()
    claim = office.sent(row)
    page = client.get(f"/finance/contract/{contract.pk}/").content.decode()
    assert (f"finance.instalment:{row.pk}" in page, f"/finance/claim/{claim.pk}/" in page) == (False, True)


def test_what_the_bank_sent_back_is_paid_again_after_the_contract_has_ended(office):
    contract = office.contract(600)
    payment = office.settle(contract.instalments.get())
    office.end(contract)
    payments.return_payment(actor=office.cast.cashier, at=NOW, record=payment, reason="账号不符")
    assert (contract.instalments.get().paid, sums(office.line)) == (0, (600, 0, 0))
    office.pay(fresh(payment.claim))
    assert (contract.instalments.get().paid, sums(office.line)) == (600, (0, 0, 600))


@pytest.mark.parametrize("how", ["close", "terminate", "move", "less"])
def test_what_a_waiting_claim_counts_on_stays(office, how):
    contract = office.contract(600, unit="次", unit_price=Decimal(60), plan=Plan.THREE)
    claim = office.sent(contract.instalments.first())
    before, common = sums(office.line), {"actor": office.cast.director, "at": NOW, "record": contract}
    act = {
        "move": lambda: life_rules.move_budget(part=contract.lines.get(), budget_line=fresh(office.other), **common),
        "less": lambda: office.supplement(contract, -100),
    }.get(how, lambda: office.end(contract, how))
    with pytest.raises(RuleViolation, match=claim.number):
        act()
    assert (state(contract), sums(office.line), sums(office.other)) == ("active", before, (0, 0, 0))


def test_a_special_fund_takes_over_only_what_it_is_for(office):
    contract = office.contract(600)
    with pytest.raises(RuleViolation, match="专款专用") as refusal:
        life_rules.move_budget(actor=office.cast.director, at=NOW, record=contract, part=contract.lines.get(), budget_line=fresh(office.budget.works))
    assert refusal.value.field == "budget_line"
    assert (sums(office.line), sums(office.budget.works)) == ((0, 600, 0), (0, 0, 0))


def test_paying_and_ending_at_once_leave_nothing_half_done(together):
    office = Office(make_cast())
    contract = office.contract(600, unit="次", unit_price=Decimal(60), plan=Plan.THREE)
    claim = office.approve(office.sent(contract.instalments.first()))
    outcomes = together(lambda: office.pay(claim), lambda: office.end(contract, "terminate"))
    assert all(isinstance(one, Payment | Contract | RuleViolation) for one in outcomes)
    assert (state(claim), contract.instalments.first().paid) == ("paid", 180)
    assert sums(office.line) == {"active": (0, 420, 180), "terminated": (0, 0, 180)}[state(contract)]


def test_a_claim_sent_while_the_budget_moves_is_held_once(together):
    office = Office(make_cast())
    contract = office.contract(600)
    claim = claims.create_from_source(actor=office.cast.buyer, at=NOW, source=Ref("finance.instalment", contract.instalments.get().pk))
    office.invoice(claim, 600)
    part = contract.lines.get()

    def move():
        return life_rules.move_budget(actor=office.cast.director, at=NOW, record=contract, part=part, budget_line=fresh(office.other))

    outcomes = together(lambda: office.submit(fresh(claim)), move)
    assert all(isinstance(one, Claim | ContractLine | RuleViolation) for one in outcomes)
    held = [sum(sums(line)[:2]) for line in (office.line, office.other)]
    assert held in ([600, 0], [0, 600])


def test_a_contract_signed_while_its_order_is_claimed_pays_once(together):
    office = Office(make_cast())
    order = office.order(600)
    agreed = office.agreed(600, order=order, budget_line=None)
    claim = office.of_order(order)
    together(lambda: office.sign(agreed), lambda: office.submit(claim))
    assert sorted([state(agreed), state(claim)]) in (["active", "draft"], ["approved", "submitted"])
