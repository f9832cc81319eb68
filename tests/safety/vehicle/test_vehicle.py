"""Papers that block, fuel per 100 km, official trips from the request to the odometer (BUS-01, BUS-02)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from safety.vehicle import rules
from safety.vehicle.queries import burned, driven, shortcomings, trips_visible_to, vehicle_todos
from tests.conftest import NOW
from tests.safety.vehicle_kit import TODAY, license_of, vehicle_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def trip_of(cast, actor=None, **fields):
    given = {"purpose": "送材料", "destination": "教育局", "starts_at": NOW + HOUR, "ends_at": NOW + 3 * HOUR, "people": 2} | fields
    return rules.ask_trip(actor=actor or cast.teacher, at=NOW, **given)


@pytest.mark.requirement("BUS-01")
def test_a_vehicle_without_valid_papers_may_not_drive(cast):
    bus = vehicle_of(cast, papers=False)
    assert len(shortcomings(bus, TODAY)) == 4
    bus = vehicle_of(cast, "鲁B2")
    assert shortcomings(bus, TODAY) == []
    assert shortcomings(bus, TODAY + timedelta(days=100))[0].endswith("到期")
    rules.void_paper(actor=cast.director, at=NOW, record=bus.papers.get(kind="bus"), reason="写错")
    assert shortcomings(bus, TODAY) == ["没有登记校车使用许可（标牌）"]


@pytest.mark.requirement("BUS-01")
def test_the_keeper_is_told_of_papers_that_run_out(cast):
    vehicle_of(cast)
    assert vehicle_todos(cast.director, NOW) == []
    soon = vehicle_todos(cast.director, NOW + timedelta(days=80))
    assert len(soon) == 4 and "快到期" in soon[0].title


@pytest.mark.requirement("BUS-01")
def test_fuel_per_100_km_counts_from_full_to_full(cast):
    car = vehicle_of(cast, "鲁B3", "car", seats=5)
    for km, litres in ((1000, 50), (1500, 40), (2000, 45)):
        rules.record_entry(actor=cast.driver, at=NOW, vehicle=car, kind="fuel", litres=Decimal(litres), km=km, money=Decimal(300))
    used = burned(car, TODAY - timedelta(days=9), TODAY)
    assert (used.km, used.litres, used.per_100, used.money) == (1000, Decimal(85), Decimal("8.5"), Decimal(900))
    for km, words in ((1999, "不能更小"), (9000, "请核对")):
        with pytest.raises(RuleViolation, match=words):
            rules.record_entry(actor=cast.driver, at=NOW, vehicle=car, kind="fuel", litres=Decimal(1), km=km, money=Decimal(1))


@pytest.mark.requirement("BUS-02")
def test_a_trip_from_the_request_to_the_odometer(cast):
    car = vehicle_of(cast, "鲁B3", "car", seats=5)
    license_of(cast.driver)
    trip = trip_of(cast)
    rules.give_car(actor=cast.director, at=NOW, record=trip, vehicle=car, driver=cast.driver)
    trip.refresh_from_db()
    rules.leave(actor=cast.driver, at=NOW + HOUR, record=trip, km=1000)
    trip.refresh_from_db()
    with pytest.raises(RuleViolation, match="空驶不能更多"):
        rules.come_back(actor=cast.driver, at=NOW + 2 * HOUR, record=trip, km=1030, km_empty=31)
    rules.come_back(actor=cast.driver, at=NOW + 2 * HOUR, record=trip, km=1030, km_empty=10)
    car.refresh_from_db()
    assert car.km == 1030
    assert driven(car, TODAY, TODAY) == {"trips": 1, "km": 30, "empty": 10}


@pytest.mark.requirement("BUS-02")
def test_who_asks_does_not_give_and_a_car_is_given_once(cast):
    car = vehicle_of(cast, "鲁B3", "car", seats=5)
    own = trip_of(cast, cast.director)
    with pytest.raises(NotAllowed, match="自己申请的车"):
        rules.give_car(actor=cast.director, at=NOW, record=own, vehicle=car, driver=cast.driver)
    with pytest.raises(RuleViolation, match="没有有效的驾驶证"):
        rules.give_car(actor=cast.vice, at=NOW, record=own, vehicle=car, driver=cast.driver)
    license_of(cast.driver)
    rules.give_car(actor=cast.vice, at=NOW, record=own, vehicle=car, driver=cast.driver)
    for fields, words in (
        ({"starts_at": NOW + 2 * HOUR, "ends_at": NOW + 4 * HOUR}, "已经派给"),
        ({"people": 5, "starts_at": NOW + 5 * HOUR, "ends_at": NOW + 6 * HOUR}, "坐不下"),
    ):
        with pytest.raises(RuleViolation, match=words):
            rules.give_car(actor=cast.director, at=NOW, record=trip_of(cast, **fields), vehicle=car, driver=cast.driver)


@pytest.mark.requirement("BUS-02")
def test_whose_trips_a_person_sees(cast):
    trip = trip_of(cast)
    for person, seen in ((cast.teacher, True), (cast.director, True), (cast.principal, True), (cast.driver, False), (cast.stranger, False)):
        assert trips_visible_to(person).filter(pk=trip.pk).exists() is seen


@pytest.mark.requirement("BUS-01")
def test_a_struck_slip_of_the_pen_does_not_stop_the_odometer(cast):
    car = vehicle_of(cast, "鲁B3", "car", seats=5)
    wrong = [rules.record_entry(actor=cast.driver, at=NOW, vehicle=car, kind="upkeep", km=km, money=Decimal(1)) for km in (1000, 3900)][1]
    with pytest.raises(RuleViolation, match="不能更小"):
        rules.record_entry(actor=cast.driver, at=NOW, vehicle=car, kind="upkeep", km=1390, money=Decimal(1))
    strike(actor=cast.driver, at=NOW, record=wrong, reason="多写了")
    car.refresh_from_db()
    assert car.km == 1000
    rules.record_entry(actor=cast.driver, at=NOW, vehicle=car, kind="upkeep", km=1390, money=Decimal(1))
    car.refresh_from_db()
    assert car.km == 1390


@pytest.mark.requirement("BUS-02")
def test_a_driver_is_in_one_car_and_a_car_leaves_only_from_the_yard(cast):
    car, van = vehicle_of(cast, "鲁B3", "car", seats=5), vehicle_of(cast, "鲁B4", "car", seats=5)
    paper = license_of(cast.driver)
    first, same_time = trip_of(cast), trip_of(cast)
    later = trip_of(cast, starts_at=NOW + 4 * HOUR, ends_at=NOW + 5 * HOUR)
    rules.give_car(actor=cast.director, at=NOW, record=first, vehicle=car, driver=cast.driver)
    with pytest.raises(RuleViolation, match="已经派去"):
        rules.give_car(actor=cast.director, at=NOW, record=same_time, vehicle=van, driver=cast.driver)
    rules.give_car(actor=cast.director, at=NOW, record=later, vehicle=car, driver=cast.driver)
    rules.leave(actor=cast.driver, at=NOW + HOUR, record=first, km=1000)
    with pytest.raises(RuleViolation, match="还没有登记回场"):
        rules.leave(actor=cast.driver, at=NOW + 4 * HOUR, record=later, km=1000)
    rules.come_back(actor=cast.driver, at=NOW + 4 * HOUR, record=first, km=1040)
    paper.expires_on = TODAY - timedelta(days=1)
    paper.save()
    with pytest.raises(RuleViolation, match="没有有效的驾驶证"):
        rules.leave(actor=cast.driver, at=NOW + 4 * HOUR, record=later, km=1040)
