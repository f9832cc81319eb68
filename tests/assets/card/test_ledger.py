"""The ledger: dated entries that add up on every day, never edited (AST-02, AST-15)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.card.change_rules import blockers, change_value, merge_card, move_card, reclassify, split_card, take_off
from assets.card.models import AssetCard, AssetEntry, EntryKind, Status
from assets.card.statement import statement
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.assets.conftest import fresh, stands, sums
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
PAPER = {"approval": "教财 1 号", "voucher": "记-9"}
pytestmark = pytest.mark.requirement("AST-02")


def move(ledger, card, on=TODAY, **given):
    now = fresh(card)
    held = {"place": now.place, "department": now.department, "custodian": now.custodian} | given
    return move_card(actor=ledger.cast.keeper, at=NOW, record=card, on=on, **held)


def scrap(ledger, card, quantity, on=TODAY, **given):
    return take_off(actor=ledger.cast.accountant, at=NOW, record=card, on=on, kind="scrap", quantity=quantity, **PAPER | given)


def test_the_ledger_of_a_past_day_shows_where_things_stood_then(ledger):
    card = ledger.computer(acquired_on=date(2026, 11, 2), booked_on=date(2026, 11, 2))
    move(ledger, card, on=date(2026, 11, 10), place=ledger.rooms.other, department=ledger.teaching)
    before = statement(by="place", until=date(2026, 11, 9), today=TODAY)
    after = statement(by="department", until=date(2026, 11, 10), today=TODAY)
    assert [(row.name, row.after.cost) for row in before.rows] == [(str(ledger.rooms.room), Decimal("4320.00"))]
    assert [(row.name, row.after.quantity) for row in after.rows] == [("理科组", 1)]
    assert statement(by="class", until=date(2026, 11, 1), today=TODAY).rows == []


def test_before_and_more_less_less_is_after_for_every_group(ledger):
    ledger.computer(acquired_on=date(2026, 11, 2), booked_on=date(2026, 11, 2))
    desks = ledger.desks(40, acquired_on=date(2026, 11, 5), booked_on=date(2026, 11, 5))
    scrap(ledger, desks, 3, on=date(2026, 11, 12))
    move(ledger, desks, place=ledger.rooms.other)
    for by in ("class", "kind", "department", "place"):
        found = statement(by=by, since=date(2026, 11, 4), until=TODAY, today=TODAY)
        for row in [*found.rows, found.total]:
            assert row.before.plus(row.more).plus(row.less).plus(row.moved) == row.after
        assert (found.total.more.cost, found.total.less.cost, found.total.moved.cost) == (Decimal(6720), Decimal(-504), Decimal(0))
        assert found.total.after.cost == Decimal("10536.00")


def test_a_day_before_the_last_entry_or_to_come_is_refused(ledger):
    card = ledger.computer(acquired_on=date(2026, 11, 2), booked_on=date(2026, 11, 10))
    for on in (date(2026, 11, 9), date(2026, 11, 19)):
        with pytest.raises(RuleViolation) as refused:
            move(ledger, card, on=on, place=ledger.rooms.other)
        assert refused.value.field == "on"
    assert AssetEntry.objects.filter(card=card).count() == 1 and fresh(card).place == ledger.rooms.room


def test_entries_stay_as_they_are_in_the_database(ledger):
    entry = AssetEntry.objects.get(card=ledger.computer())
    for act in (lambda: AssetEntry.objects.update(amount=1), lambda: AssetEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    entry.refresh_from_db()
    assert entry.amount == Decimal("4320.00")


def test_split_and_merge_lose_no_cent(ledger):
    card = ledger.desks(3, price=None, cost=Decimal("100.00"))
    part = split_card(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, quantity=1, place=ledger.rooms.other)
    assert (fresh(card).cost, part.cost, part.quantity, part.place) == (Decimal("66.67"), Decimal("33.33"), 1, ledger.rooms.other)
    assert sums(card) == stands(card) and sums(part) == stands(part)
    with pytest.raises(RuleViolation, match="存放地点"):
        merge_card(actor=ledger.cast.keeper, at=NOW, record=part, on=TODAY, into=fresh(card))
    move(ledger, part, place=ledger.rooms.room)
    merge_card(actor=ledger.cast.keeper, at=NOW, record=part, on=TODAY, into=fresh(card))
    assert (fresh(card).cost, fresh(card).quantity, fresh(part).status) == (Decimal("100.00"), 3, Status.MERGED)
    assert sums(card) == stands(card) and sums(part) == stands(part) == (0, 0, 0, 0)


@pytest.mark.parametrize("quantity", [0, 40, 41])
def test_only_some_of_the_pieces_can_be_split_off(ledger, quantity):
    card = ledger.desks(40)
    with pytest.raises(RuleViolation) as refused:
        split_card(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, quantity=quantity)
    assert refused.value.field == "quantity" and AssetCard.objects.count() == 1


def test_what_goes_needs_its_paper_and_leaves_nothing(ledger):
    card = ledger.desks(40)
    with pytest.raises(NotAllowed):
        take_off(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, kind="scrap", quantity=1, **PAPER)
    with pytest.raises(RuleViolation, match="批文号"):
        scrap(ledger, card, 1, approval=" ")
    scrap(ledger, card, 10)
    assert stands(card) == sums(card) == (1, 30, Decimal("5040.00"), 0)
    scrap(ledger, card, 30)
    assert stands(card) == sums(card) == (0, 0, 0, 0) and fresh(card).status == Status.GONE
    with pytest.raises(RuleViolation, match="已处置"):
        move(ledger, card, place=ledger.rooms.other)


def test_what_something_holds_cannot_go_and_it_says_what(ledger):
    card = ledger.computer()
    blockers.append(lambda one: "还借在外面")
    try:
        with pytest.raises(RuleViolation, match="还借在外面"):
            scrap(ledger, card, 1)
    finally:
        blockers.pop()
    assert fresh(card).is_alive


def test_a_value_changes_with_voucher_and_reason_and_not_below_what_is_depreciated(ledger):
    card = ledger.computer()
    common = {"actor": ledger.cast.accountant, "at": NOW, "record": card, "on": TODAY}
    with pytest.raises(RuleViolation, match="凭证号"):
        change_value(**common, cost=Decimal(5000), voucher="", note="加内存")
    change_value(**common, cost=Decimal(5000), voucher="记-1", note="加内存")
    assert sums(card) == stands(card) == (1, 1, Decimal("5000.00"), 0)
    assert AssetEntry.objects.filter(card=card).last().kind == EntryKind.VALUE_UP


def test_another_class_carries_the_value_over(ledger):
    card = ledger.computer()
    reclassify(actor=ledger.cast.accountant, at=NOW, record=card, on=TODAY, asset_class=ledger.asset_class("A02010104"))
    found = statement(by="class", until=TODAY, today=TODAY)
    assert [(row.code, row.after.cards, row.after.cost) for row in found.rows] == [("A02010104", 1, Decimal("4320.00"))]


def test_two_who_take_the_last_pieces_at_once_do_not_both_get_them(transactional_db, together, cast, rooms):
    from tests.assets.conftest import Ledger

    ledger = Ledger(cast, rooms)
    card = ledger.desks(10)
    outcomes = together(*[lambda: scrap(ledger, card, 6) for _ in range(3)])
    assert sum(isinstance(one, AssetCard) for one in outcomes) == 1, outcomes
    assert all(isinstance(one, AssetCard | RuleViolation) for one in outcomes), outcomes
    assert sums(card) == stands(card) == (1, 4, Decimal("672.00"), 0)


STEPS = st.lists(st.tuples(st.sampled_from(["split", "move", "scrap", "value"]), st.integers(1, 9)), max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, cost=st.integers(1000, 99999))
def test_whatever_happens_every_card_is_the_sum_of_its_entries(ledger, steps, cost):
    start = ledger.desks(9, price=None, cost=Decimal(cost) / 100)
    cards, expected = [start], Decimal(cost) / 100
    for act, n in steps:
        card = fresh(cards[n % len(cards)])
        before = card.cost
        try:
            if act == "split":
                cards.append(split_card(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, quantity=n))
            elif act == "move":
                move(ledger, card, place=ledger.rooms.other if n % 2 else ledger.rooms.room)
            elif act == "scrap":
                scrap(ledger, card, n)
                expected -= before - fresh(card).cost
            else:
                change_value(actor=ledger.cast.accountant, at=NOW, record=card, on=TODAY, cost=before + n, voucher="记", note="加")
                expected += n
        except RuleViolation:
            continue
    assert all(sums(card) == stands(card) for card in cards)
    assert sum(fresh(card).cost for card in cards) == expected
