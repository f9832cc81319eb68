"""调换宿舍: asked for with a reason, decided by somebody else, done at once (DOR-01)."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import Student

from .models import MOVE_MOVES, Bed, MoveState, RoomMove, Stay
from .rights import ALLOCATE, ASK
from .rules import check_in_charge
from .stay_rules import locked_beds, unfit

SUBJECT = Subject("dorms.move", "调换宿舍", "宿舍")


def check_can_ask(user, record=None) -> None:
    require(user, ASK)


def open_stay(student: Student) -> Stay | None:
    """The bed the student has now, or is to have."""
    rows = Stay.objects.filter(student=student, left_on=None).select_related("bed__room__building", "student__school_class__head_teacher")
    return rows.first()


@rule
def ask_move(*, actor, at: datetime, student: Student, to_bed: Bed, wish: str, reason: str) -> RoomMove:
    """Ask for another bed; with somebody in it the two are to change beds.

    Raises NotAllowed for students one has nothing to do with, RuleViolation at its field when a bed does not fit either of them.
    """
    scope, stay = require(actor, ASK), open_stay(student)
    if stay is None:
        raise RuleViolation(f"{student.name}还没有床位，请宿管员直接安排。", field="student")
    if scope != Scope.ALL and student.school_class.head_teacher_id != actor.pk and not stay.bed.room.building.keepers.filter(pk=actor.pk).exists():
        raise NotAllowed("只能给自己班的学生，或者自己管的楼里的学生申请。", field="student")
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    beds = locked_beds([stay.bed_id, to_bed.pk])
    here, there = beds[stay.bed_id], beds[to_bed.pk]
    if here.pk == there.pk:
        raise RuleViolation("已经在这张床。", field="to_bed")
    if why := unfit(student, there):
        raise RuleViolation(why, field="to_bed")
    held = Stay.objects.filter(bed=there, left_on=None).select_related("student").first()
    if held and (why := unfit(held.student, here)):
        raise RuleViolation(f"对换不了：{why}", field="to_bed")
    move = RoomMove(student=student, from_bed=here, to_bed=there, other=held.student if held else None, wish=wish, reason=reason)
    move.created_by, move.created_at = actor, at
    move.full_clean()
    move.save()
    record_event(actor=actor, at=at, action="create", record=move, text=f"申请{'对换' if held else '调换'}：{here} → {there}", note=reason)
    keepers = set(there.room.building.keepers.filter(is_active=True)) | set(here.room.building.keepers.filter(is_active=True))
    deciders = [one for one in keepers or holders_of(ALLOCATE) if one.pk != actor.pk]
    _tell(move, deciders, "asked", f"{student.name}要调换宿舍，请您定", at=at)
    return move


def _tell(move: RoomMove, people, step: str, title: str, *, at: datetime, body: str = "") -> None:
    recipients = list({one.pk: one for one in people if one is not None}.values())
    url = reverse("dorms:move-detail", args=[move.pk])
    notify(at=at, key=f"dorms.move:{move.pk}:{step}", recipients=recipients, title=title, body=body or f"到{move.to_bed}", url=url, subject=SUBJECT)


def _building_keepers_can(user, move: RoomMove) -> None:
    check_in_charge(user, move.to_bed.room.building)


def check_can_decide(user, move: RoomMove) -> None:
    check_move(move, MoveState.DONE, moves=MOVE_MOVES)
    _building_keepers_can(user, move)
    if move.created_by_id == user.pk:
        raise NotAllowed("申请是您自己提的，请另一位来定。")


def check_can_withdraw(user, move: RoomMove) -> None:
    check_move(move, MoveState.WITHDRAWN, moves=MOVE_MOVES)
    if move.created_by_id != user.pk:
        raise NotAllowed("只有提申请的人能撤回。")


@rule
def approve_move(*, actor, at: datetime, record: RoomMove, words: str = "") -> RoomMove:
    """Agree, and the student moves today, or the two change. Raises Conflict when one of the beds is no longer as it was asked for."""
    move = stored(RoomMove, record)
    check_can_decide(actor, move)
    day, beds = timezone.localdate(at), locked_beds([move.from_bed_id, move.to_bed_id])
    stay = Stay.objects.select_for_update().filter(student=move.student, bed=move.from_bed, left_on=None).first()
    held = Stay.objects.select_for_update().filter(bed=move.to_bed, left_on=None).first()
    if stay is None or (held.student_id if held else None) != move.other_id:
        raise Conflict("床位在申请以后变了，请不同意这张，重新申请。")
    pairs = [(stay, beds[move.to_bed_id])] + ([(held, beds[move.from_bed_id])] if held else [])
    for one, bed in pairs:
        if why := unfit(one.student, bed):
            raise RuleViolation(why)
    _change_beds(pairs, day, actor=actor, at=at)
    words = tidied({"words": words or ""})["words"][:200]
    advance(move, MoveState.DONE, moves=MOVE_MOVES, decided_at=at, decided_by=actor, words=words)
    record_event(actor=actor, at=at, action="approve", record=move, text="同意，已调换", note=words)
    others = [move.other.school_class.head_teacher] if move.other else []
    _tell(move, [move.created_by, move.student.school_class.head_teacher, *others], "done", f"{move.student.name}已调换宿舍", at=at)
    return move


def _change_beds(pairs: list[tuple[Stay, Bed]], day: date, *, actor, at: datetime) -> None:
    """Everybody leaves first, then everybody comes; a first night still ahead is simply of the other bed."""
    for stay, _ in pairs:
        stay.left_on, stay.why_left = max(day, stay.since), "调换宿舍"
        stay.save(update_fields=["left_on", "why_left"])
    for stay, bed in pairs:
        new = Stay.objects.create(
            student=stay.student, bed=bed, since=stay.left_on, student_sex=stay.student.sex, room_sex=bed.room.sex, created_by=actor, created_at=at
        )
        record_event(actor=actor, at=at, action="leave", record=stay, text=f"{stay.student.name}调换到{bed}")
        record_event(actor=actor, at=at, action="create", record=new, text=f"{stay.student.name}从{stay.bed}调换来")


@rule
def refuse_move(*, actor, at: datetime, record: RoomMove, words: str) -> RoomMove:
    """Say no, with a reason."""
    move, words = stored(RoomMove, record), tidied({"words": words or ""})["words"][:200]
    check_can_decide(actor, move)
    if not words:
        raise RuleViolation("请写为什么不同意。", field="words")
    advance(move, MoveState.REFUSED, moves=MOVE_MOVES, decided_at=at, decided_by=actor, words=words)
    record_event(actor=actor, at=at, action="refuse", record=move, text="不同意", note=words)
    _tell(move, [move.created_by], "refused", f"{move.student.name}调换宿舍没有同意", body=words, at=at)
    return move


@rule
def withdraw_move(*, actor, at: datetime, record: RoomMove) -> RoomMove:
    """Whoever asked takes it back."""
    move = stored(RoomMove, record)
    check_can_withdraw(actor, move)
    advance(move, MoveState.WITHDRAWN, moves=MOVE_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=move, text="撤回申请")
    return move
