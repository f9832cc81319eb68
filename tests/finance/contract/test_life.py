"""From the approval to the end: signed copy, money held, payments, supplements, and what is never allowed (FIN-07, FIN-12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from finance.budget.rules import spend
from finance.contract import life_rules, rules, supplement_rules
from finance.contract.models import Contract, ContractNote, Instalment, InstalmentPayment, Supplement
from finance.contract.parts import Plan
from finance.contract.queries import budget_origins, payable_instalments
from finance.contract.telling import remind
from logistics.platform.access.models import Role
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.notices.delivery import sweep
from logistics.platform.notices.models import Notice, OutboxMessage
from logistics.platform.partners.models import Partner
from logistics.platform.partners.rules import merge_partner
from tests.conftest import NOW, make_cast
from tests.finance.budget.conftest import parts as money_of
from tests.finance.contract.conftest import CLAIM, TODAY, agree, copy, fresh, make_desk

pytestmark = pytest.mark.requirement("FIN-07", "FIN-12")


def test_its_money_is_reserved_when_sent_committed_when_signed_released_when_ended(desk):
    contract = desk.sent()
    assert contract.number == "HT-2026-0001"
    assert money_of(desk.budget.line) == (1000, 600, 0, 0, 400)
    agree(desk.cast.principal, contract)
    desk.sign(fresh(contract), other_number="WH-9")
    assert (fresh(contract).state, fresh(contract).other_number, fresh(contract).first_amount) == ("active", "WH-9", 600)
    assert money_of(desk.budget.line) == (1000, 0, 600, 0, 400)
    life_rules.terminate_contract(actor=desk.cast.director, at=NOW, record=contract, reason="对方歇业")
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)
    assert (fresh(contract).state, contract.instalments.get().is_void) == ("terminated", True)


def test_too_little_budget_and_a_second_sending_change_nothing(desk):
    contract = desk.draft(amount=Decimal("1000.01"))
    with pytest.raises(RuleViolation, match=r"还差 0\.01"):
        rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    assert (fresh(contract).state, money_of(desk.budget.line)) == ("draft", (1000, 0, 0, 0, 1000))
    sent = desk.sent(amount=Decimal(100))
    with pytest.raises(RuleViolation):
        rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=sent)
    assert money_of(desk.budget.line) == (1000, 100, 0, 0, 900)


@pytest.mark.parametrize("how", ["withdraw", "cancel"])
def test_taken_back_or_cancelled_its_money_is_free(desk, how):
    if how == "withdraw":
        contract = desk.sent()
        rules.withdraw_contract(actor=desk.cast.buyer, at=NOW, record=contract)
    else:
        contract = desk.agreed()
        rules.cancel_contract(actor=desk.cast.director, at=NOW, record=contract, reason="不签了")
    assert fresh(contract).state == {"withdraw": "draft", "cancel": "cancelled"}[how]
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)


def test_without_the_signed_copy_it_is_not_in_force(desk):
    contract = desk.agreed()
    for given in ({"papers": []}, {"signed_on": TODAY + timedelta(days=1)}, {"signed_on": TODAY - timedelta(days=1)}, {"other_number": "长" * 41}):
        with pytest.raises(RuleViolation):
            desk.sign(contract, **given)
    assert (fresh(contract).state, money_of(desk.budget.line)) == ("approved", (1000, 600, 0, 0, 400))


def test_who_approved_it_does_not_sign_it_and_who_signed_it_does_not_pay(desk):
    for key in ("director", "buyer", "cashier"):
        Role.objects.get(key=key).holders.add(desk.cast.people["principal"])
    contract = desk.agreed()
    with pytest.raises(NotAllowed, match="批准合同"):
        desk.sign(contract, actor=desk.cast.principal)
    desk.sign(contract)
    with pytest.raises(NotAllowed, match="签订合同"):
        desk.pay(contract.instalments.get(), 600, actor=desk.cast.director)
    assert not InstalmentPayment.objects.exists()


def test_an_edited_contract_cannot_be_signed_by_its_approver(desk):
    contract = desk.sent()
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(599))
    with pytest.raises(RuleViolation):
        agree(desk.cast.principal, contract)
    assert fresh(contract).state == "draft"
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)


def test_payments_add_up_and_never_go_beyond(desk):
    contract = desk.active()
    first = contract.instalments.get()
    desk.pay(first, "200.10")
    with pytest.raises(Conflict):
        desk.pay(first, 1)
    other = Ref("finance.budgetchange", 902)
    with pytest.raises(RuleViolation, match=r"还剩 399\.90"):
        desk.pay(first, "399.91", document=other)
    desk.pay(first, "399.90", document=other)
    assert (fresh(first).paid, fresh(first).standing(TODAY)) == (600, ("已付", "done"))
    life_rules.note_returned(actor=desk.cast.cashier, at=NOW, instalment=first, document=CLAIM)
    assert fresh(first).paid == Decimal("399.90")
    desk.pay(first, "200.10")
    assert [payment.amount for payment in first.payments.all()] == [Decimal(n) for n in ("200.10", "399.90", "-200.10", "200.10")]


def test_what_is_paid_and_noted_is_never_changed(desk):
    contract = desk.active()
    desk.pay(contract.instalments.get(), 10)
    life_rules.add_note(actor=desk.cast.director, at=NOW, record=contract, on=TODAY, text="送货准时", rating=5)
    for rows, values in ((InstalmentPayment.objects.all(), {"amount": 1}), (ContractNote.objects.all(), {"rating": 1})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete("default")
    assert (InstalmentPayment.objects.get().amount, ContractNote.objects.get().rating) == (10, 5)


def test_only_contracts_in_force_are_paid(desk):
    contract = desk.agreed()
    with pytest.raises(RuleViolation, match="待签订"):
        desk.pay(contract.instalments.get(), 1)
    assert list(payable_instalments(desk.cast.cashier)) == []
    desk.sign(contract)
    assert [row.contract_id for row in payable_instalments(desk.cast.cashier)] == [contract.pk]
    assert budget_origins(fresh(contract)) == (ref(contract),)


@pytest.mark.parametrize("unit", ["", "次"])
def test_closing_needs_everything_paid_unless_it_is_by_the_unit(desk, unit):
    contract = desk.active(unit=unit, unit_price=Decimal(60) if unit else None)
    desk.pay(contract.instalments.get(), 500)
    spend(actor=desk.cast.cashier, at=NOW, line=fresh(desk.budget.line), amount=Decimal(500), document=CLAIM, origin=ref(contract))
    with pytest.raises(RuleViolation):
        life_rules.close_contract(actor=desk.cast.director, at=NOW, record=contract)
    if unit:
        life_rules.close_contract(actor=desk.cast.director, at=NOW, record=contract, reason="实做 8 次")
        assert (fresh(contract).state, money_of(desk.budget.line)) == ("done", (1000, 0, 0, 500, 500))
    else:
        desk.pay(contract.instalments.get(), 100, document=Ref("finance.budgetchange", 902))
        life_rules.close_contract(actor=desk.cast.director, at=NOW, record=contract)
        assert fresh(contract).state == "done"


def test_its_held_budget_moves_to_another_line(desk):
    contract = desk.active()
    life_rules.move_budget(actor=desk.cast.director, at=NOW, record=contract, part=contract.lines.get(), budget_line=fresh(desk.budget.large))
    assert money_of(desk.budget.line) == (1000, 0, 0, 0, 1000)
    assert sorted(row.amount for row in contract.lines.all()) == [0, 600]


def supplement(desk, contract, change, **fields):
    given = {"reason": "数量增加", "budget_line": desk.budget.line, "due_on": TODAY + timedelta(days=9), "end_on": None} | fields
    made = supplement_rules.create_supplement(actor=desk.cast.buyer, at=NOW, contract=contract, change=Decimal(str(change)), **given)
    return supplement_rules.submit_supplement(actor=desk.cast.buyer, at=NOW, record=made)


def test_supplements_add_at_most_a_tenth_of_the_first_amount(desk):
    contract = desk.active()
    agree(desk.cast.principal, supplement(desk, contract, "40", end_on=TODAY + timedelta(days=200)))
    contract = fresh(contract)
    assert (contract.amount, contract.first_amount, contract.end_on) == (640, 600, TODAY + timedelta(days=200))
    assert money_of(desk.budget.line) == (1000, 0, 640, 0, 360)
    assert sum(row.amount for row in contract.instalments.all()) == 640
    with pytest.raises(RuleViolation, match=r"还能追加 20\.00 元") as refusal:
        supplement(desk, contract, "20.01")
    assert refusal.value.field == "change"
    waiting = supplement(desk, contract, "20")
    with pytest.raises(RuleViolation, match=r"还能追加 0\.00 元"):
        supplement(desk, contract, "0.01")
    agree(desk.cast.principal, waiting)
    assert fresh(contract).amount == 660


def test_a_supplement_may_take_away_what_is_not_paid(desk):
    contract = desk.active(plan=Plan.THREE)
    first = contract.instalments.first()
    desk.pay(first, first.amount)
    with pytest.raises(RuleViolation, match=r"还没有付的只有 420\.00 元"):
        supplement(desk, contract, "-420.01")
    agree(desk.cast.principal, supplement(desk, contract, "-100"))
    assert sum(row.amount for row in contract.instalments.all()) == 500
    assert fresh(contract).amount == 500
    assert money_of(desk.budget.line) == (1000, 0, 500, 0, 500)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"budget_line": None}, "budget_line"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(1, 1, 1)}, "due_on"),
        ({"due_on": date.max}, "due_on"),
        ({"change": "abc"}, "change"),
        ({"change": "1.001"}, "change"),
    ],
)
def test_a_wrong_supplement_is_refused_at_its_field(desk, fields, field):
    contract = desk.active()
    usual = {"reason": "加", "change": Decimal(10), "budget_line": desk.budget.line, "due_on": TODAY, "end_on": None}
    with pytest.raises(RuleViolation) as refusal:
        supplement_rules.create_supplement(actor=desk.cast.buyer, at=NOW, contract=contract, **usual | fields)
    assert refusal.value.field == field
    assert not Supplement.objects.exists()


def test_an_alarm_is_given_once_per_contract_and_once_per_instalment(desk):
    desk.active(end_on=TODAY + timedelta(days=5))
    remind(at=NOW)
    contract, told = Contract.objects.get(), OutboxMessage.objects.filter(key__startswith="finance.contract")
    end = contract.end_on
    row = contract.instalments.get()
    assert sorted(told.values_list("key", flat=True)) == [f"finance.contract.due:{row.pk}:{end}", f"finance.contract.ending:{contract.pk}:{end}"]
    remind(at=NOW + timedelta(days=3))
    assert told.count() == 2
    sweep(at=NOW)
    titles = Notice.objects.filter(recipient=desk.cast.buyer, title__startswith="合同").values_list("title", flat=True)
    assert sorted(titles) == ["合同快到期：办公用纸", "合同款该付了：办公用纸 合同款"]


def test_a_contract_that_ends_later_raises_no_alarm(desk):
    desk.active(end_on=TODAY + timedelta(days=31))
    assert remind(at=NOW) == 0
    assert remind(at=NOW + timedelta(days=1)) == 1


def test_notes_are_for_contracts_in_force_and_for_their_people(desk):
    contract = desk.agreed()
    for person, on in ((desk.cast.director, TODAY), (desk.cast.teacher, TODAY)):
        with pytest.raises(RuleViolation):
            life_rules.add_note(actor=person, at=NOW, record=contract, on=on, text="好", rating=5)
    desk.sign(contract)
    with pytest.raises(RuleViolation) as refusal:
        life_rules.add_note(actor=desk.cast.director, at=NOW, record=fresh(contract), on=TODAY + timedelta(days=1), text="好")
    assert refusal.value.field == "on"
    assert not ContractNote.objects.exists()


def test_contracts_follow_a_firm_whose_cards_become_one(desk):
    contract = desk.draft()
    target = Partner.objects.create(name="文华文具公司", kinds=",other,", created_by=desk.cast.director, created_at=NOW)
    merge_partner(actor=desk.cast.director, at=NOW, record=desk.firm, target=target)
    assert fresh(contract).partner_id == target.pk


def test_two_who_pay_at_once_pay_once(together):
    desk = make_desk(make_cast())
    row = desk.active().instalments.get()
    outcomes = together(*(lambda n=n: desk.pay(row, 400, document=Ref("finance.budgetchange", 950 + n)) for n in range(2)))
    assert sorted(isinstance(one, InstalmentPayment) for one in outcomes) == [False, True]
    assert all(isinstance(one, InstalmentPayment | RuleViolation) for one in outcomes)
    assert Instalment.objects.get(pk=row.pk).paid == 400


def test_two_who_send_it_at_once_send_it_once(together):
    desk = make_desk(make_cast())
    contract = desk.draft()
    outcomes = together(*(lambda: rules.submit_contract(actor=desk.cast.buyer, at=NOW, record=fresh(contract)) for _ in range(2)))
    assert sorted(isinstance(one, Contract) for one in outcomes) == [False, True]
    assert money_of(desk.budget.line) == (1000, 600, 0, 0, 400)


def test_two_who_sign_it_at_once_sign_it_once(together):
    desk = make_desk(make_cast())
    contract = desk.agreed()
    outcomes = together(*(lambda: desk.sign(fresh(contract), papers=[copy()]) for _ in range(2)))
    assert sorted(isinstance(one, Contract) for one in outcomes) == [False, True]
    assert money_of(desk.budget.line) == (1000, 0, 600, 0, 400)
