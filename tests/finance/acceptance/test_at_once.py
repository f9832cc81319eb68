"""Two people at once: exactly one of them, on both databases (FIN-05, Must hold of the issue)."""

import pytest

from finance.acceptance import correction_rules
from finance.acceptance.models import Acceptance, AcceptanceLine
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.acceptance.conftest import fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-05")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_two_who_post_the_same_delivery_make_one(delivery, cast, together):
    assert refusals(together(lambda: delivery.post(6), lambda: delivery.post(6, actor=cast.director))) == 1
    assert Acceptance.objects.count() == 1


def test_two_parts_at_once_never_exceed_the_order(delivery, together):
    first, second = delivery.post(6), delivery.post(4)
    keeper, storekeeper = delivery.members
    for acceptance in (first, second):
        delivery.sign(acceptance, keeper)
    outcomes = together(lambda: delivery.sign(first, storekeeper), lambda: delivery.sign(second, storekeeper))
    assert refusals(outcomes) == 0
    assert (delivery.accepted, delivery.state) == ([10, 0, 0], "partial")
    assert list(find_breaks()) == []


def test_the_last_two_signatures_at_once_count_once(delivery, together):
    acceptance, (keeper, storekeeper) = delivery.post(6), delivery.members
    assert refusals(together(lambda: delivery.sign(acceptance, keeper), lambda: delivery.sign(acceptance, storekeeper))) == 0
    assert (fresh(acceptance).state, delivery.accepted) == ("posted", [6, 0, 0])


def test_a_double_tap_signs_once(delivery, together):
    acceptance, keeper = delivery.post(6), delivery.members[0]
    assert refusals(together(lambda: delivery.sign(acceptance, keeper), lambda: delivery.sign(acceptance, keeper))) == 1


def test_two_reversals_at_once_are_one(delivery, cast, together):
    wrong, director, vice = delivery.accept(6), cast.director, cast.vice

    def reverse(actor):
        return lambda: correction_rules.reverse_acceptance(actor=actor, at=NOW, record=fresh(wrong), reason="数错了")

    assert refusals(together(reverse(director), reverse(vice))) == 1
    assert (delivery.accepted, Acceptance.objects.count()) == ([0, 0, 0], 2)


def test_a_line_is_taken_or_reversed_never_both(delivery, cast, together, receiving):
    wrong, director, keeper = delivery.accept(6), cast.director, cast.keeper
    line, taken = wrong.lines.get(), receiving("asset")
    outcomes = together(
        lambda: correction_rules.reverse_acceptance(actor=director, at=NOW, record=fresh(wrong), reason="数错了"),
        lambda: correction_rules.take_line(actor=keeper, at=NOW, record=line),
    )
    assert refusals(outcomes) == 1
    received = AcceptanceLine.objects.get(pk=line.pk).received_at is not None
    assert received == (fresh(wrong).state == "posted")
    assert received == bool(taken)
