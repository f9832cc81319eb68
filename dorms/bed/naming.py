"""Rooms by the names people write: 一号宿舍楼 101, 1号宿舍楼101室, or the printed code of the door."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from logistics.platform.kernel.text import plain

from .models import Bed, DormRoom

NOISE = re.compile(r"[\s\-_,，、/#室号栋幢楼舍宿层]+")
DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def key_of(text: str) -> str:
    """The name in its parts, without blanks, marks and the words that some write and some leave out: 一号宿舍楼101室 is 1|101."""
    return NOISE.sub("|", plain(text)).strip("|").translate(DIGITS)


def known_rooms() -> QuerySet[DormRoom]:
    return DormRoom.objects.filter(is_active=True, building__is_active=True).select_related("building__place", "place__parent")


def by_names(rooms: Iterable[DormRoom]) -> dict[str, list[DormRoom]]:
    """{key: the rooms it may mean}: building and room, full name, code of the door."""
    found: dict[str, list[DormRoom]] = defaultdict(list)
    for room in rooms:
        names = {f"{room.building.place.name}{room.place.name}", room.place.full_name, f"{room.building.place.code}{room.place.name}", room.place.code}
        for key in {key_of(name) for name in names}:
            found[key].append(room)
    return dict(found)


def rooms_called(text: str) -> list[DormRoom]:
    """The rooms this text may mean. One query, narrowed by the number in the text."""
    numbers = re.findall(r"\d+", plain(text))
    rows = known_rooms()
    return by_names(rows.filter(place__full_name__contains=numbers[-1]) if numbers else rows).get(key_of(text), [])


def bed_called(text: str) -> Bed | None:
    """The bed of "id:12", or of a room and a number behind it; None when there is no such bed, or several."""
    key, shape = re.fullmatch(r"id:(\d{1,17})", text.strip(), re.ASCII), SHAPE.fullmatch(text.strip())
    rows = Bed.objects.select_related("room__building__place", "room__place__parent")
    if key:
        return rows.filter(pk=int(key[1])).first()
    rooms = rooms_called(shape[1]) if shape else []
    return rows.filter(room=rooms[0], number=int(shape[2])).first() if shape and len(rooms) == 1 else None


SHAPE = re.compile(r"(.+?)[\s,，、/-]*(?<!\d)(\d{1,2})\s*号?床?\s*")
