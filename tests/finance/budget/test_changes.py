"""预算调整 and the year's own life: asked by one person, decided by another; what is closed takes nothing (FIN-01, FIN-12)."""

from datetime import datetime
from decimal import Decimal

import pytest

from finance.budget import change_rules, rules, year_rules
from finance.budget.models import BudgetChange, BudgetLine, BudgetYear
from finance.budget.queries import changes_visible_to, check_can_view_changes
from logistics.platform.access.models import Role
from logistics.platform.approvals import deciding_rules as deciding
from logistics.platform.approvals.models import ChainVersion
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.approvals.usual_rules import CENTRAL
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Post
from tests.conftest import NOW, SHANGHAI
from tests.finance.budget.conftest import Budget, fresh, parts, state_of

pytestmark = pytest.mark.requirement("FIN-01")
NEXT_YEAR = datetime(2027, 1, 5, 9, tzinfo=SHANGHAI)


def agree(person, change):
    return deciding.approve(actor=person, at=NOW, record=current_run(change), opinion="同意")


@pytest.fixture
def ask(budget, cast):
    load_usual_chains(actor=cast.director, at=NOW)

    def make(actor=None, **fields):
        given = {"kind": "transfer", "line": budget.line, "to_line": budget.other, "amount": Decimal(100), "reason": "办公费有余"} | fields
        return change_rules.create_change(actor=actor or cast.accountant, at=NOW, **given)

    return make


@pytest.fixture
def sent(ask, cast):
    return lambda **fields: change_rules.submit_change(actor=cast.accountant, at=NOW, record=ask(**fields))


def test_an_approved_transfer_moves_the_money(budget, cast, sent):
    change = sent()
    assert change.number == "YS-2026-0001"
    assert parts(budget.line)[0] == 1000
    agree(cast.principal, change)
    assert (parts(budget.line)[0], parts(budget.other)[0]) == (900, 600)
    entry = budget.other.entries.get(kind="transfer_in")
    assert (entry.document_kind, entry.document_id, entry.document_label) == ("finance.budgetchange", change.pk, f"{change.number} 调剂 100.00 元")


@pytest.mark.parametrize("amount", [Decimal(250), Decimal(-250)])
def test_an_approved_adjustment_changes_the_total(budget, cast, sent, amount):
    agree(cast.principal, sent(kind="adjust", to_line=None, amount=amount))
    assert parts(budget.line) == (1000 + float(amount), 0, 0, 0, 1000 + float(amount))


@pytest.mark.requirement("FIN-12")
def test_nobody_decides_what_he_asked_for(budget, sent, cast):
    Role.objects.get(key="principal").holders.add(cast.accountant)
    change = sent()
    with pytest.raises(NotAllowed):
        agree(cast.accountant, change)
    assert (fresh(change).state, parts(budget.line)[0]) == ("submitted", 1000)
    agree(cast.principal, change)


def test_a_refusal_moves_nothing(budget, cast, sent):
    change = sent()
    deciding.reject(actor=cast.principal, at=NOW, record=current_run(change), opinion="年底再说")
    assert (fresh(change).state, fresh(change).opinion, parts(budget.line)[0]) == ("rejected", "年底再说", 1000)


def test_what_comes_back_is_changed_and_sent_again_under_its_number(budget, cast, sent):
    change = sent()
    deciding.send_back(actor=cast.principal, at=NOW, record=current_run(change), opinion="少一点")
    assert (fresh(change).state, fresh(change).opinion) == ("draft", "少一点")
    change_rules.update_change(
        actor=cast.accountant, at=NOW, record=fresh(change), kind="transfer", line=budget.line, to_line=budget.other, amount=Decimal(50), reason="办公费有余"
    )
    change_rules.submit_change(actor=cast.accountant, at=NOW, record=fresh(change))
    assert fresh(change).number == change.number
    agree(cast.principal, change)
    assert (parts(budget.line)[0], parts(budget.other)[0]) == (950, 550)


def test_the_asker_takes_it_back(budget, cast, sent):
    change = sent()
    with pytest.raises(NotAllowed):
        change_rules.withdraw_change(actor=cast.principal, at=NOW, record=change)
    change_rules.withdraw_change(actor=cast.accountant, at=NOW, record=change)
    assert (fresh(change).state, current_run(change)) == ("draft", None)


def test_without_a_chain_nothing_is_sent(ask, cast):
    ChainVersion.objects.update(state="draft")
    change = ask()
    with pytest.raises(RuleViolation, match="审批流程"):
        change_rules.submit_change(actor=cast.accountant, at=NOW, record=change)
    assert (fresh(change).state, fresh(change).number) == ("draft", "")


def test_whoever_must_sign_may_open_the_change(budget, cast, sent, ask):
    other = ask()
    Post.objects.get(name=CENTRAL).holders.set([cast.guard])  # signs large sums, holds no permission of the budget
    change = sent(kind="adjust", to_line=None, amount=Decimal(6000))
    assert [*changes_visible_to(cast.guard)] == [change]
    assert other in changes_visible_to(cast.accountant)
    check_can_view_changes(cast.guard)
    with pytest.raises(NotAllowed):
        check_can_view_changes(cast.teacher)


def test_what_was_spent_meanwhile_is_not_moved(budget, cast, sent):
    change = sent(amount=Decimal(900))
    budget.spend(200)
    with pytest.raises(RuleViolation, match="可用 800"):
        agree(cast.principal, change)
    assert (fresh(change).state, parts(budget.line)[0], parts(budget.other)[0]) == ("submitted", 1000, 500)


@pytest.mark.parametrize(
    ("fields", "words", "field"),
    [
        ({"amount": "1.005"}, "两位小数", "amount"),
        ({"amount": Decimal(-5)}, "大于零", "amount"),
        ({"amount": Decimal(10) ** 12}, "一万亿", "amount"),
        ({"to_line": None}, "请选调到哪个指标", "to_line"),
        ({"reason": " "}, "请写理由", "reason"),
    ],
)
def test_wrong_input_gets_a_sentence_at_its_field(ask, fields, words, field):
    with pytest.raises(RuleViolation, match=words) as refusal:
        ask(**fields)
    assert refusal.value.field == field
    assert BudgetChange.objects.count() == 0


def test_more_than_is_free_is_not_sent(ask, cast):
    change = ask(amount=Decimal(1001))
    with pytest.raises(RuleViolation, match="不够调出") as refusal:
        change_rules.submit_change(actor=cast.accountant, at=NOW, record=change)
    assert refusal.value.field == "amount"
    assert (fresh(change).state, fresh(change).number) == ("draft", "")


def test_a_closed_year_takes_no_change(closed, ask):
    with pytest.raises(RuleViolation, match="已关账"):
        ask(line=BudgetLine.objects.get(pk=closed.line.pk))
    assert BudgetChange.objects.count() == 0


@pytest.mark.requirement("FIN-12")
def test_who_drew_up_the_budget_does_not_approve_it(drafted, cast):
    Role.objects.get(key="principal").holders.add(cast.accountant)
    with pytest.raises(NotAllowed, match="要由别人办"):
        year_rules.open_year(actor=cast.accountant, at=NOW, record=drafted.year)
    assert fresh(drafted.year).state == "draft"


def test_the_numbers_of_a_draft_are_corrected_by_the_difference(drafted, cast):
    year_rules.edit_line(actor=cast.accountant, at=NOW, record=drafted.line, allotment=Decimal("850.50"), note="压缩")
    assert fresh(drafted.line).allotment == Decimal("850.50")
    assert list(drafted.line.entries.order_by("pk").values_list("amount", flat=True)) == [Decimal(1000), Decimal("-149.50")]


@pytest.mark.parametrize("amount", ["十", "1.005", "-1", "1000000000000", None])
def test_a_line_with_a_wrong_number_is_not_made(drafted, amount):
    count = drafted.year.lines.count()
    with pytest.raises(RuleViolation) as refusal:
        year_rules.create_line(
            actor=drafted.cast.accountant, at=NOW, year=drafted.year, department=drafted.teaching, item=drafted.paper, fund=drafted.usual, allotment=amount
        )
    assert refusal.value.field == "allotment"
    assert drafted.year.lines.count() == count


def test_a_year_is_closed_when_it_is_over_and_nothing_is_held(budget, cast):
    with pytest.raises(RuleViolation, match="还没有过完"):
        year_rules.close_year(actor=cast.accountant, at=NOW, record=budget.year)
    budget.reserve(10)
    with pytest.raises(RuleViolation, match="还有 1 条指标有占用"):
        year_rules.close_year(actor=cast.accountant, at=NEXT_YEAR, record=fresh(budget.year))
    budget.release()
    year_rules.close_year(actor=cast.accountant, at=NEXT_YEAR, record=fresh(budget.year))
    before = state_of(budget.line)
    with pytest.raises(RuleViolation, match="已经关账"):
        budget.reserve(10)
    assert state_of(budget.line) == before
    with pytest.raises(NotAllowed):
        year_rules.reopen_year(actor=cast.accountant, at=NEXT_YEAR, record=fresh(budget.year), reason="补记")
    year_rules.reopen_year(actor=cast.principal, at=NEXT_YEAR, record=fresh(budget.year), reason="补记电费")
    budget.reserve(10)


def test_two_years_beside_each_other(budget, cast):
    other = Budget.__new__(Budget)
    other.cast, other.year = cast, year_rules.create_year(actor=cast.accountant, at=NOW, year=2027)
    line = other.make(budget.office, budget.paper, budget.usual, 10)
    with pytest.raises(RuleViolation, match="同一年度"):
        rules.transfer(actor=cast.principal, at=NOW, line=budget.line, to_line=line, amount=Decimal(5), document=rules.Ref("", 0))
    assert BudgetYear.objects.count() == 2
