"""The tree of places as the pages show it (ORG-02)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from logistics.platform.access.rules import has
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.queries import descendants
from logistics.platform.places.rules import MANAGE

NUMERALS = "一二三四五六七八九十"
WHOLE_TREE = 500  # places; a larger school sees its rooms building by building


@dataclass
class Branch:
    """A place with what is inside; `inside` counts everything below, shown or not."""

    place: Place
    branches: list["Branch"] = field(default_factory=list)
    inside: int = 0

    @property
    def what(self) -> str:
        return what_is(self.place)


def what_is(place: Place) -> str:
    """教室, or 楼层 for a place without a use of its own."""
    return place.get_level_display() if place.kind == PlaceKind.OTHER else place.get_kind_display()


def places_visible_to(user) -> QuerySet[Place]:
    """Every open place for everybody who is signed in, closed ones too for whoever keeps the list."""
    return Place.objects.all() if has(user, MANAGE) else Place.objects.filter(is_active=True)


def branches_of(places: Iterable[Place]) -> list[Branch]:
    """The places as trees, in their order; one whose parent is not among them is a root."""
    nodes = {place.pk: Branch(place) for place in places}
    roots = []
    for node in nodes.values():
        above = nodes.get(node.place.parent_id)
        (above.branches if above else roots).append(node)
    for node in nodes.values():
        node.branches.sort(key=lambda inner: in_line(inner.place))
    roots.sort(key=lambda root: in_line(root.place))
    for root in roots:
        _count(root)
    return roots


def in_line(place: Place) -> tuple:
    """The sort key of places side by side: their order, then 二号楼 before 三号楼."""
    return (place.order, _natural(place.name), place.pk)


def _natural(name: str) -> list:
    """302 before 1001 and 二号楼 before 三号楼, whatever stands around the digits."""
    parts, digits = [], ""
    for char in name:
        if char.isdecimal():
            digits += char
        else:
            if digits:
                parts.append((0, int(digits), ""))
                digits = ""
            parts.append((0, NUMERALS.index(char) + 1, "") if char in NUMERALS else (1, 0, char))
    return parts + ([(0, int(digits), "")] if digits else [])


def _count(node: Branch) -> int:
    node.inside = sum(1 + _count(inner) for inner in node.branches)
    return node.inside


@dataclass(frozen=True)
class Tree:
    """All open places as trees; `is_whole` is false when the rooms were left out because there are too many."""

    roots: list[Branch]
    total: int
    is_whole: bool


def school_tree() -> Tree:
    """The open places of the school, in at most three queries."""
    places = Place.objects.filter(is_active=True).select_related("responsible")
    total = places.order_by().count()
    if total <= WHOLE_TREE:
        return Tree(branches_of(places), total, True)
    roots = branches_of(places.exclude(level=Level.ROOM))
    rooms = dict(Place.objects.filter(is_active=True, level=Level.ROOM).order_by().values_list("parent_id").annotate(Count("pk")))
    for root in roots:
        _add_hidden(root, rooms)
    return Tree(roots, total, False)


def _add_hidden(node: Branch, hidden: dict[int, int]) -> int:
    """Add to every count the places of `hidden` {parent: number} inside."""
    more = hidden.get(node.place.pk, 0) + sum(_add_hidden(inner, hidden) for inner in node.branches)
    node.inside += more
    return more


def inside(place: Place) -> list[Branch]:
    """What is directly inside, each with what it holds; open places only. One query."""
    return branches_of(descendants(place).filter(is_active=True).exclude(pk=place.pk).select_related("responsible"))


def above(place: Place) -> list[Place]:
    """From the root down to the parent."""
    keys = [int(key) for key in place.path.strip("/").split("/") if key and int(key) != place.pk]
    found = Place.objects.in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]
