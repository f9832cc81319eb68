"""50 people at a stock of 30 single pieces: thirty get one, twenty read a sentence; on both databases (Must hold of the issue)."""

import pytest

from assets.public import issue_stock
from assets.slip import booking
from assets.slip.models import SlipState
from assets.store.models import StockMove
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.assets.store.conftest import fresh
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("STK-01")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_fifty_issues_of_a_stock_of_thirty(room, together):
    room.receive(30, "100.00")
    keeper, store, item, office = room.cast.storekeeper, room.main, room.paper, room.office

    def one(n: int):
        return lambda: issue_stock(
            actor=keeper, at=NOW, store=store, item=item, quantity=1, department=office, document=Ref("repairs.ticket", n), person=keeper
        )

    assert refusals(together(*(one(n) for n in range(1, 51)))) == 20
    assert room.sums() == (0, 0)
    assert StockMove.objects.filter(kind="issue").count() == 30
    assert list(find_breaks()) == []


def test_a_paper_booked_twice_at_once_counts_once(room, together):
    slip = room.draft()
    room.line(slip, room.paper, 5, amount=50)
    keeper, copies = room.cast.storekeeper, [fresh(slip), fresh(slip)]
    assert refusals(together(*(lambda copy=copy: booking.book_slip(actor=keeper, at=NOW, record=copy) for copy in copies))) == 1
    assert room.sums() == (5, 50)
    assert fresh(slip).state == SlipState.BOOKED


def test_opposite_transfers_do_not_block_each_other(room, together):
    room.receive(20, 20)
    room.receive(20, 20, store=room.other)
    keeper, slips = room.cast.storekeeper, []
    for source, target in [(room.main, room.other), (room.other, room.main)] * 3:
        slips.append(room.draft("transfer", store=source, to_store=target))
        room.line(slips[-1], room.paper, 2)
    assert refusals(together(*(lambda slip=slip: booking.book_slip(actor=keeper, at=NOW, record=fresh(slip)) for slip in slips))) == 0
    assert (room.sums()[0], room.sums(store=room.other)[0]) == (20, 20)
