"""The list is frozen, rooms are counted by list and by scan, unknown codes are kept (AST-05)."""

from datetime import date

import pytest

from assets.card.change_rules import move_card, take_off
from assets.stocktake import counting_rules as counting
from assets.stocktake import rules
from assets.stocktake.models import CountFind, CountLine, CountSheet, SheetState, Stocktake, StocktakeState
from assets.stocktake.queries import sheets_visible_to, stocktakes_visible_to
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.labels import rules as labels
from tests.assets.conftest import TODAY, fresh
from tests.conftest import NOW

from .conftest import fresh_of

pytestmark = pytest.mark.requirement("AST-05")


def finds(sheet) -> set:
    return {(find.card_id, find.code, find.name, find.quantity) for find in sheet.finds.filter(attempt=fresh_of(sheet).attempt)}


def test_the_book_is_frozen_room_by_room_when_it_starts(campaign):
    stocktake = campaign.started()
    move_card(actor=campaign.cast.keeper, at=NOW, record=campaign.computer, on=TODAY, place=campaign.rooms.other, department=None, custodian=None)
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    line = CountLine.objects.get(card=campaign.computer)
    assert (stocktake.state, stocktake.started_at) == (StocktakeState.COUNTING, NOW)
    assert (line.sheet, line.custodian, line.cost, sheet.counter) == (sheet, campaign.cast.keeper, 4320, campaign.cast.teacher)
    assert sorted(sheet.lines.values_list("quantity", flat=True)) == [1, 1, 40]


def test_scope_by_place_class_and_department(campaign):
    desk_class = campaign.ledger.asset_class("A05010203")
    by_place = campaign.started(places=[campaign.rooms.other])
    by_class = campaign.started(classes=[desk_class], places=[campaign.rooms.building])
    by_department = campaign.started(departments=[campaign.ledger.office])
    assert [line.card for line in by_place.lines.all()] == [campaign.cabinet]
    assert [line.card for line in by_class.lines.all()] == [campaign.desks]
    assert by_department.lines.count() == 3


def test_nothing_starts_without_a_team_or_things(campaign):
    for given, words in (({"team": []}, "小组还没有人"), ({"places": [campaign.rooms.dorm]}, "没有在账的资产")):
        draft = campaign.draft(**given)
        with pytest.raises(RuleViolation, match=words):
            rules.start_counting(actor=campaign.cast.keeper, at=NOW, record=draft)
        assert fresh_of(draft).state == StocktakeState.DRAFT
    assert not CountSheet.objects.exists()


@pytest.mark.parametrize("given", [{"starts_on": date(1, 1, 1)}, {"due_on": date(9999, 12, 31)}])
def test_days_of_another_age_are_refused_at_their_field(campaign, given):
    with pytest.raises(RuleViolation, match="核对年份") as refused:
        campaign.draft(**given)
    assert refused.value.field in given and not Stocktake.objects.exists()


def test_large_rooms_have_several_sheets_and_rooms_go_to_the_team_in_order(campaign, monkeypatch):
    monkeypatch.setattr(rules, "ON_A_SHEET", 2)
    stocktake = campaign.started(team=[campaign.cast.teacher, campaign.cast.headteacher])
    sheets = list(stocktake.sheets.order_by("pk"))
    assert [(sheet.place, sheet.part, sheet.lines.count()) for sheet in sheets] == [
        (campaign.rooms.room, 1, 2), (campaign.rooms.room, 2, 1), (campaign.rooms.other, 1, 1),
    ]  # fmt: skip
    assert {sheet.counter for sheet in sheets} == {campaign.cast.teacher, campaign.cast.headteacher}


def test_a_room_is_counted_by_list_scan_and_words(campaign):
    stocktake = campaign.started()
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    codes = [(f"https://x.test/q/{campaign.cabinet.number}/", None), ("zzz-404", 2), (campaign.laptop.number.lower(), None)]
    campaign.count(sheet, {campaign.desks: 38, campaign.laptop: None}, codes=codes, things=[("旧书柜", 2)], note="窗边")
    assert finds(sheet) == {
        (campaign.desks.pk, "", "", 38), (campaign.computer.pk, "", "", 1), (campaign.laptop.pk, "", "", 1), (campaign.cabinet.pk, "", "", 1),
        (None, "zzz-404", "", 2), (None, "", "旧书柜", 2),
    }  # fmt: skip
    done = fresh_of(sheet)
    assert (done.state, done.counted_by, done.note) == (SheetState.COUNTED, campaign.cast.teacher, "窗边")


def test_the_same_label_scanned_many_times_is_one_thing_and_a_batch_adds_up(campaign):
    sheet = campaign.sheet(campaign.started(is_blind=True), campaign.rooms.room)
    codes = [(campaign.computer.number, None)] * 3 + [(campaign.desks.number, 30), (campaign.desks.number, 8)]
    counting.count_sheet(actor=campaign.cast.teacher, at=NOW, record=sheet, counts={}, codes=codes)
    assert finds(sheet) == {(campaign.computer.pk, "", "", 1), (campaign.desks.pk, "", "", 38)}


def test_a_claimed_blank_label_and_a_door_label(campaign):
    (label,) = labels.print_blank_labels(actor=campaign.cast.director, at=NOW, count=1)
    labels.claim_label(actor=campaign.cast.keeper, at=NOW, record=label, thing=campaign.computer)
    found = counting.known_cards([label.code, campaign.rooms.room.code, "没有"])
    assert found == {label.code: campaign.computer, campaign.rooms.room.code: None, "没有": None}


def test_counting_twice_is_a_conflict_and_a_recount_keeps_the_first_finds(campaign):
    sheet = campaign.sheet(campaign.started(), campaign.rooms.other)
    campaign.count(sheet)
    with pytest.raises(RuleViolation):
        campaign.count(fresh_of(sheet))
    assert CountFind.objects.count() == 1
    counting.redo_sheet(actor=campaign.cast.teacher, at=NOW, record=sheet, reason="数错了")
    campaign.count(fresh_of(sheet), {campaign.cabinet: 0})
    assert (finds(sheet), CountFind.objects.count()) == (set(), 1)


def test_who_may_count_what(campaign):
    stocktake = campaign.started(team=[campaign.cast.teacher, campaign.cast.headteacher])
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    stranger = campaign.cast.stranger
    with pytest.raises(NotAllowed):
        campaign.count(sheet, actor=stranger)
    with pytest.raises(NotAllowed):
        counting.skip_sheet(actor=campaign.cast.teacher, at=NOW, record=sheet, reason="锁门")
    assert not stocktakes_visible_to(stranger).exists() and not sheets_visible_to(stranger).exists()
    assert sheets_visible_to(campaign.cast.headteacher).count() == 2
    campaign.count(sheet, actor=campaign.cast.headteacher)
    assert fresh_of(sheet).counted_by == campaign.cast.headteacher


def test_a_card_being_counted_may_not_be_scrapped(campaign):
    stocktake = campaign.started()
    gone = {"on": TODAY, "kind": "scrap", "quantity": 1, "approval": "批 1 号", "voucher": "记-1"}
    with pytest.raises(RuleViolation, match="正在盘点"):
        take_off(actor=campaign.cast.accountant, at=NOW, record=campaign.computer, **gone)
    rules.void_stocktake(actor=campaign.cast.keeper, at=NOW, record=stocktake, reason="改期")
    take_off(actor=campaign.cast.accountant, at=NOW, record=campaign.computer, **gone)
    assert fresh(campaign.computer).status == "gone"


@pytest.mark.parametrize("wrong", [{"things": [("柜", 0)]}, {"codes": [("ZC", 10**7)]}, {"codes": [("A", None)] * 301}])
def test_bad_counts_change_nothing(campaign, wrong):
    sheet = campaign.sheet(campaign.started(), campaign.rooms.room)
    if "codes" in wrong and wrong["codes"][0][0] == "ZC":
        wrong = {"codes": [(campaign.cabinet.number, 10**7)]}
    with pytest.raises(RuleViolation):
        campaign.count(sheet, **wrong)
    assert (fresh_of(sheet).state, CountFind.objects.count()) == (SheetState.WAITING, 0)


def test_assigning_a_room_puts_the_counter_on_the_team(campaign):
    stocktake = campaign.started()
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    rules.assign_sheet(actor=campaign.cast.keeper, at=NOW, record=sheet, counter=campaign.cast.headteacher)
    assert fresh_of(sheet).counter == campaign.cast.headteacher and campaign.cast.headteacher in stocktake.team.all()


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_count_a_room_once(campaign, together):
    sheet = campaign.sheet(campaign.started(), campaign.rooms.room)
    counts = {line.pk: line.quantity for line in sheet.lines.all()}
    teacher = campaign.cast.teacher
    found = together(*[lambda: counting.count_sheet(actor=teacher, at=NOW, record=sheet, counts=counts)] * 2)
    assert sorted(isinstance(one, RuleViolation) for one in found) == [False, True], found
    assert CountFind.objects.count() == 3
