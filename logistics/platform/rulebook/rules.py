"""Writing, publishing, reading and withdrawing regulations (ORG-06)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import tidy
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day

from .models import RULE_MOVES, ReadReceipt, Regulation, RegulationVersion, RuleState
from .queries import MANAGE, READ, draft_of, has_read, readers_meant, unread_by

RULEBOOK = Subject("platform.rulebook", "制度发布、修订、催读", "制度", for_chats=True)
LONGEST = 20_000
MOST_PAPERS = 60  # over all versions


def check_can_manage(user, record: Regulation | None = None) -> None:
    require(user, MANAGE)


def check_can_draft(user, record: Regulation) -> None:
    require(user, MANAGE)
    if record.state == RuleState.WITHDRAWN:
        raise RuleViolation("已废止的制度不能再改。要用的话，请新建一份。")


def check_can_publish(user, record: Regulation) -> None:
    require(user, MANAGE)
    check_move(record, RuleState.PUBLISHED, moves=RULE_MOVES)
    if draft_of(record) is None:
        raise RuleViolation("没有等待发布的新版本。先点“修改”写好再发布。")


def check_can_withdraw(user, record: Regulation) -> None:
    require(user, MANAGE)
    check_move(record, RuleState.WITHDRAWN, moves=RULE_MOVES)


def check_can_read(user, record: Regulation) -> None:
    require(user, READ)
    if record.state != RuleState.PUBLISHED:
        raise RuleViolation("这份制度现在不施行，不用记阅读。")
    if has_read(user, record.current):
        raise RuleViolation("您已经读过这一版了。")


def check_can_remind(user, record: Regulation) -> None:
    require(user, MANAGE)
    if record.state != RuleState.PUBLISHED:
        raise RuleViolation("现行的制度才能催读。")


@rule
def draft_version(
    *,
    actor,
    at: datetime,
    record: Regulation | None = None,
    title: str,
    category: str,
    text: str,
    effective_on: date,
    change_note: str = "",
    papers: Sequence = (),
) -> Regulation:
    """A new regulation, or a new version of a published one, as a draft that only its keepers see; a waiting draft is written over.

    Raises RuleViolation or ValidationError at the field: no text, the same title as another, a PDF too many.
    """
    check_can_manage(actor)
    regulation, text = stored(Regulation, record), tidy(text)
    if not 1 <= len(text) <= LONGEST:
        raise RuleViolation(f"正文要写，不超过 {LONGEST} 个字；更长的请放 PDF。", field="text")
    is_new = regulation.pk is None
    if is_new:
        regulation.created_by, regulation.created_at = actor, at
    else:
        check_can_draft(actor, regulation)
    regulation.changed_at = at
    regulation = save_changes(actor=actor, at=at, record=regulation, title=tidy(title), category=category)
    draft = None if is_new else draft_of(regulation)
    if draft is None:
        last = regulation.versions.aggregate(last=Max("number"))["last"] or 0
        draft = RegulationVersion(regulation=regulation, number=last + 1)
    draft.text, draft.effective_on, draft.change_note, draft.drafted_by, draft.drafted_at = text, effective_on, tidy(change_note)[:200], actor, at
    hung = attach(actor=actor, at=at, record=regulation, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    draft.paper = hung[-1] if hung else draft.paper
    draft.save()
    record_event(
        actor=actor, at=at, action="draft", record=regulation, text=f"起草第 {draft.number} 版，{full_day(effective_on)}起施行", note=draft.change_note
    )
    return regulation


@rule
def publish_version(*, actor, at: datetime, record: Regulation) -> Regulation:
    """Put the waiting version in force from its day and tell everybody who is to read it."""
    regulation = stored(Regulation, record)
    check_can_publish(actor, regulation)
    version = draft_of(regulation)
    version.published_at, version.published_by = at, actor
    version.save(update_fields=["published_at", "published_by"])
    advance(regulation, RuleState.PUBLISHED, moves=RULE_MOVES, unchanged=("changed_at",), current=version, changed_at=at)
    record_event(actor=actor, at=at, action="publish", record=regulation, text=f"发布第 {version.number} 版，{full_day(version.effective_on)}起施行")
    notify(
        at=at,
        key=f"platform.regulation.published:{version.pk}",
        recipients=readers_meant(),
        title=f"制度{'修订' if version.number > 1 else '发布'}：{regulation.title}",
        body=f"{full_day(version.effective_on)}起施行。{version.change_note or '请打开看一遍，看完点“我已阅读”。'}",
        url=f"/rules/{regulation.pk}/",
        subject=RULEBOOK,
    )
    return regulation


@rule
def withdraw_rule(*, actor, at: datetime, record: Regulation, reason: str) -> Regulation:
    """The regulation no longer holds; its texts stay readable."""
    regulation, reason = stored(Regulation, record), tidy(reason)
    check_can_withdraw(actor, regulation)
    if not reason:
        raise RuleViolation("请写废止的原因。", field="reason")
    advance(regulation, RuleState.WITHDRAWN, moves=RULE_MOVES, reason=reason[:200], changed_at=at)
    record_event(actor=actor, at=at, action="withdraw", record=regulation, text="废止", note=reason)
    return regulation


@rule
def read_version(*, actor, at: datetime, record: Regulation) -> ReadReceipt:
    """Note that the actor has read the current version. Raises RuleViolation for a second time.

    The journal keeps it under the receipt, so that the regulation's own story is not drowned in readers.
    """
    regulation = stored(Regulation, record)
    check_can_read(actor, regulation)
    receipt = ReadReceipt.objects.create(version=regulation.current, person=actor, at=at)
    record_event(actor=actor, at=at, action="read", record=receipt, text=f"已阅读第 {regulation.current.number} 版")
    return receipt


@rule
def remind_unread(*, actor, at: datetime, record: Regulation) -> int:
    """Send a notice to whoever has not read the current version, at most once a day; returns to how many."""
    regulation = stored(Regulation, record)
    check_can_remind(actor, regulation)
    version, day = regulation.current, timezone.localdate(at)
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    waiting = list(unread_by(version))
    if not waiting:
        raise RuleViolation("大家都读过了，不用催。")
    told = Q(reminded_at__gte=start, reminded_at__lt=start + timedelta(days=1))
    if not RegulationVersion.objects.filter(pk=version.pk).exclude(told).update(reminded_at=at):
        raise RuleViolation("今天已经催过一次了，明天再催。")
    notify(
        at=at,
        key=f"platform.regulation.unread:{version.pk}:{day}",
        recipients=waiting,
        title=f"请阅读：{regulation.title}",
        body=f"{full_day(version.effective_on)}起施行，您还没有点“我已阅读”。",
        url=f"/rules/{regulation.pk}/",
        subject=RULEBOOK,
    )
    record_event(actor=actor, at=at, action="remind", record=regulation, text=f"催 {len(waiting)} 人阅读第 {version.number} 版")
    return len(waiting)
