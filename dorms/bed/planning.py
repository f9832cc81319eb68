"""Proposing beds for many students: sex always, then the room's grade, then classes together. No database here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pupil:
    pk: int
    sex: str
    grade: str
    school_class: int
    name: str = ""


@dataclass
class Space:
    """A room with the numbers of its free beds, in their order, and who sleeps there already."""

    pk: int
    sex: str
    grade: str
    free: list[int]
    classes: set[int] = field(default_factory=set)
    grades: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Placed:
    """`grade_differs`: the room is meant for, or lived in by, another grade. `mixed`: it holds more than one class."""

    pupil: Pupil
    room: int
    bed: int
    grade_differs: bool
    mixed: bool


def propose(pupils: Iterable[Pupil], spaces: Iterable[Space]) -> tuple[list[Placed], list[Pupil]]:
    """(who gets which bed, who is left without one). The same people and rooms give the same answer.

    Classes come one after the other, the largest first; each fills rooms of its own grade where it lives already, then empty ones that fit best.
    """
    rooms = sorted((Space(one.pk, one.sex, one.grade, list(one.free), set(one.classes), set(one.grades)) for one in spaces), key=lambda one: one.pk)
    groups: dict[tuple, list[Pupil]] = defaultdict(list)
    for pupil in sorted(pupils, key=lambda one: one.pk):
        groups[pupil.sex, pupil.school_class].append(pupil)
    placed: list[tuple[Pupil, Space, int, bool]] = []
    left: list[Pupil] = []
    for (sex, school_class), group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        done = 0
        while done < len(group):
            room = _best(rooms, sex, school_class, group[done].grade, len(group) - done)
            if room is None:
                left += group[done:]
                break
            taken = group[done : done + len(room.free)]
            differs = _grade_rank(room, taken[0].grade) == OTHER
            placed += [(pupil, room, bed, differs) for pupil, bed in zip(taken, room.free, strict=False)]
            room.free, done = room.free[len(taken) :], done + len(taken)
            room.classes.add(school_class)
            room.grades.add(taken[0].grade)
    return [Placed(pupil, room.pk, bed, differs, len(room.classes) > 1) for pupil, room, bed, differs in placed], left


OWN, ANY, OTHER = 0, 1, 2
FEW = 2  # left over of a class


def _grade_rank(room: Space, grade: str) -> int:
    """How well the grade goes into the room, by what it is meant for, else by who lives there."""
    if room.grade:
        return OWN if room.grade == grade else OTHER
    if room.grades:
        return OWN if room.grades == {grade} else OTHER
    return ANY


def _best(rooms: list[Space], sex: str, school_class: int, grade: str, wanted: int) -> Space | None:
    """The room to fill next; None when no bed for this sex is left."""
    free = [room for room in rooms if room.sex == sex and room.free]
    return min(free, key=lambda room: (*_rank(room, school_class, grade, wanted), abs(len(room.free) - wanted), room.pk)) if free else None


def _rank(room: Space, school_class: int, grade: str, wanted: int) -> tuple[int, int]:
    """The own class first, then an empty room, then others of the grade; the last one or two of a class rather join others than sleep alone."""
    with_others = 1 if wanted <= FEW else 3
    together = 0 if school_class in room.classes else with_others if room.classes else 2
    return (1 if _grade_rank(room, grade) == OTHER else 0), together * 3 + _grade_rank(room, grade)
