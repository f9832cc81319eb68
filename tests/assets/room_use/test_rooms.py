"""专用室: two uses never overlap, and after each somebody says how the room was left (AST-10)."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from assets.room_use import rules
from assets.room_use.home import use_todos
from assets.room_use.models import RoomUse, UseState
from assets.room_use.queries import figures_of, rooms_visible_to, uses_visible_to, week_of
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.terms.calendar import SchoolCalendar
from logistics.platform.terms.models import CalendarDay
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-10")
TODAY = date(2026, 11, 18)  # a Wednesday


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


TOMORROW = day(1)


class Lab:
    """A laboratory kept by the keeper, booked by teachers."""

    def __init__(self, cast, rooms):
        self.cast = cast
        self.room = rules.save_room(actor=cast.keeper, at=NOW, place=rooms.room, keeper=cast.keeper, seats=48, opens=time(8), closes=time(18), ahead_days=14)

    def book(self, actor=None, on=TOMORROW, start=time(9), end=time(10), **given) -> RoomUse:
        return rules.book_room(actor=actor or self.cast.teacher, at=NOW, room=self.room, on=on, start=start, end=end, **{"subject": "显微镜观察"} | given)

    def note(self, use, actor=None, at=NOW + timedelta(days=1, hours=2), **given) -> RoomUse:
        good = {"left": "good", "is_tidy": True, "is_off": True}
        return rules.note_use(actor=actor or self.cast.teacher, at=at, record=use, **good | given)


@pytest.fixture
def lab(cast, rooms):
    return Lab(cast, rooms)


@pytest.mark.parametrize(
    ("start", "end"), [(time(9), time(10)), (time(9, 59), time(11)), (time(8), time(9, 1)), (time(9, 15), time(9, 30)), (time(8), time(18))]
)
def test_two_uses_never_overlap(lab, start, end):
    lab.book()
    with pytest.raises(RuleViolation, match="重了"):
        lab.book(lab.cast.headteacher, start=start, end=end)
    assert RoomUse.objects.count() == 1


def test_one_after_the_other_is_fine_and_cancelled_hours_are_free(lab):
    use = lab.book()
    lab.book(lab.cast.headteacher, start=time(10), end=time(11))
    with pytest.raises(NotAllowed):
        rules.cancel_use(actor=lab.cast.headteacher, at=NOW, record=use)
    rules.cancel_use(actor=lab.cast.teacher, at=NOW, record=use)
    lab.book(lab.cast.headteacher)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": day(0), "start": time(8), "end": time(8, 30)}, "on"), ({"start": time(10), "end": time(10)}, "end"), ({"start": time(7), "end": time(9)}, "start"),
        ({"end": time(18, 5)}, "end"), ({"on": day(15)}, "on"), ({"people": 49}, "people"), ({"subject": " "}, "subject"), ({"weeks": 26}, "weeks"),
        ({"weeks": 4}, "weeks"), ({"on": date.max - timedelta(days=1), "weeks": 3}, "on"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_says_why_at_its_field(lab, given, field):
    with pytest.raises(RuleViolation) as refusal:
        lab.book(**given)
    assert refusal.value.field == field
    assert not RoomUse.objects.exists()


def test_every_week_leaves_out_holidays_and_is_all_or_nothing(lab):
    CalendarDay.objects.create(on=day(8), kind="holiday", name="运动会")
    lab.book(lab.cast.keeper, weeks=4, person=lab.cast.teacher)
    assert [use.on for use in RoomUse.objects.order_by("on")] == [day(1), day(15), day(22)]
    with pytest.raises(RuleViolation, match=str(day(15))):
        lab.book(lab.cast.keeper, on=day(1), start=time(8), end=time(9, 30), weeks=3, person=lab.cast.headteacher)
    assert RoomUse.objects.count() == 3
    rules.cancel_use(actor=lab.cast.teacher, at=NOW, record=RoomUse.objects.get(on=day(15)), rest=True)
    assert list(RoomUse.objects.filter(state=UseState.BOOKED).values_list("on", flat=True)) == [day(1)]


def test_only_keepers_book_for_others_and_closed_rooms_are_not_booked(lab):
    with pytest.raises(NotAllowed):
        lab.book(person=lab.cast.headteacher)
    rules.save_room(actor=lab.cast.keeper, at=NOW, record=lab.room, is_active=False)
    with pytest.raises(RuleViolation, match="不开放"):
        lab.book()
    assert not rooms_visible_to(lab.cast.teacher).exists()


def test_the_register_says_how_it_was_left(lab):
    use = lab.book()
    with pytest.raises(RuleViolation, match="才开始"):
        lab.note(use, at=NOW)
    with pytest.raises(RuleViolation) as refusal:
        lab.note(use, is_off=False)
    assert refusal.value.field == "is_off"
    with pytest.raises(RuleViolation) as refusal:
        lab.note(use, left="problem")
    assert refusal.value.field == "words"
    with pytest.raises(NotAllowed):
        lab.note(use, lab.cast.headteacher)
    done = lab.note(use, left="problem", words="3 号显微镜坏了", is_off=False, people=40)
    assert (done.state, done.people, done.noted_by) == (UseState.DONE, 40, lab.cast.teacher)
    assert OutboxMessage.objects.filter(key__contains="assets.room.problem").count() == 1
    with pytest.raises(RuleViolation):
        lab.note(use)


def test_a_use_nobody_booked_is_registered_afterwards(lab):
    given = {"subject": "补课", "left": "good", "is_tidy": True, "is_off": True, "start": time(8), "end": time(8, 45)}
    use = rules.log_use(actor=lab.cast.teacher, at=NOW, record=lab.room, on=day(0), **given)
    assert use.state == UseState.DONE
    for wrong in ({"on": day(0)}, {"on": day(1)}, {"on": day(-40)}, {"on": day(0), "start": time(9), "end": time(10)}):
        with pytest.raises(RuleViolation):
            rules.log_use(actor=lab.cast.teacher, at=NOW, record=lab.room, **given | wrong)
    assert RoomUse.objects.count() == 1


def test_what_is_over_asks_to_be_registered(lab):
    lab.book()
    assert use_todos(lab.cast.teacher, NOW) == []
    later = NOW + timedelta(days=1, hours=1)
    assert len(use_todos(lab.cast.teacher, later)) == 1
    assert use_todos(lab.cast.headteacher, later) == []
    assert not uses_visible_to(lab.cast.headteacher).exists()


def test_week_and_month(lab):
    lab.book()
    lab.note(lab.book(start=time(13), end=time(14, 30)), at=NOW + timedelta(days=2), people=30)
    days = week_of(lab.room, date(2026, 11, 16), SchoolCalendar(), NOW)
    assert [[len(part) for part in one.parts] for one in days][3] == [1, 1, 0]
    [row] = figures_of([lab.room], date(2026, 11, 1), NOW + timedelta(days=2))
    assert (row.uses, row.hours, row.people, row.waiting) == (1, 1.5, 30, 1)


def test_the_pages_of_a_teacher(lab, client):
    lab.book()
    client.force_login(lab.cast.headteacher)
    page = client.get(reverse("assets:special-room-detail", args=[lab.room.pk]), {"on": str(day(1))})
    assert "显微镜观察" in page.content.decode()
    assert client.get(reverse("assets:special-room-detail", args=[lab.room.pk]), {"on": "0001-99-99"}).status_code == 200
    assert client.get(reverse("assets:room-register", args=[lab.room.pk, "2026-11"])).status_code == 404
    assert client.get(reverse("assets:room-figures"), {"month": "9999-12"}).status_code == 200
    client.force_login(lab.cast.keeper)
    assert client.get(reverse("assets:room-register", args=[lab.room.pk, "2026-11"])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_hour_at_once_is_given_once(lab, together):
    teacher = lab.cast.teacher
    outcomes = together(*(lambda: lab.book(teacher) for _ in range(6)))
    assert sum(isinstance(one, RoomUse) for one in outcomes) == 1
    assert sum(isinstance(one, RuleViolation) for one in outcomes) == 5
