"""Four outcomes, a recount by a second person, and approval that writes the ledger by itself (AST-05)."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from assets.card.change_rules import split_card, take_off
from assets.card.models import AssetCard, AssetEntry
from assets.stocktake import counting_rules as counting
from assets.stocktake import rules, settling_rules
from assets.stocktake.models import CountFind, CountLine, StocktakeState
from assets.stocktake.summary import summary_of, workbook
from logistics.platform.access.models import Role
from logistics.platform.approvals.deciding_rules import reject
from logistics.platform.approvals.public import current_run
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.assets.conftest import TODAY, fresh, stands, sums
from tests.conftest import NOW

from .conftest import book, fresh_of

pytestmark = pytest.mark.requirement("AST-05")


def seen(stocktake) -> set:
    return {(row.kind, row.card, row.code or row.name, row.quantity, row.place) for row in stocktake.differences.select_related("card", "place")}


@pytest.fixture
def differing(campaign):
    """Two desks and the laptop gone, three desks and the cabinet in the wrong room, an unknown code and a thing without a label."""
    codes = [(campaign.cabinet.number, None), ("BQ999999X", None)]
    room = {"codes": codes, "things": [("旧书柜", 2)]}
    other = {"codes": [(campaign.desks.number, 3)]}
    return campaign.settle(in_room={campaign.desks: 35, campaign.laptop: 0}, in_other={campaign.cabinet: 0}, room=room, other=other)


def test_four_outcomes(campaign, differing):
    room, other = campaign.rooms.room, campaign.rooms.other
    assert differing.state == StocktakeState.SETTLING
    assert seen(differing) == {
        ("elsewhere", campaign.desks, "学生课桌", 3, other), ("missing", campaign.desks, "学生课桌", 2, None),
        ("missing", campaign.laptop, "便携式计算机", 1, None), ("elsewhere", campaign.cabinet, "文件柜", 1, room),
        ("surplus", None, "BQ999999X", 1, room), ("surplus", None, "旧书柜", 2, room),
    }  # fmt: skip
    line = CountLine.objects.get(card=campaign.desks)
    assert (line.counted, line.elsewhere, line.missing) == (35, 3, 2)


def test_more_pieces_than_the_book_and_a_card_from_outside(campaign):
    stocktake = campaign.started(places=[campaign.rooms.room])
    campaign.count(campaign.sheet(stocktake, campaign.rooms.room), {campaign.desks: 41}, codes=[(campaign.cabinet.number, None)])
    done = campaign.close(stocktake)
    assert seen(done) == {("surplus", campaign.desks, "学生课桌", 1, campaign.rooms.room), ("elsewhere", campaign.cabinet, "文件柜", 1, campaign.rooms.room)}


def decide_all(campaign, stocktake) -> None:
    for row in stocktake.differences.select_related("card"):
        if row.kind == "elsewhere":
            campaign.decide(row, "move")
        elif row.kind == "missing":
            campaign.decide(row, "shortage", reason="查找没有结果")
        elif row.name == "旧书柜":
            campaign.decide(row, "book", asset_class=campaign.ledger.asset_class("A05010501"), price=None)
        else:
            campaign.decide(row, "ignore", reason="教师自带的")


def test_approval_writes_moves_shortages_and_surplus_by_itself(campaign, differing):
    decide_all(campaign, differing)
    before, sent = book(), campaign.submit(differing)
    assert (sent.state, book()) == (StocktakeState.SUBMITTED, before)
    done = campaign.approve(sent)
    assert (done.state, done.done_on, done.decided_by) == (StocktakeState.DONE, TODAY, campaign.cast.principal)
    desks, laptop, cabinet = fresh(campaign.desks), fresh(campaign.laptop), fresh(campaign.cabinet)
    split = AssetCard.objects.get(name="学生课桌", place=campaign.rooms.other)
    shelf = AssetCard.objects.get(name="旧书柜")
    assert (desks.quantity, split.quantity, laptop.status, cabinet.place) == (35, 3, "gone", campaign.rooms.room)
    assert (shelf.quantity, shelf.cost, shelf.source, shelf.value_kind) == (2, 2, "surplus", "nominal")
    assert desks.cost + split.cost == 6720 - 2 * 168
    entries = AssetEntry.objects.filter(voucher=done.number)
    assert sorted(entries.values_list("kind", flat=True)) == sorted(["move"] * 4 + ["split"] * 2 + ["shortage"] * 2 + ["surplus"])
    for card in (desks, split, laptop, cabinet, shelf):
        assert sums(card) == stands(card)
    assert {row.result_id for row in done.differences.exclude(decision="ignore")} == {desks.pk, split.pk, laptop.pk, cabinet.pk, shelf.pk}


def test_a_refused_stocktake_comes_back_to_be_decided_otherwise(campaign, differing):
    decide_all(campaign, differing)
    sent, before = campaign.submit(differing), book()
    reject(actor=campaign.cast.principal, at=NOW, record=current_run(sent), opinion="再找一找")
    back = fresh_of(sent)
    assert (back.state, back.words, book()) == (StocktakeState.SETTLING, "再找一找", before)
    campaign.decide(back.differences.filter(card=campaign.laptop).get(), "found", reason="在家访老师手里")
    assert campaign.approve(campaign.submit(back)).state == StocktakeState.DONE
    assert fresh(campaign.laptop).is_alive


def test_nothing_goes_to_approval_undecided_or_stale(campaign, differing):
    with pytest.raises(RuleViolation, match="没有定怎么处理"):
        campaign.submit(differing)
    decide_all(campaign, differing)
    AssetCard.objects.filter(pk=campaign.laptop.pk).update(status="gone", quantity=0, cost=0, depreciation=0, monthly=0, fiscal=0)
    with pytest.raises(RuleViolation, match="盘点以后有变动"):
        campaign.submit(differing)
    assert fresh_of(differing).state == StocktakeState.SETTLING


def test_what_left_the_card_meanwhile_is_not_written_off_a_second_time(campaign, differing):
    decide_all(campaign, differing)
    split_card(actor=campaign.cast.keeper, at=NOW, record=campaign.desks, on=TODAY, quantity=5, place=campaign.rooms.other)
    before = book()
    with pytest.raises(RuleViolation, match="点到 35"):
        campaign.submit(differing)
    assert book() == before
    for row in differing.differences.filter(card=campaign.desks):
        campaign.decide(row, "back" if row.kind == "elsewhere" else "found", reason="已经拆到306教室")
    campaign.approve(campaign.submit(differing))
    assert fresh(campaign.desks).quantity == 35


def test_another_stocktake_holds_a_card_until_it_ends(campaign, differing):
    other = campaign.started(places=[campaign.rooms.room])
    decide_all(campaign, differing)
    with pytest.raises(RuleViolation, match=other.number):
        campaign.submit(differing)
    assert fresh_of(differing).state == StocktakeState.SETTLING
    rules.void_stocktake(actor=campaign.cast.keeper, at=NOW, record=other, reason="重复了")
    assert campaign.submit(differing).state == StocktakeState.SUBMITTED


def test_a_thing_both_sheets_of_a_large_room_name_is_one_difference(campaign, monkeypatch):
    monkeypatch.setattr(rules, "ON_A_SHEET", 2)
    stocktake = campaign.started(places=[campaign.rooms.room])
    for sheet in stocktake.sheets.all():
        campaign.count(sheet, codes=[(campaign.cabinet.number, None)])
    assert seen(campaign.close(stocktake)) == {("elsewhere", campaign.cabinet, "文件柜", 1, campaign.rooms.room)}
    assert stocktake.differences.count() == 1


def test_what_was_found_stays_as_it_is_in_the_database(campaign, differing):
    for act in (lambda: CountFind.objects.update(quantity=1), lambda: CountFind.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_approval_after_the_keeper_lost_the_right_changes_nothing(campaign, differing):
    decide_all(campaign, differing)
    sent, before = campaign.submit(differing), book()
    Role.objects.get(key="keeper").holders.clear()
    with pytest.raises(RuleViolation, match="没有登记变动的权限"):
        campaign.approve(sent)
    assert (fresh_of(sent).state, book()) == (StocktakeState.SUBMITTED, before)


@pytest.mark.parametrize(
    ("kind", "decision", "given", "words"),
    [
        ("missing", "book", {}, "只能"), ("missing", "shortage", {}, "请写原因"), ("surplus", "book", {}, "请选资产类别"), ("surplus", "ignore", {}, "请写原因"),
        ("surplus", "book", {"class": "A02010105", "price": Decimal(5)}, "不算固定资产"), ("surplus", "book", {"class": "A02010105", "price": Decimal("0.001")}, "两位"),
    ],
)  # fmt: skip
def test_decisions_that_do_not_fit(campaign, differing, kind, decision, given, words):
    row = differing.differences.filter(kind=kind).last()
    given = {"price": given["price"], "asset_class": campaign.ledger.asset_class(given["class"])} if given else {}
    with pytest.raises(RuleViolation, match=words):
        campaign.decide(row, decision, **given)
    assert fresh_of(row).decision == ""


def test_all_as_in_the_book_needs_no_approval(campaign):
    stocktake = campaign.settle()
    assert not stocktake.differences.exists()
    with pytest.raises(RuleViolation, match="直接结束"):
        campaign.submit(stocktake)
    done = settling_rules.finish_stocktake(actor=campaign.cast.keeper, at=NOW, record=stocktake)
    assert (fresh_of(done).state, summary_of(done).fine_percent) == (StocktakeState.DONE, 100)


def test_it_is_not_closed_while_rooms_wait_and_what_was_skipped_is_not_missing(campaign):
    stocktake = campaign.started()
    campaign.count(campaign.sheet(stocktake, campaign.rooms.room))
    with pytest.raises(RuleViolation, match="306教室"):
        campaign.close(stocktake)
    counting.skip_sheet(actor=campaign.cast.keeper, at=NOW, record=campaign.sheet(stocktake, campaign.rooms.other), reason="在装修")
    done = campaign.close(stocktake)
    assert not done.differences.exists() and CountLine.objects.get(card=campaign.cabinet).counted is None


def test_a_second_person_recounts_a_sample_and_the_error_rate_has_its_range(campaign):
    stocktake = campaign.started(recount_percent=100)
    for place in (campaign.rooms.room, campaign.rooms.other):
        campaign.count(campaign.sheet(stocktake, place))
    with pytest.raises(RuleViolation, match="再选一个人复盘"):
        campaign.close(stocktake, people=[campaign.cast.teacher])
    assert fresh_of(stocktake).state == StocktakeState.COUNTING
    second = campaign.close(stocktake, people=[campaign.cast.teacher, campaign.cast.headteacher], seed=3)
    sheet = campaign.sheet(second, campaign.rooms.room, 2)
    assert (second.state, sheet.counter, sheet.sampled.count()) == (StocktakeState.RECOUNT, campaign.cast.headteacher, 3)
    with pytest.raises(RuleViolation, match="换一个人"):
        campaign.count(sheet)
    campaign.count(sheet, {campaign.desks: 39}, actor=campaign.cast.headteacher)
    campaign.count(campaign.sheet(second, campaign.rooms.other, 2), actor=campaign.cast.headteacher)
    done = fresh_of(settling_rules.end_recount(actor=campaign.cast.keeper, at=NOW, record=second))
    found = summary_of(done)
    assert seen(done) == {("missing", campaign.desks, "学生课桌", 1, None)}
    assert (found.recount.sample, found.recount.errors, found.recount.least, found.recount.most) == (4, 1, 1, 1)
    assert [(rank.name, rank.lines, rank.fine, rank.wrong) for rank in found.counters] == [(campaign.cast.teacher.name, 4, 3, 1)]


def test_a_thing_on_loan_or_repair_is_not_written_off_by_a_stocktake(campaign, monkeypatch, differing):
    decide_all(campaign, differing)
    monkeypatch.setattr(settling_rules, "blockers", [*settling_rules.blockers, lambda card: "还借在外面" if card.pk == campaign.laptop.pk else ""])
    with pytest.raises(RuleViolation, match="还借在外面"):
        campaign.submit(differing)
    assert fresh_of(differing).state == StocktakeState.SETTLING


def test_only_the_keeper_settles_and_an_open_stocktake_holds_its_cards(campaign, differing):
    with pytest.raises(NotAllowed):
        settling_rules.decide(actor=campaign.cast.teacher, at=NOW, record=differing.differences.first(), decision="back")
    given = {"on": TODAY, "kind": "scrap", "quantity": 1, "approval": "批", "voucher": "记-1"}
    with pytest.raises(RuleViolation, match="正在盘点"):
        take_off(actor=campaign.cast.accountant, at=NOW, record=campaign.computer, **given)


def test_workbook_and_summary_say_the_same(campaign, differing):
    assert workbook(differing, school="学校", at=NOW)[:2] == b"PK"
    found = summary_of(differing)
    assert (found.differences["missing"], found.progress["missing"], found.differences["open"]) == (2, 3, 6)
