"""Waste seen: whose it is, told at once, counted, published weekly; one pupil a class watches over it (UTL-04)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.board.models import BoardPost, PostState
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass, Student, User
from logistics.utilities.schedule.rules import save_run_rule
from logistics.utilities.waste.models import EnergyKeeper, WasteFinding, WasteWeek
from logistics.utilities.waste.queries import keeper_of, monday_of, tallies, waste_counts, week_text
from logistics.utilities.waste.rules import end_keeper, find_waste, name_keeper, publish_week, publish_weeks
from repairs.ticket.models import Ticket
from tests.conftest import NOW

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


def test_another_class_is_refused(cast, rooms):
    other = SchoolClass.objects.create(name="别班", grade="七年级", head_teacher=cast.teacher)
    with pytest.raises(RuleViolation, match="不是您班上"):
        name_keeper(actor=cast.headteacher, at=NOW, student=pupil(other, 3))
    with pytest.raises(NotAllowed):
        name_keeper(actor=cast.guard, at=NOW, student=pupil(rooms.school_class, 4))
    assert not EnergyKeeper.objects.exists()
