"""Two people at one disposal, two disposals of one thing: on both databases (AST-07)."""

from decimal import Decimal

import pytest

from assets.disposal import carrying_rules, rules
from assets.disposal.models import Disposal
from finance.journal.models import CashAccount, DayEntry
from logistics.platform.kernel.errors import RuleViolation
from tests.assets.disposal.conftest import TODAY, fresh
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("AST-07")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_one_thing_on_two_lists_is_sent_with_one(yard, together):
    lists = [yard.draft(lines=[(yard.first, None)]) for _ in range(2)]
    keeper, people = yard.cast.keeper, yard.judges
    works = [lambda one=one: rules.send_for_appraisal(actor=keeper, at=NOW, record=one, people=people) for one in lists]
    assert refusals(together(*works)) == 1
    assert sorted(Disposal.objects.values_list("state", flat=True)) == ["draft", "judging"]


def test_proceeds_are_taken_in_once(yard, account, together):
    disposal = yard.carried(yard.approved(lines=[(yard.desks, 1)]), proceeds=Decimal(30))
    cashier, copies = yard.cast.cashier, [fresh(disposal), fresh(disposal)]
    works = [lambda one=one: carrying_rules.receive_proceeds(actor=cashier, at=NOW, record=one, account=account, on=TODAY) for one in copies]
    assert refusals(together(*works)) == 1
    assert (DayEntry.objects.count(), CashAccount.objects.get().balance) == (1, 30)
