"""The food store: what expires first goes first, nothing below zero, expired and sealed food stays out of the kitchen (CAN-05)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from canteen.access_log.models import AccessEntry
from canteen.access_log.rules import enter, leave
from canteen.pantry.count_rules import book_count, fill_count, start_count
from canteen.pantry.forms import FillCountForm
from canteen.pantry.models import CountState, KitchenIssue, PantryBatch, PantryCount, PantryMove
from canteen.pantry.queries import cost_of_meal, to_count, worth_of_stock
from canteen.pantry.rules import issue_food, lock_batch, lose_food, open_stock, return_food, unlock_batch
from canteen.price.models import PriceCheck
from canteen.price.queries import compared, too_dear
from canteen.price.rules import write_prices
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.canteen.buying_kit import TODAY, ingredient_of, posted, stock, supplier_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def issue(cast, ingredient, quantity, **given) -> KitchenIssue:
    lines = [{"ingredient": ingredient, "quantity": Decimal(quantity)}]
    return issue_food(actor=cast.canteen, at=NOW, on=TODAY, meal="lunch", taker=cast.chef, lines=lines, **given)


@pytest.fixture
def rice(cast):
    return ingredient_of(cast, "大米", group="grain", papers="packed")


@pytest.mark.requirement("CAN-05")
def test_what_expires_first_goes_first(cast, rice):
    later, sooner, never = stock(cast, rice, 10, days=20), stock(cast, rice, 10, days=5), stock(cast, rice, 10, days=None)
    made = issue(cast, rice, "22.5")
    taken = {move.batch_id: -move.quantity for move in made.moves.all()}
    assert made.number.startswith("LL-")  # a series of its own: the general store counts its slips without gaps too
    assert taken == {sooner.pk: 10, later.pk: 10, never.pk: Decimal("2.5")}
    assert made.amount == cost_of_meal(TODAY, "lunch") == Decimal("45.00")


@pytest.mark.requirement("CAN-05")
def test_expired_and_sealed_food_is_named_and_stays(cast, rice):
    good, old, sealed = stock(cast, rice, 5), stock(cast, rice, 5, days=0), stock(cast, rice, 5)
    PantryBatch.objects.filter(pk=old.pk).update(expires_on=TODAY - timedelta(days=1))
    lock_batch(actor=cast.canteen, at=NOW, record=sealed, reason="疑似虫蛀")
    with pytest.raises(RuleViolation, match=r"能用的只有 5 千克。有封存的.*有过期的，按《食品安全法》第三十四条"):
        issue(cast, rice, 6)
    assert not KitchenIssue.objects.exists()
    with pytest.raises(RuleViolation, match="封存着"):
        lose_food(actor=cast.canteen, at=NOW, record=sealed, quantity=Decimal(1), reason="倒了")
    with pytest.raises(NotAllowed):
        unlock_batch(actor=cast.canteen, at=NOW, record=sealed, reason="看过了")
    unlock_batch(actor=cast.vice, at=NOW, record=sealed, reason="检验合格")
    issue(cast, rice, 10)
    assert PantryBatch.objects.get(pk=good.pk).quantity == 0


@pytest.mark.requirement("CAN-05")
def test_an_empty_batch_is_worth_nothing_whatever_the_parts(cast, rice):
    batch = stock(cast, rice, 3, "3.3333")
    for part in ("0.7", "1.1", "1.2"):
        issue(cast, rice, part)
    assert PantryBatch.objects.get(pk=batch.pk).quantity == 0
    assert worth_of_stock() == 0


@pytest.mark.requirement("CAN-05")
def test_what_was_not_used_goes_back_into_its_batch_and_no_more(cast, rice):
    batch = stock(cast, rice, 10)
    made = issue(cast, rice, 6)
    move = made.moves.get()
    with pytest.raises(RuleViolation, match="最多还能退 6"):
        return_food(actor=cast.canteen, at=NOW, record=made, row=move, quantity=Decimal(7), reason="备多了")
    return_food(actor=cast.canteen, at=NOW, record=made, row=move, quantity=Decimal(2), reason="备多了")
    return_food(actor=cast.canteen, at=NOW, record=made, row=move, quantity=Decimal(4), reason="停餐")
    with pytest.raises(RuleViolation, match="没有可以退"):
        return_food(actor=cast.canteen, at=NOW, record=made, row=move, quantity=Decimal(1), reason="再退")
    assert PantryBatch.objects.get(pk=batch.pk).quantity == 10
    assert cost_of_meal(TODAY, "lunch") == 0


@pytest.mark.requirement("CAN-05")
def test_giver_and_taker_are_two(cast, rice):
    stock(cast, rice)
    with pytest.raises(RuleViolation, match="两个人"):
        issue_food(actor=cast.chef, at=NOW, on=TODAY, meal="lunch", taker=cast.chef, lines=[{"ingredient": rice, "quantity": Decimal(1)}])


@pytest.mark.requirement("CAN-05")
def test_a_month_is_counted_by_one_and_booked_by_another(cast, rice):
    short, over = stock(cast, rice, 10), stock(cast, ingredient_of(cast, "面粉"), 5)
    count = start_count(actor=cast.canteen, at=NOW)
    with pytest.raises(RuleViolation, match="请写差异原因"):
        fill_count(actor=cast.canteen, at=NOW, record=count, counted={short.pk: Decimal(9)})
    fill_count(actor=cast.canteen, at=NOW, record=count, counted={short.pk: Decimal(9)}, reasons={short.pk: "破袋"})
    with pytest.raises(RuleViolation, match="还有 1 批没有盘"):
        book_count(actor=cast.accountant, at=NOW, record=count)
    fill_count(actor=cast.canteen, at=NOW, record=count, counted={over.pk: Decimal("5.5")}, reasons={over.pk: "上次少记"})
    with pytest.raises(NotAllowed):
        book_count(actor=cast.canteen, at=NOW, record=count)
    book_count(actor=cast.accountant, at=NOW, record=count)
    assert [PantryBatch.objects.get(pk=pk).quantity for pk in (short.pk, over.pk)] == [9, Decimal("5.5")]
    assert PantryCount.objects.get().number


@pytest.mark.requirement("CAN-05")
def test_what_moved_after_it_was_counted_is_counted_again(cast, rice):
    batch = stock(cast, rice, 10)
    count = start_count(actor=cast.canteen, at=NOW)
    fill_count(actor=cast.canteen, at=NOW, record=count, counted={batch.pk: Decimal(10)})
    issue(cast, rice, 1)
    with pytest.raises(Conflict, match="再盘一次"):
        book_count(actor=cast.accountant, at=NOW, record=count)
    assert PantryCount.objects.get().state == CountState.DRAFT
    assert f"c_{batch.pk}" in FillCountForm(record=count, user=cast.canteen).fields  # the form asks for it again
    fill_count(actor=cast.canteen, at=NOW, record=count, counted={batch.pk: Decimal(9)})
    assert not to_count(count).exists()
    assert f"c_{batch.pk}" in FillCountForm(record=count, user=cast.canteen, initial={"batch": str(batch.pk)}).fields  # a slip of the pen
    book_count(actor=cast.accountant, at=NOW, record=count)


@pytest.mark.requirement("CAN-05")
def test_the_ledger_is_only_added_to_and_no_stock_sinks_below_zero(cast, rice):
    batch = stock(cast, rice)
    with pytest.raises(DatabaseError), transaction.atomic():
        PantryMove.objects.update(quantity=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        PantryMove.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        PantryBatch.objects.filter(pk=batch.pk).update(quantity=-1)


@pytest.mark.requirement("CAN-05")
def test_opening_stock_is_for_the_beginning_only(cast, rice):
    issue_from = stock(cast, rice)
    issue(cast, rice, 1)
    with pytest.raises(RuleViolation, match="已经开始记账"):
        open_stock(actor=cast.canteen, at=NOW, ingredient=rice, quantity=Decimal(5), price=Decimal(2), received_on=TODAY)
    assert PantryBatch.objects.get() == issue_from


@pytest.mark.requirement("CAN-05")
@pytest.mark.parametrize(
    ("dates", "words"),
    [({}, "有保质期"), ({"made_on": TODAY + timedelta(days=1)}, "生产日期"), ({"made_on": TODAY, "expires_on": TODAY - timedelta(days=1)}, "还早")],
)
def test_opening_stock_that_keeps_for_days_has_its_dates(cast, dates, words):
    milk = ingredient_of(cast, "纯牛奶", group="milk", papers="packed", shelf_days=20)
    given = {"actor": cast.canteen, "at": NOW, "ingredient": milk, "quantity": Decimal(5), "price": Decimal(2), "received_on": TODAY}
    with pytest.raises(RuleViolation, match=words) as refusal:
        open_stock(**given, **dates)
    assert refusal.value.field == "expires_on"
    assert not PantryBatch.objects.exists()
    assert open_stock(**given, made_on=TODAY).expires_on == TODAY + timedelta(days=20)


@pytest.mark.requirement("CAN-24")
def test_no_price_beyond_the_fiftieth_is_lost_in_silence(cast):
    lines = [{"ingredient": ingredient_of(cast), "price": Decimal(4)}] * 51
    with pytest.raises(RuleViolation, match="最多 50 样"):
        write_prices(actor=cast.canteen, at=NOW, on=TODAY, market="城北市场", lines=lines)
    assert not PriceCheck.objects.exists()


@pytest.mark.requirement("CAN-24")
def test_what_is_dearer_than_elsewhere_is_named(cast):
    posted(cast)  # greens at 4.2
    greens = ingredient_of(cast)
    for source, price in (("城北市场", "3.6"), ("价格监测网", "3.8")):
        write_prices(actor=cast.canteen, at=NOW, on=TODAY, market=source, lines=[{"ingredient": greens, "price": Decimal(price)}])
    write_prices(
        actor=cast.canteen, at=NOW, on=TODAY, supplier=supplier_of(cast), lines=[{"ingredient": greens, "price": Decimal(9)}]
    )  # its own price is no comparison
    (row,) = compared(TODAY)
    assert (row.paid, row.middle, row.over) == (Decimal("4.2"), Decimal("3.7"), Decimal("13.5"))
    assert too_dear(row, TODAY)
    with pytest.raises(RuleViolation, match="写一个"):
        write_prices(actor=cast.canteen, at=NOW, on=TODAY, lines=[{"ingredient": greens, "price": Decimal(4)}])


@pytest.mark.requirement("CAN-25")
def test_who_is_ill_or_without_an_apron_stays_out_of_the_kitchen(cast):
    given = {"actor": cast.canteen, "at": NOW, "area": "kitchen", "name": "王丽", "unit": "家长", "purpose": "开放日", "allowed_by": cast.director}
    for name in ("is_healthy", "is_dressed"):
        with pytest.raises(RuleViolation, match="第四十三条") as refusal:
            enter(**given | {"is_healthy": True, "is_dressed": True, name: False})
        assert refusal.value.field == name
    with pytest.raises(RuleViolation, match="谁同意"):
        enter(**given | {"is_healthy": True, "is_dressed": True, "allowed_by": None})
    assert not AccessEntry.objects.exists()
    entry = enter(**given | {"is_healthy": True, "is_dressed": True})
    with pytest.raises(RuleViolation, match="早于"):
        leave(actor=cast.canteen, at=NOW + timedelta(minutes=5), record=entry, left_at=NOW - timedelta(minutes=1))
    leave(actor=cast.canteen, at=NOW + timedelta(minutes=30), record=entry)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.update(name="别人")
