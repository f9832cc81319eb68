"""Asking for a pass, the four confirmations, out and back (SAF-07)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .models import PASS_MOVES, Party, PassConfirmation, PassReason, PassState, StudentPass
from .queries import ASK, GUARD, MANAGE, code_of, is_head

SUBJECT = Subject("safety.pass", "学生出校", "安全", urgent=True)
HOURS = Limit("safety.pass.hours", "学生出门证和家长确认链接几小时有效", "小时", 4, floor=1, ceiling=12, group="安全")
EARLY = timedelta(minutes=30)  # how long before its hour a pass may be used


def check_can_ask(user, record=None) -> None:
    require(user, ASK)


def page_of(card: StudentPass) -> str:
    return reverse("safety:pass-detail", args=[card.pk])


def tell(people, card: StudentPass, *, at: datetime, about: str, title: str, body: str = "") -> None:
    recipients = list({person.pk: person for person in people if person is not None}.values())
    notify(at=at, key=f"safety.pass.{about}:{card.pk}", recipients=recipients, title=title, body=body, url=page_of(card), subject=SUBJECT)


@rule
def ask_leave(
    *, actor, at: datetime, student, kind: str, reason: str = "", leave_at: datetime | None = None, back_by: datetime | None = None, collector: str = "",
    relation: str = "", phone: str = "",
) -> StudentPass:  # fmt: skip
    """Open a pass for today. What the head teacher opens the head teacher has confirmed.

    Raises NotAllowed for pupils of other classes, RuleViolation at its field, Conflict while another pass of the pupil is open.
    """
    school_class = student.school_class
    if require(actor, ASK) != Scope.ALL and school_class.head_teacher_id != actor.pk:
        raise NotAllowed("班主任只能给自己班的学生办。别的班请找他的班主任或者校医。")
    if not student.is_active:
        raise RuleViolation(f"{student.name}已经不在校。", field="student")
    words = tidied({"reason": reason or "", "collector": collector or "", "relation": relation or "", "phone": phone or ""})
    leave_at = leave_at or at
    if timezone.localdate(leave_at) != timezone.localdate(at) or leave_at < at - timedelta(minutes=10):
        raise RuleViolation("出门证当天办当天用，写今天现在以后的时间。", field="leave_at")
    if kind == PassReason.OTHER and not words["reason"]:
        raise RuleViolation("请写是什么原因。", field="reason")
    if words["collector"] and not words["relation"]:
        raise RuleViolation("请写来接的人是学生的什么人。", field="relation")
    number = next_number("CM", timezone.localtime(at).year)  # its counter is locked until the end, so that two who ask at once see each other's pass
    today = Q(state=PassState.OUT, out_at__date=timezone.localdate(at))
    if StudentPass.objects.filter(Q(state__in=(PassState.ASKED, PassState.READY)) | today, student=student).exists():
        raise Conflict(f"{student.name}已经有一张没办完的出门证。", field="student")
    card = StudentPass(student=student, school_class=school_class, kind=kind, leave_at=leave_at, back_by=back_by, created_by=actor, created_at=at, **words)
    card.link_until = at + timedelta(hours=limit(HOURS.code, timezone.localdate(at)))
    card.number = number
    card.full_clean()
    card.save()
    record_event(actor=actor, at=at, action="create", record=card, text=f"{school_class} {student.name}申请出校", note=card.reason)
    if is_head(actor, card):
        return confirm_as_teacher(actor=actor, at=at, record=card)
    tell(
        [school_class.head_teacher], card, at=at, about="asked", title=f"{student.name}要出校，请您确认", body=f"{card.get_kind_display()}，{card.who_collects}"
    )
    return card


def _check_open(card: StudentPass, party: Party) -> None:
    if card.confirmed[party] is not None:
        raise RuleViolation(f"{party.label}已经确认过了。")
    check_move(card, PassState.READY, moves=PASS_MOVES)


def check_can_confirm_student(user, card: StudentPass) -> None:
    """The pupil signs on the phone of whoever is there: head teacher, who asked, guard."""
    if not (is_head(user, card) or user.pk == card.created_by_id or has(user, GUARD)):
        raise NotAllowed("请学生在班主任、校医或者门卫的手机上签名。")
    _check_open(card, Party.STUDENT)


def check_can_confirm_teacher(user, card: StudentPass) -> None:
    if not is_head(user, card) and not has(user, MANAGE):
        raise NotAllowed(f"请班主任{card.school_class.head_teacher or ''}确认；班主任不在，请分管领导代为确认。")
    _check_open(card, Party.TEACHER)


def check_can_confirm_guard(user, card: StudentPass) -> None:
    require(user, GUARD)
    _check_open(card, Party.GUARD)
    if card.confirmations.filter(party=Party.TEACHER, by=user.pk).exists():
        raise NotAllowed("您已经代班主任确认过，门卫这一方要由别人确认。")


@rule
def confirm_as_student(*, actor, at: datetime, record: StudentPass, signature: Sequence) -> StudentPass:
    """The pupil says so, by signing. Raises RuleViolation without a signature."""
    card = stored(StudentPass, record)
    check_can_confirm_student(actor, card)
    if not signature:
        raise RuleViolation("请学生本人签名。", field="signature")
    return _confirm(actor=actor, at=at, card=card, party=Party.STUDENT, name=card.student.name, words=f"在{actor.name}手机上签名", signature=signature)


@rule
def confirm_as_teacher(*, actor, at: datetime, record: StudentPass, words: str = "") -> StudentPass:
    """The head teacher lets the pupil go; a leader may in the head teacher's place, saying why."""
    card, words = stored(StudentPass, record), tidied({"words": words or ""})["words"][:200]
    check_can_confirm_teacher(actor, card)
    if card.confirmations.filter(party=Party.GUARD, by=actor.pk).exists():
        raise NotAllowed("您已经作为门卫确认过，班主任这一方要由别人确认。")
    if not is_head(actor, card) and not words:
        raise RuleViolation("您不是班主任，请写为什么由您代为确认。", field="words")
    return _confirm(actor=actor, at=at, card=card, party=Party.TEACHER, name=actor.name, words=words)


@rule
def confirm_as_guard(*, actor, at: datetime, record: StudentPass, checked: bool, words: str = "") -> StudentPass:
    """The guard has looked at pupil, and at whoever collects the pupil. Raises RuleViolation unless checked."""
    card, words = stored(StudentPass, record), tidied({"words": words or ""})["words"][:200]
    check_can_confirm_guard(actor, card)
    if not checked:
        raise RuleViolation("请先核对学生本人和来接的人，再勾上。", field="checked")
    return _confirm(actor=actor, at=at, card=card, party=Party.GUARD, name=actor.name, words=words)


def check_link_open(card: StudentPass, at: datetime) -> None:
    """Raise RuleViolation when the parent's link can no longer be answered."""
    if card.parent_at is not None or card.state == PassState.REFUSED:
        raise RuleViolation("这个链接已经用过了。")
    if card.state != PassState.ASKED:
        raise RuleViolation("这次出校已经取消，不用再确认。")
    if card.link_until < at:
        raise RuleViolation("这个链接已经过期，请老师再发一个。")


@rule
def answer_as_parent(*, actor, at: datetime, record: StudentPass, code: str, agrees: bool, name: str, relation: str, signature) -> StudentPass:
    """What the parent decided at the link, once. `signature` is what SignatureField cleans to.

    Raises Conflict when the link was replaced, RuleViolation when it is over or something is missing.
    """
    card = stored(StudentPass, record)
    if not constant_time_compare(code_of(card), code):
        raise Conflict("这个链接已经换成新的了，请用老师最近发的那个。")
    check_link_open(card, at)
    words = tidied({"name": name or "", "relation": relation or ""})
    if not words["name"] or not words["relation"]:
        raise RuleViolation("请写您的姓名，以及您是学生的什么人。", field="relation" if words["name"] else "name")
    if signature is None:
        raise RuleViolation("还没有签名。", field="signature")
    if agrees:
        return _confirm(actor=actor, at=at, card=card, party=Party.PARENT, name=words["name"][:30], words=words["relation"][:20], signature=[signature])
    note = f"{words['name'][:30]}（{words['relation'][:20]}）不同意"
    advance(card, PassState.REFUSED, moves=PASS_MOVES, note=note)
    attach(actor=actor, at=at, record=card, role="refusal", uploads=[signature], field="signature")
    record_event(actor=actor, at=at, action="refuse", record=card, text="家长不同意出校")
    tell([card.created_by, card.school_class.head_teacher], card, at=at, about="refused", title=f"{card.student.name}的家长不同意出校", body=note)
    return card


def _confirm(*, actor, at: datetime, card: StudentPass, party: Party, name: str, words: str = "", signature: Sequence = ()) -> StudentPass:
    """Write one of the four; with the fourth the pass turns green. The card is locked."""
    PassConfirmation.objects.create(card=card, party=party, name=name, words=words, at=at, by=actor)
    setattr(card, f"{party}_at", at)
    card.save(update_fields=[f"{party}_at"])
    attach(actor=actor, at=at, record=card, role=party.value, uploads=signature, field="signature")
    record_event(actor=actor, at=at, action=f"confirm_{party}", record=card, text=f"{party.label}确认：{name}", note=words)
    if not card.lacking:
        advance(card, PassState.READY, moves=PASS_MOVES)
        record_event(actor=actor, at=at, action="ready", record=card, text="四方都确认，可以出校")
        tell(
            [*holders_of(GUARD), card.created_by], card, at=at, about="ready", title=f"{card.school_class} {card.student.name}可以出校", body=card.who_collects
        )
    return card


def check_can_renew(user, card: StudentPass) -> None:
    if not (is_head(user, card) or user.pk == card.created_by_id or has(user, GUARD)):
        raise NotAllowed("家长链接由班主任、申请的人或者门卫发。")
    _check_open(card, Party.PARENT)


@rule
def renew_link(*, actor, at: datetime, record: StudentPass) -> StudentPass:
    """A new link for the parent; the old one is worth nothing from now on."""
    card = stored(StudentPass, record)
    check_can_renew(actor, card)
    card.link_round, card.link_until = card.link_round + 1, at + timedelta(hours=limit(HOURS.code, timezone.localdate(at)))
    card.save(update_fields=["link_round", "link_until"])
    record_event(actor=actor, at=at, action="renew", record=card, text="换发家长确认链接")
    return card


def check_can_let_out(user, card: StudentPass) -> None:
    require(user, GUARD)
    if card.state == PassState.ASKED:
        raise RuleViolation(f"还不能出校，缺{'、'.join(card.lacking)}确认。")
    check_move(card, PassState.OUT, moves=PASS_MOVES)


def good_until(card: StudentPass) -> datetime:
    """The last moment the pass may be used: some hours after the hour it is for, and never when the pupil should be back already."""
    last = card.leave_at + timedelta(hours=limit(HOURS.code, timezone.localdate(card.leave_at)))
    return min(last, card.back_by) if card.back_by else last


def check_hour(card: StudentPass, at: datetime) -> None:
    """Raise RuleViolation outside the time that parent and teacher agreed to."""
    if timezone.localdate(card.leave_at) != timezone.localdate(at):
        raise RuleViolation("这张出门证只管当天，请重新办。")
    if at < card.leave_at - EARLY:
        raise RuleViolation(f"约的是 {timezone.localtime(card.leave_at):%H:%M} 走，提前 30 分钟起可以出校。要早走，请作废后重新办。")
    if at > good_until(card):
        raise RuleViolation(f"这张出门证到 {timezone.localtime(good_until(card)):%H:%M} 为止，已经过了时间。还要出校，请作废后重新办。")


@rule
def let_out(*, actor, at: datetime, record: StudentPass) -> StudentPass:
    """The pupil goes out of the gate, on the day and about the hour of the pass only."""
    card = stored(StudentPass, record)
    check_can_let_out(actor, card)
    check_hour(card, at)
    advance(card, PassState.OUT, moves=PASS_MOVES, out_at=at, out_by=actor)
    record_event(actor=actor, at=at, action="let_out", record=card, text=f"出校，{card.who_collects}")
    tell([card.school_class.head_teacher], card, at=at, about="out", title=f"{card.student.name}出校了", body=card.who_collects)
    return card


def check_can_take_back(user, card: StudentPass) -> None:
    require(user, GUARD)
    check_move(card, PassState.BACK, moves=PASS_MOVES)


@rule
def take_back(*, actor, at: datetime, record: StudentPass) -> StudentPass:
    """The pupil is back in school."""
    card = stored(StudentPass, record)
    check_can_take_back(actor, card)
    advance(card, PassState.BACK, moves=PASS_MOVES, back_at=at, back_to=actor)
    record_event(actor=actor, at=at, action="take_back", record=card, text="返校")
    tell([card.school_class.head_teacher], card, at=at, about="back", title=f"{card.student.name}返校了")
    return card


def check_can_void(user, card: StudentPass) -> None:
    if not (is_head(user, card) or user.pk == card.created_by_id):
        require(user, MANAGE)
    check_move(card, PassState.VOID, moves=PASS_MOVES)


@rule
def void_pass(*, actor, at: datetime, record: StudentPass, reason: str) -> StudentPass:
    """The pupil stays after all."""
    card, reason = stored(StudentPass, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_void(actor, card)
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(card, PassState.VOID, moves=PASS_MOVES, note=reason)
    record_event(actor=actor, at=at, action="void", record=card, text="作废", note=reason)
    return card


@rule
def watch_passes(*, actor, at: datetime) -> int:
    """Every few minutes: passes whose time is over lapse, who is out too long is told of once. How many are out too long."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    for card in StudentPass.objects.filter(state__in=(PassState.ASKED, PassState.READY), leave_at__lt=at).order_by("leave_at", "pk").select_for_update()[:500]:
        if good_until(card) < at:
            note = "当天没有出校" if card.leave_at < today else "过了时间没有出校"
            advance(card, PassState.VOID, moves=PASS_MOVES, note=note)
            record_event(actor=actor, at=at, action="lapse", record=card, text=f"{note}，出门证作废")
    late = StudentPass.objects.filter(state=PassState.OUT, back_by__lt=at, back_by__gte=today).select_related(
        "student", "school_class__head_teacher", "created_by"
    )
    for card in late[:200]:
        title = f"{card.student.name}过时没有返校"
        tell(
            [card.school_class.head_teacher, card.created_by],
            card,
            at=at,
            about="late",
            title=title,
            body=f"应在 {timezone.localtime(card.back_by):%H:%M} 前回来",
        )
    return late.count()
