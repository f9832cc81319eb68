"""Receipts, issues, averages, batches, transfers, losses, corrections (STK-01)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from assets.public import issue_stock, receive, take_back_document
from assets.slip import booking, rules
from assets.slip.models import SlipState
from assets.store.models import StockMove
from assets.store.rules import save_store
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.assets.store.conftest import TODAY, everything, fresh
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-01")
TICKET = Ref("repairs.ticket", 7)


def issue(room, quantity, item=None, **given):
    item = item or room.paper
    return issue_stock(
        actor=room.cast.storekeeper, at=NOW, store=room.main, item=item, quantity=quantity, department=room.office, document=TICKET,
        person=room.cast.plumber, **given,
    )  # fmt: skip


def test_packs_are_exact(room):
    slip = room.draft()
    room.line(slip, room.paper, "2.5", unit="箱", price=Decimal("160.00"))
    room.book(slip)
    assert room.sums() == (20, 400)
    assert fresh(slip).lines.get().entered == "2.5 箱"


@pytest.mark.parametrize(("quantity", "unit", "words"), [("0.0004", "", "三位小数"), ("0", "", "大于零"), ("1", "桶", "没有「桶」"), ("NaN", "", "数字")])
def test_a_wrong_quantity_is_refused(room, quantity, unit, words):
    slip = room.draft()
    with pytest.raises(RuleViolation, match=words):
        room.line(slip, room.paper, quantity, unit=unit, amount=Decimal(1))
    assert not slip.lines.exists()


def test_the_average_moves_and_the_last_piece_takes_the_remainder(room):
    room.receive(3, "10.00")
    assert [issue(room, 1)[0].value for _ in range(3)] == [Decimal("-3.33"), Decimal("-3.34"), Decimal("-3.33")]
    assert room.sums() == (0, 0)
    room.receive(10, 100)
    room.receive(10, 200)
    assert issue(room, 5)[0].value == -75
    assert room.sums() == (15, 225)


def test_what_expires_first_goes_first_and_expired_goods_stay(room):
    room.receive(5, 50, room.soap, expires_on=date(2027, 5, 1))
    room.receive(5, 50, room.soap, expires_on=date(2026, 12, 1))
    room.receive(5, 50, room.soap, expires_on=TODAY)
    moves = issue(room, 7, room.soap)
    assert [(move.batch.expires_on, move.quantity) for move in moves] == [(TODAY, -5), (date(2026, 12, 1), -2)]
    later = NOW.replace(month=12, day=20)
    before = everything()
    with pytest.raises(RuleViolation, match="过了保质期"):
        issue_stock(actor=room.cast.storekeeper, at=later, store=room.main, item=room.soap, quantity=6, department=room.office, document=TICKET, person=None)
    assert everything() == before


def test_goods_with_a_shelf_life_need_their_last_day(room):
    slip = room.draft()
    for given, words in (({}, "到期日"), ({"expires_on": date(2026, 1, 1)}, "过期")):
        with pytest.raises(RuleViolation, match=words):
            room.line(slip, room.soap, 1, amount=Decimal(3), **given)


def test_more_than_there_is_changes_nothing(room):
    room.receive(3, 30)
    before = everything()
    with pytest.raises(RuleViolation, match="只有 3 包，不够 4 包"):
        issue(room, 4)
    assert everything() == before


@pytest.mark.requirement("STK-03")
def test_a_repair_takes_and_gives_back_to_the_cent(room):
    room.receive(3, "10.00")
    issue(room, 2)
    assert room.sums() == (1, Decimal("3.33"))
    take_back_document(actor=room.cast.storekeeper, at=NOW, document=TICKET, reason="没用上")
    assert room.sums() == (3, 10)
    assert take_back_document(actor=room.cast.storekeeper, at=NOW, document=TICKET, reason="再来一次") == []


def test_goods_accepted_elsewhere_come_in(room):
    given = {"store": room.main, "item": room.paper, "document": Ref("finance.order", 3), "unit": "箱"}
    receive(actor=room.cast.storekeeper, at=NOW, quantity=Decimal(2), amount=Decimal("320.05"), **given)
    assert room.sums() == (16, Decimal("320.05"))


def test_a_transfer_takes_cost_and_days_along(room):
    room.receive(3, 10, room.soap, expires_on=date(2027, 1, 1), batch_number="B7")
    slip = room.draft("transfer", to_store=room.other)
    room.line(slip, room.soap, 2)
    room.book(slip)
    assert (room.sums(room.soap), room.sums(room.soap, room.other)) == ((1, Decimal("3.33")), (2, Decimal("6.67")))
    batch = room.other.stocks.get().batches.get()
    assert (batch.number, batch.expires_on) == ("B7", date(2027, 1, 1))
    booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="送错了")
    assert (room.sums(room.soap), room.sums(room.soap, room.other)) == ((3, 10), (0, 0))


@pytest.mark.requirement("STK-06")
def test_recovered_parts_may_be_worth_nothing(room):
    with pytest.raises(RuleViolation, match="从哪里回收"):
        room.draft("recover")
    slip = room.draft("recover", source_words="实验楼拆下")
    room.line(slip, room.lamp, 4)
    room.book(slip)
    assert room.sums(room.lamp) == (4, 0)
    assert issue(room, 1, room.lamp)[0].value == 0


def test_a_loss_needs_a_reason_and_another_person(room):
    room.receive(4, 40)
    with pytest.raises(RuleViolation, match="报损要写原因"):
        room.draft("loss")
    slip = room.draft("loss", reason="水泡")
    room.line(slip, room.paper, 1)
    with pytest.raises(RuleViolation, match="先送审"):
        room.book(slip)
    rules.submit_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip))
    with pytest.raises(NotAllowed):
        booking.approve_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip))
    assert room.sums() == (4, 40)
    booking.approve_slip(actor=room.cast.director, at=NOW, record=fresh(slip), opinion="同意")
    assert room.sums() == (3, 30)
    assert fresh(slip).number.startswith("BS-2026-")


def test_a_receipt_is_struck_out_whole_or_not_at_all(room):
    slip = room.receive(4, 40)
    issue(room, 1)
    before = everything()
    with pytest.raises(RuleViolation, match="已经发出去"):
        booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="填错")
    assert everything() == before
    take_back_document(actor=room.cast.storekeeper, at=NOW, document=TICKET, reason="退")
    booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="填错")
    assert room.sums() == (0, 0)
    assert fresh(slip).state == SlipState.REVERSED
    with pytest.raises(RuleViolation):
        booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="再冲")


def test_a_receipt_whose_cost_went_out_at_the_average_is_not_struck_out(room):
    room.receive(10, 10)
    dear = room.receive(10, 20)
    issue(room, 10)
    before = everything()
    with pytest.raises(RuleViolation, match="平均价"):
        booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(dear), reason="填错")
    assert everything() == before


def test_a_paper_is_booked_once_and_never_empty(room):
    empty = room.draft()
    with pytest.raises(RuleViolation, match="还没有明细"):
        room.book(empty)
    slip = room.receive(4, 40)
    with pytest.raises(RuleViolation):
        room.book(slip)
    with pytest.raises(RuleViolation, match="不能再改"):
        room.line(fresh(slip), room.paper, 1, amount=Decimal(1))
    assert room.sums() == (4, 40)


def test_the_ledger_is_never_edited(room):
    room.receive(4, 40)
    for spoil in (lambda rows: rows.update(quantity=9), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            spoil(StockMove.objects.all())
    assert StockMove.objects.get().quantity == 4


def test_only_the_store_room_writes(room):
    for person in (room.cast.teacher, room.cast.accountant, room.cast.director):
        with pytest.raises(NotAllowed):
            rules.save_slip(actor=person, at=NOW, kind="receipt", store=room.main, on=TODAY)


def test_a_store_with_goods_stays_in_use_and_the_unit_stays(room):
    from assets.item.rules import save_item

    room.receive(1, 1)
    with pytest.raises(RuleViolation, match="还有东西"):
        save_store(actor=room.cast.director, at=NOW, record=room.main, name="总务库房", keeper=room.cast.storekeeper, is_active=False)
    with pytest.raises(RuleViolation, match="单位不能再改"):
        save_item(actor=room.cast.director, at=NOW, record=room.paper, name="打印纸", unit="箱", kind=room.kind)
