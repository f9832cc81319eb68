"""Setting quotas (STK-08, STK-09)."""

from datetime import datetime

from django.db.models import Q

from assets.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.models import Term

from .models import Quota
from .queries import MANAGE

MOST_SHEETS = 10_000_000


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def save_quota(*, actor, at: datetime, record: Quota | None = None, **fields) -> Quota:
    """A quota or its new number. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    quota, fields = stored(Quota, record), tidied(fields)
    if quota.pk is None:
        quota.created_by, quota.created_at = actor, at
    if fields.get("amount") is not None:
        fields["amount"] = amount_of(fields["amount"], field="amount")
    if (fields.get("sheets") or 0) > MOST_SHEETS:
        raise RuleViolation("张数太大了，请检查是不是多了几个 0。", field="sheets")
    if fields.get("amount", quota.amount) is None and fields.get("sheets", quota.sheets) is None:
        raise RuleViolation("请填领用定额或者打印复印定额。", field="amount")
    if fields.get("kind", quota.kind) is not None and fields.get("sheets", quota.sheets) is not None:
        raise RuleViolation("打印复印定额不分物品类别，请写在总定额里。", field="sheets")
    return save_changes(actor=actor, at=at, record=quota, **fields)


@rule
def copy_quotas(*, actor, at: datetime, record: Quota, term: Term) -> Quota:
    """All quotas of this one's term once more for another term; what is there already stays. Raises RuleViolation when nothing is new."""
    check_can_manage(actor)
    source, term = stored(Quota, record), stored(Term, term)  # copied into one term once
    if term.pk == source.term_id:
        raise RuleViolation("请选另一个学期。", field="term")
    known = set(Quota.objects.filter(term=term).values_list("department", "kind"))
    in_use = Quota.objects.filter(Q(kind=None) | Q(kind__is_active=True), term=source.term_id, department__is_active=True)
    rows = [one for one in in_use.order_by("pk") if (one.department_id, one.kind_id) not in known]
    if not rows:
        raise RuleViolation(f"{term}的定额都有了。", field="term")
    for one in rows:
        new = Quota(
            term=term,
            department_id=one.department_id,
            kind_id=one.kind_id,
            amount=one.amount,
            sheets=one.sheets,
            note=one.note,
            created_by=actor,
            created_at=at,
        )
        save_changes(actor=actor, at=at, record=new)
    record_event(actor=actor, at=at, action="copy", record=source, text=f"抄到{term}：{len(rows)} 条")
    return source


@rule
def remove_quota(*, actor, at: datetime, record: Quota) -> Quota:
    """No quota any more; what was drawn stays in the ledger."""
    check_can_manage(actor)
    quota = stored(Quota, record)
    record_event(actor=actor, at=at, action="remove", record=quota, text=f"取消定额：{quota}，{quota.term}")
    Quota.objects.filter(pk=quota.pk).delete()
    return quota
