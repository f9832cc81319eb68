"""Setting the school's numbers. It stands here because limits lie below the journal."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.keeping import forget
from logistics.platform.kernel.text import tidy
from logistics.platform.limits.models import LimitValue
from logistics.platform.limits.queries import kept_as, limit
from logistics.platform.limits.registry import GUIDANCE, LAW, Limit, limit_for

VIEW, MANAGE = "platform.limits.view", "platform.limits.manage"


def check_can_view(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def change_limit(*, actor, at: datetime, code: str, value: Decimal | int, effective_on: date, reason: str = "") -> LimitValue:
    """Set a number from a day on, today at the earliest; what was set before stays in force until then and stays written down.

    Raises RuleViolation at its field: beyond what the law allows, beyond the guidance without a reason, a day that has passed.
    """
    check_can_manage(actor)
    known, reason = _known(code), tidy(reason or "")
    value = Decimal(value)
    _check_value(known, value, reason)
    if effective_on < timezone.localdate(at):
        raise RuleViolation("不能改过去的日子：以前的事按当时的数算。请从今天或以后的一天起。", field="effective_on")
    before = limit(code, effective_on)
    if before == value:
        raise RuleViolation(f"到那天已经是 {known.shown(value)}，不用改。", field="value")
    row = LimitValue(code=code, value=value, effective_on=effective_on, reason=reason, created_by=actor, created_at=at)
    row.full_clean()
    row.save()
    forget(kept_as(code))
    text = f"{known.label}改为 {known.shown(value)}，从 {effective_on} 起"
    record_event(actor=actor, at=at, action="change", record=row, text=text, note=reason, changes={known.label: [known.shown(before), known.shown(value)]})
    return row


def _known(code: str) -> Limit:
    try:
        return limit_for(code)
    except LookupError as missing:
        raise RuleViolation("没有这一项，请从列出来的里面选。", field="code") from missing


def _check_value(known: Limit, value: Decimal, reason: str) -> None:
    if value != known.typed(value):
        raise RuleViolation("请填整数。" if not known.places else f"最多 {known.places} 位小数。", field="value")
    if not known.is_beyond(value):
        return
    if known.force == LAW:
        raise RuleViolation(f"{known.label}{known.bounds}，这是{known.basis}的规定，只能更严。", field="value")
    if known.force != GUIDANCE:
        raise RuleViolation(f"{known.label}{known.bounds}。", field="value")
    if not reason:
        raise RuleViolation(f"{known.basis}要求{known.bounds}。确实要这样定，请写明理由。", field="reason")
