"""Opening rooms for booking, booking them, registering how they were left (AST-10). A room's row is locked before its hours are looked at."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.terms.models import DayKind
from logistics.platform.terms.queries import calendar

from .models import USE_MOVES, Left, RoomUse, SpecialRoom, UseState
from .queries import MANAGE, VIEW, clash, is_room_keeper

ROOMS_SUBJECT = Subject("assets.room", "专用室预约取消、用后有问题", "家底")
MOST_WEEKS, PHOTOS = 25, 6
BACK, FARTHEST = timedelta(days=31), timedelta(days=366)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_book(user, record=None) -> None:
    require(user, VIEW)


@rule
def save_room(*, actor, at: datetime, record: SpecialRoom | None = None, **fields) -> SpecialRoom:
    """A room that may be booked. Raises RuleViolation at its field."""
    require(actor, MANAGE)
    room, fields = stored(SpecialRoom, record), tidied(fields)
    keeper = fields.get("keeper", room.keeper if room.pk else None)
    if keeper is None or not (keeper.is_active and keeper.is_person):
        raise RuleViolation("请选在职的管理人。", field="keeper")
    if room.pk:
        fields.pop("place", None)
    elif fields.get("place") is None:
        raise RuleViolation("请写是哪个房间。", field="place")
    elif SpecialRoom.objects.filter(place=fields["place"].pk).exists():
        raise RuleViolation(f"「{fields['place']}」已经是专用室了。", field="place")
    return save_changes(actor=actor, at=at, record=room, **fields)


@rule
def book_room(
    *,
    actor,
    at: datetime,
    room: SpecialRoom,
    on: date,
    start: time,
    end: time,
    subject: str,
    person=None,
    school_class=None,
    people: int | None = None,
    weeks: int = 1,
) -> RoomUse:
    """Hours of a room, for oneself unless another is named; `weeks` times on the same weekday, holidays left out. All or nothing.

    Returns the first. Raises RuleViolation at its field, naming who has the room then.
    """  # fmt: skip
    room = _open_room(actor, room)
    person = _person(actor, person, room)
    here = timezone.localtime(at)
    _check_hours(room, on, start, end)
    _check_ahead(on, start, here)
    if not isinstance(weeks, int) or not 1 <= weeks <= MOST_WEEKS:
        raise RuleViolation(f"重复 1 到 {MOST_WEEKS} 周。", field="weeks")
    days = _days(on, weeks)
    if days[-1] > here.date() + timedelta(days=room.ahead_days) and not is_room_keeper(actor, room):
        raise RuleViolation(f"「{room}」最多提前 {room.ahead_days} 天约。整学期固定使用的，请找管理人{room.keeper}约。", field="weeks" if weeks > 1 else "on")
    _check_free(room, days, start, end)
    _check_people(room, people)
    given = {"room": room, "start": start, "end": end, "person": person, "school_class": school_class, "people": people, "subject": _subject(subject)}
    uses = [RoomUse(on=day, created_by=actor, created_at=at, **given) for day in days]
    for use in uses:
        use.full_clean()
        use.save()
        record_event(actor=actor, at=at, action="create", record=use, text=f"约 {use}，{use.who}，{use.subject}")
    if room.keeper_id not in (actor.pk, person.pk):
        words = f"{uses[0].on} {uses[0].hours}{f'，共 {len(uses)} 次' if len(uses) > 1 else ''}，{given['subject']}"
        tell([room.keeper], uses[0], at=at, about="booked", title=f"{person}约了{room}", body=words)
    return uses[0]


def _open_room(actor, room: SpecialRoom) -> SpecialRoom:
    """The stored room, locked. Raises RuleViolation while it is closed."""
    require(actor, VIEW)
    room = stored(SpecialRoom, room)
    if not room.is_active:
        raise RuleViolation(f"「{room}」现在不开放，请问管理人{room.keeper}。", field="room")
    return room


def _person(actor, person, room: SpecialRoom):
    if person is None or person == actor:
        return actor
    if not is_room_keeper(actor, room):
        raise NotAllowed("替别人约，请找管理人。")
    if not (person.is_active and person.is_person):
        raise RuleViolation(f"{person}不在职。", field="person")
    return person


def _check_hours(room: SpecialRoom, on, start, end) -> None:
    if not (isinstance(on, date) and isinstance(start, time) and isinstance(end, time)):
        raise RuleViolation("请填日期和时间。", field="on")
    if end <= start:
        raise RuleViolation("结束时间要晚于开始时间。", field="end")
    if start < room.opens or end > room.closes:
        raise RuleViolation(f"「{room}」{room.opens:%H:%M} 到 {room.closes:%H:%M} 开放。", field="start" if start < room.opens else "end")


def _check_ahead(on: date, start: time, here: datetime) -> None:
    if (on, start) < (here.date(), here.time()):
        raise RuleViolation("这个时间已经过了。用过没登记的，请在专用室的页面上点“补登使用”。", field="on")
    if on > here.date() + FARTHEST:
        raise RuleViolation("最多提前一年约，请核对日期。", field="on")


def _days(on: date, weeks: int) -> list[date]:
    """The same weekday of so many weeks; of the later ones those that are holidays are left out."""
    if weeks == 1:
        return [on]
    special = calendar().special
    days = [on + timedelta(weeks=n) for n in range(weeks)]
    return [day for n, day in enumerate(days) if n == 0 or day not in special or special[day].kind != DayKind.HOLIDAY]


def _check_free(room: SpecialRoom, days: Sequence[date], start: time, end: time) -> None:
    taken = [found for day in days if (found := clash(room, day, start, end))]
    if taken:
        shown = "；".join(f"{use.on} {use.hours} {use.who}" for use in taken[:4])
        raise RuleViolation(f"和已经约了的重了：{shown}{f'等 {len(taken)} 次' if len(taken) > 4 else ''}。请换时间。", field="start")


def _check_people(room: SpecialRoom, people: int | None) -> None:
    if people is not None and room.seats and people > room.seats:
        raise RuleViolation(f"「{room}」只有 {room.seats} 个座位。", field="people")


def _subject(text: str) -> str:
    subject = tidied({"subject": text or ""})["subject"]
    if not subject:
        raise RuleViolation("请写用来做什么。", field="subject")
    return subject


def check_can_cancel(user, use: RoomUse) -> None:
    if user.pk not in (use.person_id, use.created_by_id) and not is_room_keeper(user, use.room):
        raise NotAllowed("只有约的人和管理人能取消。")
    check_move(use, UseState.CANCELLED, moves=USE_MOVES)


@rule
def cancel_use(*, actor, at: datetime, record: RoomUse, reason: str = "", rest: bool = False) -> RoomUse:
    """The hours are free again; with `rest` the later weeks of the same booking, too."""
    use = stored(RoomUse, record)
    check_can_cancel(actor, use)
    reason = tidied({"reason": reason or ""})["reason"][:200]
    is_other = actor.pk != use.person_id
    if is_other and not reason:
        raise RuleViolation("请写为什么取消，约的人会看到。", field="reason")
    uses = [use, *(_later(use) if rest else ())]
    for one in uses:
        advance(one, UseState.CANCELLED, moves=USE_MOVES, words=reason)
        record_event(actor=actor, at=at, action="cancel", record=one, text="取消预约", note=reason)
    if is_other:
        tell(
            [use.person],
            use,
            at=at,
            about="cancelled",
            title=f"您约的{use.room}取消了",
            body=f"{use.on} {use.hours}{f'起 {len(uses)} 次' if rest else ''}：{reason}",
        )
    return use


def _later(use: RoomUse) -> list[RoomUse]:
    """The other weeks of one booking: made in the same moment, later than this one."""
    same = RoomUse.objects.filter(room=use.room_id, created_at=use.created_at, created_by=use.created_by_id, start=use.start, end=use.end)
    return list(same.filter(on__gt=use.on, state=UseState.BOOKED).select_for_update().order_by("on"))


def check_can_note(user, use: RoomUse) -> None:
    if user.pk not in (use.person_id, use.created_by_id) and not is_room_keeper(user, use.room):
        raise NotAllowed("由使用的人或者管理人登记。")
    check_move(use, UseState.DONE, moves=USE_MOVES)


@rule
def note_use(
    *, actor, at: datetime, record: RoomUse, left: str, is_tidy: bool = False, is_off: bool = False, people: int | None = None, words: str = "", photos=()
) -> RoomUse:
    """How the room was left. Raises RuleViolation before the use began, and for a trouble nobody describes."""
    use = stored(RoomUse, record)
    check_can_note(actor, use)
    if use.moment(use.start) > at:
        raise RuleViolation(f"{use.on} {use.start:%H:%M} 才开始，用过以后再登记。")
    _note(actor, at, use, left=left, is_tidy=is_tidy, is_off=is_off, people=people, words=words, photos=photos)
    return use


def _note(actor, at: datetime, use: RoomUse, *, left: str, is_tidy: bool, is_off: bool, people: int | None, words: str, photos) -> None:
    words = tidied({"words": words or ""})["words"]
    if left not in Left.values:
        raise RuleViolation("请选用后情况。", field="left")
    if left == Left.GOOD and not (is_tidy and is_off):
        raise RuleViolation("没有归位、没有关好的，请选“有问题”并写清楚。", field="is_tidy" if not is_tidy else "is_off")
    if left == Left.PROBLEM and not words:
        raise RuleViolation("请写有什么问题。", field="words")
    _check_people(use.room, people)
    use.left, use.is_tidy, use.is_off, use.words = left, bool(is_tidy), bool(is_off), words
    use.people = people if people is not None else use.people
    use.state, use.noted_at, use.noted_by = UseState.DONE, at, actor
    use.full_clean()
    use.save()
    attach(actor=actor, at=at, record=use, role="photo", uploads=list(photos), limit=PHOTOS)
    record_event(actor=actor, at=at, action="note", record=use, text=f"用后{use.get_left_display()}", note=words)
    if left == Left.PROBLEM:
        tell([use.room.keeper], use, at=at, about="problem", title=f"{use.room}用后有问题", body=f"{use.who} {use.on} {use.hours}：{words}")


def check_can_log(user, room: SpecialRoom) -> None:
    require(user, VIEW)
    if not room.is_active and not is_room_keeper(user, room):
        raise RuleViolation(f"「{room}」现在不开放。")


@rule
def log_use(
    *,
    actor,
    at: datetime,
    record: SpecialRoom,
    on: date,
    start: time,
    end: time,
    subject: str,
    left: str,
    person=None,
    school_class=None,
    people: int | None = None,
    is_tidy: bool = False,
    is_off: bool = False,
    words: str = "",
    photos=(),
) -> RoomUse:
    """A use that nobody had booked, within the last month. Raises RuleViolation at its field."""  # fmt: skip
    room = stored(SpecialRoom, record)
    check_can_log(actor, room)
    person, here = _person(actor, person, room), timezone.localtime(at)
    if not (isinstance(on, date) and isinstance(start, time) and isinstance(end, time)) or end <= start:
        raise RuleViolation("请填日期和时间，结束要晚于开始。", field="end")
    if (on, end) > (here.date(), here.time()) or on < here.date() - BACK:
        raise RuleViolation("补登的是最近一个月里已经用完的。", field="on")
    _check_free(room, [on], start, end)
    use = RoomUse(room=room, on=on, start=start, end=end, person=person, school_class=school_class, people=people, created_by=actor, created_at=at)
    use.subject = _subject(subject)
    use.full_clean()
    use.save()
    record_event(actor=actor, at=at, action="create", record=use, text=f"补登 {use}，{use.who}，{use.subject}")
    _note(actor, at, use, left=left, is_tidy=is_tidy, is_off=is_off, people=people, words=words, photos=photos)
    return use


def tell(people: Iterable, use: RoomUse, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One line per occasion of this use."""
    url = reverse("assets:room-use-detail", args=[use.pk])
    notify(at=at, key=f"assets.room.{about}:{use.pk}", recipients=list(people), title=title, body=body, url=url, subject=ROOMS_SUBJECT)
