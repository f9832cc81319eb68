"""Striking out an entry of a book."""

from collections.abc import Callable
from datetime import datetime

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .books import Evidence, check_can_strike

_put_right: dict[type[Evidence], Callable] = {}


def after_strike(model: type[Evidence], put_right: Callable) -> None:
    """What else has to follow when an entry of this book is struck out: `put_right(*, actor, at, record)`, in the same transaction."""
    _put_right[model] = put_right


@rule
def strike(*, actor, at: datetime, record: Evidence, reason: str) -> Evidence:
    """Strike out an entry that was written wrong; it stays in the book with the reason. The right one is written anew."""
    row = stored(type(record), record)
    check_can_strike(actor, row)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么划去。", field="reason")
    if not type(row)._base_manager.filter(pk=row.pk, struck_at=None).update(struck_at=at, struck_by=actor, struck_reason=reason[:200]):
        raise Conflict("刚刚已经有人划去了，请刷新后再看。")
    row.refresh_from_db()
    record_event(actor=actor, at=at, action="strike", record=row, text="划去这一条", note=reason)
    if put_right := _put_right.get(type(row)):
        put_right(actor=actor, at=at, record=row)
    return row
