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
from logistics.platform.offline.models import Arrival
from logistics.platform.offline.rules import put_aside
from logistics.utilities.meter.models import Reading
from logistics.utilities.meter.pages import meter_detail
from logistics.utilities.meter.queries import counting, last_readings, load_series
from logistics.utilities.meter.rules import replace_device, stop_meter
from logistics.utilities.reading import rules
from logistics.utilities.reading.importing import import_readings
from logistics.utilities.reading.models import ReadingRound, Stop
from logistics.utilities.reading.prints import paper
from logistics.utilities.reading.queries import kept_on_phone, missing_on
from logistics.utilities.reading.round_rules import prepare_reading_rounds, read_stop
from logistics.utilities.reading.usual import outlook
from tests.conftest import NOW
from tests.offline_kit import arriving
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


@pytest.fixture
def walk_now(cast, meter):
    """A round on that meter that stands open at this very moment."""
    now = timezone.now()
    duty = planned(cast, a_route(cast, meter, at=now - DAY), at=now - DAY, rhythm={"kind": "daily", "times": ["00:00"], "minutes": 1439})
    return ReadingRound.objects.get(occurrence__duty=duty, occurrence__on=timezone.localdate(now))


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
    told = outlook(meter, last, NOW, NOW + timedelta(hours=6))
    assert (495 < told.about <= 500, told.low, told.high) == (True, Decimal("494.4"), Decimal("506.4"))


def test_series_of_many_meters_take_as_many_queries_as_of_one(cast, rooms, meter, django_assert_num_queries):
    more = [a_meter(cast, rooms.room, f"表{n}") for n in range(5)]
    for one in more:
        read(cast, one, 5)
    with django_assert_num_queries(5):
        series = load_series([meter, *more], NOW - 15 * DAY, NOW - 12 * DAY)
    assert spent(meter, NOW - 15 * DAY, NOW - 12 * DAY) == 30
    assert len(series[meter.pk].points) == 2


def test_a_meter_somebody_read_that_day_is_done_by_that_reading(cast, rooms, meter):
    """The owner of the round is not told to write 没抄成 for a meter that was read."""
    other = a_meter(cast, rooms.other, "水房")
    walk = a_round(cast, meter, other)
    theirs = read(cast, meter, 500, OPENS + timedelta(minutes=1), actor=cast.electrician)
    stop, last = Stop.objects.get(round=walk, meter=meter), Stop.objects.get(round=walk, meter=other)
    assert stop.state == "todo"
    done = read_stop(actor=cast.plumber, at=OPENS + timedelta(hours=1), record=stop, value=Decimal(502), photos=[photo()])
    assert (done.state, done.reading, attachments_of(done).count()) == ("read", theirs, 1)
    assert "已经抄过，读数 500" in done.note and "这次看到 502" in done.note
    read(cast, other, 7, OPENS, actor=cast.electrician)
    assert read_stop(actor=cast.plumber, at=OPENS + timedelta(hours=1), record=last).state == "read"
    walk.refresh_from_db()
    assert (walk.seen, walk.skipped, Occurrence.objects.get(pk=walk.occurrence_id).state) == (2, 0, "done")
    assert (spent(meter, LONG_AGO - DAY, NOW), spent(other, LONG_AGO - DAY, NOW)) == (500, 7)


def test_a_meter_whose_reading_was_struck_out_is_missing_until_it_is_read_again(cast, meter):
    walk = a_round(cast, meter)
    done = read_stop(actor=cast.plumber, at=OPENS, record=walk.stops.get(), value=Decimal(500))
    assert missing_on(walk) == []
    rules.void_reading(actor=cast.plumber, at=OPENS, record=done.reading, reason="抄成隔壁的表")
    assert [stop.meter for stop in missing_on(walk)] == [meter]
    read(cast, meter, 498, OPENS + timedelta(minutes=9), actor=cast.plumber)
    assert missing_on(walk) == []


def sent(client, stop, person, wrote, **typed):
    url = f"/utilities/stop/{stop.pk}/read/"
    return client.post("/offline/send/", arriving("utilities.reading", url, person, wrote) | typed).json()


def test_the_page_kept_on_a_phone_asks_by_itself_and_what_is_confirmed_there_arrives(cast, meter, walk_now):
    stop, client, now = walk_now.stops.get(), Client(), timezone.now()
    client.force_login(cast.plumber)
    page = client.get(f"/utilities/stop/{stop.pk}/read/").content.decode()
    assert 'min="' in page and 'max="' in page and "和平时不一样" in page and 'name="sure"' in page
    asked = sent(client, stop, cast.plumber, now - timedelta(minutes=2), value="9000")
    assert (asked["state"], "再看一眼" in asked["words"], counting().filter(device__meter=meter).count()) == ("refused", True, 4)
    url, arrival = f"/utilities/stop/{stop.pk}/read/", Arrival.objects.get()
    assert client.post(url, {"value": "9000", "sure": "on"}).status_code == 302
    put_aside(actor=cast.plumber, at=now, record=arrival, reason="又抄了一遍")
    again = sent(client, stop, cast.plumber, now - timedelta(minutes=1), value="9001", sure="on")
    assert again["state"] != "done"
    assert (counting().filter(device__meter=meter).count(), spent(meter, now - 900 * DAY, timezone.now())) == (5, 9000)
    walk_now.refresh_from_db()
    assert (walk_now.seen, walk_now.skipped) == (1, 0)


def test_what_is_kept_on_a_phone_is_fetched_anew_after_a_reading(cast, meter, walk_now):
    stop = walk_now.stops.get()
    url = f"/utilities/stop/{stop.pk}/read/"
    before = dict(kept_on_phone(cast.plumber))[url]
    read(cast, meter, 401, timezone.now() - DAY, actor=cast.electrician)
    after = dict(kept_on_phone(cast.plumber))[url]
    assert after != before
    replace_device(actor=cast.director, at=timezone.now(), record=meter, last=Decimal(402), reason="到期", first=Decimal(0))
    assert dict(kept_on_phone(cast.plumber))[url] != after


def test_a_meter_put_out_of_use_in_the_middle_of_a_round_does_not_hold_it_up(cast, meter, walk_now):
    stop, client, now = walk_now.stops.get(), Client(), timezone.now()
    stop_meter(actor=cast.director, at=now, record=meter, last=Decimal(402), reason="拆了")
    client.force_login(cast.plumber)
    url = f"/utilities/stop/{stop.pk}/read/"
    assert "这块表停用了，不用抄" in client.get(url).content.decode()
    assert "请写没抄成的原因" in client.post(url, {"value": "403"}).content.decode()
    assert client.post(url, {"unreached": "停用了"}).status_code == 302
    assert Stop.objects.get(pk=stop.pk).state == "skipped"


def test_a_long_list_takes_few_queries_a_row(cast, rooms, django_assert_max_num_queries):
    """Every row used to ask for its meter, devices and readings anew."""
    meters = [a_meter(cast, rooms.room, f"表{n}") for n in range(3)]
    rows = [{"meter": meter, "on": (NOW - day * DAY).date(), "value": Decimal(100 - day)} for meter in meters for day in range(20)]
    with django_assert_max_num_queries(len(rows) + 15):
        made = import_readings(actor=cast.director, at=NOW, rows=rows)
    assert [row.value for row in made] == [row["value"] for row in rows]
    assert spent(meters[1], LONG_AGO - DAY, NOW) == 100


def test_a_device_replaced_in_the_middle_of_a_round_is_read_on_its_new_dial(cast, meter):
    """The reading of the old device this morning closed the stop, and the new device was never read."""
    walk = a_round(cast, meter)
    stop = walk.stops.get()
    read(cast, meter, 500, OPENS - timedelta(hours=1), actor=cast.electrician)
    replace_device(actor=cast.director, at=OPENS + timedelta(minutes=5), record=meter, last=Decimal(501), reason="到期", first=Decimal(30))
    done = read_stop(actor=cast.plumber, at=OPENS + timedelta(minutes=50), record=stop, value=Decimal(31), sure=True)
    assert (done.reading.value, done.reading.device.first, spent(meter, NOW - 60 * DAY, NOW)) == (31, 30, 502)


def test_what_was_written_on_the_phone_before_the_replacement_is_of_the_old_device(cast, meter):
    stop = a_round(cast, meter).stops.get()
    replace_device(actor=cast.director, at=OPENS + timedelta(minutes=20), record=meter, last=Decimal(501), reason="到期", first=Decimal(0))
    done = read_stop(actor=cast.plumber, at=OPENS + timedelta(minutes=50), record=stop, value=Decimal(500), read_at=OPENS + timedelta(minutes=5))
    assert (done.reading.device.last, spent(meter, NOW - 60 * DAY, NOW)) == (501, 501)


def test_a_number_with_a_reason_why_there_is_none_is_asked_about(cast, meter):
    """The number was dropped without a word."""
    stop = a_round(cast, meter).stops.get()
    with pytest.raises(RuleViolation, match="又写了没抄成") as refusal:
        read_stop(actor=cast.plumber, at=OPENS, record=stop, value=Decimal(500), unreached="锁着")
    assert (refusal.value.field, Stop.objects.get(pk=stop.pk).state) == ("unreached", "todo")


def test_a_locked_door_at_a_meter_that_was_read_that_day_is_no_gap(cast, rooms, meter):
    other = a_meter(cast, rooms.other, "水房")
    walk = a_round(cast, meter, other)
    stop, last = Stop.objects.get(round=walk, meter=meter), Stop.objects.get(round=walk, meter=other)
    read(cast, meter, 500, OPENS, actor=cast.electrician)
    done = read_stop(actor=cast.plumber, at=OPENS + timedelta(minutes=9), record=stop, unreached="锁着")
    assert (done.state, done.note.endswith("；锁着")) == ("read", True)
    read_stop(actor=cast.plumber, at=OPENS + timedelta(minutes=9), record=last, unreached="锁着")
    assert missing_on(walk) == [last]
    read(cast, other, 7, OPENS + timedelta(minutes=30), actor=cast.electrician)
    assert missing_on(walk) == []


def test_what_the_old_device_counted_stands_on_the_page_and_on_the_paper(cast, meter):
    """Only the use of the new device was shown, so the column did not add up to the month."""
    walk = a_round(cast, meter)
    replace_device(actor=cast.director, at=NOW - 2 * DAY, record=meter, last=Decimal(480), reason="到期", first=Decimal(0))
    read_stop(actor=cast.plumber, at=OPENS, record=walk.stops.get(), value=Decimal(20), sure=True)
    row = paper(walk, cast.director)["table"]["rows"][0]
    assert (row[4:8], "换过表" in row[-1]) == (["0", "20", "1", "100"], True)
    assert [use for _, use in meter_detail(meter, cast.director)["rows"]] == [100, 100, 100, 100, 100]
