"""Meters as a tree for a page: who hangs under whom, with the newest reading (UTL-01)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from .models import Meter
from .queries import Last, last_readings, words_of_last

MOST_SHOWN = 150


@dataclass
class Branch:
    meter: Meter
    children: list["Branch"] = field(default_factory=list)
    below: int = 0  # meters under it that are not shown
    last: Last | None = None

    @property
    def words(self) -> str:
        return words_of_last(self.last)


@dataclass
class Tree:
    roots: list[Branch]
    total: int
    shown: int

    @property
    def is_whole(self) -> bool:
        return self.total == self.shown


def build_tree(meters: Sequence[Meter], under: Meter | None = None, most: int = MOST_SHOWN) -> Tree:
    """The branches under a meter, or all; level by level as far as `most` rows go. Meters whose parent is not among them stand at the top."""
    keys = {meter.pk for meter in meters}
    children: dict[int, list[Meter]] = defaultdict(list)
    for meter in meters:
        children[meter.parent_id if meter.parent_id in keys else 0].append(meter)
    tops = children[under.pk] if under else children[0]
    roots = [Branch(meter) for meter in tops]
    level, shown = roots[:most], min(len(roots), most)
    roots = level
    while level:
        following: list[Branch] = []
        for branch in level:
            kids = children[branch.meter.pk]
            if kids and shown + len(kids) <= most:
                branch.children = [Branch(kid) for kid in kids]
                shown += len(kids)
                following += branch.children
            else:
                branch.below = len(kids)
        level = following
    return Tree(roots, _count(children, under.pk if under else 0), shown)


def _count(children: dict[int, list[Meter]], top: int) -> int:
    left, total = [top], 0
    while left:
        kids = children.get(left.pop(), [])
        total += len(kids)
        left += [kid.pk for kid in kids]
    return total


def fill_last(tree: Tree) -> Tree:
    """Add the newest readings of what is shown; two queries."""
    shown, left = [], list(tree.roots)
    while left:
        branch = left.pop()
        shown.append(branch)
        left += branch.children
    found = last_readings([branch.meter for branch in shown])
    for branch in shown:
        branch.last = found.get(branch.meter.pk)
    return tree
