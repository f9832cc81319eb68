"""Whatever is done to a line, in whatever order: allotment = available + held + spent, and each document's entries tell the same."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.budget import rules
from finance.budget.models import BudgetEntry, BudgetLine
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("FIN-01")
DOCUMENTS = [Ref("finance.budgetchange", n) for n in (901, 902)]
AMOUNTS = st.decimals(min_value="0.01", max_value="700", places=2)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "commit", "carry", "spend", "release", "release all", "adjust", "refund"]), AMOUNTS, st.sampled_from([0, 1]), st.booleans()
    ),
    max_size=12,
)


def act(budget, step: str, amount: Decimal, document: Ref, other: Ref, sign: bool) -> None:
    line = BudgetLine.objects.get(pk=budget.line.pk)
    common = {"actor": budget.cast.buyer, "at": NOW, "line": line}
    steps = {
        "reserve": lambda: rules.reserve(amount=amount, document=document, **common),
        "commit": lambda: rules.commit(amount=amount, document=document, **common),
        "carry": lambda: rules.commit(amount=amount, document=document, origin=other, **common),
        "spend": lambda: rules.spend(amount=amount, document=document, origin=other if sign else None, **common),
        "release": lambda: rules.release(amount=amount, document=document, **common),
        "release all": lambda: rules.release(document=document, **common),
        "adjust": lambda: rules.adjust(amount=amount if sign else -amount, document=document, **common),
        "refund": lambda: rules.refund(amount=amount, document=document, **common),
    }
    steps[step]()


@pytest.mark.django_db
def test_any_sequence_keeps_the_sums(budget):
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            replay(budget, steps)
            transaction.set_rollback(True)

    check()


def replay(budget, steps) -> None:
    expected = {"allotment": Decimal(1000), "available": Decimal(1000)}
    for step, amount, n, sign in steps:
        before = snapshot(budget)
        try:
            act(budget, step, amount, DOCUMENTS[n], DOCUMENTS[1 - n], sign)
        except RuleViolation:
            assert snapshot(budget) == before
        else:
            expected["allotment"] += (amount if sign else -amount) if step == "adjust" else 0
    line = BudgetLine.objects.get(pk=budget.line.pk)
    assert line.allotment == expected["allotment"]
    assert line.allotment == line.available + line.reserved + line.committed + line.spent
    assert line.available >= 0
    entries = list(BudgetEntry.objects.filter(line=line))
    for name in rules.SUMS:
        assert getattr(line, name) == sum(getattr(entry, f"to_{name}") for entry in entries)
    held = [rules.holding(line, document) for document in DOCUMENTS]
    assert all(value >= 0 for one in held for value in (one.reserved, one.committed, one.spent))
    for name in ("reserved", "committed", "spent"):
        assert getattr(line, name) == sum(getattr(one, name) for one in held)


def snapshot(budget) -> tuple:
    line = BudgetLine.objects.get(pk=budget.line.pk)
    return tuple(getattr(line, name) for name in rules.SUMS), BudgetEntry.objects.filter(line=line).count()
