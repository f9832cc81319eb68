"""Areas, scores, putting right and looking again, supplies (HYG-01, HYG-02, HYG-04)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.evidence.fixing import look_again, put_right
from logistics.platform.evidence.late import claimed_time
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day

from .models import FULL, SCORE_MOVES, AreaScore, CleaningArea, ScoreState, SupplyUse
from .queries import MARK, answers_for
from .rights import BOOKS, MANAGE, SCORE

DIRTY = Subject("safety.cleaning", "卫生要整改", "卫生")
check_can_view, check_can_score, check_can_manage = BOOKS.check_can_view, BOOKS.check_can_record, BOOKS.check_can_manage


def check_can_fix(user, score: AreaScore) -> None:
    check_move(score, ScoreState.FIXED, moves=SCORE_MOVES)
    if score.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if not answers_for(user, score):
        require(user, MANAGE)


def check_can_check(user, score: AreaScore) -> None:
    require(user, SCORE)
    check_move(score, ScoreState.CLOSED, moves=SCORE_MOVES)
    if score.fixed_by_id == user.pk:
        raise NotAllowed("整改是您自己登记的，请另一位来复查。")


@rule
def save_area(*, actor, at: datetime, record: CleaningArea | None = None, **fields) -> CleaningArea:
    """An area with its standard and who answers for it."""
    check_can_manage(actor)
    area, fields = stored(CleaningArea, record), tidied(fields)
    if area.pk is None:
        area.created_by, area.created_at = actor, at
    return save_changes(actor=actor, at=at, record=area, **fields)


@rule
def score_area(
    *, actor, at: datetime, area: CleaningArea, cadence: str, points: int, problem: str = "", due_on: date | None = None, happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> AreaScore:  # fmt: skip
    """打分. Points off need words; below the school's mark also a photo and a last day, and whoever answers for the area is told.

    Raises NotAllowed for one's own class, Conflict when the area was scored already.
    """
    check_can_score(actor)
    area = CleaningArea.objects.select_for_update(of=("self",)).select_related("school_class__head_teacher", "cleaner").get(pk=area.pk)
    if not area.is_active:
        raise RuleViolation(f"{area}已经停用。", field="area")
    own = area.school_class and area.school_class.head_teacher_id == actor.pk
    if (own or area.cleaner_id == actor.pk) and not has(actor, MANAGE):
        raise NotAllowed("自己负责的包干区，请别人来打分。")
    on = timezone.localdate(claimed_time(happened_at, at, app="safety"))
    known = AreaScore.objects.filter(area=area, on=on, cadence=cadence, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{area}这一天{known.created_by.name}已经打了 {known.points} 分。", field="area")
    problem = tidied({"p": problem or ""})["p"]
    must_fix = points < limit(MARK, on)
    _check_words(points, problem, due_on, photos, must_fix, on)
    row = AreaScore(area=area, school_class=area.school_class, cleaner=area.cleaner, on=on)
    given = {"cadence": cadence, "points": points, "problem": problem, "due_on": due_on if must_fix else None, "note": note}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"{area}得 {points} 分", **given)
    if must_fix:
        advance(row, ScoreState.OPEN, moves=SCORE_MOVES)
        _tell(at, row, "open", f"{area}卫生要整改，得 {points} 分", f"{problem}。{full_day(due_on)}前整改好。")
    return row


def _check_words(points: int, problem: str, due_on: date | None, photos: Sequence, must_fix: bool, on: date) -> None:
    if points > FULL:
        raise RuleViolation("满分 100 分。", field="points")
    if points < FULL and not problem:
        raise RuleViolation("扣了分要写哪里不好。", field="problem")
    if must_fix and not photos:
        raise RuleViolation("低于合格分，要拍照片。", field="photos")
    if must_fix and due_on is None:
        raise RuleViolation("低于合格分，要写整改期限。", field="due_on")
    if must_fix and due_on and due_on < on:
        raise RuleViolation("整改期限不能早于检查那天。", field="due_on")


def _tell(at: datetime, score: AreaScore, step: str, title: str, body: str) -> None:
    people = [person for person in (score.cleaner, score.school_class and score.school_class.head_teacher) if person]
    notify(at=at, key=f"safety.cleaning:{score.pk}:{step}", recipients=people, title=title, body=body, url=f"/safety/area-score/{score.pk}/", subject=DIRTY)


@rule
def fix_area(*, actor, at: datetime, record: AreaScore, words: str, photos: Sequence = ()) -> AreaScore:
    """整改: what was done, with a photo if there is one."""
    score = stored(AreaScore, record)
    check_can_fix(actor, score)
    return put_right(actor=actor, at=at, score=score, moves=SCORE_MOVES, words=words, photos=photos)


@rule
def check_area(*, actor, at: datetime, record: AreaScore, is_good: bool, words: str = "") -> AreaScore:
    """复查 by somebody other than who put it right; not good goes back, counted."""
    score = stored(AreaScore, record)
    check_can_check(actor, score)
    if why := look_again(actor=actor, at=at, score=score, moves=SCORE_MOVES, is_good=is_good, words=words):
        _tell(at, score, f"back{score.returned}", f"{score.area}复查不合格", why)
    return score


@rule
def use_supply(*, actor, at: datetime, area: CleaningArea, item, quantity: Decimal, happened_at: datetime | None = None, note: str = "") -> SupplyUse:
    """Supplies that went into an area."""
    check_can_score(actor)
    if quantity <= 0:
        raise RuleViolation("数量要大于零。", field="quantity")
    return enter(actor=actor, at=at, record=SupplyUse(), happened_at=happened_at, area=area, item=item, quantity=quantity, note=note)
