"""Reading meters, alone and on rounds (UTL-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.models import Occurrence
from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.utilities.meter.models import Reading
from logistics.utilities.meter.queries import counting, last_readings, load_series
from logistics.utilities.meter.rules import replace_device, stop_meter
from logistics.utilities.reading import rules
from logistics.utilities.reading.importing import import_readings
from logistics.utilities.reading.models import Stop
from logistics.utilities.reading.prints import paper
from logistics.utilities.reading.queries import expected, missing_on
from logistics.utilities.reading.round_rules import prepare_reading_rounds, read_stop
from tests.conftest import NOW
from tests.platform.attachments_kit import photo
from tests.platform.duties_kit import moment
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx
from tests.utilities.meter_kit import LONG_AGO, a_meter, a_round, a_route, planned, read, spent

pytestmark = pytest.mark.requirement("UTL-01")
DAY = timedelta(days=1)
OPENS = moment(NOW.date(), "07:30")


@pytest.fixture
def meter(cast, rooms):
    """Ten a day for forty days, the last reading 400."""
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY)
    for n in range(1, 5):
        read(cast, meter, 100 * n, NOW - (50 - 10 * n) * DAY)
    return meter


@pytest.mark.parametrize(
    ("value", "given", "field", "words"),
    [
        ("99999", {}, "value", "4 位整数"),
        ("12.345", {}, "value", "1 位小数"),
        ("399", {}, "value", "走过头"),
        ("500", {"read_at": NOW + DAY}, "read_at", "晚于现在"),
        ("500", {"read_at": NOW - 51 * DAY}, "read_at", "才装上"),
        ("410", {"read_at": NOW - 10 * DAY + timedelta(hours=1)}, "value", "已经抄过"),
        ("350", {"read_at": NOW - 25 * DAY}, "value", "比这次低"),
        ("5000", {}, "sure", "再看一眼"),
        ("450", {"read_at": NOW - 15 * DAY, "kind": "estimate"}, "read_at", "不用再估"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_saved(cast, meter, value, given, field, words):
    before = Reading.objects.count()
    with pytest.raises(RuleViolation, match=words) as refusal:
        read(cast, meter, value, **{"sure": False} | given)
    assert (refusal.value.field, Reading.objects.count()) == (field, before)


def test_text_in_the_form_is_a_sentence(cast, meter):
    client = Client()
    client.force_login(cast.director)
    answer = client.post(f"/utilities/meter/{meter.pk}/read/", {"value": "四百五", "kind": "read"})
    assert answer.status_code == 422 and "请填表上的数字" in answer.content.decode()
    answer = client.post(f"/utilities/meter/{meter.pk}/read/", {"value": "5000", "kind": "read"})
    assert "再看过了，没错" in answer.content.decode()


def test_a_roll_over_goes_on_and_a_backfilled_reading_takes_it_over(cast, rooms):
    meter = a_meter(cast, rooms.room, first=Decimal(9000), at=NOW - 50 * DAY)
    read(cast, meter, 9900, NOW - 40 * DAY)
    read(cast, meter, 200, NOW - 10 * DAY, rolled=True)
    read(cast, meter, 50, NOW, read_at=NOW - 20 * DAY, rolled=True)
    assert sorted(counting().values_list("value", "turns")) == [(50, 1), (200, 0), (9900, 0)]
    assert spent(meter, NOW - 60 * DAY, NOW) == 1200
    rules.void_reading(actor=cast.director, at=NOW, record=Reading.objects.get(value=50), reason="别的表")
    assert sorted(counting().values_list("value", "turns")) == [(200, 1), (9900, 0)]
    assert spent(meter, NOW - 60 * DAY, NOW) == 1200


def test_a_correction_is_a_new_entry_and_is_made_once(cast, meter):
    wrong = read(cast, meter, 900)
    rules.correct_reading(actor=cast.director, at=NOW, record=wrong, value=Decimal(500), reason="看错一位", sure=True)
    assert spent(meter, NOW - 60 * DAY, NOW) == 500
    assert Reading.objects.get(pk=wrong.pk).value == 900
    with pytest.raises(Conflict):
        rules.correct_reading(actor=cast.director, at=NOW, record=wrong, value=Decimal(501), reason="再来", sure=True)
    with pytest.raises(NotAllowed):
        rules.void_reading(actor=cast.plumber, at=NOW, record=Reading.objects.get(value=500), reason="乱来")


def test_an_estimate_is_trued_up_by_the_next_real_reading(cast, meter):
    read(cast, meter, 600, NOW - 5 * DAY, kind="estimate", note="表糊了")
    assert spent(meter, NOW - 60 * DAY, NOW) == 600
    read(cast, meter, 480)
    assert spent(meter, NOW - 60 * DAY, NOW) == 480
    assert spent(meter, NOW - 10 * DAY, NOW - 5 * DAY) == 40


def test_a_late_list_goes_to_the_device_of_its_day(cast, meter):
    replace_device(actor=cast.director, at=NOW - 2 * DAY, record=meter, last=Decimal(450), reason="到期", first=Decimal(0))
    rows = [{"meter": meter, "on": (NOW - day * DAY).date(), "value": Decimal(value)} for day, value in ((1, 10), (5, 430))]
    made = import_readings(actor=cast.director, at=NOW, rows=rows)
    assert (made[0].device_id != made[1].device_id, made[0].kind) == (True, "import")
    assert spent(meter, NOW - 60 * DAY, NOW) == 460


def listed(cast, *rows):
    content = xlsx([["户号", "抄表日期", "止码"], *rows])
    return imports.start_run(actor=cast.director, at=NOW, target=target_for("utilities-readings"), name="抄表单.xlsx", content=content)


def test_rows_of_a_list_that_fail_are_named_and_nothing_is_saved(cast, meter):
    stopped = a_meter(cast, meter.place, "停用的表")
    stop_meter(actor=cast.director, at=LONG_AGO + DAY, record=stopped, last=Decimal(1), reason="拆了")
    run = listed(cast, [meter.code, "2026-11-17", 450], ["没有这块", "2026-11-17", 1], [stopped.code, "2026-11-16", 9], [meter.name, "2026-11-17", 451])
    told = found(run)
    assert (len(told), "没有「没有这块」" in told[3, "meter"], "停用" in told[4, "meter"], "同一天" in told[5, "on"]) == (3, True, True, True)
    lower = found(listed(cast, [meter.code, "2026-11-17", 90]))
    assert "走过头" in " ".join(lower.values())
    assert counting().filter(device__meter=meter).count() == 4


def test_a_list_is_imported_and_taken_back_by_striking_out(cast, meter):
    run = listed(cast, [meter.code, "2026-11-17", 460], [meter.code, "2026-11-12", 430])
    run = imports.commit_run(actor=cast.director, at=NOW, run=run)
    assert (run.state, spent(meter, NOW - 60 * DAY, NOW)) == ("done", 460)
    imports.undo_run(actor=cast.director, at=NOW, run=run)
    assert (spent(meter, NOW - 60 * DAY, NOW), Reading.objects.filter(kind="void").count()) == (400, 2)


def test_a_round_is_read_meter_by_meter_and_ends_the_duty(cast, rooms, meter):
    other = a_meter(cast, rooms.other, "水房")
    walk = a_round(cast, other, meter)
    first, last = walk.stops.order_by("order")
    assert (first.meter, [stop.pk for stop in missing_on(walk)]) == (meter, [first.pk, last.pk])
    with pytest.raises(NotAllowed):
        read_stop(actor=cast.teacher, at=OPENS, record=first, value=Decimal(500))
    with pytest.raises(RuleViolation, match="还没到时间"):
        read_stop(actor=cast.plumber, at=OPENS - DAY, record=first, value=Decimal(500))
    done = read_stop(actor=cast.plumber, at=OPENS, record=first, value=Decimal(500), photos=[photo()])
    assert (done.reading.value, attachments_of(done.reading).count()) == (500, 1)
    read_stop(actor=cast.plumber, at=OPENS, record=last, unreached="锁着")
    walk.refresh_from_db()
    assert (walk.seen, walk.skipped, Occurrence.objects.get(pk=walk.occurrence_id).state) == (2, 1, "done")
    assert [stop.meter for stop in missing_on(walk)] == [other]
    printed = paper(walk, cast.director)
    assert printed["table"]["rows"][0][4:8] == ["400", "500", "1", "100"]
    assert "1 块没抄成" in printed["sum"]


def test_a_stop_needs_a_number_or_a_reason_and_an_estimate_its_words(cast, meter):
    stop = a_round(cast, meter).stops.get()
    for given, field in (({}, "value"), ({"value": Decimal(500), "is_estimate": True}, "note"), ({"value": Decimal(5000)}, "sure")):
        with pytest.raises(RuleViolation) as refusal:
            read_stop(actor=cast.plumber, at=OPENS, record=stop, **given)
        assert refusal.value.field == field
    assert Stop.objects.get(pk=stop.pk).state == "todo"
    done = read_stop(actor=cast.plumber, at=OPENS, record=stop, value=Decimal(900), sure=True, read_at=OPENS - timedelta(minutes=5))
    assert done.reading.read_at == OPENS - timedelta(minutes=5)


def test_a_meter_read_by_its_page_is_done_on_the_round_too(cast, meter):
    walk = a_round(cast, meter)
    read(cast, meter, 500, OPENS + timedelta(minutes=3), actor=cast.plumber)
    walk.refresh_from_db()
    assert (walk.seen, walk.finished_at) == (1, OPENS + timedelta(minutes=3))


def test_rounds_are_prepared_once(cast, meter):
    planned(cast, a_route(cast, meter))
    assert prepare_reading_rounds(actor=cast.director, at=NOW - DAY) == 0


def test_what_a_phone_shows_is_the_last_reading_and_what_to_expect(cast, meter):
    last = last_readings([meter])[meter.pk]
    assert (last.value, timezone.localdate(last.at)) == (400, (NOW - 10 * DAY).date())
    assert 495 < expected(meter, last, NOW) <= 500


def test_series_of_many_meters_take_as_many_queries_as_of_one(cast, rooms, meter, django_assert_num_queries):
    more = [a_meter(cast, rooms.room, f"表{n}") for n in range(5)]
    for one in more:
        read(cast, one, 5)
    with django_assert_num_queries(5):
        series = load_series([meter, *more], NOW - 15 * DAY, NOW - 12 * DAY)
    assert spent(meter, NOW - 15 * DAY, NOW - 12 * DAY) == 30
    assert len(series[meter.pk].points) == 2
