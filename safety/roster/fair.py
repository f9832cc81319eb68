"""Who is on which shift: the one with the least on the account, rested, never twice at once. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REST = timedelta(hours=11)  # between two shifts of one person


@dataclass(frozen=True)
class Slot:
    """One place on a shift. `key` names it for the caller, `group` (leader or duty) says from which list it is filled, `weight` what it counts."""

    key: object
    group: str
    starts_at: datetime
    ends_at: datetime
    weight: int = 1


@dataclass
class Account:
    """What one person has already done and is planned for."""

    weight: int = 0
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)

    def is_free(self, slot: Slot) -> bool:
        return all(slot.starts_at >= end + REST or slot.ends_at + REST <= start for start, end in self.busy)


def allot(slots: Sequence[Slot], people: Mapping[str, Sequence[int]], accounts: Mapping[int, Account]) -> tuple[dict, list[Slot]]:
    """({slot.key: person}, slots nobody is free for).

    `people` are the persons of each group in their order. The slots are filled in order of time; equal accounts go by who was on longest ago, then
    by the order of the list, so that the same question has the same answer.
    """
    known = {person: Account(account.weight, list(account.busy)) for person, account in accounts.items()}
    chosen, empty = {}, []
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.group == "duty")):
        listed = people.get(slot.group, ())
        free = [person for person in listed if known.setdefault(person, Account()).is_free(slot)]
        if not free:
            empty.append(slot)
            continue
        person = min(free, key=lambda one: (known[one].weight, _last(known[one]), listed.index(one)))
        known[person].weight += slot.weight
        known[person].busy.append((slot.starts_at, slot.ends_at))
        chosen[slot.key] = person
    return chosen, empty


def _last(account: Account) -> float:
    return max((end.timestamp() for _, end in account.busy), default=0.0)
