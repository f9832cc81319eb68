"""申诉: the head teacher asks for another look at a score, somebody else decides; the first score stays (DOR-04)."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify

from .models import APPEAL_MOVES, FULL, SCORE_MOVES, AppealState, RoomScore, ScoreAppeal, ScoreState
from .queries import APPEAL_DAYS, PASS, words_of
from .rights import APPEAL, DECIDE
from .rules import SCORES


def check_can_appeal(user, score: RoomScore) -> None:
    require(user, APPEAL)
    if score.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if hasattr(score, "appeal"):
        raise RuleViolation("这次评分已经申诉过了。")
    if score.points == FULL:
        raise RuleViolation("已经是满分，不用申诉。")
    if not score.classes.filter(school_class__head_teacher=user.pk).exists():
        raise NotAllowed("这间宿舍那天没有您班上的学生，由他们的班主任申诉。")


def check_can_decide(user, appeal: ScoreAppeal) -> None:
    require(user, DECIDE)
    check_move(appeal, AppealState.KEPT, moves=APPEAL_MOVES)
    if user.pk in (appeal.created_by_id, appeal.scored_by_id):
        raise NotAllowed("打分的人和申诉的人都不能处理，请另一位来办。")


@rule
def appeal_score(*, actor, at: datetime, record: RoomScore, reason: str) -> ScoreAppeal:
    """Ask for another look, once a score and within the school's number of days. Raises RuleViolation at the field."""
    score = stored(RoomScore, record)
    check_can_appeal(actor, score)
    reason = tidied({"r": reason or ""})["r"]
    if not reason:
        raise RuleViolation("请写为什么申诉。", field="reason")
    days = limit(APPEAL_DAYS, score.on)
    if timezone.localdate(at) > timezone.localdate(score.created_at) + timedelta(days=days):
        raise RuleViolation(f"公布后 {days} 天内可以申诉，已经过了。")
    appeal = ScoreAppeal(score=score, scored_by=score.created_by, created_by=actor, created_at=at)
    appeal = save_changes(actor=actor, at=at, record=appeal, reason=reason)
    record_event(actor=actor, at=at, action="appeal", record=score, text="申诉", note=reason)
    people = [person for person in holders_of(DECIDE) if person.pk not in (actor.pk, score.created_by_id)]
    _tell(at, appeal, "open", people, f"{words_of(score.room)}评分申诉", reason)
    return appeal


@rule
def decide_appeal(*, actor, at: datetime, record: ScoreAppeal, changes: bool, points: int | None = None, words: str) -> ScoreAppeal:
    """Keep the score, or say what counts instead. Whoever scored or asked does not decide; nobody loses points by asking."""
    appeal = stored(ScoreAppeal, record)
    check_can_decide(actor, appeal)
    words = tidied({"w": words or ""})["w"]
    if not words:
        raise RuleViolation("请写处理意见。", field="words")
    score = RoomScore.objects.select_for_update(of=("self",)).select_related("room__building__place", "room__place").get(pk=appeal.score_id)
    if changes and (points is None or not score.points < points <= FULL):
        raise RuleViolation(f"改判要高于原来的 {score.points} 分，最多 {FULL} 分。", field="points")
    given = {"words": words[:300], "decided_at": at, "decided_by": actor}
    if not changes:
        advance(appeal, AppealState.KEPT, moves=APPEAL_MOVES, **given)
        record_event(actor=actor, at=at, action="keep", record=appeal, text="维持原分", note=words)
    else:
        advance(appeal, AppealState.CHANGED, moves=APPEAL_MOVES, points=points, **given)
        record_event(actor=actor, at=at, action="change", record=appeal, text=f"改判为 {points} 分", note=words)
        _count(actor, at, score, points)
    said = f"改判为 {points} 分" if changes else "维持原分"
    _tell(at, appeal, "decided", [appeal.created_by, appeal.scored_by], f"{words_of(score.room)}评分申诉：{said}", words)
    return appeal


def _count(actor, at: datetime, score: RoomScore, points: int | None) -> None:
    """What counts from now on; a room that is good after all has nothing to put right."""
    is_good = points is not None and points >= limit(PASS, score.on)
    if is_good and score.state in (ScoreState.OPEN, ScoreState.FIXED):
        advance(score, ScoreState.FINE, moves=SCORE_MOVES, counted=points)
    else:
        RoomScore.objects.filter(pk=score.pk).update(counted=points)
    record_event(actor=actor, at=at, action="recount", record=score, text=f"申诉改判，计入 {points} 分，原来 {score.points} 分")


def _tell(at: datetime, appeal: ScoreAppeal, step: str, people: list, title: str, body: str) -> None:
    notify(at=at, key=f"dorms.appeal:{appeal.pk}:{step}", recipients=people, title=title, body=body, url=f"/dorms/score-appeal/{appeal.pk}/", subject=SCORES)
