"""Doing what is due, saying later why it was not done, taking one out of the plan (SAF-02)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import tidy
from logistics.platform.notices.rules import notify

from .checklist import answered
from .ladder import TROUBLES
from .models import CHECKLIST, OCCURRENCE_MOVES, EntryKind, Occurrence, OccurrenceEntry, OccurrenceState
from .queries import MANAGE, may_do
from .registry import own_page, producer_of

MOST_PHOTOS = 12


def check_can_complete(user, record: Occurrence) -> None:
    """Whoever has the duty, its post or stands in, and whoever keeps the duties, while it is open."""
    if not may_do(user, record) and not has(user, MANAGE):
        raise NotAllowed(f"这次任务归{record.owner_words}做，不归您做。")
    if record.state == OccurrenceState.MISSED:
        raise RuleViolation("这次已经过了时间，记为没做。后来补做的，请点“补做说明”。")
    check_move(record, OccurrenceState.DONE, moves=OCCURRENCE_MOVES)


def check_can_finish(user, record: Occurrence) -> None:
    """Finishing on the duty's own page; other records finish it themselves."""
    check_can_complete(user, record)
    if record.duty.producer != CHECKLIST:
        raise RuleViolation(f"这次任务请在“{producer_of(record.duty.producer).label}”里做，做完会自己记上。")


def check_can_make_up(user, record: Occurrence) -> None:
    if not may_do(user, record) and not has(user, MANAGE):
        raise NotAllowed(f"这次任务归{record.owner_words}做，不归您做。")
    if record.state != OccurrenceState.MISSED:
        raise RuleViolation("只有没做的才要补做说明。")


def check_can_cancel(user, record: Occurrence) -> None:
    require(user, MANAGE)
    check_move(record, OccurrenceState.CANCELLED, moves=OCCURRENCE_MOVES)


def check_time(record: Occurrence, at: datetime) -> None:
    """Raise RuleViolation outside the time in which it may be done."""
    if at < record.opens_at:
        raise RuleViolation(f"还没到时间，{timezone.localtime(record.opens_at):%m-%d %H:%M} 开始。")
    if at >= record.closes_at:
        raise RuleViolation("这次已经过了最晚的时间，记为没做。后来补做的，请写补做说明。")


@rule
def complete_occurrence(*, actor, at: datetime, record: Occurrence, answers: Sequence[dict] = (), note: str = "") -> Occurrence:
    """Note that it has been done, on time or late by `at`; other apps call this in the transaction that finishes their record.

    `answers` are {"text", "value", "ok", "note"}; those not in order are counted and told to the supervisor.
    Raises NotAllowed, RuleViolation before it opens or after it closed, Conflict when it is done already.
    """
    found = stored(Occurrence, record)
    check_can_complete(actor, found)
    check_time(found, at)
    state = OccurrenceState.DONE if at <= found.due_at else OccurrenceState.LATE
    bad = sum(not answer["ok"] for answer in answers)
    advance(found, state, moves=OCCURRENCE_MOVES, done_at=at, done_by_id=actor.pk, bad=bad, next_tell_at=None)
    note = tidy(note)[:500]
    OccurrenceEntry.objects.create(occurrence=found, kind=EntryKind.DONE, at=at, by=actor, answers=list(answers), note=note)
    words = "做完" if state == OccurrenceState.DONE else "做完，超过了期限"
    record_event(actor=actor, at=at, action="finish", record=found, text=f"{words}，{bad} 项不正常" if bad else words, note=note)
    if bad and found.supervisor:
        wrong = "；".join(f"{answer['text']}：{answer['note'] or answer['value']}" for answer in answers if not answer["ok"])
        title = f"{found.duty}有 {bad} 项不正常"
        key = f"platform.occurrence:{found.pk}:bad"
        notify(at=at, key=key, recipients=[found.supervisor], title=title, body=wrong, url=own_page(found), subject=TROUBLES)
    return found


@rule
def finish_checklist(*, actor, at: datetime, record: Occurrence, given: Mapping[int, dict] | None = None, photos: Sequence = (), note: str = "") -> Occurrence:
    """Answer the duty's checklist and so complete it. `given` is {item number from 0: {"value", "note", "photos"}}.

    Raises RuleViolation at answer_<n>, note_<n> or photo_<n>.
    """
    given = given or {}
    duty = record.duty
    check_can_finish(actor, record)
    answers = answered(duty.checklist, dict(given))
    found = complete_occurrence(actor=actor, at=at, record=record, answers=answers, note=note)
    for n in range(len(duty.checklist)):
        attach(actor=actor, at=at, record=found, role=f"item{n}", uploads=given.get(n, {}).get("photos") or (), field=f"photo_{n}")
    attach(actor=actor, at=at, record=found, role="photo", uploads=photos, limit=MOST_PHOTOS, field="photos")
    return found


@rule
def make_up(*, actor, at: datetime, record: Occurrence, note: str, photos: Sequence = ()) -> Occurrence:
    """Say what was done about a missed one. It stays missed; the words are a new entry."""
    found, note = stored(Occurrence, record), tidy(note)
    check_can_make_up(actor, found)
    if not note:
        raise RuleViolation("请写什么时候补做的、情况怎样。", field="note")
    OccurrenceEntry.objects.create(occurrence=found, kind=EntryKind.MAKEUP, at=at, by=actor, note=note[:500])
    attach(actor=actor, at=at, record=found, role="photo", uploads=photos, limit=MOST_PHOTOS, field="photos")
    record_event(actor=actor, at=at, action="make_up", record=found, text="补做说明", note=note)
    return found


@rule
def cancel_occurrence(*, actor, at: datetime, record: Occurrence, reason: str) -> Occurrence:
    """Take one time out of the plan for a reason; it is not made again."""
    found, reason = stored(Occurrence, record), tidy(reason)
    check_can_cancel(actor, found)
    if not reason:
        raise RuleViolation("请写为什么这次不用做。", field="reason")
    advance(found, OccurrenceState.CANCELLED, moves=OCCURRENCE_MOVES, reason=reason[:200], cancelled_by_id=actor.pk, next_tell_at=None)
    record_event(actor=actor, at=at, action="cancel", record=found, text="这次不用做", note=reason)
    return found
