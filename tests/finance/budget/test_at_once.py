"""50 people at one line with room for 30: thirty get through, twenty read a sentence; on both databases (Must hold of the issue)."""

from decimal import Decimal

import pytest

from finance.budget import change_rules, rules
from finance.budget.models import BudgetChange, BudgetEntry, BudgetYear, ChangeState
from finance.budget.year_rules import close_year
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.conftest import NOW
from tests.finance.budget.conftest import REQUEST, fresh, parts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-01")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_fifty_reservations_with_room_for_thirty(budget, together):
    line, buyer = budget.line, budget.cast.buyer
    amount = Decimal("33.33")  # 30 of them are 999.90

    def one(n: int):
        return lambda: rules.reserve(actor=buyer, at=NOW, line=fresh(line), amount=amount, document=Ref("finance.budgetchange", n))

    assert refusals(together(*(one(n) for n in range(1, 51)))) == 20
    now = fresh(line)
    assert (now.reserved, now.available) == (Decimal("999.90"), Decimal("0.10"))
    assert BudgetEntry.objects.filter(line=line, kind="reserve").count() == 30
    assert sum(entry.to_reserved for entry in line.entries.all()) == now.reserved
    assert list(find_breaks()) == []


def test_two_payments_of_one_order_use_it_up_once(budget, together):
    budget.reserve(600)
    budget.commit(600)
    line, cashier = budget.line, budget.cast.cashier

    def pay():
        return rules.spend(actor=cashier, at=NOW, line=fresh(line), amount=Decimal(600), document=REQUEST)

    assert refusals(together(pay, pay)) == 1
    assert parts(line) == (1000, 0, 0, 600, 400)


def test_two_who_approve_one_change_at_once_move_the_money_once(budget, together):
    change = change_rules.create_change(
        actor=budget.cast.accountant, at=NOW, kind="transfer", line=budget.line, to_line=budget.other, amount=Decimal(100), reason="办公费有余"
    )
    load_usual_chains(actor=budget.cast.director, at=NOW)
    change_rules.submit_change(actor=budget.cast.accountant, at=NOW, record=change)
    principal, vice = budget.cast.principal, budget.cast.vice
    copies = [fresh(change), fresh(change)]
    outcomes = together(
        lambda: change_rules.carry_out(actor=principal, at=NOW, record=copies[0]),
        lambda: change_rules.carry_out(actor=vice, at=NOW, record=copies[1]),
    )
    assert refusals(outcomes) == 1
    assert (parts(budget.line)[0], parts(budget.other)[0]) == (900, 600)
    assert BudgetChange.objects.get().state == ChangeState.APPROVED


def test_opposite_transfers_at_once_do_not_block_each_other(budget, together):
    first, second, principal = budget.line, budget.other, budget.cast.principal

    def move(source, target):
        return lambda: rules.transfer(actor=principal, at=NOW, line=fresh(source), to_line=fresh(target), amount=Decimal(10), document=REQUEST)

    assert refusals(together(*[move(first, second), move(second, first)] * 4)) == 0
    assert (parts(first)[0], parts(second)[0]) == (1000, 500)


def test_nothing_slips_in_while_the_year_is_closed(cast, together, later):
    """Either the reservation comes first and the year stays open, or the year is closed and takes nothing."""
    from tests.finance.budget.conftest import Budget

    budget = Budget(cast, year=2025).open()
    line, buyer, accountant = budget.line, cast.buyer, cast.accountant
    outcomes = together(
        lambda: rules.reserve(actor=buyer, at=NOW, line=fresh(line), amount=Decimal(10), document=REQUEST),
        lambda: close_year(actor=accountant, at=NOW, record=BudgetYear.objects.get(pk=budget.year.pk)),
    )
    assert refusals(outcomes) == 1
    assert (fresh(budget.year).state == "closed") == (fresh(line).reserved == 0)
