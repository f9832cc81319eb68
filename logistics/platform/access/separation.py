"""Acts on one document that one person may not both do. Apps say which of their acts is which duty; the pairs are the ministry's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from logistics.platform.audit.queries import has_done
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.text import tidy

from .models import Relaxation
from .queries import today
from .rules import require

MANAGE = "platform.separation.manage"
SHORTEST_REASON = 5
LONGEST_DAYS = 366

REQUEST, APPROVE, BUY, DO, ACCEPT, KEEP, BOOK, PAY, COUNT, CASH = "申请", "审批", "采购", "经办", "验收", "保管", "记账", "付款", "盘点", "出纳"

# 财会〔2012〕21号《行政事业单位内部控制规范（试行）》; 会计法 Art. 35 for the cashier
STANDARD = (
    (REQUEST, APPROVE),
    (REQUEST, ACCEPT),
    (APPROVE, BUY),
    (APPROVE, DO),
    (APPROVE, PAY),
    (BUY, ACCEPT),
    (BUY, KEEP),
    (BUY, PAY),
    (DO, ACCEPT),
    (DO, BOOK),
    (ACCEPT, KEEP),
    (ACCEPT, BOOK),
    (KEEP, BOOK),
    (KEEP, COUNT),
    (BOOK, PAY),
    (BOOK, CASH),
)


@dataclass(frozen=True)
class Act:
    """An act by the code the journal knows it by, what people call it, and which duty it is."""

    code: str
    label: str
    duty: str


@dataclass(frozen=True)
class Pair:
    """Two acts of one kind of document kept apart."""

    kind: str
    document: str
    first: Act
    second: Act

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.first.code}:{self.second.code}"

    @property
    def why(self) -> str:
        return f"{self.first.duty}和{self.second.duty}要分开"


_pairs: list[Pair] = []


def register(kind: str, document: str, acts: Iterable[Act], *, without: Iterable[frozenset[str]] = ()) -> None:
    """Keep apart every two acts of this document whose duties the standard keeps apart, for wiring.py.

    `kind` is the record kind ("repairs.project"); `without` names pairs of act codes the document has a stricter or other rule for.
    """
    acts, left_out = list(acts), set(without)
    for first, second in STANDARD:
        for one in (act for act in acts if act.duty == first):
            _pairs.extend(
                Pair(kind, document, one, other)
                for other in acts
                if other.duty == second and other.code != one.code and frozenset((one.code, other.code)) not in left_out
            )


def all_pairs() -> list[Pair]:
    return list(_pairs)


def relaxed_now(on: date | None = None) -> dict[tuple[str, str, str], Relaxation]:
    """The pairs one person may do both of on this day. One query."""
    rows = Relaxation.objects.filter(ended_at=None, until_on__gte=on or today()).select_related("made_by")
    return {(row.kind, row.first, row.second): row for row in rows}


def check_separation(actor, act: str, document, *, field: str | None = None) -> None:
    """Refuse `act` to whoever did an act on this document that is kept apart from it, in person or by a substitute.

    Who stands in for somebody else counts as both. Raises NotAllowed that names the two acts and what to do, at
    `field` when one is given (somebody is named for an act to come).
    """
    kind = document._meta.label_lower
    pairs = [(pair, other) for pair in _pairs if pair.kind == kind for other in _others(pair, act)]
    if not pairs or document.pk is None:
        return
    done = [(pair, other) for pair, other in pairs if _did(actor, document, other.code)]
    relaxed = relaxed_now() if done else {}
    for pair, other in done:
        if (pair.kind, pair.first.code, pair.second.code) not in relaxed:
            mine = pair.second if other is pair.first else pair.first
            words = f"{actor.name}办过这张{pair.document}的「{other.label}」，「{mine.label}」要由别人办，请交给另一位有权限的同事。"
            raise NotAllowed(words, field=field)


def _others(pair: Pair, act: str) -> list[Act]:
    return [one for one, other in ((pair.first, pair.second), (pair.second, pair.first)) if other.code == act]


def _did(actor, document, act: str) -> bool:
    """In the journal, or in the rule that is running now."""
    principals = getattr(actor, "acting_for", {})
    people = {actor.pk, *principals}
    for event in getattr(connection, "journal", None) or ():
        here = (event.kind, event.record_id, event.action) == (document._meta.label_lower, document.pk, act)
        if here and people & {event.actor_id, event.for_id}:
            return True
    return any(has_done(pk, document, act) for pk in people)


def check_can_relax(user, record=None) -> None:
    require(user, MANAGE)


@rule
def relax(*, actor, at: datetime, pair: Pair, reason: str, until_on: date) -> Relaxation:
    """Let one person do both acts until a day. Raises RuleViolation for a missing reason, a past or far day, or one relaxed already."""
    check_can_relax(actor)
    reason = tidy(reason or "")
    if len(reason) < SHORTEST_REASON:
        raise RuleViolation("请写清楚为什么要放宽，例如：总务处只有一个人，学校会议同意。", field="reason")
    if until_on < today():
        raise RuleViolation(f"放宽到哪天不能早于今天（{today()}）。", field="until_on")
    if (until_on - today()).days > LONGEST_DAYS:
        raise RuleViolation("一次最多放宽一年，到期再看还需不需要。", field="until_on")
    if (pair.kind, pair.first.code, pair.second.code) in relaxed_now():
        raise RuleViolation("这一对已经放宽了。要改的话，先恢复，再放宽。")
    known = {"kind": pair.kind, "first": pair.first.code, "second": pair.second.code}
    Relaxation.objects.filter(**known, ended_at=None).update(ended_at=at)  # run out, never taken back by hand
    try:
        with transaction.atomic():
            made = Relaxation.objects.create(**known, reason=reason, until_on=until_on, made_by=actor, made_at=at)
    except IntegrityError as clash:
        raise Conflict("刚刚已经有人放宽了这一对，请刷新后再看。") from clash
    text = f"放宽{pair.document}的「{pair.first.label}」和「{pair.second.label}」，到 {until_on}"
    record_event(actor=actor, at=at, action="relax", record=made, text=text, note=reason)
    return made


@rule
def restore(*, actor, at: datetime, pair: Pair) -> None:
    """Keep the two acts apart again from now on."""
    check_can_relax(actor)
    row = relaxed_now().get((pair.kind, pair.first.code, pair.second.code))
    if row is None or not Relaxation.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at):
        raise RuleViolation("这一对本来就是分开的。")
    record_event(actor=actor, at=at, action="restore", record=row, text=f"恢复{pair.document}的「{pair.first.label}」和「{pair.second.label}」要分开")
