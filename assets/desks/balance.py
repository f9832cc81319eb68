"""Which classroom gives what to which: the proposal of a reallocation. No database."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A room with so many pieces too few or to spare; a store only gives."""

    place: int
    building: int | None
    missing: int = 0
    surplus: int = 0
    is_store: bool = False


@dataclass(frozen=True)
class Shift:
    """So many pieces from one room to another."""

    source: int
    target: int
    quantity: int


def propose(spots: Sequence[Spot]) -> list[Shift]:
    """Fill what is missing, the worst first: from the same building, then from the store, then from elsewhere; few moves before many.

    Nothing gives more than it has to spare, nothing gets more than it misses.
    """
    left = {spot.place: spot.surplus for spot in spots}
    givers = [spot for spot in spots if spot.surplus > 0]
    shifts = []
    for target in sorted((spot for spot in spots if spot.missing > 0), key=lambda spot: (-spot.missing, spot.place)):
        missing = target.missing
        while missing and (source := _giver(givers, left, target, missing)):
            quantity = min(missing, left[source.place])
            shifts.append(Shift(source.place, target.place, quantity))
            left[source.place] -= quantity
            missing -= quantity
    return shifts


def _giver(givers: Sequence[Spot], left: dict[int, int], target: Spot, missing: int) -> Spot | None:
    """The nearest room with something left; among equals one that has enough, with the least over, else the one with the most."""

    def rank(spot: Spot) -> tuple:
        far = 0 if spot.building == target.building and spot.building is not None else 1 if spot.is_store else 2
        over = left[spot.place] - missing
        return far, over < 0, over if over >= 0 else -left[spot.place], spot.place

    found = [spot for spot in givers if left[spot.place] > 0 and spot.place != target.place]
    return min(found, key=rank) if found else None
