"""Whatever is claimed, paid, sent back and settled, in whatever order: budget and day books tell the same to the cent (FIN-06, FIN-11)."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finance.budget.models import BudgetLine
from finance.claim import rules
from finance.claim.models import Claim
from finance.journal.models import DayEntry
from finance.payment import advance_rules
from finance.payment import rules as payments
from finance.payment.models import Payment
from logistics.platform.approvals.public import current_run
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import TODAY

pytestmark = [pytest.mark.requirement("FIN-06"), pytest.mark.requirement("FIN-11")]
VERBS = ["petty", "advance", "settlement", "order", "approve", "approve", "pay", "pay", "pay", "return", "back", "withdraw", "cancel"]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.decimals(min_value="0.01", max_value="900", places=2), st.integers(0, 5)), min_size=4, max_size=12)


def pick(rows, n: int):
    found = list(rows.order_by("pk"))
    return found[n % len(found)] if found else None


def begin(desk, verb: str, amount: Decimal, n: int) -> None:
    if verb == "order":
        desk.submit(desk.of_order(desk.order(max(amount, Decimal("0.10")).quantize(Decimal("0.1")))))
        return
    owed = pick(Claim.objects.filter(kind="advance", state="paid"), n) if verb == "settlement" else None
    desk.submit(desk.claim(amount, kind="advance" if verb == "advance" else "petty", advance=owed))


def go_on(desk, verb: str, amount: Decimal, n: int) -> None:
    cast, state = desk.cast, {"approve": "submitted", "withdraw": "submitted", "pay": "approved", "cancel": "approved"}
    if verb == "return":
        if payment := pick(Payment.objects.filter(state="posted"), n):
            payments.return_payment(actor=cast.cashier, at=NOW, record=payment, reason="户名不符")
        return
    rows = Claim.objects.filter(state=state[verb]) if verb in state else Claim.objects.filter(kind="advance", state="paid")
    claim = pick(rows, n)
    if claim is None:
        return
    owner = type(cast.teacher).objects.get(pk=claim.created_by_id)
    acts = {
        "approve": lambda: desk.approve(claim) if current_run(claim) else None,
        "withdraw": lambda: rules.withdraw_claim(actor=owner, at=NOW, record=claim),
        "pay": lambda: payments.pay_claim(actor=cast.cashier, at=NOW, record=claim, account=desk.bank if claim.due else None, paid_on=TODAY),
        "cancel": lambda: rules.cancel_claim(actor=owner, at=NOW, record=claim, reason="不报了"),
        "back": lambda: advance_rules.pay_back(actor=cast.cashier, at=NOW, record=claim, account=desk.bank, amount=amount, paid_on=TODAY),
    }
    acts[verb]()


def check_books(desk) -> None:
    lines = list(BudgetLine.objects.all())
    spent = sum(line.spent for line in lines)
    assert spent == sum(claim.total for claim in Claim.objects.exclude(kind="advance").filter(state__in=("paid", "settled")))
    owed = sum(claim.open_sum for claim in Claim.objects.filter(kind="advance", state="paid"))
    out = sum(-entry.effect for entry in DayEntry.objects.all())
    assert spent + owed == out == Decimal(20000) - fresh(desk.bank).balance
    for line in lines:
        assert line.allotment == line.available + line.reserved + line.committed + line.spent
        assert all(getattr(line, name) == sum(getattr(one, f"to_{name}") for one in line.entries.all()) for name in ("reserved", "committed", "spent"))
    if not Claim.objects.filter(state__in=("submitted", "approved")).exists() and not owed:
        assert sum(line.reserved for line in lines) == 0


@pytest.mark.django_db
def test_any_sequence_keeps_the_books(desk):
    @settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            for verb, amount, n in steps:
                try:
                    with transaction.atomic():
                        (begin if verb in ("petty", "advance", "settlement", "order") else go_on)(desk, verb, amount, n)
                except RuleViolation:
                    pass
                check_books(desk)
            transaction.set_rollback(True)

    check()
