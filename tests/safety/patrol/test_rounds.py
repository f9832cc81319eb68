"""Routes, rounds and what is found at their points (SAF-01 to SAF-03, SAF-05)."""

from datetime import timedelta

import pytest
from django.test import Client

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.models import Occurrence, OccurrenceEntry
from logistics.platform.duties.rules import stop_duty
from logistics.platform.duties.watch_rules import watch
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.limits.queries import limit
from safety.hazard.models import Hazard
from safety.patrol import rules
from safety.patrol.first_run import make_usual, missing
from safety.patrol.models import CheckList, Purpose, Round, Visit
from safety.patrol.prints import paper
from safety.patrol.queries import points_of, rounds_visible_to, standing, tallies, to_walk
from tests.conftest import NOW
from tests.pdf import Pdf
from tests.safety.patrol_kit import DUE, NIGHT, OPENS, START, TODAY, a_list, a_round, a_route, fine, look, picture, planned, walk

pytestmark = pytest.mark.requirement("SAF-01", "SAF-02", "SAF-03")


def occurrence(found) -> Occurrence:
    return Occurrence.objects.get(pk=found.occurrence_id)


def test_the_last_point_finishes_the_round_on_time(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    first, last = found.visits.all()
    look(cast, first)
    assert occurrence(found).state == "open"
    look(cast, last, DUE)
    done = occurrence(found)
    assert (done.state, done.done_by, done.bad) == ("done", cast.guard, 0)
    found.refresh_from_db()
    assert (found.seen, found.bad, found.finished_at) == (2, 0, DUE)


def test_after_its_time_it_is_late_and_before_it_is_refused(cast, rooms):
    found = a_round(cast, rooms.room)
    with pytest.raises(RuleViolation, match="还没到时间"):
        look(cast, found.visits.get(), OPENS - timedelta(minutes=1))
    walk(cast, found, DUE + timedelta(minutes=1))
    assert occurrence(found).state == "late"


def test_what_arrives_after_the_last_moment_stays_missed_and_is_kept_as_words(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    watch(at=DUE + timedelta(hours=2))
    found = walk(cast, found, DUE + timedelta(hours=5))
    assert (occurrence(found).state, found.seen) == ("missed", 2)
    assert standing(found, NOW)[0] == "没按时做，后来补报"
    assert "才送到" in OccurrenceEntry.objects.get(kind="makeup").note
    other = planned(cast, a_route(cast, rooms.dorm, name="宿舍"))
    visit = Visit.objects.get(round__occurrence__duty=other, round__occurrence__on=TODAY)
    with pytest.raises(RuleViolation, match="7 天"):
        look(cast, visit, DUE + timedelta(days=8))


def test_a_round_that_arrives_before_the_clock_noticed_is_missed_all_the_same(cast, rooms):
    found = a_round(cast, rooms.room)
    walk(cast, found, DUE + timedelta(hours=2))
    assert occurrence(found).state == "missed"


def test_what_is_not_in_order_becomes_a_hazard_with_the_photos(cast, rooms):
    found = a_round(cast, rooms.room, items="护栏｜拍照\n余氯｜0.05 至 2 mg/L")
    given = {0: {"value": "bad", "note": "松动", "photos": [picture()]}, 1: {"value": "3", "note": "偏高"}}
    visit = look(cast, found.visits.get(), given=given)
    hazard = Hazard.objects.get()
    assert (hazard.source, hazard.place, hazard.kind, hazard.state) == ("patrol", rooms.room, "building", "found")
    assert hazard.description == "护栏：松动；余氯：偏高（3 mg/L）"
    assert (visit.state, visit.hazard, attachments_of(visit, "item0").count()) == ("bad", hazard, 1)
    client = Client()
    client.force_login(cast.safety)
    assert attachments_of(visit).get().thumb_url in client.get(f"/safety/hazard/{hazard.pk}/").content.decode()


def test_put_right_on_the_spot_waits_for_somebody_elses_look(cast, rooms):
    found = a_round(cast, rooms.room)
    look(cast, found.visits.get(), given={0: {"value": "bad", "note": "门没关"}, 1: {"value": "ok"}}, on_spot=True, note="关好了")
    assert (Hazard.objects.get().state, Hazard.objects.get().fixed_words) == ("fixed", "关好了")


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "answer_0"), ({0: {"value": "bad", "photos": [1]}}, "note_0"), ({0: {"value": "ok"}}, "photo_0"), ({0: {"value": "x"}}, "answer_0")],
    ids=["nothing", "no words", "no photo", "nonsense"],
)
def test_nothing_is_taken_half(cast, rooms, given, field):
    found = a_round(cast, rooms.room, items="护栏｜拍照")
    with pytest.raises(RuleViolation) as refused:
        look(cast, found.visits.get(), given=given)
    assert refused.value.field == field
    assert (Visit.objects.filter(state="todo", round=found).count(), Hazard.objects.count()) == (1, 0)


def test_the_label_of_the_very_place_must_be_scanned(cast, rooms):
    found = a_round(cast, rooms.room, needs_scan=True)
    visit = found.visits.get()
    for codes, words in (("", "请扫"), ("R306", "不是这里"), ("X" * 70, "请扫")):
        with pytest.raises(RuleViolation, match=words):
            look(cast, visit, codes=codes)
    assert look(cast, visit, codes="https://school.example/q/R305/\n").scanned


def test_where_nobody_could_get_in_says_why_and_the_round_still_ends(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other, items="护栏｜拍照")
    first, last = found.visits.all()
    look(cast, first, given={}, unreached="锁着门")
    look(cast, last, given={0: {"value": "ok", "photos": [picture()]}})
    found.refresh_from_db()
    assert (found.skipped, occurrence(found).state, occurrence(found).bad) == (1, "done", 1)


def test_only_whoever_the_round_is_for_walks_it_and_each_point_once(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    visit = found.visits.first()
    with pytest.raises(NotAllowed, match="不归您"):
        look(cast, visit, actor=cast.teacher)
    look(cast, visit)
    with pytest.raises(RuleViolation, match="正常"):
        look(cast, visit)
    assert not rounds_visible_to(cast.teacher).exists()
    assert found in rounds_visible_to(cast.guard)


def test_two_at_one_point_make_one_visit(cast, together):
    from tests.conftest import make_rooms

    rooms = make_rooms(cast)
    found = a_round(cast, rooms.room)
    visit = found.visits.get()
    bad = {0: {"value": "bad", "note": "坏了"}, 1: {"value": "ok"}}
    outcomes = together(*[lambda who=who: look(cast, visit, actor=who, given=bad) for who in (cast.guard, cast.safety)])
    assert sorted(isinstance(one, Visit) for one in outcomes) == [False, True]
    assert any(isinstance(one, Conflict | RuleViolation) for one in outcomes)
    assert (Hazard.objects.count(), OccurrenceEntry.objects.count()) == (1, 1)


def test_points_are_walked_building_by_building_and_floor_by_floor(cast, rooms):
    route = a_route(cast, rooms.other, rooms.dorm, rooms.room, rooms.building)
    assert [point.place for point in points_of(route)] == [rooms.building, rooms.room, rooms.other, rooms.dorm]
    point = points_of(route)[3]
    rules.move_point(actor=cast.safety, at=START, record=route, point=point, after=points_of(route)[0])
    assert [point.place for point in points_of(route)][1] == rooms.dorm
    with pytest.raises(RuleViolation, match="都已经"):
        rules.add_points(actor=cast.safety, at=START, record=route, places=[rooms.dorm], checklist=a_list(cast, "教学区的表"))


def test_changes_of_route_and_list_leave_prepared_rounds_alone(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    route = found.route
    rules.take_out_point(actor=cast.safety, at=START, record=route, point=points_of(route)[0])
    rules.save_list(
        actor=cast.safety, at=START, record=CheckList.objects.get(), items=[{"text": "新项目", "photo": False, "low": None, "high": None, "unit": ""}]
    )
    assert (found.visits.count(), len(found.visits.first().items)) == (2, 2)
    assert rules.prepare_rounds(actor=cast.safety, at=OPENS + timedelta(hours=1)) == 1
    assert [visit.items[0]["text"] for visit in route.rounds.order_by("-pk")[0].visits.all()] == ["新项目"]


@pytest.mark.requirement("SAF-05")
def test_a_night_with_too_few_fire_patrols_is_refused(cast, rooms):
    route = a_route(cast, rooms.dorm, name="宿舍", purpose=Purpose.FIRE)
    with pytest.raises(RuleViolation, match="至少 2 次") as refused:
        planned(cast, route, rhythm=NIGHT | {"every": 8, "minutes": 60})
    assert refused.value.field == "every"
    assert limit(rules.NIGHT_ROUNDS, TODAY) == 2
    assert planned(cast, route, rhythm=NIGHT).sentence.startswith("每天夜里 22:00 至 06:00，每 2 小时一次")


def test_a_route_in_use_is_not_put_away_and_one_without_points_is_not_planned(cast, rooms):
    route = a_route(cast, rooms.room)
    duty = planned(cast, route)
    with pytest.raises(RuleViolation, match="先停掉"):
        rules.save_route(actor=cast.safety, at=START, record=route, is_active=False)
    stop_duty(actor=cast.safety, at=START, record=duty, reason="放假")
    assert not rules.save_route(actor=cast.safety, at=START, record=route, is_active=False).is_active
    with pytest.raises(RuleViolation, match="没有点"):
        planned(cast, a_route(cast, name="空的"))


@pytest.mark.requirement("SAF-05")
def test_the_fire_patrol_sheet_has_a_column_for_each_item(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other, purpose=Purpose.FIRE)
    look(cast, found.visits.first(), given={0: {"value": "bad", "note": "门坏了"}, 1: {"value": "ok"}})
    found.refresh_from_db()
    said = paper(found, cast.safety)
    assert (said["texts"], [row["marks"] for row in said["rows"]]) == (["门窗完好", "通道畅通"], [["×", "√"], ["", ""]])
    assert said["rows"][1]["trouble"] == "没有查"
    client = Client()
    client.force_login(cast.safety)
    assert "防火巡查" in Pdf(client.get(f"/print/safety.round/{found.pk}/").content).text()


def test_the_month_counts_every_time_once(cast, rooms):
    duty = planned(cast, a_route(cast, rooms.room), at=START - timedelta(days=3))
    found = duty.occurrences.get(on=TODAY).round if hasattr(duty.occurrences.get(on=TODAY), "round") else None
    assert found is None, "more than a day ahead it is not prepared yet"
    rules.prepare_rounds(actor=cast.safety, at=START)
    walk(cast, duty.occurrences.get(on=TODAY).round)
    watch(at=NOW)
    by_route, by_person = tallies(TODAY.replace(day=1), TODAY, NOW)
    assert [(row.name, row.total, row.done, row.missed) for row in by_route] == [("教学区", 4, 1, 3)]
    assert sum(row.total for row in by_person) == 4


def test_the_usual_lists_come_once(cast):
    make_usual(actor=cast.safety, at=START)
    assert missing() == []
    make_usual(actor=cast.safety, at=START)
    assert CheckList.objects.count() == 12


def test_the_pages_of_a_walk(cast, rooms):
    found = a_round(cast, rooms.room, needs_scan=True)
    visit = found.visits.get()
    client = Client()
    client.force_login(cast.guard)
    assert "305教室" in client.get(f"/safety/round/{found.pk}/").content.decode()
    page = client.get(f"/safety/visit/{visit.pk}/check/").content.decode()
    assert "扫这里的标签" in page
    assert client.get(f"/safety/patrol/begin/{found.occurrence_id}/").headers["Location"] == f"/safety/round/{found.pk}/"
    assert client.get("/safety/patrol/figures/export/").status_code == 200
    client.force_login(cast.teacher)
    assert (client.get("/safety/patrol/").status_code, client.get(f"/safety/round/{found.pk}/").status_code) == (403, 404)
    assert fine(visit) == {0: {"value": "ok"}, 1: {"value": "ok"}}


def test_a_round_whose_route_has_no_points_any_more_says_so(cast, rooms):
    route = a_route(cast, rooms.room)
    duty = planned(cast, route, at=START - timedelta(days=3))
    rules.take_out_point(actor=cast.safety, at=START, record=route, point=points_of(route)[0])
    assert rules.prepare_rounds(actor=cast.safety, at=START) == 0
    due = duty.occurrences.get(on=TODAY)
    client = Client()
    client.force_login(cast.guard)
    assert "还没有排出来" in client.get(f"/safety/patrol/begin/{due.pk}/").content.decode()
    answer = client.post(f"/safety/patrol/begin/{due.pk}/")
    assert answer.status_code == 400
    assert "还没有点" in answer.content.decode()


def test_a_round_on_which_nothing_was_looked_at_is_not_done_but_missed(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    for visit in found.visits.all():
        look(cast, visit, given={}, unreached="锁着门")
    found.refresh_from_db()
    assert (found.skipped, found.finished_at, occurrence(found).state) == (2, OPENS, "open")
    assert found not in to_walk(cast.guard, OPENS), "there is nothing left to walk"
    watch(at=OPENS + timedelta(hours=3))
    found.refresh_from_db()
    assert occurrence(found).state == "missed"
    assert standing(Round.objects.get(pk=found.pk), NOW)[0].endswith("一个点也没查成")
    (row,), _ = tallies(TODAY, TODAY, NOW)
    assert (row.done, row.missed, row.skipped) == (0, 1, 1)
