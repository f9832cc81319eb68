"""Whatever is accepted, sent back, called off and reversed: the order's lines say the sum of what counts, and the money adds up."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.acceptance import correction_rules, rules
from finance.acceptance.models import COUNTING, Acceptance, AcceptanceLine, AcceptanceState
from finance.acceptance.queries import accepted_amount
from finance.order.models import OrderLine, PurchaseOrder
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-05")]
QUANTITIES = st.decimals(min_value="0", max_value="6", places=3)
STEPS = st.lists(st.tuples(st.sampled_from(["post", "finish", "call off", "reverse"]), QUANTITIES, QUANTITIES, st.integers(0, 3)), max_size=8)


def act(delivery, step: str, first: Decimal, second: Decimal, n: int) -> None:
    if step == "post":
        delivery.post(first, second, rejected=[n])
        return
    wanted = AcceptanceState.POSTED if step == "reverse" else AcceptanceState.SIGNING
    found = list(Acceptance.objects.filter(state=wanted, reverses=None).order_by("pk"))
    if not found:
        return
    acceptance = found[n % len(found)]
    if step == "finish":
        for person in delivery.members:
            delivery.sign(acceptance, person)
    elif step == "call off":
        rules.call_off_acceptance(actor=delivery.cast.keeper, at=NOW, record=acceptance, reason="写错了")
    else:
        correction_rules.reverse_acceptance(actor=delivery.cast.director, at=NOW, record=acceptance, reason="数错了")


def check_sums(delivery) -> None:
    whole, accepted = True, Decimal(0)
    for line in OrderLine.objects.filter(order=delivery.order):
        lines = AcceptanceLine.objects.filter(order_line=line, acceptance__state__in=COUNTING)
        assert line.accepted == sum(lines.values_list("accepted", flat=True), Decimal(0))
        assert 0 <= line.accepted <= line.quantity
        whole &= line.accepted == line.quantity
        accepted += line.accepted
    state = PurchaseOrder.objects.get(pk=delivery.order.pk).state
    assert state == ("received" if whole else "partial" if accepted else "placed")
    counted = Acceptance.objects.filter(state__in=COUNTING)
    assert abs(sum(counted.values_list("amount", flat=True), Decimal(0)) - accepted_amount(delivery.order)) <= Decimal("0.10")
    for acceptance in Acceptance.objects.all():
        assert acceptance.amount == (acceptance.lines.aggregate(sum=Sum("amount"))["sum"] or 0).__round__(2)


def test_any_sequence_keeps_the_sums(delivery):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            for step in steps:
                with suppress(RuleViolation):
                    act(delivery, *step)
                check_sums(delivery)
            transaction.set_rollback(True)

    check()
