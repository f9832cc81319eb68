"""Issuing, renewing, signing and withdrawing statements; reminding who has not signed (SAF-12)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import Post, User
from logistics.platform.web.templatetags.school import full_day

from .models import STATEMENT_MOVES, SafetyStatement, SafetyStatementSignature, SafetyStatementVersion, StatementState
from .queries import MANAGE, check_can_manage, has_signed, people_meant, posts_of, unsigned_of

SIGN = Subject("safety.statement", "安全责任书要签字", "安全")
LONGEST = 20_000


def check_is_current(user, statement: SafetyStatement) -> None:
    require(user, MANAGE)
    if statement.state != StatementState.CURRENT:
        raise RuleViolation("责任书已经停用。")


def check_can_withdraw(user, statement: SafetyStatement) -> None:
    require(user, MANAGE)
    check_move(statement, StatementState.WITHDRAWN, moves=STATEMENT_MOVES)


def check_can_sign(user, statement: SafetyStatement) -> None:
    if statement.state != StatementState.CURRENT:
        raise RuleViolation("责任书已经停用，不用签。")
    if not people_meant(statement).filter(pk=user.pk).exists():
        raise NotAllowed("这份责任书不由您的岗位签。")
    if has_signed(user, statement):
        raise RuleViolation("您已经签过这一版了。")


@rule
def issue_statement(
    *, actor, at: datetime, title: str, text: str, leader: User, starts_on: date, ends_on: date, posts: Iterable[Post] = (), for_everyone: bool = False
) -> SafetyStatement:
    """A new statement with its first version; everybody who holds the posts is told. Raises RuleViolation at the field when nobody is meant."""
    check_can_manage(actor)
    chosen = list(posts)
    if not for_everyone and not chosen:
        raise RuleViolation("请选哪些岗位签，或者勾全体教职工。", field="posts")
    statement = SafetyStatement(created_by=actor, created_at=at)
    statement = save_changes(actor=actor, at=at, record=statement, for_everyone=for_everyone, **tidied({"title": title}))
    statement.posts.set([] if for_everyone else chosen)
    return _add_version(actor, at, statement, text=text, leader=leader, starts_on=starts_on, ends_on=ends_on)


@rule
def renew_statement(
    *, actor, at: datetime, record: SafetyStatement, text: str, leader: User, starts_on: date, ends_on: date, change_note: str = ""
) -> SafetyStatement:  # fmt: skip
    """The next version, for a new year or a new text: everybody signs anew. The signatures under the one before stay."""
    statement = stored(SafetyStatement, record)
    check_is_current(actor, statement)
    if ends_on <= statement.current.ends_on and not tidied({"n": change_note or ""})["n"]:
        raise RuleViolation("有效期没有往后延，请写改了什么。", field="change_note")
    return _add_version(actor, at, statement, text=text, leader=leader, starts_on=starts_on, ends_on=ends_on, change_note=change_note)


def _add_version(actor, at: datetime, statement: SafetyStatement, *, text: str, ends_on: date, change_note: str = "", **given) -> SafetyStatement:
    words = tidied({"text": text or "", "change_note": change_note or ""})
    if not 1 <= len(words["text"]) <= LONGEST:
        raise RuleViolation(f"正文要写，不超过 {LONGEST} 个字。", field="text")
    if ends_on < timezone.localdate(at):
        raise RuleViolation("有效期到不能早于今天。", field="ends_on")
    last = statement.versions.aggregate(last=Max("number"))["last"] or 0
    version = SafetyStatementVersion(statement=statement, number=last + 1, ends_on=ends_on, created_by=actor, created_at=at, **words, **given)
    version.full_clean()
    version.save()
    statement.current, statement.reminded_on = version, None
    statement.save(update_fields=["current", "reminded_on"])
    span = f"{full_day(version.starts_on)}至{full_day(ends_on)}"
    record_event(actor=actor, at=at, action="publish", record=statement, text=f"第 {version.number} 版，{span}", note=version.change_note)
    _ask(at, statement, people_meant(statement), f"{version.pk}", f"{span}有效，请打开看一遍，签上您的名字。")
    return statement


@rule
def change_posts(*, actor, at: datetime, record: SafetyStatement, posts: Iterable[Post] = (), for_everyone: bool = False) -> SafetyStatement:
    """Other posts sign it from now on; who signed already has signed."""
    statement = stored(SafetyStatement, record)
    check_is_current(actor, statement)
    chosen = list(posts)
    if not for_everyone and not chosen:
        raise RuleViolation("请选哪些岗位签，或者勾全体教职工。", field="posts")
    statement.for_everyone = for_everyone
    statement.save(update_fields=["for_everyone"])
    statement.posts.set([] if for_everyone else chosen)
    who = "全体教职工" if for_everyone else "、".join(post.name for post in chosen)
    record_event(actor=actor, at=at, action="update", record=statement, text=f"由{who}签"[:300])
    return statement


@rule
def sign_statement(*, actor, at: datetime, record: SafetyStatement, signature: Sequence) -> SafetyStatementSignature:
    """The actor signs the current version with their own drawn or typed name. Raises RuleViolation for a second time and after its last day."""
    statement = stored(SafetyStatement, record)
    check_can_sign(actor, statement)
    if statement.current.ends_on < timezone.localdate(at):
        raise RuleViolation("这一版已经过了有效期，等学校发下一版再签。")
    if not signature:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field="signature")
    row = SafetyStatementSignature.objects.create(version=statement.current, person=actor, posts=posts_of(actor), signed_at=at)
    attach(actor=actor, at=at, record=row, role="signature", uploads=signature, limit=1, field="signature")
    record_event(actor=actor, at=at, action="sign", record=row, text=f"签订第 {statement.current.number} 版")
    return row


@rule
def remind_unsigned(*, actor, at: datetime, record: SafetyStatement) -> int:
    """Tell whoever has not signed the current version, at most once a day; returns to how many."""
    statement, today = stored(SafetyStatement, record), timezone.localdate(at)
    check_is_current(actor, statement)
    waiting = list(unsigned_of(statement))
    if not waiting:
        raise RuleViolation("都签了，不用催。")
    if not SafetyStatement.objects.filter(Q(reminded_on=None) | Q(reminded_on__lt=today), pk=statement.pk).update(reminded_on=today):
        raise RuleViolation("今天已经催过一次了，明天再催。")
    _ask(at, statement, waiting, f"{statement.current_id}:{today}", "您还没有签，请打开看一遍，签上您的名字。")
    record_event(actor=actor, at=at, action="remind", record=statement, text=f"催 {len(waiting)} 人签第 {statement.current.number} 版")
    return len(waiting)


def _ask(at: datetime, statement: SafetyStatement, people, key: str, body: str) -> None:
    notify(
        at=at,
        key=f"safety.statement:{key}",
        recipients=people,
        title=f"请签：{statement.title}",
        body=body,
        url=f"/safety/statement/{statement.pk}/",
        subject=SIGN,
    )


@rule
def withdraw_statement(*, actor, at: datetime, record: SafetyStatement, reason: str) -> SafetyStatement:
    """Nobody signs it any more; versions and signatures stay."""
    statement, reason = stored(SafetyStatement, record), tidied({"reason": reason or ""})["reason"]
    check_can_withdraw(actor, statement)
    if not reason:
        raise RuleViolation("请写停用的原因。", field="reason")
    advance(statement, StatementState.WITHDRAWN, moves=STATEMENT_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=statement, text="停用", note=reason)
    return statement
