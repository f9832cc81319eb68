"""A school's beginning: what its kind brings with it, each part written by the rule of the page that keeps it (ORG-01, ORG-03, ORG-04)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import RuleViolation

from .models import School, SchoolKind
from .rules import check_can_manage, save_school

GRADES = {
    SchoolKind.PRIMARY: ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    SchoolKind.MIDDLE: ("七年级", "八年级", "九年级"),
    SchoolKind.HIGH: ("高一", "高二", "高三"),
}
GRADES |= {
    SchoolKind.NINE: GRADES[SchoolKind.PRIMARY] + GRADES[SchoolKind.MIDDLE],
    SchoolKind.FULL: GRADES[SchoolKind.MIDDLE] + GRADES[SchoolKind.HIGH],
    SchoolKind.TWELVE: GRADES[SchoolKind.PRIMARY] + GRADES[SchoolKind.MIDDLE] + GRADES[SchoolKind.HIGH],
}
MOST_CLASSES = 40


@dataclass(frozen=True)
class Beginning:
    """What the person has answered. `classes` is the number of classes a grade, 0 when the list comes from a file."""

    kind: SchoolKind
    is_boarding: bool
    classes: int
    today: date

    @property
    def grades(self) -> tuple[str, ...]:
        return GRADES[self.kind]


@dataclass(frozen=True)
class Preset:
    """One part of a usual school. What exists already is never touched: `lines` names only what is missing, `apply` makes it."""

    key: str
    label: str
    icon: str
    lines: Callable[[Beginning], list[str]]
    apply: Callable[..., None]  # (*, actor, at, beginning)


_presets: list[Preset] = []


def register(*presets: Preset) -> None:
    _presets.extend(presets)


def all_presets() -> list[Preset]:
    return list(_presets)


def offered(beginning: Beginning) -> list[tuple[Preset, list[str]]]:
    """Every part that would bring something, with what it would bring."""
    return [(preset, lines) for preset in _presets if (lines := preset.lines(beginning))]


@rule
def begin_school(*, actor, at: datetime, name: str, beginning: Beginning, chosen: Iterable[str]) -> School:
    """Write the school's name and kind, then the chosen parts; all of it or nothing.

    Raises RuleViolation for a part that does not exist or more than 40 classes a grade.
    """
    check_can_manage(actor)
    known = {preset.key for preset in _presets}
    if unknown := set(chosen) - known:
        raise RuleViolation(f"没有「{'、'.join(sorted(unknown))}」这一项，请刷新后再试。")
    if not 0 <= beginning.classes <= MOST_CLASSES:
        raise RuleViolation(f"每个年级最多 {MOST_CLASSES} 个班。", field="classes")
    school = save_school(actor=actor, at=at, name=name, kind=beginning.kind, is_boarding=beginning.is_boarding)
    wanted = set(chosen)
    for preset in _presets:  # in their own order: posts name departments
        if preset.key in wanted:
            preset.apply(actor=actor, at=at, beginning=beginning)
    return school
