"""The usual check lists for a school's first day (SAF-03)."""

from datetime import datetime

from logistics.platform.duties.checklist import items_of
from logistics.platform.school.first_run import Beginning, Preset

from .lists import USUAL
from .models import CheckList
from .rules import save_list


def missing() -> list[tuple]:
    known = set(CheckList.objects.values_list("name", flat=True))
    return [row for row in USUAL if row[0] not in known]


def preset_lines(beginning: Beginning) -> list[str]:
    return [f"巡查检查表：{'、'.join(row[0] for row in missing())}"] if missing() else []


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    for name, place_kind, hazard_kind, basis, items in missing():
        save_list(actor=actor, at=at, name=name, place_kind=place_kind, hazard_kind=hazard_kind, basis=basis, items=items_of(items))


PRESET = Preset("safety.lists", "安全巡查检查表", "footprints", preset_lines, make_usual)
