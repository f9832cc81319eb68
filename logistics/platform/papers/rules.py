"""Registering, renewing and voiding papers, and telling people in time. Nothing is ever deleted (ORG-05)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import tidy
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day

from .models import PAPER_MOVES, PaperKind, PaperState, StaffPaper
from .queries import MANAGE, WARN, in_use, left_words, url_of

PAPERS = Subject("platform.papers", "证件快到期、过期", "证件")
LAST_STEPS = (0, 1, 7)  # days before the last day on which people are told again after the first warning
MOST_SCANS = 3


def check_can_manage(user, record: StaffPaper | None = None) -> None:
    require(user, MANAGE)


def check_can_change(user, record: StaffPaper) -> None:
    """Slips of the pen are put right while the paper is in use; a new paper is a renewal."""
    require(user, MANAGE)
    if not record.is_current:
        raise RuleViolation(f"这个证件{record.get_state_display()}，不能再改。")


def check_can_renew(user, record: StaffPaper) -> None:
    require(user, MANAGE)
    check_move(record, PaperState.REPLACED, moves=PAPER_MOVES)


def check_can_void(user, record: StaffPaper) -> None:
    require(user, MANAGE)
    check_move(record, PaperState.VOID, moves=PAPER_MOVES)


@rule
def save_paper(*, actor, at: datetime, record: StaffPaper | None = None, photos: Sequence = (), scans: Sequence = (), **values) -> StaffPaper:
    """Register a paper, or put right what was typed wrong; photos and scans are added to those it has.

    Raises RuleViolation or ValidationError at the field.
    """
    check_can_manage(actor)
    paper = stored(StaffPaper, record)
    is_new = paper.pk is None
    if is_new:
        paper.created_by, paper.created_at = actor, at
    else:
        check_can_change(actor, paper)
    _check_dated(values.get("kind", paper.kind), values.get("expires_on", paper.expires_on))
    added = len(photos) + len(scans)
    text = f"修改证件，添了 {added} 个附件" if added and not is_new else ""
    paper = save_changes(actor=actor, at=at, record=paper, text=text, **tidied(values))
    _hang(actor, at, paper, photos, scans)
    return paper


def _check_dated(kind: str, expires_on: date | None) -> None:
    if kind == PaperKind.HEALTH and expires_on is None:
        raise RuleViolation("健康证一年一换，请写到期日；没有到期日的不能算有效。", field="expires_on")


@rule
def renew_paper(*, actor, at: datetime, record: StaffPaper, photos: Sequence = (), scans: Sequence = (), **values) -> StaffPaper:
    """Register the paper that takes this one's place and return it; the old one stays and points at it.

    Raises RuleViolation on `expires_on` when the new paper does not last longer than the old.
    """
    old = stored(StaffPaper, record)
    check_can_renew(actor, old)
    ends = values.get("expires_on")
    if ends and old.expires_on and ends <= old.expires_on:
        raise RuleViolation(f"新证的到期日要晚于旧证的（{full_day(old.expires_on)}）。", field="expires_on")
    _check_dated(old.kind, ends)
    new = StaffPaper(person=old.person, kind=old.kind, created_by=actor, created_at=at)
    new = save_changes(actor=actor, at=at, record=new, text="换新证", **tidied(values))
    _hang(actor, at, new, photos, scans)
    advance(old, PaperState.REPLACED, moves=PAPER_MOVES, replaced_by=new)
    record_event(actor=actor, at=at, action="renew", record=old, text=f"换了新证，{_until(new)}")
    return new


@rule
def void_paper(*, actor, at: datetime, record: StaffPaper, reason: str) -> StaffPaper:
    """Take a paper out of use for a reason: withdrawn by the authority, left the work, registered by mistake."""
    paper = stored(StaffPaper, record)
    check_can_void(actor, paper)
    reason = tidy(reason)
    if not reason:
        raise RuleViolation("请写作废的原因。", field="reason")
    advance(paper, PaperState.VOID, moves=PAPER_MOVES, void_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=paper, text="作废", note=reason)
    return paper


def remind(*, at: datetime) -> int:
    """Tell the person and the keepers of every paper that runs out or has run out; returns how many papers there were.

    Each step (the school's days, usually 30; 7, 1, 0 days before, and expired) is told once per paper and date, however often this runs.
    A day on which it did not run is made up on the next.
    """
    on = timezone.localdate(at)
    keepers = list(holders_of(MANAGE))
    first = limit(WARN, on)
    papers = list(in_use().filter(expires_on__lte=on + timedelta(days=first)))
    for paper in papers:
        notify(
            at=at,
            key=f"platform.paper:{paper.pk}:{paper.expires_on}:{step(paper, on, first)}",
            recipients=[paper.person, *keepers],
            title=f"{paper}{'已经过期' if paper.expires_on < on else '快到期了'}",
            body=f"{full_day(paper.expires_on)}到期，{left_words(paper, on)}。请换新证，并交到总务处登记。",
            url=url_of(paper),
            subject=PAPERS,
        )
    return len(papers)


def step(paper, on: date, first: int) -> str:
    """Which warning is due: "expired", or the days before the last day that it belongs to."""
    left = paper.days_left(on)
    return "expired" if left < 0 else str(next(days for days in (*(last for last in LAST_STEPS if last < first), first) if left <= days))


def _until(paper: StaffPaper) -> str:
    return f"有效到{full_day(paper.expires_on)}" if paper.expires_on else "长期有效"


def _hang(actor, at: datetime, paper: StaffPaper, photos: Sequence, scans: Sequence) -> None:
    attach(actor=actor, at=at, record=paper, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=paper, role="paper", uploads=scans, limit=MOST_SCANS, field="scans")
