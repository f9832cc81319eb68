"""Confirming a proposal: exactly the beds that were shown, or nothing (DOR-01)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation

from .figures import proposal
from .models import DormBuilding, Stay
from .queries import buildings_visible_to
from .rights import ALLOCATE
from .stay_rules import allocate_many, check_can_allocate, locked_beds


@rule
def confirm_plan(*, actor, at: datetime, seen: str, grade: str, buildings: Iterable[DormBuilding], since: date | None = None) -> list[Stay]:
    """Give the beds of the proposal whose digest is `seen`. Raises Conflict when students or beds changed since it was shown."""
    check_can_allocate(actor)
    buildings, since = list(buildings), since or timezone.localdate(at)
    allowed = set(buildings_visible_to(actor, ALLOCATE).values_list("pk", flat=True))
    if any(one.pk not in allowed for one in buildings):
        raise NotAllowed("里面有不归您管的楼。", field="buildings")
    found = proposal(actor, since, grade=grade, buildings=buildings)
    locked_beds(line.bed.pk for line in found.lines)
    if found.digest != seen:
        raise Conflict("学生或者床位刚刚有变化，下面是新的方案，请看过再确认。")
    if not found.lines:
        raise RuleViolation("没有要安排的学生，或者没有合适的空床。")
    return allocate_many(actor=actor, at=at, rows=[{"student": line.student, "bed": line.bed, "since": since} for line in found.lines])
