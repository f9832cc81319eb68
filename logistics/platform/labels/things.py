"""Which kinds of things carry labels, what their labels say, and what a person does who scans one."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import Model

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.records import Record, allowed

from .sheets import Label


@dataclass(frozen=True)
class Choice:
    """One thing to do after scanning; the lowest `rank` is the likeliest and stands first."""

    label: str
    hint: str
    icon: str
    url: str
    rank: int = 50


def nothing_public(record: Model) -> str:
    return ""


def never(record: Model) -> bool:
    return False


@dataclass(frozen=True)
class Thing:
    """A kind of thing with labels. `check(user, record)` refuses whoever may not label it; `record` None asks about any of them.

    `label(record)` is what its own label says, `by_code` finds it by the code printed on it, `field()` asks for one when a blank
    label is claimed, `note` is the small line of the scan page, `public(record)` an address for whoever is not signed in.
    """

    record: Record
    label: Callable[[Model], Label]
    check: Callable
    field: Callable[[], forms.Field]
    by_code: Callable[[str], Model | None] = lambda code: None
    note: Callable[[Model], str] = lambda record: ""
    is_retired: Callable[[Model], bool] = never
    public: Callable[[Model], str] = nothing_public

    @property
    def kind(self) -> str:
        return self.record.kind

    @property
    def title(self) -> str:
        return self.record.title

    def find(self, pk: int | None) -> Model | None:
        return self.record.model._base_manager.filter(pk=pk).first()


_things: dict[str, Thing] = {}
_offers: dict[str, list[Callable]] = {}


def register(*things: Thing) -> None:
    """Make kinds of things known; called from an app's wiring."""
    for thing in things:
        if thing.kind in _things:
            raise ValueError(f"labels of {thing.kind} registered twice")
        _things[thing.kind] = thing


def offer(kind: str, choices: Callable) -> None:
    """Add what people do at a thing of this kind: choices(user, record) gives Choices. Any app may, for its own work."""
    _offers.setdefault(kind, []).append(choices)


def all_things() -> list[Thing]:
    return list(_things.values())


def thing_of(kind: str) -> Thing:
    """The kind's description. Raises RuleViolation for one without labels."""
    if kind not in _things:
        raise RuleViolation("这类东西不贴标签，请另选一类。", field="kind")
    return _things[kind]


def things_for(user) -> list[Thing]:
    """The kinds this person may label."""
    return [thing for thing in _things.values() if allowed(thing.check, user, None)]


def choices_for(user, thing: Thing, record: Model) -> list[Choice]:
    """What this person may do at the thing, the likeliest first."""
    found = [choice for choices in _offers.get(thing.kind, ()) for choice in choices(user, record)]
    return sorted(found, key=lambda choice: choice.rank)
