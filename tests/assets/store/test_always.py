"""Whatever is done to a store room, in whatever order: quantity = sum of moves = sum of batches, value = sum of moves' values."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.public import issue_stock, take_back_document
from assets.slip import booking, rules
from assets.slip.models import Slip, SlipState
from assets.store.models import Stock
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.assets.store.conftest import everything, fresh, proven
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-01")
QUANTITIES = st.decimals(min_value="0.001", max_value="40", places=3)
AMOUNTS = st.decimals(min_value="0", max_value="90", places=2)
KINDS = ["receive", "issue", "issue", "transfer", "back", "count", "loss", "take back", "reverse"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), QUANTITIES, AMOUNTS, st.integers(0, 3)), max_size=10)


def decided(room, slip):
    rules.submit_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip))
    booking.approve_slip(actor=room.cast.director, at=NOW, record=fresh(slip))


def moved(room, kind, quantity, **given):
    slip = room.draft(kind, **given)
    room.line(slip, room.paper, quantity)
    return slip


def reverse_some(room, n):
    slips = list(Slip.objects.filter(state=SlipState.BOOKED).order_by("-pk"))
    if slips:
        booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=slips[n % len(slips)], reason="试")


def act(room, kind, quantity, amount, n) -> None:
    document = Ref("repairs.ticket", n + 1)
    common = {"actor": room.cast.storekeeper, "at": NOW, "document": document}
    steps = {
        "receive": lambda: room.receive(quantity, amount),
        "issue": lambda: issue_stock(store=room.main, item=room.paper, quantity=quantity, department=room.office, person=None, **common),
        "take back": lambda: take_back_document(reason="退", **common),
        "transfer": lambda: room.book(moved(room, "transfer", quantity, to_store=room.other)),
        "back": lambda: room.book(moved(room, "transfer", quantity, store=room.other, to_store=room.main)),
        "loss": lambda: decided(room, moved(room, "loss", quantity, reason="坏")),
        "count": lambda: decided(room, moved(room, "count", quantity)),
        "reverse": lambda: reverse_some(room, n),
    }
    with transaction.atomic():
        steps[kind]()


@pytest.mark.django_db
def test_any_sequence_keeps_the_sums(room):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            for step in steps:
                before = everything()
                try:
                    act(room, *step)
                except RuleViolation:
                    assert everything() == before
            for stock in Stock.objects.filter(moves__isnull=False).distinct():
                quantity, value = proven(stock)
                assert quantity >= 0
                assert value >= 0
                assert quantity or value == Decimal(0)
            transaction.set_rollback(True)

    check()
