"""What is written into a contract must add up before anybody is asked to sign it (FIN-07)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.contract import parts, rules
from finance.contract.models import Contract, ContractLine, Instalment
from finance.contract.parts import Plan
from finance.order.models import PurchaseOrder
from finance.purchase.models import PurchaseRequest
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.finance.budget.conftest import parts as money_of
from tests.finance.contract.conftest import TODAY, fresh

pytestmark = pytest.mark.requirement("FIN-07")


def plan_of(contract):
    return [(row.due_on, row.amount) for row in contract.instalments.all()]


@settings(max_examples=60, deadline=None)
@given(
    amount=st.decimals(min_value="1.00", max_value="999999999999.99", places=2),
    days=st.integers(0, 1500),
    plan=st.sampled_from([Plan.ONCE, Plan.MONTHLY, Plan.QUARTERLY, Plan.THREE]),
)
def test_a_usual_plan_always_comes_to_the_amount(amount, days, plan):
    contract = Contract(amount=amount, start_on=TODAY, end_on=TODAY + timedelta(days=days))
    rows = parts.planned(contract, plan)
    assert sum(row["amount"] for row in rows) == amount
    assert all(row["amount"] > 0 for row in rows)
    assert rows[-1]["due_on"] >= contract.end_on


def test_a_draft_takes_its_plan_and_its_budget_along(desk):
    contract = desk.draft(amount=Decimal(100), plan=Plan.MONTHLY, end_on=TODAY + timedelta(days=91))
    assert sum(amount for _, amount in plan_of(contract)) == 100
    assert [(row.budget_line, row.amount) for row in contract.lines.all()] == [(desk.budget.line, Decimal(100))]
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)


def test_a_changed_amount_takes_the_only_instalment_and_line_along(desk):
    contract = desk.draft()
    fields = {name: value for name, value in desk.fields(amount=Decimal("700.50")).items() if name not in ("budget_line", "plan")}
    rules.update_contract(actor=desk.cast.buyer, at=NOW, record=contract, **fields)
    assert [row.amount for row in contract.instalments.all()] == [Decimal("700.50")]
    assert contract.lines.get().amount == Decimal("700.50")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "一百"}, "amount"),
        ({"amount": "10.001"}, "amount"),
        ({"amount": Decimal(-5)}, "amount"),
        ({"amount": Decimal("-0.00")}, "amount"),
        ({"amount": Decimal(10) ** 12}, "amount"),
        ({"partner": None}, "partner"),
        ({"person_name": "周师傅"}, "person_name"),
        ({"kind": "staff", "person_name": "周师傅"}, "person_name"),
        ({"unit": "次"}, "unit_price"),
        ({"unit_price": Decimal(5)}, "unit"),
        ({"end_on": TODAY - timedelta(days=1)}, "end_on"),
        ({"end_on": TODAY.replace(year=2099)}, "end_on"),
        ({"plan": "weekly"}, "plan"),
    ],
)
def test_wrong_input_has_a_sentence_at_its_field_and_saves_nothing(desk, wrong, field):
    with pytest.raises(RuleViolation) as refusal:
        desk.draft(**wrong)
    assert refusal.value.field == field
    assert not Contract.objects.exists()


def test_a_closed_year_and_a_retired_firm_are_refused(desk):
    type(desk.budget.year).objects.filter(pk=desk.budget.year.pk).update(state="closed")
    desk.budget.line.refresh_from_db()
    with pytest.raises(RuleViolation) as refusal:
        desk.draft(budget_line=fresh(desk.budget.line))
    assert refusal.value.field == "budget_line"
    Partner.objects.filter(pk=desk.firm.pk).update(state="blacklisted", state_reason="以次充好")
    with pytest.raises(RuleViolation) as refusal:
        desk.draft(partner=fresh(desk.firm), budget_line=None)
    assert (refusal.value.field, "以次充好" in refusal.value.message) == ("partner", True)
    assert not Contract.objects.exists()


def test_only_who_keeps_contracts_drafts_them(desk):
    for person in (desk.cast.teacher, desk.cast.accountant, desk.cast.principal, desk.cast.inspector):
        with pytest.raises(NotAllowed):
            desk.draft(actor=person)
    assert not Contract.objects.exists()


def test_a_person_may_be_hired_by_name(desk):
    contract = desk.draft(kind="staff", partner=None, person_name="周师傅", person_phone="13900000000", unit="天", unit_price=Decimal(120))
    assert (contract.party, contract.unit_price) == ("周师傅", 120)


@pytest.mark.parametrize(("given", "amount"), [({"amount": Decimal("200.01")}, "200.01"), ({"percent": Decimal("33.33")}, "199.98")])
def test_an_instalment_is_an_amount_or_a_share(desk, given, amount):
    contract = desk.draft(plan=Plan.OWN)
    row = parts.add_instalment(actor=desk.cast.buyer, at=NOW, record=contract, name="首付", due_on=TODAY, **given)
    assert row.amount == Decimal(amount)


@pytest.mark.parametrize("given", [{}, {"amount": Decimal(1), "percent": Decimal(1)}, {"amount": Decimal("600.01")}, {"percent": Decimal("100.01")}])
def test_an_instalment_beyond_the_contract_is_refused(desk, given):
    contract = desk.draft(plan=Plan.OWN)
    with pytest.raises(RuleViolation):
        parts.add_instalment(actor=desk.cast.buyer, at=NOW, record=contract, name="首付", due_on=TODAY, **given)
    assert not Instalment.objects.exists()


@pytest.mark.parametrize("due_on", [date(1, 1, 1), date.max])
def test_an_instalment_is_due_near_its_contract(desk, due_on):
    contract = desk.draft(plan=Plan.OWN)
    with pytest.raises(RuleViolation) as refusal:
        parts.add_instalment(actor=desk.cast.buyer, at=NOW, record=contract, name="首付", due_on=due_on, amount=Decimal(1))
    assert (refusal.value.field, Instalment.objects.exists()) == ("due_on", False)


def test_what_does_not_add_up_is_not_sent(desk):
    contract = desk.draft(plan=Plan.OWN)
    parts.add_instalment(actor=desk.cast.buyer, at=NOW, record=contract, name="首付", due_on=TODAY, amount=Decimal("599.99"))
    with pytest.raises(RuleViolation, match=r"还差 0\.01 元"):
        rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    parts.add_instalment(actor=desk.cast.buyer, at=NOW, record=contract, name="尾款", due_on=TODAY, amount=Decimal("0.01"))
    parts.remove_line(actor=desk.cast.buyer, at=NOW, record=contract, part=contract.lines.get())
    with pytest.raises(RuleViolation, match=r"经费指标合计 0\.00 元"):
        rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    assert (fresh(contract).state, fresh(contract).number) == ("draft", "")


def test_parts_of_another_contract_cannot_be_taken_away(desk):
    mine, other = desk.draft(), desk.draft(title="别的合同")
    with pytest.raises(RuleViolation):
        parts.remove_instalment(actor=desk.cast.buyer, at=NOW, record=mine, instalment=other.instalments.get())
    with pytest.raises(RuleViolation):
        parts.remove_line(actor=desk.cast.buyer, at=NOW, record=mine, part=other.lines.get())
    assert (Instalment.objects.count(), ContractLine.objects.count()) == (2, 2)


@pytest.fixture
def order(desk):
    request = PurchaseRequest.objects.create(
        title="纸", department=desk.budget.office, reason="办公", state="approved", number="QG-2026-0001", submitted_at=NOW, created_by=desk.cast.teacher,
        created_at=NOW,
    )  # fmt: skip
    common = {"created_by": desk.cast.buyer, "created_at": NOW, "method": "direct"}
    return PurchaseOrder.objects.create(number="CG-2026-0001", request=request, partner=desk.firm, total=Decimal(600), **common)


def test_an_order_holds_the_money_and_has_one_contract(desk, order):
    contract = desk.draft(order=order)
    assert not contract.lines.exists()
    rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)
    with pytest.raises(Exception, match="已经有合同"):
        desk.draft(order=order, title="再签一份")
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(("wrong", "field"), [({"amount": Decimal("600.01")}, "amount"), ({"partner": "other"}, "partner"), ({"state": "cancelled"}, "order")])
def test_a_contract_says_what_its_order_says(desk, order, wrong, field):
    if wrong.get("partner"):
        wrong = {"partner": Partner.objects.create(name="另一家", kinds=",other,", created_by=desk.cast.director, created_at=NOW)}
    if wrong.pop("state", ""):
        PurchaseOrder.objects.filter(pk=order.pk).update(state="cancelled", cancelled_reason="不要了")
    with pytest.raises(RuleViolation) as refusal:
        desk.draft(order=fresh(order), **wrong)
    assert refusal.value.field == field
    assert not Contract.objects.exists()
