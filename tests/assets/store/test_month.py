"""Counts, monthly closes, cost by department, short and slow stocks (STK-04, STK-05)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from assets.slip import booking, rules
from assets.store import queries
from assets.store.home import short_stocks
from assets.store.models import Stock, StockClose
from assets.store.pages import stock_state
from assets.store.rules import close_month, reopen_month
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.assets.store.conftest import TODAY, everything, fresh
from tests.conftest import NOW, SHANGHAI

pytestmark = pytest.mark.requirement("STK-04")
OCTOBER, LAST = date(2026, 10, 1), date(2026, 10, 31)
THEN = datetime(2026, 10, 31, 16, tzinfo=SHANGHAI)


def count(room, counted, *, at=THEN, on=LAST):
    slip = room.draft("count", at=at, on=on)
    stocks = {stock.item_id: stock for stock in Stock.objects.filter(store=room.main)}
    given = {stocks[item.pk].pk: Decimal(quantity) for item, quantity in counted.items()}
    rules.fill_count(actor=room.cast.storekeeper, at=at, record=slip, counted=given)
    rules.submit_slip(actor=room.cast.storekeeper, at=at, record=fresh(slip))
    return booking.approve_slip(actor=room.cast.director, at=at, record=fresh(slip))


def close(room, at=NOW, actor=None, month=OCTOBER):
    return close_month(actor=actor or room.cast.accountant, at=at, store=room.main, month=month)


@pytest.fixture
def october(room):
    room.receive(10, "33.30", at=THEN, on=date(2026, 10, 5))
    return room


def test_a_count_books_the_difference(october):
    slip = count(october, {october.paper: 9})
    assert october.sums() == (9, Decimal("29.97"))
    assert fresh(slip).lines.get().amount == Decimal("-3.33")


def test_a_whole_count_names_everything(october):
    october.receive(2, 2, october.lamp, at=THEN, on=LAST)
    before = everything()
    with pytest.raises(RuleViolation, match="还有 1 样没有盘，例如「灯管」"):
        count(october, {october.paper: 10})
    assert everything()[:3] == before[:3]


def test_what_moves_between_counting_and_approval_is_no_difference(october):
    slip = october.draft("count", at=THEN, on=LAST)
    october.line(slip, october.paper, 10, at=THEN)
    rules.submit_slip(actor=october.cast.storekeeper, at=THEN, record=fresh(slip))
    october.receive(5, 5, at=THEN, on=LAST)
    booking.approve_slip(actor=october.cast.director, at=THEN, record=fresh(slip))
    assert october.sums()[0] == 15


def test_a_month_closes_after_its_count_and_takes_nothing_more(october):
    with pytest.raises(RuleViolation, match="还没有全面盘点"):
        close(october)
    count(october, {october.paper: 10})
    with pytest.raises(NotAllowed):
        close(october, actor=october.cast.storekeeper)
    done = close(october)
    assert (done.opening, done.income, done.outgo, done.balance) == (0, Decimal("33.30"), 0, Decimal("33.30"))
    before = everything()
    with pytest.raises(RuleViolation, match="10月已经月结"):
        october.receive(1, 1, at=THEN, on=LAST)
    assert everything()[:3] == before[:3]
    october.receive(1, 1)
    with pytest.raises(RuleViolation, match="已经月结"):
        close(october)


def test_a_month_is_over_and_in_order_before_it_closes(october):
    with pytest.raises(RuleViolation, match="还没有过完"):
        close(october, month=date(2026, 11, 1))
    december = NOW + timedelta(days=30)
    october.receive(1, 1)
    with pytest.raises(RuleViolation, match="10月还没有月结"):
        close(october, at=december, month=date(2026, 11, 1))
    assert not StockClose.objects.exists()


def test_reopening_needs_a_reason_and_the_principal(october):
    count(october, {october.paper: 10})
    done = close(october)
    with pytest.raises(NotAllowed):
        reopen_month(actor=october.cast.accountant, at=NOW, record=done, reason="漏记")
    with pytest.raises(RuleViolation, match="原因"):
        reopen_month(actor=october.cast.principal, at=NOW, record=done, reason=" ")
    reopen_month(actor=october.cast.principal, at=NOW, record=done, reason="漏记")
    october.receive(1, 1, at=THEN, on=LAST)
    assert close(october).balance == Decimal("34.30")


def test_moves_stand_in_order_of_time(october):
    october.receive(1, 1)
    late = october.receive(1, 1, on=TODAY - timedelta(days=3))
    assert fresh(late).booked_on == TODAY
    with pytest.raises(RuleViolation, match="不能晚于今天"):
        october.draft(on=TODAY + timedelta(days=1))


def test_cost_by_department_is_what_went_out_less_what_came_back(room):
    room.receive(20, 100)
    slip = room.hand_over(room.request((room.paper, 10)))
    booking.return_goods(actor=room.cast.storekeeper, at=NOW, record=slip, row=slip.lines.get(), quantity=Decimal(2))
    [row] = queries.cost_by_department([OCTOBER, date(2026, 11, 1)])
    assert (row.name, row.months, row.total) == ("总务处", [0, 40], 40)


@pytest.mark.requirement("STK-05")
def test_short_full_old_and_idle_stocks(room):
    early = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    room.receive(70, 70, at=early, on=early.date())
    room.receive(5, 5, room.soap, at=early, on=early.date(), expires_on=TODAY + timedelta(days=40))
    user = room.cast.storekeeper
    assert queries.stock_counts(user, TODAY) == {"low": 0, "over": 1, "expiring": 1, "slow": 2}
    room.hand_over(room.request((room.paper, 66)))
    assert queries.stock_counts(user, TODAY) == {"low": 1, "over": 0, "expiring": 1, "slow": 1}
    [wanted] = queries.wanted_items()
    assert (wanted.item, wanted.there, wanted.quantity, wanted.amount) == (room.paper, 4, 56, 56)


def words_of(room) -> dict[str, str]:
    """{store: word} of the paper."""
    return {stock.store.name: stock_state(stock)[0] for stock in queries.stocks_visible_to(room.cast.storekeeper).filter(item=room.paper)}


@pytest.mark.requirement("STK-05")
def test_least_and_most_are_those_of_all_stores_together(room):
    user = room.cast.storekeeper
    room.receive(3, 3)
    assert words_of(room) == {"总务库房": "不足"}
    room.receive(4, 4, store=room.other)
    assert words_of(room) == {"总务库房": "正常", "东校区库房": "正常"}
    assert queries.stock_counts(user, TODAY)["low"] == 0
    assert not queries.wanted_items()
    assert not short_stocks(user, NOW)
    room.receive(56, 56, store=room.other)
    assert words_of(room) == {"总务库房": "超储", "东校区库房": "超储"}
    assert queries.stock_counts(user, TODAY)["over"] == 2


def test_short_items_are_told_once_with_what_all_stores_have(room):
    room.receive(3, 3)
    room.receive(1, 1, store=room.other)
    [told] = short_stocks(room.cast.storekeeper, NOW)
    assert (told.count, told.detail) == (1, "打印纸 A4，还有 4 包")


def test_what_has_expired_says_so(room):
    early = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    room.receive(5, 5, room.soap, at=early, on=early.date(), expires_on=date(2026, 6, 1))
    [stock] = queries.stocks_visible_to(room.cast.storekeeper)
    assert stock_state(stock) == ("有过期", "late")


@pytest.mark.parametrize("address", ["cost/", "cost/?until=2026-13", "cost/excel/", "wanted/", "wanted/excel/", "stock/?show=slow", "stock/?show=expiring"])
def test_figures_open_for_readers_only(room, client, address):
    room.receive(2, 2)
    client.force_login(room.cast.accountant)
    assert client.get(f"/assets/{address}").status_code == 200
    client.force_login(room.cast.teacher)
    assert client.get(f"/assets/{address}").status_code == 403


def test_the_stock_card_prints(room, client):
    room.receive(2, 2)
    client.force_login(room.cast.accountant)
    assert client.get(f"/print/assets.stock/{Stock.objects.get().pk}/").status_code == 200
