"""What special rooms show on the first page, in the calendar and on the room's label."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.notices.feed import FeedEntry
from logistics.platform.web.home import Todo

from .models import RoomUse, SpecialRoom, UseState
from .queries import VIEW, over, rooms_visible_to

SHOWN = 3


def use_todos(user, at: datetime) -> list[Todo]:
    """Rooms this person used and has not registered. One query."""
    rows = RoomUse.objects.filter(over(at), person=user.pk).select_related("room__place").order_by("on", "start")[:SHOWN]
    return [
        Todo(f"登记{use.room}用后情况", f"{use.on} {use.hours}，{use.subject}", reverse("assets:room-use-action", args=[use.pk, "note"]), "登记", "door-open")
        for use in rows
    ]


def use_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The hours this person has booked."""
    rows = RoomUse.objects.filter(person=user.pk, on__range=(first, last)).exclude(state=UseState.CANCELLED).select_related("room__place")
    return [
        FeedEntry(
            f"assets.room_use:{use.pk}",
            f"{use.room}：{use.subject}",
            use.moment(use.start),
            use.moment(use.end),
            reverse("assets:room-use-detail", args=[use.pk]),
        )
        for use in rows
    ]


def place_choices(user, place) -> list[Choice]:
    """At the door: register what is over, look at the week."""
    if not has(user, VIEW):
        return []
    room = rooms_visible_to(user).filter(place=place.pk).first()
    if room is None:
        return []
    now = timezone.now()
    mine = RoomUse.objects.filter(room=room.pk, person=user.pk, on=timezone.localdate(now), state=UseState.BOOKED).order_by("start").first()
    found = [Choice("看预约", "这一周谁在用，约时间", "calendar-days", reverse("assets:special-room-detail", args=[room.pk]), rank=25)]
    if mine and mine.moment(mine.start) <= now:
        found.append(Choice("登记使用", f"{mine.hours} {mine.subject}", "clipboard-check", reverse("assets:room-use-action", args=[mine.pk, "note"]), rank=8))
    return found


def kept_by(person):
    """Rooms a leaver keeps."""
    return SpecialRoom.objects.filter(keeper=person.pk, is_active=True).select_related("place")
