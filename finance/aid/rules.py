"""资助: schemes, lists and applications up to the group's votes (FIN-09)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.org.models import User

from .models import AID_MOVES, LIST_MOVES, AidApplication, AidList, AidReason, AidScheme, AidState, AidVote, ListState, parse_levels
from .queries import APPLY, LEAST_VOTES, MANAGE, own_classes

SERIES = "ZZ"
AID = Subject("finance.aid", "学生资助", "经费")


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit_list(user, listing: AidList) -> None:
    require(user, MANAGE)
    if listing.state != ListState.OPEN:
        raise RuleViolation(f"{listing.get_state_display()}，不能再改。")


def check_can_apply(user, record=None) -> None:
    require(user, APPLY)


def check_can_edit(user, application: AidApplication) -> None:
    require(user, APPLY)
    if user.pk != application.created_by_id:
        raise NotAllowed("只有登记的人能改这份申请。")
    if application.listing.state != ListState.OPEN or application.state != AidState.FILED:
        raise RuleViolation("申请已经截止，不能再改。")


def check_can_start(user, listing: AidList) -> None:
    require(user, MANAGE)
    check_move(listing, ListState.REVIEW, moves={ListState.OPEN: LIST_MOVES[ListState.OPEN]})


def check_can_vote(user, application: AidApplication) -> None:
    listing = application.listing
    if not listing.members.filter(pk=user.pk).exists():
        raise NotAllowed("只有评议小组的成员能评议。")
    if listing.state != ListState.REVIEW or application.state != AidState.FILED:
        raise RuleViolation("现在不在评议。")
    if application.created_by_id == user.pk:
        raise NotAllowed("这份申请是您登记的，请别的成员评议。")


def check_can_withdraw(user, application: AidApplication) -> None:
    if user.pk != application.created_by_id:
        require(user, MANAGE)
    check_move(application, AidState.WITHDRAWN, moves=AID_MOVES)
    if application.listing.state == ListState.PAID:
        raise RuleViolation("已经发放，不能撤回。")
    if application.listing.state == ListState.CANCELLED:
        raise RuleViolation("这份名单取消了，不用再撤回。")


@rule
def save_scheme(*, actor, at: datetime, record: AidScheme | None = None, **fields) -> AidScheme:
    """A scheme with its levels. Raises RuleViolation at `levels`; a list that is running keeps its own amounts."""
    check_can_manage(actor)
    fields = tidied(fields)
    parse_levels(fields["levels"])
    return save_changes(actor=actor, at=at, record=stored(AidScheme, record), **fields)


@rule
def save_list(*, actor, at: datetime, record: AidList | None = None, **fields) -> AidList:
    """收申请 for one scheme in one term."""
    check_can_manage(actor)
    stored(AidScheme, fields["scheme"])  # two who open the same list at once come one after the other
    listing, fields = stored(AidList, record), tidied(fields)
    if fields["close_on"] > fields["term"].end_on:
        raise RuleViolation(f"申请截止不能晚于学期结束（{fields['term'].end_on}）。", field="close_on")
    if listing.pk is None:
        today = timezone.localdate(at)
        if not fields["scheme"].is_active:
            raise RuleViolation(f"「{fields['scheme']}」已经停办。", field="scheme")
        if fields["close_on"] < today:
            raise RuleViolation(f"申请截止不能早于今天（{today}）。", field="close_on")
        listing.created_by, listing.created_at, listing.number = actor, at, next_number(SERIES, today.year)
    else:
        check_can_edit_list(actor, listing)
        if listing.applications.exists() and (fields["scheme"] != listing.scheme or fields["term"] != listing.term):
            raise RuleViolation("已经有申请，项目和学期不能再改。", field="scheme")
    is_new = listing.pk is None
    listing = save_changes(actor=actor, at=at, record=listing, **fields)
    if is_new:
        _tell_class_teachers(listing, at)
    return listing


def _tell_class_teachers(listing: AidList, at: datetime) -> None:
    notify(
        at=at, key=f"finance.aid.open:{listing.pk}", recipients=set(User.objects.filter(is_active=True, classes__is_active=True)),
        title=f"请登记资助申请：{listing.scheme}", body=f"{listing.close_on} 截止", url=f"/finance/aid-list/{listing.pk}/", subject=AID,
    )  # fmt: skip


@rule
def apply(*, actor, at: datetime, listing: AidList, student, level: str, kind: str, text: str, photos: Sequence = (), papers: Sequence = ()) -> AidApplication:
    """An application by the class teacher, or from the parents' paper. The reason and its papers are kept apart from it.

    Raises RuleViolation at its field: closed, another's class, a level the scheme has not, a day pupil where boarders are meant.
    """
    scope = require(actor, APPLY)
    listing = stored(AidList, listing)
    if listing.state != ListState.OPEN or listing.close_on < timezone.localdate(at):
        raise RuleViolation(f"「{listing}」的申请已经截止。", field="listing")
    if scope != Scope.ALL and not own_classes(actor).filter(pk=student.school_class_id).exists():
        raise NotAllowed("只能给自己班的学生申请。", field="student")
    _check_student(listing, student)
    values = {"level": level, "amount": _amount_of(listing, level)}
    application = AidApplication(listing=listing, student=student, school_class=student.school_class, created_by=actor, created_at=at)
    application = save_changes(actor=actor, at=at, record=application, text=f"登记资助申请：{listing.scheme}", **values)
    _save_reason(actor=actor, at=at, reason=AidReason(application=application), kind=kind, text=text, photos=photos, papers=papers)
    return application


@rule
def change_application(
    *, actor, at: datetime, record: AidApplication, level: str, kind: str, text: str, photos: Sequence = (), papers: Sequence = ()
) -> AidApplication:
    """Another level or other words while applications are taken; papers are added."""
    AidList.objects.select_for_update().get(pk=record.listing_id)
    application = stored(AidApplication, record)
    check_can_edit(actor, application)
    values = {"level": level, "amount": _amount_of(application.listing, level)}
    application = save_changes(actor=actor, at=at, record=application, text="修改资助申请", **values)
    _save_reason(actor=actor, at=at, reason=application.why, kind=kind, text=text, photos=photos, papers=papers)
    return application


def _check_student(listing: AidList, student) -> None:
    if not student.is_active:
        raise RuleViolation(f"{student.name}不在读。", field="student")
    if listing.scheme.boarders_only and not student.is_boarder:
        raise RuleViolation(f"「{listing.scheme}」只给住校生，{student.name}不住校。", field="student")
    if listing.applications.filter(student=student).exclude(state=AidState.WITHDRAWN).exists():
        raise RuleViolation(f"{student.name}已经申请过了。", field="student")


def _amount_of(listing: AidList, level: str):
    levels = dict(listing.scheme.level_list)
    if level not in levels:
        raise RuleViolation(f"「{listing.scheme}」没有「{level[:20]}」这一档，只有：{'、'.join(levels)}。", field="level")
    return levels[level]


def _save_reason(*, actor, at: datetime, reason: AidReason, kind: str, text: str, photos: Sequence, papers: Sequence) -> None:
    """The journal says that it was written, not what: more people read the journal than may read this."""
    reason.kind, reason.text = kind, tidied({"text": text or ""})["text"]
    if not reason.text:
        raise RuleViolation("请写家庭情况。", field="text")
    reason.full_clean()
    reason.save()
    attach(actor=actor, at=at, record=reason, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=reason, role="paper", uploads=papers, limit=5, field="papers")
    record_event(actor=actor, at=at, action="write", record=reason, text="写申请理由")


@rule
def withdraw(*, actor, at: datetime, record: AidApplication, reason: str) -> AidApplication:
    """撤回, until the money is paid: the family does not want it, or an objection was right."""
    AidList.objects.select_for_update().get(pk=record.listing_id)
    application, reason = stored(AidApplication, record), tidied({"reason": reason or ""})["reason"]
    check_can_withdraw(actor, application)
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    advance(application, AidState.WITHDRAWN, moves=AID_MOVES, struck_for=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=application, text="撤回申请", note=reason)
    return application


@rule
def start_review(*, actor, at: datetime, record: AidList, members: Iterable) -> AidList:
    """Close the list and name the review group. Raises RuleViolation when some application would have too few to vote on it."""
    listing, members = stored(AidList, record), list(members)
    check_can_start(actor, listing)
    least = limit(LEAST_VOTES, timezone.localdate(at))
    if len(members) < least:
        raise RuleViolation(f"评议小组至少 {least} 人，这里是 {len(members)} 人。", field="members")
    rows = list(listing.applications.filter(state=AidState.FILED).select_related("student"))
    if not rows:
        raise RuleViolation("还没有申请，不用评议。")
    keys = {member.pk for member in members}
    short = [row for row in rows if len(keys - {row.created_by_id}) < least]
    if short:
        raise RuleViolation(f"{short[0].student.name}的申请是小组成员登记的，除去他不到 {least} 人，请加人。", field="members")
    advance(listing, ListState.REVIEW, moves=LIST_MOVES)
    listing.members.set(members)
    record_event(actor=actor, at=at, action="start", record=listing, text=f"开始评议：{'、'.join(member.name for member in members)}")
    notify(
        at=at, key=f"finance.aid.review:{listing.pk}", recipients=members, title=f"请评议：{listing}", body=f"{len(rows)} 份申请",
        url=f"/finance/aid-list/{listing.pk}/", subject=AID,
    )  # fmt: skip
    return listing


@rule
def vote(*, actor, at: datetime, record: AidApplication, agrees: bool, score: int | None = None, words: str = "") -> AidVote:
    """One member's word; said again it replaces the first. Raises NotAllowed to outsiders and to who filed it."""
    AidList.objects.select_for_update().get(pk=record.listing_id)
    application = stored(AidApplication, record)
    check_can_vote(actor, application)
    if score is not None and not 0 <= score <= 100:
        raise RuleViolation("分数在 0 到 100 之间。", field="score")
    given = {"agrees": agrees, "score": score, "words": tidied({"words": words or ""})["words"][:200], "at": at}
    made, _ = AidVote.objects.update_or_create(application=application, member=actor, defaults=given)
    record_event(actor=actor, at=at, action="vote", record=application, text="评议")
    return made
