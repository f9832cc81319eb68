"""The sheet, scores of rooms, putting right and looking again (DOR-04)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from dorms.bed.models import DormRoom
from dorms.bed.queries import keepers_of, sleepers_on
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
from logistics.platform.org.models import User
from logistics.platform.web.templatetags.school import full_day

from .models import FULL, SCORE_MOVES, RoomScore, ScoreClass, ScoreSheet, ScoreState
from .queries import FIX_DAYS, PASS, answers_for, current_sheet, keeps_room, people_of_day, rooms_to_score, words_of
from .ranking import tally, told
from .rights import BOOKS, MANAGE, SCORE

SCORES = Subject("dorms.score", "宿舍评分", "宿舍")
MOST_ITEMS, MOST_FAULTS, LONGEST_PROBLEM = 10, 20, 300
NO_TOTAL = "检查表上只有总分，没有写问题"
check_can_view, check_can_score, check_can_manage = BOOKS.check_can_view, BOOKS.check_can_record, BOOKS.check_can_manage


def check_can_change(user, sheet: ScoreSheet) -> None:
    check_can_manage(user)
    if not sheet.is_current:
        raise RuleViolation("这是旧的评分表，留着给以前的评分看。请改在用的那一张。")


def check_can_fix(user, score: RoomScore) -> None:
    check_move(score, ScoreState.FIXED, moves=SCORE_MOVES)
    if score.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if not answers_for(user, score):
        require(user, MANAGE)


def check_can_check(user, score: RoomScore) -> None:
    require(user, SCORE)
    check_move(score, ScoreState.CLOSED, moves=SCORE_MOVES)
    if score.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if score.fixed_by_id == user.pk:
        raise NotAllowed("整改是您自己登记的，请另一位来复查。")
    if not keeps_room(user, score.room_id, SCORE):
        raise NotAllowed("这栋宿舍楼不归您查，请这栋楼的宿管员或者总务处复查。")


@rule
def save_sheet(*, actor, at: datetime, name: str, items: Sequence[dict], record: ScoreSheet | None = None) -> ScoreSheet:
    """评分表: items of a hundred points in all. What is saved is a new sheet that counts from now on; scores of the past keep theirs.

    `items` are {"name", "points", "faults": [(words, points off)]}. Raises RuleViolation at the field.
    """
    check_can_manage(actor)
    name = tidied({"n": name or ""})["n"]
    cleaned = [{"name": item["name"].strip(), "points": item["points"], "faults": [[words.strip(), off] for words, off in item["faults"]]} for item in items]
    _check_items(cleaned)
    old = ScoreSheet.objects.select_for_update().filter(is_current=True).first()
    if record is not None and (old is None or record.pk != old.pk):
        raise Conflict("刚刚有人改了评分表，请刷新后再改。")
    if old and old.name == name and old.items == cleaned:
        return old
    ScoreSheet.objects.filter(is_current=True).update(is_current=False)
    sheet = ScoreSheet(items=cleaned, created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=sheet, name=name, text=f"评分表：{sheet.sentence}")


def _check_items(items: Sequence[dict]) -> None:
    names = [item["name"] for item in items]
    if not 1 <= len(items) <= MOST_ITEMS:
        raise RuleViolation(f"评分项目要有 1 到 {MOST_ITEMS} 个。", field="items")
    if len(set(names)) != len(names):
        raise RuleViolation("评分项目的名称不能重复。", field="items")
    if (total := sum(item["points"] for item in items)) != FULL:
        raise RuleViolation(f"各项加起来要等于 {FULL} 分，现在是 {total} 分。", field="items")
    for item in items:
        words = [words for words, _ in item["faults"]]
        if len(set(words)) != len(words) or len(words) > MOST_FAULTS:
            raise RuleViolation(f"「{item['name']}」的扣分点有重复，或者超过 {MOST_FAULTS} 条。", field="items")
        if any(not 1 <= off <= item["points"] for _, off in item["faults"]):
            raise RuleViolation(f"「{item['name']}」满分 {item['points']}，扣分要在 1 到 {item['points']} 之间。", field="items")


@rule
def score_room(
    *, actor, at: datetime, room: DormRoom, faults: Iterable[str] = (), other: Sequence[dict] = (), sheet: int | None = None,
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> RoomScore:  # fmt: skip
    """打分: what was wrong in a room; nothing wrong is a hundred. Below the school's mark it must be put right, and those who answer for it are told.

    `faults` are "项目:扣分点" of the sheet, `other` {"item", "off", "words"}. `sheet` is the one the page was read on. Raises Conflict when the room
    has a score of that day, NotAllowed for a building that is somebody else's and for rooms of one's own class.
    """
    check_can_score(actor)
    used = ScoreSheet.objects.filter(pk=sheet).first() if sheet else current_sheet()
    if used is None:
        raise RuleViolation("还没有评分表。请总务处先定评分项目。")
    lines, points = _counted(used, faults, other)
    on = timezone.localdate(claimed_time(happened_at, at, app="dorms"))
    must_fix = points < limit(PASS, on)
    if must_fix and not photos:
        raise RuleViolation(f"得分 {points}，低于合格分，要拍照片。", field="photos")
    values = {"sheet": used, "lines": lines, "points": points, "problem": told(lines)[:LONGEST_PROBLEM], "note": note}
    return _write(actor, at, room, on, values, happened_at=happened_at, photos=photos)


def _counted(sheet: ScoreSheet, faults: Iterable[str], other: Sequence[dict]) -> tuple[list[dict], int]:
    extra = []
    for row in other:
        words = tidied({"w": row.get("words") or ""})["w"]
        if not row.get("off"):
            if words:
                raise RuleViolation(f"「{row['item']}」写了「{words[:20]}」，扣几分？", field="other")
            continue
        if not words:
            raise RuleViolation(f"「{row['item']}」另扣 {row['off']} 分，请写为什么。", field="other")
        extra.append((row["item"], row["off"], words[:40]))
    try:
        return tally(sheet.items, faults, extra)
    except KeyError as wrong:
        raise RuleViolation(f"评分表上没有「{str(wrong.args[0])[:40]}」。请刷新这一页，再打一次。", field="faults") from wrong


def _write(actor, at: datetime, room: DormRoom, on: date, values: dict, *, happened_at: datetime | None, photos: Sequence = ()) -> RoomScore:
    """The entry with the classes that slept there; what two scorers do at once is settled by the room's lock and the constraint."""
    room = DormRoom.objects.select_for_update(of=("self",)).select_related("building__place", "place__parent").get(pk=room.pk)
    _check_room(actor, room)
    known = RoomScore.objects.filter(room=room, on=on, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{words_of(room)}{full_day(on)}{known.created_by.name}已经打了 {known.points} 分。", field="room")
    stays = people_of_day(room, on)
    tonight = sleepers_on([room], on).get(room.pk, [])
    if any(stay.student.school_class.head_teacher_id == actor.pk for stay in [*stays, *tonight]) and not has(actor, MANAGE):
        raise NotAllowed("这里住着您班上的学生，请别人来打分。")
    must_fix = values["points"] < limit(PASS, on)
    row = RoomScore(
        room=room, on=on, sheet=values.pop("sheet"), lines=values.pop("lines"), points=values["points"], counted=values.pop("points"),
        due_on=timezone.localdate(at) + timedelta(days=limit(FIX_DAYS, on)) if must_fix else None,
    )  # fmt: skip
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"{words_of(room)}得 {row.points} 分", **values)
    heads: dict[int, int] = {}
    for stay in stays:
        heads[stay.student.school_class_id] = heads.get(stay.student.school_class_id, 0) + 1
    ScoreClass.objects.bulk_create([ScoreClass(score=row, school_class_id=pk, heads=n) for pk, n in heads.items()])
    if must_fix:
        advance(row, ScoreState.OPEN, moves=SCORE_MOVES)
        _tell(at, row, "open", f"{words_of(room)}要整改，得 {row.points} 分", f"{row.problem}。{full_day(row.due_on)}前整改好。")
    return row


def _check_room(actor, room: DormRoom) -> None:
    if not room.is_active or not room.building.is_active:
        raise RuleViolation(f"{words_of(room)}已经停用。", field="room")
    if not rooms_to_score(actor).filter(pk=room.pk).exists():
        raise NotAllowed(f"{room.building}不归您查，请这栋楼的宿管员或者总务处打分。")


@rule
def import_score(*, actor, at: datetime, room: DormRoom, on: date, points: int, problem: str = "") -> RoomScore:
    """A total from a sheet on paper or in Excel, without the items. Raises RuleViolation for a zero without a word, since those are mostly rooms nobody saw."""
    check_can_score(actor)
    problem = tidied({"p": problem or ""})["p"]
    if not 0 <= points <= FULL:
        raise RuleViolation("得分在 0 到 100 之间。", field="points")
    if points == 0 and not problem:
        raise RuleViolation("得分是 0：没有查成的请去掉这一行，真是 0 分的写明问题。", field="points")
    day = timezone.localdate(at)
    happened_at = None if on == day else timezone.make_aware(datetime.combine(on, time(12)))
    if happened_at:
        claimed_time(happened_at, at, app="dorms", field="on")
    values = {"sheet": None, "lines": [], "points": points, "problem": problem or (NO_TOTAL if points < FULL else "")}
    return _write(actor, at, room, on, values, happened_at=happened_at)


def people_of(score: RoomScore) -> list[User]:
    """Keepers of the building and head teachers of those who slept there, each once."""
    heads = User.objects.filter(classes__in=score.classes.values("school_class"), is_active=True).distinct()
    return list({person.pk: person for person in [*keepers_of(score.room.building), *heads]}.values())


def _tell(at: datetime, score: RoomScore, step: str, title: str, body: str) -> None:
    notify(at=at, key=f"dorms.score:{score.pk}:{step}", recipients=people_of(score), title=title, body=body, url=f"/dorms/score/{score.pk}/", subject=SCORES)


@rule
def fix_room(*, actor, at: datetime, record: RoomScore, words: str, photos: Sequence = ()) -> RoomScore:
    """整改: what was done, with a photo if there is one."""
    score = stored(RoomScore, record)
    check_can_fix(actor, score)
    return put_right(actor=actor, at=at, score=score, moves=SCORE_MOVES, words=words, photos=photos)


@rule
def check_room(*, actor, at: datetime, record: RoomScore, is_good: bool, words: str = "") -> RoomScore:
    """复查 by somebody other than who put it right; not good goes back, counted."""
    score = stored(RoomScore, record)
    check_can_check(actor, score)
    if why := look_again(actor=actor, at=at, score=score, moves=SCORE_MOVES, is_good=is_good, words=words):
        _tell(at, score, f"back{score.returned}", f"{words_of(score.room)}复查不合格", why)
    return score
