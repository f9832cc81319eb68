"""Straight line by the rules of the accounting standard, every month exactly once (AST-12)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.card.change_rules import change_value, move_card, take_off
from assets.card.models import AssetEntry, EntryKind
from assets.card.statement import statement
from assets.depreciation.models import DepreciationRun
from assets.depreciation.plan import end_of, month_after, monthly_of, one_month
from assets.depreciation.rules import run_missing, run_month
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.assets.conftest import Ledger, fresh, stands, sums
from tests.conftest import NOW, SHANGHAI

TODAY, NOVEMBER = date(2026, 11, 18), date(2026, 11, 1)
pytestmark = pytest.mark.requirement("AST-12")


def on_day(year: int, month: int, day: int = 2) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


@given(cents=st.integers(1, 10**9), months=st.integers(1, 600))
def test_the_shares_of_all_months_are_the_cost_to_the_cent(cents, months):
    cost = left = Decimal(cents) / 100
    monthly, shares = monthly_of(cost, months), []
    for n in range(months):
        shares.append(one_month(left=left, monthly=monthly, months_left=months - n))
        left -= shares[-1]
    assert left == 0 and sum(shares) == cost and min(shares) >= 0


def test_months_count_over_years():
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1) and month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert end_of(date(2028, 2, 1)) == date(2028, 2, 29)


def test_the_month_of_addition_counts_and_is_booked_when_it_is_over(ledger):
    card = ledger.computer()
    assert run_missing(at=NOW) == []
    run = run_missing(at=on_day(2026, 12))[0]
    assert (run.month, run.cards, run.amount) == (NOVEMBER, 1, Decimal("60.00"))
    assert stands(card) == sums(card) == (1, 1, Decimal("4320.00"), Decimal("60.00"))
    assert AssetEntry.objects.get(kind=EntryKind.DEPRECIATION).on == date(2026, 11, 30)


def test_a_month_is_booked_once_however_often_it_is_asked(ledger):
    ledger.computer()
    first = run_month(actor=ledger.cast.accountant, at=on_day(2026, 12), month=NOVEMBER)
    assert run_month(actor=ledger.cast.accountant, at=on_day(2026, 12), month=NOVEMBER) == first
    assert run_missing(at=on_day(2026, 12)) == []
    assert AssetEntry.objects.filter(kind=EntryKind.DEPRECIATION).count() == 1


def test_a_month_that_is_not_over_or_out_of_turn_is_refused(ledger):
    ledger.computer()
    for at, month in ((NOW, NOVEMBER), (on_day(2027, 1), date(2026, 12, 1))):
        with pytest.raises(RuleViolation):
            run_month(actor=ledger.cast.accountant, at=at, month=month)
    with pytest.raises(NotAllowed):
        run_month(actor=ledger.cast.keeper, at=on_day(2026, 12), month=NOVEMBER)
    assert not DepreciationRun.objects.exists()


def test_months_missed_in_an_outage_are_made_up_in_order(ledger):
    card = ledger.computer()
    runs = run_missing(at=on_day(2027, 2))
    assert [run.month for run in runs] == [NOVEMBER, date(2026, 12, 1), date(2027, 1, 1)]
    assert fresh(card).months_done == 3 and fresh(card).depreciation == Decimal("180.00")


def test_a_failure_in_the_middle_leaves_nothing_and_the_next_day_does_it(ledger, monkeypatch):
    ledger.computer()
    ledger.desks(10)
    monkeypatch.setattr("assets.depreciation.rules.record_event", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_missing(at=on_day(2026, 12))
    assert not DepreciationRun.objects.exists() and not AssetEntry.objects.filter(kind=EntryKind.DEPRECIATION).exists()
    monkeypatch.undo()
    assert run_missing(at=on_day(2026, 12))[0].cards == 2


def test_the_last_month_takes_the_remainder_and_then_nothing_more(ledger):
    card = ledger.computer(is_opening=True, price=Decimal("1000.00"), acquired_on=date(2020, 12, 5))
    assert (fresh(card).months_done, fresh(card).depreciation) == (71, Decimal("986.19"))
    runs = run_missing(at=on_day(2027, 3))
    assert [run.amount for run in runs] == [Decimal("13.81"), 0, 0, 0]
    assert stands(card) == sums(card) == (1, 1, Decimal("1000.00"), Decimal("1000.00")) and fresh(card).next_month is None


def test_what_was_long_over_at_the_opening_is_whole(ledger):
    card = fresh(ledger.computer(is_opening=True, acquired_on=date(2005, 3, 1)))
    assert card.net == 0 and card.next_month is None and card.months_done == 72


@pytest.mark.parametrize("given", [{"value_kind": "nominal", "price": None}, {"life": False}])
def test_nominal_values_and_classes_without_depreciation_keep_their_value(ledger, given):
    if given.pop("life", True) is False:
        life = ledger.asset_class("A02010105").life
        life.is_depreciated = False
        life.save()
    card = ledger.computer(**given)
    assert run_missing(at=on_day(2027, 6)) == [] and fresh(card).depreciation == 0


def test_the_month_of_disposal_does_not_count(ledger):
    card = ledger.computer()
    run_missing(at=on_day(2026, 12, 2))
    at = on_day(2026, 12, 20)
    take_off(actor=ledger.cast.accountant, at=at, record=card, on=at.date(), kind="scrap", quantity=1, approval="批 1", voucher="记 1")
    assert run_missing(at=on_day(2027, 1))[0].amount == 0
    assert sums(card) == (0, 0, 0, 0)


def test_a_closed_month_takes_nothing_in_any_more(ledger):
    card = ledger.computer()
    run_missing(at=on_day(2026, 12))
    november = {"acquired_on": TODAY, "booked_on": TODAY}
    with pytest.raises(RuleViolation, match="11 月的折旧已经提过"):
        ledger.computer(at=on_day(2026, 12), **november)
    held = {"place": ledger.rooms.other, "department": None, "custodian": None}
    with pytest.raises(RuleViolation, match="11 月的折旧已经提过"):
        move_card(actor=ledger.cast.keeper, at=on_day(2026, 12), record=card, on=date(2026, 11, 30), **held)
    before = statement(by="class", until=date(2026, 11, 30), today=TODAY).total.after
    ledger.computer(at=on_day(2026, 12), is_opening=True, acquired_on=date(2020, 1, 1))
    assert statement(by="class", until=date(2026, 11, 30), today=TODAY).total.after == before


def test_a_change_books_what_the_card_owes_first(ledger):
    card = ledger.computer()
    at = on_day(2027, 1, 20)
    move_card(actor=ledger.cast.keeper, at=at, record=card, on=at.date(), place=ledger.rooms.other, department=None, custodian=None)
    assert fresh(card).depreciation == Decimal("120.00")
    assert [run.amount for run in run_missing(at=at)] == [Decimal("60.00"), Decimal("60.00")]
    places = {row.name: row.after.net for row in statement(by="place", until=at.date(), today=at.date()).rows}
    assert places == {str(ledger.rooms.other): Decimal("4200.00")}


def test_an_extension_spreads_what_is_left_over_the_months_left(ledger):
    card = ledger.computer()
    run_missing(at=on_day(2026, 12))
    at = on_day(2026, 12, 10)
    change_value(actor=ledger.cast.accountant, at=at, record=card, on=at.date(), cost=Decimal(5740), voucher="记-2", note="扩容")
    assert fresh(card).monthly == Decimal("80.00")
    assert run_missing(at=on_day(2027, 1))[0].amount == Decimal("80.00")


def test_two_clocks_at_once_book_the_month_once(transactional_db, together, cast, rooms):
    ledger = Ledger(cast, rooms)
    card = ledger.computer()
    together(*[lambda: run_missing(at=on_day(2026, 12)) for _ in range(3)])
    assert DepreciationRun.objects.count() == 1
    assert stands(card) == sums(card) and fresh(card).depreciation == Decimal("60.00")
    assert timedelta(0) <= DepreciationRun.objects.get().at - NOW
