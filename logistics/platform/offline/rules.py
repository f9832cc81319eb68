"""Taking in what a phone filled in without network: applied once, in order, or kept whole for its writer to decide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from logistics.platform.attachments.rules import attach, release
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import ARRIVAL_MOVES, Arrival, ArrivalState

PHOTOS_KEPT = 30
FAULT = "系统出了错，这一条没有处理成，不是您填错了。内容和照片都留着，过一会儿再试；还不行，请告诉系统管理员。"


@dataclass(frozen=True)
class Entry:
    """A form as the phone kept it. `kind`, `record_id` and `title` name the record it is about, when there is one."""

    uid: UUID
    key: str
    label: str
    url: str
    claimed_at: datetime
    read_at: datetime
    typed: dict
    seen: str = ""
    kind: str = ""
    record_id: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of applying a form: its state, the sentence, where to go, the record's stamp afterwards, photos by field when it failed."""

    state: ArrivalState
    words: str = ""
    go: str = ""
    seen: str = ""
    stamp: str = ""
    photos: dict = field(default_factory=dict)


class Undone(Exception):
    """Takes back what a form that did not go through may have written."""

    def __init__(self, outcome: Outcome):
        super().__init__(outcome.words)
        self.outcome = outcome


@rule
def _applied(*, actor, at: datetime, apply: Callable[[], Outcome]) -> Outcome:
    outcome = apply()
    if outcome.state != ArrivalState.DONE:
        raise Undone(outcome)
    return outcome


def tried(*, actor, at: datetime, apply: Callable[[], Outcome]) -> Outcome:
    """Apply; unless it is done, nothing of it stays, its journal entries neither."""
    try:
        return _applied(actor=actor, at=at, apply=apply)
    except Undone as undone:
        return undone.outcome


@rule
def receive(*, actor, at: datetime, entry: Entry, apply: Callable[[], Outcome]) -> Arrival:
    """Apply the entry once. The same number again, also at the same moment, gets the first answer.

    `apply` runs the page's own form, check and rule. What does not go through is kept whole.
    """
    known = Arrival.objects.filter(user=actor.pk, uid=entry.uid).first()
    if known:
        return known
    try:
        with transaction.atomic():
            arrival = Arrival.objects.create(user=actor, arrived_at=at, state=ArrivalState.RECEIVED, **vars(entry) | {"claimed_at": min(entry.claimed_at, at)})
    except IntegrityError:  # another request with the same number was first and has committed
        return Arrival.objects.get(user=actor.pk, uid=entry.uid)
    outcome = tried(actor=actor, at=at, apply=apply)
    changes: dict[str, Any] = {"words": outcome.words[:500], "go": outcome.go[:300], "seen": outcome.seen or entry.seen, "stamp": outcome.stamp}
    if outcome.state == ArrivalState.DONE:
        changes["typed"] = {}
    advance(arrival, outcome.state, moves=ARRIVAL_MOVES, **changes)
    if outcome.state != ArrivalState.DONE:
        for name, photos in outcome.photos.items():
            attach(actor=actor, at=at, record=arrival, role=name[:20], uploads=photos, limit=PHOTOS_KEPT)
        record_event(actor=actor, at=at, action="keep_offline", record=arrival, text=f"离线填写的没有办成：{outcome.words}")
    return arrival


def check_own(user, arrival: Arrival) -> None:
    if arrival.user_id != user.pk:
        raise NotAllowed("这是别人填的。")
    if not arrival.is_waiting:
        raise RuleViolation(f"这一条{arrival.get_state_display()}，不用再办。")


@rule
def settle(*, actor, at: datetime, record: Arrival, apply: Callable[[dict], Outcome]) -> Arrival:
    """Try a kept form again, as it was or changed; its photos go with it. When it fails again it stays, with the new sentence.

    `apply` is given {field: tokens of the waiting photos}.
    """
    record = Arrival.objects.select_for_update().get(pk=record.pk)
    check_own(actor, record)
    outcome = tried(actor=actor, at=at, apply=lambda: apply(release(actor=actor, at=at, record=record)))
    done = outcome.state == ArrivalState.DONE
    to = ArrivalState.REFUSED if outcome.state == ArrivalState.CONFLICT else outcome.state
    advance(record, to, moves=ARRIVAL_MOVES, words=outcome.words[:500], go=outcome.go[:300], settled_at=at if done else None)
    if done:
        record_event(actor=actor, at=at, action="settle_offline", record=record, text=f"离线填写的办好了：{record.label}")
    return record


@rule
def put_aside(*, actor, at: datetime, record: Arrival, reason: str) -> Arrival:
    """Leave it undone, with the reason; it is kept and can be read at any time."""
    check_own(actor, record)
    check_move(record, ArrivalState.ASIDE, moves=ARRIVAL_MOVES)
    advance(record, ArrivalState.ASIDE, moves=ARRIVAL_MOVES, reason=reason, settled_at=at)
    record_event(actor=actor, at=at, action="put_aside", record=record, text="离线填写的搁下了", note=reason)
    return record
