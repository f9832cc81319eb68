"""The arithmetic of a ranking, without database: averages of rooms, buildings, classes, and the stars of a month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Look:
    """One score that counts: who slept there as {class: heads}, and whether it was below the mark of its day."""

    room: str
    building: str
    points: int
    low: bool = False
    heads: tuple[tuple[str, int], ...] = ()
    room_id: int = 0


@dataclass(frozen=True)
class Ranked:
    """`place` is shared by equals."""

    place: int
    name: str
    average: Decimal
    looks: int
    low: int
    where: str = ""
    key: int = 0


def rounded(total: int, weight: int) -> Decimal:
    """The average to one decimal, half up."""
    return (Decimal(total) / weight).quantize(TENTH, ROUND_HALF_UP)


def placed(found: Iterable[tuple[str, Decimal, int, int, str, int]]) -> list[Ranked]:
    """(name, average, looks, low, where, key) in order of their averages, the best first, equals on one place."""
    ranked: list[Ranked] = []
    for n, (name, average, looks, low, where, key) in enumerate(sorted(found, key=lambda row: (-row[1], row[4], row[0])), 1):
        place = ranked[-1].place if ranked and ranked[-1].average == average else n
        ranked.append(Ranked(place, name, average, looks, low, where, key))
    return ranked


def by_room(looks: Sequence[Look]) -> list[Ranked]:
    rooms: dict[int, list[Look]] = defaultdict(list)
    for look in looks:
        rooms[look.room_id].append(look)
    return placed(
        (some[0].room, rounded(sum(look.points for look in some), len(some)), len(some), sum(look.low for look in some), some[0].building, key)
        for key, some in rooms.items()
    )


def by_building(looks: Sequence[Look]) -> list[Ranked]:
    """Every score counts alike."""
    found: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        found[look.building].append(look)
    return placed(
        (name, rounded(sum(look.points for look in some), len(some)), len(some), sum(look.low for look in some), "", 0) for name, some in found.items()
    )


def by_class(looks: Sequence[Look]) -> list[Ranked]:
    """A score counts for a class as often as it has sleepers in the room; `looks` and `low` count the scores."""
    found: dict[str, list[tuple[Look, int]]] = defaultdict(list)
    for look in looks:
        for name, heads in look.heads:
            found[name].append((look, heads))
    return placed(
        (name, rounded(sum(look.points * heads for look, heads in some), sum(heads for _, heads in some)), len(some), sum(look.low for look, _ in some), "", 0)
        for name, some in found.items()
    )


@dataclass(frozen=True)
class Level:
    """What a room must reach to be of so many stars."""

    name: str
    stars: int
    average: Decimal
    looks: int
    low: int
    banned: int


def level_of(room: Ranked, banned: int, levels: Iterable[Level]) -> Level | None:
    """The highest level whose every mark the room reaches, None when it reaches none."""
    for level in sorted(levels, key=lambda one: -one.stars):
        if room.average >= level.average and room.looks >= level.looks and room.low <= level.low and banned <= level.banned:
            return level
    return None


def starred(rooms: Sequence[Ranked], banned: Mapping[int, int], levels: Sequence[Level]) -> list[tuple[Ranked, Level]]:
    """Rooms that have stars, the most first."""
    found = [(room, level) for room in rooms if (level := level_of(room, banned.get(room.key, 0), levels))]
    return sorted(found, key=lambda pair: (-pair[1].stars, pair[0].place))


RANKINGS = (("rooms", "宿舍"), ("classes", "班级"), ("buildings", "宿舍楼"))
NONE = "没有"


def differences(before: Mapping[str, list], after: Mapping[str, list]) -> list[tuple[str, str, str, str]]:
    """(ranking, who, as it was, as it is) of everything that stands otherwise in `after` than in `before`, both frozen rankings; stars first.

    A row is [place, name, average, looks, low, where], with the level and its stars behind it for stars.
    """
    found = []
    for kind, label, words in (("stars", "星级", _star), *((kind, label, _place) for kind, label in RANKINGS)):
        was, now = ({(row[5], row[1]): words(row) for row in content.get(kind, [])} for content in (before, after))
        both = dict.fromkeys([*now, *was])
        found += [(label, f"{where} {name}".strip(), was.get((where, name), NONE), now.get((where, name), NONE)) for where, name in both]
    return [line for line in found if line[2] != line[3]]


def _place(row: Sequence) -> str:
    return f"第 {row[0]} 名，{row[2]} 分"


def _star(row: Sequence) -> str:
    return row[6]


def tally(items: Sequence[dict], faults: Iterable[str], other: Iterable[tuple[str, int, str]] = ()) -> tuple[list[dict], int]:
    """The lines of a score and its total. `faults` are "项目:问题" of the sheet, `other` (item, points off, words); no item falls below nothing.

    Raises KeyError with the words of a fault or an item the sheet does not have.
    """
    off: dict[str, list[tuple[str, int]]] = {item["name"]: [] for item in items}
    known = {f"{item['name']}:{words}": (item["name"], words, points) for item in items for words, points in item["faults"]}
    for fault in dict.fromkeys(faults):
        name, words, points = known[fault]
        off[name].append((words, points))
    for name, points, words in other:
        off[name].append((words, points))
    lines = []
    for item in items:
        taken = off[item["name"]]
        left = max(0, item["points"] - sum(points for _, points in taken))
        lines.append({"name": item["name"], "full": item["points"], "points": left, "faults": [[words, points] for words, points in taken]})
    return lines, sum(line["points"] for line in lines)


def told(lines: Sequence[dict]) -> str:
    """What was wrong, in words: 内务：被子没叠 −5、床单不平 −3；卫生：…"""
    some = [f"{line['name']}：" + "、".join(f"{words} −{points}" for words, points in line["faults"]) for line in lines if line["faults"]]
    return "；".join(some)
