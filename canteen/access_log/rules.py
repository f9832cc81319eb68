"""Writing down who went in and when they left (CAN-25)."""

from datetime import datetime

from canteen.late import claimed_time
from canteen.rights import ACCESS
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .models import AccessEntry, Area

BASIS = "《学校食品安全与营养健康管理规定》第四十三条"
CLEAN = (Area.KITCHEN, Area.SERVING, Area.SAMPLE)


def check_can_write(user, record=None) -> None:
    require(user, ACCESS)


def check_can_leave(user, entry: AccessEntry) -> None:
    require(user, ACCESS)
    if entry.left_at:
        raise RuleViolation("已经登记离开了。")


@rule
def enter(
    *, actor, at: datetime, area: str, name: str, unit: str, purpose: str, allowed_by, is_healthy: bool = False, is_dressed: bool = False,
    happened_at: datetime | None = None,
) -> AccessEntry:  # fmt: skip
    """Somebody who does not work there goes in, let in by a named member of the staff.

    Where food is open, only who is well and dressed for it (第四十三条: nobody without permission, nobody who could spoil food).
    """
    check_can_write(actor)
    happened_at = claimed_time(happened_at, at)
    words = tidied({"name": name or "", "unit": unit or "", "purpose": purpose or ""})
    for field, label in (("name", "姓名"), ("unit", "单位"), ("purpose", "事由")):
        if not words[field]:
            raise RuleViolation(f"请写{label}。", field=field)
    if allowed_by is None or not allowed_by.is_active:
        raise RuleViolation(f"请写是谁同意进去的（{BASIS}）。", field="allowed_by")
    if area in CLEAN and not is_healthy:
        raise RuleViolation(f"有发热、腹泻、手部伤口的不能进{Area(area).label}（{BASIS}）。问过没有，再勾上。", field="is_healthy")
    if area in CLEAN and not is_dressed:
        raise RuleViolation(f"进{Area(area).label}要穿戴工作衣帽（{BASIS}）。穿好了，再勾上。", field="is_dressed")
    entry = AccessEntry(
        area=area, allowed_by=allowed_by, is_healthy=is_healthy, is_dressed=is_dressed, happened_at=happened_at, created_by=actor, created_at=at, **words
    )  # fmt: skip
    entry.full_clean()
    entry.save()
    record_event(actor=actor, at=at, action="enter", record=entry, text=f"{entry.unit}{entry.name}进{entry.get_area_display()}", note=entry.purpose)
    return entry


@rule
def leave(*, actor, at: datetime, record: AccessEntry, left_at: datetime | None = None) -> AccessEntry:
    """They are out again; never before they came, never in the future."""
    entry = stored(AccessEntry, record)
    check_can_leave(actor, entry)
    left_at = claimed_time(left_at, at, field="left_at")
    if left_at < entry.happened_at:
        raise RuleViolation("离开不能早于进去。", field="left_at")
    entry.left_at, entry.left_noted_at = left_at, at
    entry.save(update_fields=["left_at", "left_noted_at"])
    record_event(actor=actor, at=at, action="leave", record=entry, text="离开")
    return entry
