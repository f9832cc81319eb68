"""Opening a survey, answering it once, publishing what came of it (CAN-14, CAN-15)."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.limits.queries import limit

from .models import QUESTIONS, Asked, Content, Survey, SurveyAnswer
from .queries import GOAL, KEEP, check_can_change, check_can_keep, public_text

LONGEST, FARTHEST = timedelta(days=62), timedelta(days=366)
SHOWN = timedelta(days=90)


@rule
def open_survey(*, actor, at: datetime, title: str, since: date, until: date) -> Survey:
    """A survey with an address of its own; the goal is the school's of its first day. Raises RuleViolation for days that are over or too many."""
    check_can_keep(actor)
    _check_days(since, until, timezone.localdate(at))
    survey = Survey(token=secrets.token_urlsafe(9), goal=limit(GOAL, since), created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=survey, since=since, until=until, **tidied({"title": title}))


def _check_days(since: date, until: date, today: date) -> None:
    if until < today:
        raise RuleViolation("到哪天止已经过去了。", field="until")
    if since - today > FARTHEST:
        raise RuleViolation("最早提前一年开测评，请检查年份。", field="since")
    if until - since > LONGEST:
        raise RuleViolation(f"一次测评最多开 {LONGEST.days} 天。", field="until")


@rule
def change_survey(*, actor, at: datetime, record: Survey, title: str, since: date, until: date) -> Survey:
    """Put title and days right, or end it sooner: the last day may be today. Its first day stays once somebody has answered."""
    survey = stored(Survey, record)
    check_can_change(actor, survey)
    if survey.until < timezone.localdate(at):
        raise RuleViolation("测评已经结束，不能再改。")
    _check_days(since, until, timezone.localdate(at))
    if since != survey.since and survey.answers.exists():
        raise RuleViolation("已经收到答卷，从哪天起不能再改。", field="since")
    return save_changes(actor=actor, at=at, record=survey, since=since, until=until, goal=limit(GOAL, since), **tidied({"title": title}))


def device_of(survey: Survey, cookie: str) -> str:
    return sha256(f"{survey.pk}:{survey.token}:{cookie}".encode()).hexdigest()


@rule
def answer_survey(*, actor, at: datetime, survey: Survey, device: str, who: str, answers: Mapping[str, str], words: str = "") -> SurveyAnswer:
    """One device's answers; `actor` is the account of the public forms. Raises RuleViolation outside its days or for a missing answer, Conflict for a second one."""
    if not survey.since <= timezone.localdate(at) <= survey.until:
        raise RuleViolation("测评已经结束，谢谢您。" if survey.until < timezone.localdate(at) else "测评还没有开始。")
    if who not in Asked.values:
        raise RuleViolation("请选您是谁。", field="who")
    for name, label in QUESTIONS.items():
        if answers.get(name) not in Content.values:
            raise RuleViolation(f"「{label}」还没有选。", field=name)
    said = tidied({"w": words or ""})["w"][:300]
    row = SurveyAnswer(survey=survey, device=device, who=who, words=said, answered_at=at, **{name: answers[name] for name in QUESTIONS})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as again:
        raise Conflict("这台手机已经答过了，谢谢您。") from again
    record_event(actor=actor, at=at, action="answer", record=row, text="收到一份答卷")  # on the answer: a survey has hundreds
    return row


@rule
def publish_result(*, actor, at: datetime, record: Survey) -> Survey:
    """The figures on the board for everyone; what people wrote stays inside. Raises RuleViolation before the end or without answers."""
    survey = stored(Survey, record)
    require(actor, KEEP)
    if survey.is_public or survey.until >= timezone.localdate(at):
        raise RuleViolation("结果已经公示了。" if survey.is_public else "测评还没有结束，结束以后再公示。")
    if not survey.answers.exists():
        raise RuleViolation("没有收到答卷，没有结果可以公示。")
    today = timezone.localdate(at)
    survey.post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=f"{survey}结果"[:80], content=public_text(survey), audience=Audience.EVERYONE,
        publish_on=today, withdraw_on=today + SHOWN,
    )  # fmt: skip
    survey.save(update_fields=["post"])
    record_event(actor=actor, at=at, action="publish", record=survey, text="公示结果")
    return survey
