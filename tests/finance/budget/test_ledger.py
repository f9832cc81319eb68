"""Every yuan of a line is free, held or spent, and the entries say which document holds it (FIN-01, FIN-13)."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from finance.budget import rules
from finance.budget.models import BudgetEntry, EntryKind
from finance.public import available, holding
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW
from tests.finance.budget.conftest import ORDER, REQUEST, fresh, parts, state_of

pytestmark = pytest.mark.requirement("FIN-01")


def test_money_goes_from_reserved_to_committed_to_spent(budget):
    budget.reserve(300, note="打印纸")
    assert parts(budget.line) == (1000, 300, 0, 0, 700)
    budget.commit(280)
    assert parts(budget.line) == (1000, 20, 280, 0, 700)
    budget.spend(250)
    assert parts(budget.line) == (1000, 20, 30, 250, 700)
    budget.release()
    assert parts(budget.line) == (1000, 0, 0, 250, 750)
    kinds = list(BudgetEntry.objects.filter(line=budget.line).order_by("pk").values_list("kind", flat=True))
    assert kinds == [EntryKind.ALLOT, EntryKind.RESERVE, EntryKind.COMMIT, EntryKind.SPEND, EntryKind.RELEASE]
    assert available(budget.line) == Decimal(750)


def test_an_order_takes_over_what_the_request_reserved(budget):
    budget.reserve(300)
    budget.commit(320, document=ORDER, origin=REQUEST)
    assert parts(budget.line) == (1000, 0, 320, 0, 680)
    assert (holding(budget.line, REQUEST).reserved, holding(budget.line, ORDER).committed) == (0, 320)
    budget.spend(320, document=ORDER)
    assert holding(budget.line, ORDER) == rules.Held(Decimal(0), Decimal(0), Decimal(320))


def test_spending_more_than_was_ordered_takes_what_is_free(budget):
    budget.reserve(100)
    budget.commit(60)
    budget.spend(150)
    assert parts(budget.line) == (1000, 0, 0, 150, 850)


def test_a_refund_comes_back(budget):
    budget.spend(400)
    rules.refund(actor=budget.cast.cashier, at=NOW, line=budget.line, amount=Decimal(150), document=REQUEST, note="退货")
    assert parts(budget.line) == (1000, 0, 0, 250, 750)
    before = state_of(budget.line)
    with pytest.raises(RuleViolation, match="只支出了 250"):
        rules.refund(actor=budget.cast.cashier, at=NOW, line=budget.line, amount=Decimal(251), document=REQUEST)
    assert state_of(budget.line) == before


@pytest.mark.parametrize("act", ["reserve", "commit", "spend"])
def test_nothing_goes_below_zero(budget, act):
    before = state_of(budget.line)
    with pytest.raises(RuleViolation, match=r"可用 1,000.00 元，还差 0.01 元") as refusal:
        getattr(budget, act)("1000.01")
    assert refusal.value.field == "amount"
    assert state_of(budget.line) == before


def test_cents_are_exact_on_both_databases(budget):
    for _ in range(10):
        budget.reserve("33.33")
    for _ in range(10):
        budget.reserve("66.67")
    assert parts(budget.line) == (1000, 1000, 0, 0, 0)
    with pytest.raises(RuleViolation):
        budget.reserve("0.01")


def test_a_document_gives_back_only_what_it_holds(budget):
    budget.reserve(100)
    before = state_of(budget.line)
    with pytest.raises(RuleViolation, match="只占用了 100"):
        budget.release(Decimal(101))
    assert budget.release(document=ORDER) is None
    assert state_of(budget.line) == before


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("十元", "请填数字"),
        ("1.005", "两位小数"),
        ("-5", "大于零"),
        ("0", "大于零"),
        ("1000000000000", "一万亿"),
        ("NaN", "请填数字"),
        ("Infinity", "请填数字"),
        (None, "请填数字"),
    ],
)
def test_wrong_amounts_get_a_sentence_and_change_nothing(budget, amount, words):
    before = state_of(budget.line)
    for act in (rules.reserve, rules.commit, rules.spend):
        with pytest.raises(RuleViolation, match=words) as refusal:
            act(actor=budget.cast.buyer, at=NOW, line=fresh(budget.line), amount=amount, document=REQUEST)
        assert refusal.value.field == "amount"
    assert state_of(budget.line) == before


def test_a_closed_year_takes_nothing(closed):
    before = state_of(closed.line)
    for act in (closed.reserve, closed.commit, closed.spend):
        with pytest.raises(RuleViolation, match="已经关账"):
            act(10)
    assert state_of(closed.line) == before


def test_a_year_that_is_not_yet_approved_takes_nothing(drafted):
    before = state_of(drafted.line)
    with pytest.raises(RuleViolation, match="还没有批准"):
        drafted.reserve(10)
    assert state_of(drafted.line) == before


def test_a_running_year_gets_no_allotment_by_hand(budget):
    before = state_of(budget.line)
    with pytest.raises(RuleViolation, match="预算调整"):
        rules.allot(actor=budget.cast.accountant, at=NOW, line=budget.line, amount=Decimal(10))
    assert state_of(budget.line) == before


@pytest.mark.requirement("FIN-13")
def test_special_money_is_for_its_purpose_only(budget):
    before = state_of(budget.works)
    with pytest.raises(RuleViolation, match="专款专用，只能用于：维修、防水"):
        budget.reserve(100, line=budget.works, use="采购平板电脑")
    with pytest.raises(RuleViolation, match="请写清楚用来做什么"):
        budget.reserve(100, line=budget.works)
    assert state_of(budget.works) == before
    budget.reserve(100, line=budget.works, use="屋面防水")
    assert parts(budget.works) == (2000, 100, 0, 0, 1900)


@pytest.mark.requirement("FIN-13")
def test_special_money_pays_for_its_items_only(drafted):
    with pytest.raises(RuleViolation, match="不能用于「30201 办公费」") as refusal:
        drafted.make(drafted.teaching, drafted.paper, drafted.special, 100)
    assert refusal.value.field == "item"
    assert drafted.year.lines.count() == 3


@pytest.mark.requirement("FIN-13")
def test_special_money_is_not_moved_to_another_fund(budget):
    before = state_of(budget.works), state_of(budget.other)
    with pytest.raises(RuleViolation, match="专款专用"):
        rules.transfer(actor=budget.cast.principal, at=NOW, line=budget.works, to_line=budget.other, amount=Decimal(5), document=REQUEST)
    assert (state_of(budget.works), state_of(budget.other)) == before


def test_an_overdraft_needs_the_permission_and_a_reason(budget, cast):
    with pytest.raises(NotAllowed):
        rules.override(actor=cast.accountant, at=NOW, record=budget.line, amount=Decimal(200), reason="暴雨后抢修，校务会同意")
    with pytest.raises(RuleViolation, match="为什么要超支") as refusal:
        rules.override(actor=cast.principal, at=NOW, record=budget.line, amount=Decimal(200), reason="急")
    assert refusal.value.field == "reason"
    rules.override(actor=cast.principal, at=NOW, record=budget.line, amount=Decimal(200), reason="暴雨后抢修，校务会同意")
    budget.spend(1200)
    assert parts(budget.line) == (1000, 0, 0, 1200, -200)
    with pytest.raises(RuleViolation):
        budget.spend("0.01")
    assert Event.objects.filter(kind="finance.budgetline", action="override", note="暴雨后抢修，校务会同意").count() == 1


def test_the_head_of_the_department_and_the_accountant_hear_once_at_the_limit(budget, cast):
    budget.office.head = cast.director
    budget.office.save()
    told = OutboxMessage.objects.filter(key__startswith="finance.budget.warn")
    budget.reserve(790)
    assert told.count() == 0
    budget.reserve(10)
    assert sorted(told.get().payload["recipients"]) == sorted([cast.director.pk, cast.accountant.pk])
    budget.reserve(10)
    assert told.count() == 1


def test_the_ledger_is_never_edited(budget):
    """The database itself refuses, and the row's sums are those of its entries."""
    budget.reserve(100)
    for spoil in (lambda rows: rows.update(amount=5), lambda rows: rows.update(note="改了"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            spoil(BudgetEntry.objects.filter(line=budget.line))
    budget.spend(40)
    sums = {name: sum(getattr(entry, f"to_{name}") for entry in budget.line.entries.all()) for name in rules.SUMS}
    assert sums == {name: getattr(fresh(budget.line), name) for name in rules.SUMS}
