"""Printing blank labels, sticking one on a thing, taking it off again."""

from datetime import datetime

from django.db.models import Model

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import tidy
from logistics.platform.numbering.rules import next_numbers

from .codes import SERIES, code_of
from .models import MOVES, BlankLabel, LabelState
from .queries import MANAGE, labels_of
from .things import Thing, thing_of, things_for

MOST_AT_ONCE = 500
ALL_YEARS = 0  # the series never starts anew, old stickers stay where they are
FREE: dict = {"kind": "", "record_id": None, "thing_name": "", "claimed_at": None, "claimed_by": None}


def check_can_print(user, record=None) -> None:
    require(user, MANAGE)


def check_can_claim(user, label: BlankLabel) -> None:
    """Whoever may label any kind of thing, as long as the label is blank."""
    check_move(label, LabelState.CLAIMED, moves=MOVES)
    if not things_for(user):
        raise NotAllowed("绑定标签要有管理地点或物品的权限。请把这张标签交给总务处。")


def check_can_release(user, label: BlankLabel) -> None:
    require(user, MANAGE)
    if label.state != LabelState.CLAIMED:
        raise RuleViolation(f"这张标签是{label.get_state_display()}的，不用解除。")


def check_can_void(user, label: BlankLabel) -> None:
    require(user, MANAGE)
    check_move(label, LabelState.VOID, moves=MOVES)


@rule
def print_blank_labels(*, actor, at: datetime, count: int) -> list[BlankLabel]:
    """New codes for a sheet of stickers. At most 500 at once."""
    check_can_print(actor)
    if not 1 <= count <= MOST_AT_ONCE:
        raise RuleViolation(f"一次印 1 到 {MOST_AT_ONCE} 张，请改一下张数。", field="count")
    serials = [int(number.rpartition("-")[2]) for number in next_numbers(SERIES, ALL_YEARS, count)]
    BlankLabel.objects.bulk_create([BlankLabel(code=code_of(serial), printed_at=at, printed_by=actor) for serial in serials], batch_size=200)
    labels = list(BlankLabel.objects.filter(code__in=[code_of(serial) for serial in serials]).order_by("pk"))
    record_event(actor=actor, at=at, action="print", record=labels[0], text=f"印了空白标签 {labels[0].code} 到 {labels[-1].code}，{count} 张")
    return labels


@rule
def claim_label(*, actor, at: datetime, record: BlankLabel, thing: Model) -> BlankLabel:
    """Stick a blank label on a thing this person may label; from now on the code opens the thing.

    Raises Conflict when somebody else was first, RuleViolation for a thing that is no longer in use.
    """
    check_can_claim(actor, record)
    found = ref(thing)
    kind = thing_of(found.kind)
    kind.check(actor, thing)
    if kind.is_retired(thing):
        raise RuleViolation(f"「{thing}」已经停用，不能再贴标签。请另选一个。", field="thing")
    name = str(thing)[:200]
    advance(record, LabelState.CLAIMED, moves=MOVES, kind=found.kind, record_id=found.id, thing_name=name, claimed_at=at, claimed_by=actor)
    record_event(actor=actor, at=at, action="claim", record=record, text=f"绑定到{kind.title}「{name}」")
    record_event(actor=actor, at=at, action="label", record=thing, text=f"贴了标签 {record.code}")
    return record


@rule
def release_label(*, actor, at: datetime, record: BlankLabel, reason: str) -> BlankLabel:
    """Take a label off its thing, with the reason; the sticker is blank again."""
    check_can_release(actor, record)
    return _take_off(actor=actor, at=at, record=record, to=LabelState.BLANK, reason=reason)


@rule
def void_label(*, actor, at: datetime, record: BlankLabel, reason: str) -> BlankLabel:
    """A sticker that is lost or torn; its code is never used again."""
    check_can_void(actor, record)
    return _take_off(actor=actor, at=at, record=record, to=LabelState.VOID, reason=reason)


@rule
def release_labels_of(*, actor, at: datetime, record: Model, reason: str) -> int:
    """A thing is retired: its stickers are free again. Called by the rule that retires it, which checks; returns how many."""
    labels = list(labels_of(record))
    for label in labels:
        _take_off(actor=actor, at=at, record=label, to=LabelState.BLANK, reason=reason)
    return len(labels)


def _take_off(*, actor, at: datetime, record: BlankLabel, to: LabelState, reason: str) -> BlankLabel:
    reason = tidy(reason)
    if len(reason) < 2:
        raise RuleViolation("写一下原因，例如 贴错了、物品报废了。", field="reason")
    name, found = record.thing_name, _thing_under(record)
    advance(record, to, moves=MOVES, unchanged=("record_id",), **FREE)
    verb = "作废" if to == LabelState.VOID else "解除"
    record_event(actor=actor, at=at, action=to.value, record=record, text=f"{verb}标签" + (f"，原来贴在「{name}」" if name else ""), note=reason)
    if found is not None:
        record_event(actor=actor, at=at, action="unlabel", record=found, text=f"{verb}了标签 {record.code}", note=reason)
    return record


def _thing_under(label: BlankLabel) -> Model | None:
    if label.state != LabelState.CLAIMED:
        return None
    kind: Thing = thing_of(label.kind)
    return kind.find(label.record_id)
