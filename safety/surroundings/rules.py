"""Registering what is around the school, referring it, looking again every term (SAF-13)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from safety.evidence import RECORD, check_can_record

from .models import SURROUNDING_MOVES, Surrounding, SurroundingState, SurroundingStep, SurroundingStepKind

MOST_PHOTOS = 30


def check_can_change(user, row: Surrounding) -> None:
    require(user, RECORD)
    if row.state == SurroundingState.SOLVED:
        raise RuleViolation("已经解决了。又出现的，点「又出现」。")


def check_can_refer(user, row: Surrounding) -> None:
    require(user, RECORD)
    check_move(row, SurroundingState.REFERRED, moves=SURROUNDING_MOVES)


def check_can_answer(user, row: Surrounding) -> None:
    require(user, RECORD)
    if row.state != SurroundingState.REFERRED:
        raise RuleViolation("先向部门反映，再记答复。")


def check_can_solve(user, row: Surrounding) -> None:
    require(user, RECORD)
    check_move(row, SurroundingState.SOLVED, moves=SURROUNDING_MOVES)


def check_can_reopen(user, row: Surrounding) -> None:
    require(user, RECORD)
    if row.state != SurroundingState.SOLVED:
        raise RuleViolation("还没有解决，接着记就行。")


@rule
def save_surrounding(*, actor, at: datetime, record: Surrounding | None = None, found_on: date | None = None, photos: Sequence = (), **fields) -> Surrounding:
    """Register or change one. The day it was found does not change afterwards."""
    check_can_record(actor)
    row, fields = stored(Surrounding, record), tidied(fields)
    today = timezone.localdate(at)
    if row.pk is None:
        day = found_on or today
        if day > today:
            raise RuleViolation("发现日期不能晚于今天。", field="found_on")
        row.created_by, row.created_at, row.found_on, row.looked_on = actor, at, day, day
    else:
        check_can_change(actor, row)
        if found_on and found_on != row.found_on:
            raise RuleViolation("发现日期登记以后不能改。", field="found_on")
    row = save_changes(actor=actor, at=at, record=row, **fields)
    attach(actor=actor, at=at, record=row, role="photo", uploads=photos, limit=MOST_PHOTOS, field="photos")
    return row


@rule
def refer(*, actor, at: datetime, record: Surrounding, office: str, contact: str, words: str, photos: Sequence = ()) -> Surrounding:
    """Reported to the office in charge, again as often as needed."""
    row = stored(Surrounding, record)
    check_can_refer(actor, row)
    office = tidied({"office": office or ""})["office"]
    if not office:
        raise RuleViolation("请写向哪个部门反映，例如 城管、派出所、街道。", field="office")
    return _step(actor, at, row, SurroundingStepKind.REFER, words, SurroundingState.REFERRED, office=office, contact=contact, photos=photos)


@rule
def answer(*, actor, at: datetime, record: Surrounding, words: str, photos: Sequence = ()) -> Surrounding:
    """What the office said."""
    row = stored(Surrounding, record)
    check_can_answer(actor, row)
    return _step(actor, at, row, SurroundingStepKind.ANSWER, words, None, photos=photos)


@rule
def look_again(*, actor, at: datetime, record: Surrounding, words: str, photos: Sequence = ()) -> Surrounding:
    """Somebody went there again, as every term asks."""
    row = stored(Surrounding, record)
    check_can_change(actor, row)
    return _step(actor, at, row, SurroundingStepKind.LOOK, words, None, photos=photos)


@rule
def solve(*, actor, at: datetime, record: Surrounding, words: str, photos: Sequence = ()) -> Surrounding:
    """It is no danger any more."""
    row = stored(Surrounding, record)
    check_can_solve(actor, row)
    return _step(actor, at, row, SurroundingStepKind.SOLVE, words, SurroundingState.SOLVED, photos=photos)


@rule
def reopen(*, actor, at: datetime, record: Surrounding, words: str, photos: Sequence = ()) -> Surrounding:
    """It is back."""
    row = stored(Surrounding, record)
    check_can_reopen(actor, row)
    return _step(actor, at, row, SurroundingStepKind.REOPEN, words, SurroundingState.OPEN, photos=photos)


def _step(actor, at: datetime, row: Surrounding, kind: str, words: str, to: str | None, *, photos: Sequence, **given) -> Surrounding:
    said = tidied({"words": words or "", **{name: text or "" for name, text in given.items()}})
    if not said["words"]:
        raise RuleViolation("请写情况。", field="words")
    step = SurroundingStep(surrounding=row, kind=kind, happened_at=at, created_by=actor, created_at=at, **said)
    step.full_clean()
    step.save()
    attach(actor=actor, at=at, record=row, role="photo", uploads=photos, limit=MOST_PHOTOS, field="photos")
    today = timezone.localdate(at)
    if to:
        advance(row, to, moves=SURROUNDING_MOVES, unchanged=("looked_on",), looked_on=today)
    else:
        Surrounding.objects.filter(pk=row.pk).update(looked_on=today)
        row.looked_on = today
    office = f"（{step.office}）" if step.office else ""
    record_event(actor=actor, at=at, action="step", record=row, text=f"{step.get_kind_display()}{office}：{step.words}"[:300], note=step.contact)
    return row
