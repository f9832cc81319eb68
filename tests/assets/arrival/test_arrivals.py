"""Accepted goods become cards and stock in the transaction of the last signature; what nobody can tell waits for a keeper (FIN-05, AST-01, STK-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from assets.arrival.queries import lines_visible_to
from assets.arrival.rules import card_line, hand_back_cards, stock_line, try_line, worths
from assets.card.models import AssetCard, ValueKind
from assets.card.rules import update_card
from assets.slip.booking import reverse_slip
from assets.slip.models import Slip, SlipState
from assets.store.models import Stock, StockMove
from finance.acceptance.correction_rules import reverse_acceptance
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.assets.conftest import TODAY, sums
from tests.conftest import NOW
from tests.finance.acceptance.conftest import fresh


@pytest.mark.requirement("AST-01")
def test_the_last_signature_makes_numbered_cards_worth_what_was_accepted(arrivals):
    acceptance = arrivals.accept(3, 1, 40, 1)
    cards = list(AssetCard.objects.filter(purchase__acceptance=acceptance).order_by("pk"))
    assert [card.name for card in cards] == ["台式计算机"] * 3
    assert all(card.number and card.partner == arrivals.order.partner and card.contract == arrivals.order.number for card in cards)
    assert sum(card.cost for card in cards) == Decimal("12960.00") and sums(cards[0])[:3] == (1, 1, Decimal("4320.00"))
    line = arrivals.line("台式计算机")
    assert line.received_label == f"卡片 {cards[0].number} 等 3 张" and line.received_url == f"/assets/card/?purchase={line.pk}"


@pytest.mark.requirement("STK-01")
def test_the_last_signature_brings_goods_into_the_store_where_there_is_one(arrivals, store):
    arrivals.accept(None, None, 40)
    slip, line = Slip.objects.get(), arrivals.line("粉笔")
    assert (slip.state, slip.partner, slip.acceptance) == (SlipState.BOOKED, arrivals.order.partner, line.acceptance) and line.received_label == str(slip)
    stock = Stock.objects.get(store=store)
    assert (stock.quantity, stock.value) == (40, Decimal("140.00"))


def test_what_nobody_can_tell_waits_and_the_signature_counts_all_the_same(arrivals, cast):
    arrivals.accept(1, 1, 10, 1)
    assert arrivals.state == "partial"
    assert [str(line) for line in lines_visible_to(cast.keeper)] == ["会议摄像机"]
    assert not lines_visible_to(cast.teacher).exists()


@pytest.mark.requirement("AST-01")
def test_the_keeper_says_the_class(arrivals, cast, ledger):
    arrivals.accept(None, 1)
    line = arrivals.line("会议摄像机")
    with pytest.raises(NotAllowed):
        card_line(actor=cast.teacher, at=NOW, record=line, asset_class=ledger.asset_class("A02010105"))
    given = {"asset_class": ledger.asset_class("A02010105"), "place": ledger.rooms.room, "custodian": cast.teacher, "name": "摄像机"}
    card_line(actor=cast.keeper, at=NOW, record=line, **given)
    card = AssetCard.objects.get(purchase=line.pk)
    assert (card.name, card.custodian, card.cost, card.quantity) == ("摄像机", cast.teacher, Decimal("2600.00"), 1)
    with pytest.raises((Conflict, RuleViolation)):
        card_line(actor=cast.keeper, at=NOW, record=line, **given)
    assert AssetCard.objects.filter(purchase=line.pk).count() == 1


def test_an_asset_below_the_threshold_goes_into_the_store_by_the_storekeepers_word(cast, ledger, chalk, store):
    from tests.assets.arrival.conftest import Arrivals

    arrivals = Arrivals(cast, goods=(("粉笔盒", "盒", "2", "30.00", "asset"),))
    ledger.computer(name="粉笔盒")
    arrivals.accept(2)
    line = arrivals.line("粉笔盒")
    with pytest.raises(RuleViolation, match="不算固定资产"):
        card_line(actor=cast.keeper, at=NOW, record=line, asset_class=ledger.asset_class("A02010105"))
    stock_line(actor=cast.storekeeper, at=NOW, record=line, store=store, item=chalk, unit="盒")
    assert StockMove.objects.get().value == Decimal("60.00") and fresh(line).received_label.startswith("入库单")


def test_a_refused_entry_leaves_the_line_waiting_and_nothing_behind(arrivals, cast, chalk, store):
    chalk.unit = "支"
    chalk.save()
    arrivals.accept(None, None, 40)
    assert not Slip.objects.exists() and not StockMove.objects.exists()
    assert [str(line) for line in lines_visible_to(cast.storekeeper)] == ["粉笔"]


def test_two_lines_of_one_delivery_stand_on_one_receipt(cast, ledger, chalk, store):
    from tests.assets.arrival.conftest import Arrivals

    arrivals = Arrivals(cast, goods=(("粉笔", "盒", "10", "3.50", "store"), ("粉笔", "盒", "5", "4.00", "store")))
    arrivals.accept(10, 5)
    slip = Slip.objects.get()
    assert [(line.quantity, line.amount) for line in slip.lines.order_by("pk")] == [(10, Decimal("35.00")), (5, Decimal("20.00"))]
    assert Stock.objects.get().value == Decimal("55.00")


def test_cards_taken_back_let_the_acceptance_be_reversed(arrivals, cast):
    acceptance = arrivals.accept(3)
    card = AssetCard.objects.filter(purchase__acceptance=acceptance).first()
    with pytest.raises(RuleViolation, match="请先在那边退回"):
        reverse_acceptance(actor=cast.director, at=NOW, record=fresh(acceptance), reason="错了")
    hand_back_cards(actor=cast.keeper, at=NOW, record=card, reason="型号不对")
    assert not AssetCard.objects.filter(purchase__acceptance=acceptance).exclude(status="void").exists()
    reverse_acceptance(actor=cast.director, at=NOW, record=fresh(acceptance), reason="错了")
    assert fresh(acceptance).state == "reversed"


def test_cards_that_something_happened_to_are_not_taken_back(arrivals, cast, rooms):
    from assets.card.change_rules import move_card
    from tests.assets.conftest import TODAY

    acceptance = arrivals.accept(2)
    first, second = AssetCard.objects.filter(purchase__acceptance=acceptance).order_by("pk")
    update_card(actor=cast.keeper, at=NOW, record=second, serial="SN1")
    move_card(actor=cast.keeper, at=NOW, record=second, on=TODAY, place=rooms.room, department=second.department, custodian=cast.teacher)
    with pytest.raises(RuleViolation, match="已经有变动"):
        hand_back_cards(actor=cast.keeper, at=NOW, record=first, reason="型号不对")
    assert fresh(first).is_alive and arrivals.line("台式计算机").received_at


def test_a_receipt_struck_out_makes_the_goods_wait_again(arrivals, cast):
    arrivals.accept(None, None, 40)
    reverse_slip(actor=cast.storekeeper, at=NOW, record=Slip.objects.get(), reason="数错了")
    assert arrivals.line("粉笔").received_at is None
    assert [str(line) for line in lines_visible_to(cast.storekeeper)] == ["粉笔"]


def test_shares_of_a_line_add_up_to_the_cent():
    found = worths(Decimal("100.00"), [1, 1, 1])
    assert [one["cost"] for one in found] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert worths(Decimal("0.00"), [4]) == [{"quantity": 4, "value_kind": ValueKind.NOMINAL}]


def test_the_form_offers_what_is_likely(arrivals, cast, client):
    arrivals.accept(None, 1)
    line = arrivals.line("会议摄像机")
    client.force_login(cast.keeper)
    assert client.get(f"/assets/arrival/{line.pk}/").status_code == 200
    page = client.get(f"/assets/arrival/{line.pk}/card/")
    assert page.status_code == 200 and "会议摄像机" in page.content.decode()


def test_what_was_entered_since_is_recognised_by_pressing_once(arrivals, cast, client):
    """The one list of what waits is the keepers'; finance keeps no second one."""
    arrivals.accept(1, 1)
    line = arrivals.line("会议摄像机")
    client.force_login(cast.keeper)
    assert client.get("/finance/waiting/").context["total"] == 0 and client.get("/assets/arrival/").context["total"] == 1
    client.post("/assets/arrival/bulk/again/", {"ids": [line.pk]})
    assert fresh(line).received_at is None
    AssetCard.objects.filter(name="台式计算机").update(name="会议摄像机")
    client.post("/assets/arrival/bulk/again/", {"ids": [line.pk]})
    assert fresh(line).received_label.startswith("卡片 ")
    with pytest.raises(NotAllowed):
        try_line(actor=cast.teacher, at=NOW, record=line)


def test_goods_past_their_day_are_not_taken_in(arrivals, cast, chalk, store):
    chalk.keeps_expiry = True
    chalk.save()
    arrivals.accept(None, None, 40)
    line = arrivals.line("粉笔")
    with pytest.raises(RuleViolation, match="过期的不能入库"):
        stock_line(actor=cast.storekeeper, at=NOW, record=line, store=store, item=chalk, unit="盒", expires_on=TODAY - timedelta(days=1))
    assert not StockMove.objects.exists() and fresh(line).received_at is None
    stock_line(actor=cast.storekeeper, at=NOW, record=line, store=store, item=chalk, unit="盒", expires_on=TODAY)
    assert fresh(line).received_at


def test_handing_back_locks_the_acceptance_and_the_books_before_a_card(arrivals, cast):
    """The order in which cards are made and moved; another one could deadlock."""
    card = AssetCard.objects.filter(purchase__acceptance=arrivals.accept(1)).get()
    locked = []

    def note(execute, sql, params, many, context):
        locked.extend(word for word in ("finance_acceptance", "assets_assetcard") if f'FROM "{word}"' in sql and "FOR UPDATE" in sql)
        locked.extend(["books"] if sql.startswith('UPDATE "assets_numbercounter"') else [])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        hand_back_cards(actor=cast.keeper, at=NOW, record=card, reason="型号不对")
    wanted = ["finance_acceptance", "books", "assets_assetcard"] if connection.features.has_select_for_update else ["books"]
    assert list(dict.fromkeys(locked)) == wanted


def test_a_receipt_takes_its_number_before_it_locks_the_store(arrivals, chalk, store):
    """As papers written by hand do; the other way round two at once could deadlock."""
    acceptance, asked = arrivals.post(None, None, 40), []
    arrivals.sign(acceptance, arrivals.members[0])

    def note(execute, sql, params, many, context):
        asked.extend(["number"] if sql.startswith('UPDATE "platform_counter"') and "RK" in params else [])
        asked.extend(["store"] if 'FROM "assets_store" WHERE "assets_store"."id" =' in sql else [])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        arrivals.sign(acceptance, arrivals.members[1])
    assert Slip.objects.get().state == SlipState.BOOKED and asked[0] == "number" and "store" in asked
