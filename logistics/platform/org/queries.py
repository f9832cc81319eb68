"""Reading people, posts and what a person holds (ORG-01, ORG-04)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from logistics.platform.kernel.text import plain, tidy

from .models import Department, Post, SchoolClass, User


@dataclass(frozen=True)
class DutyRow:
    """One written duty and the people who hold its post now; no owners means nobody minds it."""

    post: Post
    duty: str
    owners: tuple[User, ...]


@dataclass(frozen=True)
class Belonging:
    """Something a person must hand over before leaving."""

    label: str
    names: tuple[str, ...]

    def __str__(self):
        more = f"等 {len(self.names)} 项" if len(self.names) > 3 else ""
        return f"{self.label}（{'、'.join(self.names[:3])}{more}）"


_belongings: list[tuple[str, Callable[[User], Iterable]]] = []


def register_belonging(label: str, held_by: Callable[[User], Iterable]) -> None:
    """Tell what else a leaver must hand over: `held_by(person)` gives the records, shown by their names. For wiring.py."""
    _belongings.append((label, held_by))


def belongings_of(person: User) -> list[Belonging]:
    """What this person holds, empty when they can leave."""
    own = [
        ("部门负责人", Department.objects.filter(head=person)),
        ("岗位", Post.objects.filter(holders=person)),
        ("班主任", SchoolClass.objects.filter(head_teacher=person, is_active=True)),
        ("负责的地点", person.places.filter(is_active=True)),
    ]
    held = [(label, tuple(str(record) for record in records)) for label, records in own]
    held += [(label, tuple(str(record) for record in held_by(person))) for label, held_by in _belongings]
    return [Belonging(label, names) for label, names in held if names]


def people() -> QuerySet[User]:
    """The staff in post, without the accounts the software acts by."""
    return User.objects.filter(is_person=True, is_active=True).select_related("department")


def people_for(query: str) -> QuerySet[User]:
    """Staff whose name, pinyin, initials, staff number or phone fit what was typed; nobody for an empty text."""
    text = plain(tidy(query))
    if not text:
        return User.objects.none()
    return people().filter(Q(name__icontains=text) | Q(pinyin__icontains=text) | Q(username__istartswith=text) | Q(phone__startswith=text))


def duties() -> list[DutyRow]:
    """Every written duty in order of post, with its owners. Two queries."""
    holders = Prefetch("holders", User.objects.filter(is_active=True), to_attr="owners")
    rows = []
    for post in Post.objects.select_related("department").prefetch_related(holders):
        rows += [DutyRow(post, duty, tuple(post.owners)) for duty in post.duty_lines]
    return rows


def unowned_duties() -> list[DutyRow]:
    """Duties nobody owns, for 事事有人管."""
    return [row for row in duties() if not row.owners]
