"""A run of the bus: leaves only when fit, is counted on and off by heads, closes only at the back seat (BUS-03 to BUS-05)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from safety.bus import rules
from safety.bus.models import BEFORE_RUN, BusRun, Ride
from safety.bus.queries import income, runs_visible_to, week_lines, week_of
from safety.vehicle.models import VehiclePaper
from safety.vehicle.rules import record_entry
from tests.conftest import NOW
from tests.safety.vehicle_kit import TODAY, class_of, line_of, run_of, students_of, vehicle_of

pytestmark = pytest.mark.django_db


def come(cast, run, heads=None):
    rides = list(run.rides.all())
    return rules.count_on(actor=cast.teacher, at=NOW, record=run, rides=rides, heads=len(rides) if heads is None else heads)


@pytest.mark.requirement("BUS-03")
def test_a_run_is_counted_on_and_off_and_closed_at_the_back_seat(cast):
    line = line_of(cast)
    run = run_of(cast, line)
    rides = list(run.rides.all())
    with pytest.raises(RuleViolation, match="数到 3 人，点名在车上的是 2 人"):
        rules.count_on(actor=cast.teacher, at=NOW, record=run, rides=rides[:2], heads=3)
    assert not run.rides.filter(on_at__isnull=False).exists()
    rules.count_on(actor=cast.teacher, at=NOW, record=run, rides=rides[:2], heads=2)
    with pytest.raises(RuleViolation, match="还没有点名"):
        rules.close_run(actor=cast.teacher, at=NOW, record=run, code=line.vehicle.seat_code)
    rules.mark_absent(actor=cast.teacher, at=NOW, record=run, rides=rides[2:], reason="没有等到，正在联系")
    with pytest.raises(RuleViolation, match="还在车上：学生S1、学生S2"):
        rules.close_run(actor=cast.teacher, at=NOW, record=run, code=line.vehicle.seat_code)
    rules.count_off(actor=cast.teacher, at=NOW, record=run, rides=rides[:1], heads=1)
    rules.count_off(actor=cast.teacher, at=NOW, record=run, rides=rides[1:2], heads=0)
    other = vehicle_of(cast, "鲁B99999")
    for wrong in ("", "HP00000000", other.seat_code):
        with pytest.raises(RuleViolation, match="不是这辆车后排的标签"):
            rules.close_run(actor=cast.teacher, at=NOW, record=run, code=wrong)
    rules.close_run(actor=cast.teacher, at=NOW, record=run, code=f"https://hq.example.edu.cn/q/{line.vehicle.seat_code}/")
    run.refresh_from_db()
    assert (run.state, run.looked_by, run.looked_at) == ("closed", cast.teacher, NOW)
    told = OutboxMessage.objects.get(key__startswith="safety.bus.absent").payload
    assert told["recipients"] == [cast.headteacher.pk] and "学生S3" in told["title"]


@pytest.mark.requirement("BUS-03")
def test_no_run_is_closed_past_the_rule(cast):
    run = run_of(cast, line_of(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        BusRun.objects.filter(pk=run.pk).update(state="closed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ride.objects.filter(run=run).update(off_at=NOW)


@pytest.mark.requirement("BUS-03")
@pytest.mark.parametrize("fault", ["papers", "licence", "check", "stranger", "twice"])
def test_what_keeps_a_bus_from_leaving(cast, fault):
    line = line_of(cast, licensed=fault != "licence")
    actor, checked, refusal, words = cast.teacher, list(BEFORE_RUN), RuleViolation, ""
    if fault == "papers":
        VehiclePaper.objects.filter(kind="carrier").update(expires_on=TODAY - timedelta(days=1))
        words = "承运人责任险.*到期"
    elif fault == "licence":
        words = "没有有效的驾驶证"
    elif fault == "check":
        checked.remove("fire")
        words = "干粉灭火器有效"
    elif fault == "stranger":
        actor, refusal, words = cast.guard, NotAllowed, "照管员"
    else:
        run = run_of(cast, line)
        with pytest.raises(RuleViolation, match="还没有收车"):
            run_of(cast, line, direction="home")
        rules.cancel_run(actor=cast.teacher, at=NOW, record=run, reason="车换了")
        run_of(cast, line)
        refusal, words = Conflict, "已经发过车"
    before = BusRun.objects.count()
    with pytest.raises(refusal, match=words):
        rules.start_run(actor=actor, at=NOW, line=line, direction="morning", checked=checked)
    assert BusRun.objects.count() == before


@pytest.mark.requirement("BUS-03")
def test_a_bus_is_never_fuller_than_its_seats(cast):
    line = line_of(cast, riders=1)
    vehicle = line.vehicle
    vehicle.seats = 4
    vehicle.save()
    first, second = students_of(2, class_of(), "X")
    given = {"stop": line.stops.get(), "since": TODAY, "until": TODAY + timedelta(days=5)}
    rules.save_rider(actor=cast.director, at=NOW, student=first, **given)
    with pytest.raises(RuleViolation, match="不能超员"):
        rules.save_rider(actor=cast.director, at=NOW, student=second, **given)
    with pytest.raises(RuleViolation, match="这段时间已经在"):
        rules.save_rider(actor=cast.director, at=NOW, student=first, **given)


@pytest.mark.requirement("BUS-03")
def test_a_run_left_open_is_told_once(cast):
    run = run_of(cast, line_of(cast))
    assert rules.watch_runs(at=NOW + timedelta(minutes=60)) == 0
    for later in (91, 96):
        assert rules.watch_runs(at=NOW + timedelta(minutes=later)) == 1
    told = OutboxMessage.objects.filter(key=f"safety.bus:open:{run.pk}")
    assert told.count() == 1
    assert {cast.teacher.pk, cast.driver.pk, cast.safety.pk} <= set(told.get().payload["recipients"])


@pytest.mark.requirement("BUS-03")
def test_no_refuelling_with_students_on_board(cast):
    line = line_of(cast)
    run = run_of(cast, line)
    fill = {"vehicle": line.vehicle, "kind": "fuel", "litres": Decimal(40), "km": 1000, "money": Decimal(300)}
    come(cast, run)
    with pytest.raises(RuleViolation, match="车上还有学生，不能加油"):
        record_entry(actor=cast.driver, at=NOW, **fill)
    rules.count_off(actor=cast.teacher, at=NOW, record=run, rides=list(run.rides.all()), heads=0)
    assert record_entry(actor=cast.driver, at=NOW, **fill).km == 1000


@pytest.mark.requirement("BUS-03")
def test_only_those_of_the_run_see_it(cast):
    run = run_of(cast, line_of(cast))
    assert list(runs_visible_to(cast.teacher)) == list(runs_visible_to(cast.driver)) == list(runs_visible_to(cast.principal)) == [run]
    for other in (cast.stranger, cast.headteacher, cast.canteen, cast.nobody):
        assert not runs_visible_to(other).exists()


@pytest.mark.requirement("BUS-04")
def test_riders_against_fees_and_the_net_income(cast):
    line = line_of(cast)
    come(cast, run_of(cast, line))
    students = [ride.student for ride in Ride.objects.order_by("student__number")]
    spare = students_of(1, class_of(), "Z")[0]
    fee = {"line": line, "since": TODAY - timedelta(days=20), "until": TODAY + timedelta(days=40), "money": Decimal(500)}
    for student in (students[0], students[1], spare):
        rules.record_fee(actor=cast.accountant, at=NOW, student=student, **fee)
    with pytest.raises(Conflict, match="已经记过"):
        rules.record_fee(actor=cast.accountant, at=NOW, student=spare, **fee)
    (row,) = week_lines(*week_of(TODAY))
    assert (row.listed, row.rode, row.paid) == (3, 3, 3)
    assert (row.unpaid, row.unseen) == (["学生S3（七年级1班）"], ["学生Z1（七年级1班）"])
    record_entry(actor=cast.driver, at=NOW, vehicle=line.vehicle, kind="repair", money=Decimal(1350))
    year = income(TODAY - timedelta(days=300), TODAY)
    assert (year.net, year.percent, year.is_enough) == (Decimal(150), Decimal("10.0"), True)
    record_entry(actor=cast.driver, at=NOW, vehicle=line.vehicle, kind="wages", money=Decimal(1))
    assert not income(TODAY - timedelta(days=300), TODAY).is_enough


@pytest.mark.requirement("BUS-03")
def test_one_who_comes_after_all_is_counted_on_and_the_teacher_is_told(cast):
    run = run_of(cast, line_of(cast))
    rides = list(run.rides.all())
    rules.count_on(actor=cast.teacher, at=NOW, record=run, rides=rides[:2], heads=2)
    rules.mark_absent(actor=cast.teacher, at=NOW, record=run, rides=rides[2:], reason="没有等到")
    rules.count_on(actor=cast.teacher, at=NOW, record=run, rides=rides[2:], heads=3)
    late = run.rides.get(pk=rides[2].pk)
    assert (late.on_at, late.absent_reason) == (NOW, "")
    assert OutboxMessage.objects.get(key=f"safety.bus.came:{late.pk}").payload["recipients"] == [cast.headteacher.pk]
    with pytest.raises(RuleViolation, match="还在车上：学生S1、学生S2、学生S3"):
        rules.close_run(actor=cast.teacher, at=NOW, record=run, code=run.vehicle.seat_code)


@pytest.mark.requirement("BUS-03")
def test_nobody_is_on_two_buses_at_once(cast):
    line = line_of(cast)
    second = line_of(cast, name="二号线", plate="鲁B22222", prefix="T", licensed=False)
    run = run_of(cast, line)
    with pytest.raises(RuleViolation, match="不能同时跟两班车"):
        run_of(cast, second)
    rules.cancel_run(actor=cast.teacher, at=NOW, record=run, reason="点错了")
    assert run_of(cast, second).state == "running"
