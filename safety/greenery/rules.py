"""Plant areas, the calendar of care, the log (HYG-03)."""

from collections.abc import Sequence
from datetime import datetime

from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.kernel.errors import RuleViolation
from safety.cleaning.rights import GREEN_BOOK

from .models import Care, CareLog, CareRule, PlantArea

check_can_view, check_can_record, check_can_manage = GREEN_BOOK.check_can_view, GREEN_BOOK.check_can_record, GREEN_BOOK.check_can_manage


@rule
def save_area(*, actor, at: datetime, record: PlantArea | None = None, **fields) -> PlantArea:
    """A plant area with who cares for it."""
    check_can_manage(actor)
    area, fields = stored(PlantArea, record), tidied(fields)
    if area.pk is None:
        area.created_by, area.created_at = actor, at
    return save_changes(actor=actor, at=at, record=area, **fields)


@rule
def save_care(*, actor, at: datetime, record: CareRule | None = None, **fields) -> CareRule:
    """How often one kind of care is due."""
    check_can_manage(actor)
    care = stored(CareRule, record)
    if care.pk is None:
        care.created_by, care.created_at = actor, at
    return save_changes(actor=actor, at=at, record=care, **fields)


@rule
def record_care(
    *, actor, at: datetime, area: PlantArea, kind: str, words: str, agent: str = "", is_warned: bool = False, happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> CareLog:  # fmt: skip
    """Care done. Spraying is refused without the agent's name and dose, and without warning and no student near."""
    check_can_record(actor)
    if kind == Care.SPRAY and not tidied({"a": agent or ""})["a"]:
        raise RuleViolation("打药要写药名和用量。", field="agent")
    if kind == Care.SPRAY and not is_warned:
        raise RuleViolation("打药要先设警示，等学生不在场再打，做到了再勾。", field="is_warned")
    given: dict = {"area": area, "kind": kind, "words": words, "agent": agent, "is_warned": is_warned, "note": note}
    return enter(actor=actor, at=at, record=CareLog(), happened_at=happened_at, photos=photos, **given)
