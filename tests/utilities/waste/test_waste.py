"""Waste seen: whose it is, told at once, counted, published weekly; one pupil a class watches over it (UTL-04)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.board.models import BoardPost, PostState
from logistics.platform.board.rules import withdraw_post
from logistics.platform.duties.rules import add_substitute, stop_duty
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.offline.queries import pages_for
from logistics.platform.org.models import SchoolClass, Student, User
from logistics.utilities.schedule.rules import save_run_rule
from logistics.utilities.waste.models import EnergyKeeper, WasteFinding, WasteWeek
from logistics.utilities.waste.pages import keeper_state
from logistics.utilities.waste.queries import keeper_of, monday_of, tallies, waste_counts, week_text
from logistics.utilities.waste.rules import end_keeper, find_waste, name_keeper, publish_week, publish_weeks
from repairs.ticket.models import Ticket
from tests.conftest import NOW
from tests.offline_kit import arriving
from tests.platform.duties_kit import a_duty

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("UTL-04")]
MONDAY = monday_of(NOW.date())


def seen(cast, place, at=NOW, actor=None, **fields) -> WasteFinding:
    return find_waste(actor=actor or cast.guard, at=at, **{"kind": "light", "place": place} | fields)


def test_classroom_counts_for_its_class_and_the_head_teacher_is_told(cast, rooms):
    row = seen(cast, rooms.room, words="四盏灯亮着")
    assert (row.school_class, row.department, row.on) == (rooms.school_class, None, NOW.date())
    told = OutboxMessage.objects.get(key=f"utilities.waste:{row.pk}").payload
    assert told["recipients"] == [cast.headteacher.pk]
    assert told["body"].startswith("四盏灯亮着")


def test_office_counts_for_the_nearest_department(cast, rooms):
    department = cast.director.department
    rooms.building.department = department
    rooms.building.save()
    assert seen(cast, rooms.other).department == department
    assert seen(cast, rooms.dorm).owner == ""


def test_outside_the_hours_is_written_down(cast, rooms):
    save_run_rule(actor=cast.director, at=NOW, use="light", first="1-1", last="12-31", weekdays=[6], kinds=["classroom"])
    assert seen(cast, rooms.room).outside.startswith("不在开放时间")
    assert seen(cast, rooms.room, kind="water").outside == ""


def test_same_waste_is_one_finding_within_the_hour(cast, rooms):
    seen(cast, rooms.room)
    with pytest.raises(Conflict, match="已经登记过"):
        seen(cast, rooms.room, at=NOW + timedelta(minutes=59))
    seen(cast, rooms.room, kind="water")
    seen(cast, rooms.room, at=NOW + timedelta(hours=2))
    assert WasteFinding.objects.count() == 3


def test_dripping_tap_becomes_a_repair(cast, rooms, kinds):
    row = seen(cast, rooms.room, kind="water", fault=kinds.water)
    assert (row.ticket.origin_kind, row.ticket.origin_id, row.ticket.place) == ("utilities.wastefinding", row.pk, rooms.room)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "nothing"}, "kind"), ({"happened_at": NOW + timedelta(minutes=1)}, "happened_at"), ({"happened_at": NOW - timedelta(days=30)}, "happened_at")],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(cast, rooms, kinds, fields, field):
    with pytest.raises(RuleViolation) as refused:
        seen(cast, rooms.room, fault=kinds.water, **fields)
    assert refused.value.field == field
    assert not WasteFinding.objects.exists()
    assert not Ticket.objects.exists()


def test_class_and_department_together_are_refused(cast, rooms):
    with pytest.raises(RuleViolation, match="只选一个"):
        seen(cast, rooms.room, school_class=rooms.school_class, department=cast.director.department)
    row = seen(cast, rooms.room)
    with pytest.raises(IntegrityError), transaction.atomic():
        WasteFinding.objects.filter(pk=row.pk).update(department=cast.director.department)


def test_whoever_may_not_write_is_refused(cast, rooms):
    with pytest.raises(NotAllowed):
        seen(cast, rooms.room, actor=cast.nurse)


def test_struck_entries_count_for_nothing(cast, rooms):
    row, _ = seen(cast, rooms.room), seen(cast, rooms.room, kind="water")
    assert waste_counts(MONDAY, NOW.date()) == {rooms.school_class.pk: 2}
    strike(actor=cast.guard, at=NOW, record=row, reason="看错了")
    assert waste_counts(MONDAY, NOW.date()) == {rooms.school_class.pk: 1}
    assert tallies(MONDAY, NOW.date())[0][0].words == "长流水 1 次"


def test_week_is_published_once_and_again_when_it_changes(cast, rooms):
    row = seen(cast, rooms.room)
    seen(cast, rooms.dorm)
    after = NOW + timedelta(days=7)
    assert publish_weeks(at=after) == 1
    assert publish_weeks(at=after + timedelta(hours=1)) == 0
    post = BoardPost.objects.get()
    assert (post.audience, "七年级（1）班 1 次：长明灯 1 次" in post.content, "公共区域 1 次" in post.content) == ("staff", True, True)
    strike(actor=cast.director, at=after, record=WasteFinding.objects.get(pk=row.pk), reason="看错了")
    assert publish_weeks(at=after + timedelta(days=1)) == 1
    assert WasteWeek.objects.order_by("-version").first().version == 2
    assert list(BoardPost.objects.order_by("pk").values_list("state", flat=True)) == [PostState.WITHDRAWN, PostState.PUBLISHED]


def test_week_struck_out_whole_and_written_anew_in_the_same_words_is_published_again(cast, rooms):
    row, after = seen(cast, rooms.room), NOW + timedelta(days=6)
    assert publish_weeks(at=after) == 1
    strike(actor=cast.director, at=after, record=row, reason="时间写错了")
    assert publish_weeks(at=after + timedelta(hours=1)) == 0
    assert publish_weeks(at=after + timedelta(hours=2)) == 0
    assert BoardPost.objects.get().state == PostState.WITHDRAWN
    seen(cast, rooms.room, at=after, happened_at=NOW + timedelta(minutes=5))
    assert publish_weeks(at=after + timedelta(days=1)) == 1
    assert [(post.state, "七年级（1）班 1 次：长明灯 1 次" in post.content) for post in BoardPost.objects.order_by("pk")] == [
        (PostState.WITHDRAWN, True),
        (PostState.PUBLISHED, True),
    ]
    assert list(WasteWeek.objects.order_by("version").values_list("version", "content")) == [
        (1, week_text(MONDAY)),
        (2, ""),
        (3, week_text(MONDAY)),
    ]


def test_post_somebody_took_down_stays_down_until_the_week_changes(cast, rooms):
    row, after = seen(cast, rooms.room), NOW + timedelta(days=6)
    seen(cast, rooms.room, kind="water")
    publish_weeks(at=after)
    withdraw_post(actor=cast.director, at=after, record=BoardPost.objects.get(), reason="先核实")
    assert publish_weeks(at=after + timedelta(days=1)) == 0
    strike(actor=cast.director, at=after + timedelta(days=1), record=row, reason="看错了")
    assert publish_weeks(at=after + timedelta(days=1)) == 1


def test_week_says_whether_it_is_on_the_board(cast, rooms, client):
    seen(cast, rooms.room)
    publish_week(actor=User.objects.system(), at=timezone.now(), monday=MONDAY)
    post, page = BoardPost.objects.get(), f"/utilities/waste/?since={MONDAY}"
    client.force_login(cast.teacher)
    assert f'href="/board/{post.pk}/"' in client.get(page).content.decode()
    assert client.get(f"/board/{post.pk}/").status_code == 200
    withdraw_post(actor=cast.director, at=timezone.now(), record=post, reason="先核实")
    shown = client.get(page).content.decode()
    assert (f'href="/board/{post.pk}/"' in shown, "后来撤下了：先核实" in shown) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_a_week_once(together, cast, rooms):
    seen(cast, rooms.room)
    after = NOW + timedelta(days=7)
    assert sorted(together(lambda: publish_weeks(at=after), lambda: publish_weeks(at=after + timedelta(seconds=1)))) == [0, 1]
    assert (WasteWeek.objects.count(), BoardPost.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["waste-finding", "energy-keeper", "run-rule", "run-exception"])
def test_lists_of_saving_lead_to_each_other(cast, client, name):
    client.force_login(cast.teacher)
    page = client.get(f"/utilities/{name}/").content.decode()
    assert page.count('href="/utilities/waste/"') >= 1
    assert f'href="/utilities/{name}/" aria-current="page"' in page


def test_job_that_stood_still_for_a_week_publishes_both_weeks(cast, rooms):
    seen(cast, rooms.room)
    seen(cast, rooms.room, at=NOW + timedelta(days=7))
    assert publish_weeks(at=NOW + timedelta(days=14)) == 2
    assert publish_weeks(at=NOW + timedelta(days=14, hours=1)) == 0


@pytest.mark.parametrize("since", ["9999-12-31", "0001-01-01", "1999-12-31"])
def test_weeks_out_of_all_time_show_this_week(cast, client, since):
    client.force_login(cast.director)
    assert client.get(f"/utilities/waste/?since={since}").status_code == 200
    assert client.get(f"/utilities/waste/export/?since={since}").status_code == 200


def test_what_was_seen_without_network_keeps_its_time_and_arrives_once(cast, rooms, client):
    client.force_login(cast.guard)
    url, wrote = "/utilities/waste-finding/new/", timezone.now() - timedelta(minutes=90)
    assert 'data-offline="utilities.waste"' in client.get(url).content.decode()
    sent = arriving("utilities.waste", url, cast.guard, wrote) | {"kind": "light", "place": rooms.room.code, "words": "四盏灯亮着", "stopped": "on"}
    answer = client.post("/offline/send/", sent).json()
    assert answer["state"] == "done", answer
    row = WasteFinding.objects.get()
    assert abs(row.happened_at - wrote) < timedelta(seconds=1)
    assert (row.school_class, row.stopped, "补记" in row.late) == (rooms.school_class, True, True)
    assert client.post("/offline/send/", sent).json() == answer
    again = client.post("/offline/send/", sent | {"offline_id": f"{uuid4()}"}).json()
    assert (again["state"], "已经登记过了" in again["words"]) == ("refused", True)
    rooms.room.is_active = False
    rooms.room.save()
    gone = client.post("/offline/send/", sent | {"offline_id": f"{uuid4()}", "kind": "water"}).json()
    assert (gone["state"], bool(gone["words"])) == ("refused", True)
    assert WasteFinding.objects.count() == 1


def test_only_phones_of_those_who_go_round_keep_the_form_ahead(cast):
    def keeps(person) -> bool:
        cache.clear()
        return "/utilities/waste-finding/new/" in dict(pages_for(person))

    now, today = timezone.now(), timezone.localdate()
    assert not any(keeps(User.objects.get(pk=person.pk)) for person in cast.people.values())
    a_duty(cast, at=now, rhythm={"kind": "monthly", "day": 1, "times": ["08:00"], "minutes": 60})
    assert not keeps(cast.guard)
    duty = a_duty(cast, "每日巡视二", at=now)
    assert keeps(cast.guard)
    add_substitute(actor=cast.director, at=now, record=duty, person=cast.nurse, first_on=today, last_on=today + timedelta(days=2))
    add_substitute(actor=cast.director, at=now, record=duty, person=cast.dormkeeper, first_on=today + timedelta(days=3), last_on=today + timedelta(days=4))
    assert [keeps(person) for person in (cast.nurse, cast.dormkeeper)] == [False, False]
    stop_duty(actor=cast.director, at=now, record=duty, reason="放假")
    assert not keeps(cast.guard)


def test_week_without_waste_is_not_published(cast):
    assert week_text(MONDAY) == ""
    assert publish_week(actor=User.objects.system(), at=NOW, monday=MONDAY) is None
    with pytest.raises(NotAllowed):
        publish_week(actor=cast.teacher, at=NOW, monday=MONDAY)


def pupil(school_class: SchoolClass, n: int) -> Student:
    return Student.objects.create(number=f"W{n}", name=f"学生{n}", school_class=school_class)


def test_head_teacher_names_one_pupil_and_the_next_takes_over(cast, rooms):
    first = name_keeper(actor=cast.headteacher, at=NOW, student=pupil(rooms.school_class, 1))
    with pytest.raises(Conflict):
        name_keeper(actor=cast.headteacher, at=NOW, student=first.student)
    with pytest.raises(RuleViolation, match="晚于"):
        name_keeper(actor=cast.headteacher, at=NOW, student=pupil(rooms.school_class, 2))
    later = NOW + timedelta(days=30)
    second = name_keeper(actor=cast.headteacher, at=later, student=Student.objects.get(number="W2"))
    assert EnergyKeeper.objects.get(pk=first.pk).until == later.date() - timedelta(days=1)
    assert keeper_of(rooms.school_class) == second
    end_keeper(actor=cast.headteacher, at=later, record=second)
    assert keeper_of(rooms.school_class) is None


def test_two_pupils_do_not_watch_over_a_class_in_the_same_days(cast, rooms):
    first = name_keeper(actor=cast.headteacher, at=NOW, student=pupil(rooms.school_class, 8), since=NOW.date() - timedelta(days=20))
    end_keeper(actor=cast.headteacher, at=NOW, record=first)
    late = pupil(rooms.school_class, 9)
    with pytest.raises(RuleViolation, match="在任") as refused:
        name_keeper(actor=cast.headteacher, at=NOW, student=late, since=NOW.date() - timedelta(days=10))
    assert refused.value.field == "since"
    assert keeper_of(rooms.school_class) is None
    assert name_keeper(actor=cast.headteacher, at=NOW, student=late).since == NOW.date()


def test_another_class_is_refused(cast, rooms):
    other = SchoolClass.objects.create(name="别班", grade="七年级", head_teacher=cast.teacher)
    with pytest.raises(RuleViolation, match="不是您班上"):
        name_keeper(actor=cast.headteacher, at=NOW, student=pupil(other, 3))
    with pytest.raises(NotAllowed):
        name_keeper(actor=cast.guard, at=NOW, student=pupil(rooms.school_class, 4))
    assert not EnergyKeeper.objects.exists()


def test_pupil_who_left_the_class_watches_over_it_no_longer(cast, rooms):
    row = name_keeper(actor=cast.headteacher, at=NOW, student=pupil(rooms.school_class, 5))
    Student.objects.filter(pk=row.student_id).update(school_class=SchoolClass.objects.create(name="别班", grade="七年级"))
    assert keeper_of(rooms.school_class) is None
    assert keeper_state(EnergyKeeper.objects.get(pk=row.pk)) == ("不在这个班了，请换人", "late")
    after = name_keeper(actor=cast.headteacher, at=NOW + timedelta(days=1), student=pupil(rooms.school_class, 6))
    assert keeper_of(rooms.school_class) == after


def test_keeper_is_not_named_ahead(cast, rooms):
    with pytest.raises(RuleViolation, match="今天") as refused:
        name_keeper(actor=cast.headteacher, at=NOW, student=pupil(rooms.school_class, 7), since=NOW.date() + timedelta(days=3))
    assert refused.value.field == "since"
