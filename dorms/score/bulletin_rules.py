"""Publishing the ranking of a week or month on the board, and taking it back (DOR-04)."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import LONGEST, put_up, take_down
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import BulletinKind, BulletinState, ScoreBulletin
from .queries import frozen, month_of, published, replaces, standing_of, week_of
from .rules import check_can_manage

MOVES = {BulletinState.PUBLISHED: (BulletinState.VOID,)}
AHEAD = timedelta(days=40)  # always in a later week and month; the calendar ends in 9999
CUT = "……其余看通报"
TOLD = 10  # rooms named in the post; the paper has all


def check_can_void(user, bulletin: ScoreBulletin) -> None:
    check_can_manage(user)
    check_move(bulletin, BulletinState.VOID, moves=MOVES)


def period_of(kind: str, on: date) -> tuple[date, date]:
    return month_of(on) if kind == BulletinKind.MONTH else week_of(on)


@rule
def publish_ranking(*, actor, at: datetime, kind: str, on: date) -> ScoreBulletin:
    """Freeze the ranking of the week or month `on` is in and put it on the board for the staff; once, until it is taken back.

    Raises RuleViolation for a time to come and one without scores, Conflict when it is published already.
    """
    check_can_manage(actor)
    today = timezone.localdate(at)
    first, last = period_of(kind, min(on, today + AHEAD))
    if first > today:
        raise RuleViolation("还没到那时候，不能公布。", field="on")
    if published(kind, first):
        raise Conflict("这一期已经公布了。有错就先撤回，写明原因，再公布。")
    standing = standing_of(first, last, with_stars=kind == BulletinKind.MONTH)
    if not standing.looks:
        raise RuleViolation("这一期还没有评分，不能公布。", field="on")
    bulletin = ScoreBulletin(created_by=actor, created_at=at, content=frozen(standing))
    bulletin = save_changes(actor=actor, at=at, record=bulletin, kind=kind, first_on=first, last_on=last, text="公布宿舍评比")
    post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=str(bulletin), content=post_text(bulletin), audience=Audience.STAFF,
        publish_on=today,
    )  # fmt: skip
    ScoreBulletin.objects.filter(pk=bulletin.pk).update(post=post)
    bulletin.post = post
    return bulletin


def post_text(bulletin: ScoreBulletin) -> str:
    """The best rooms, the classes and the stars in lines; what replaces another says so."""
    content = bulletin.content
    lines = [words] if (words := replaces(bulletin)) else []
    lines += ["宿舍前十名："] + [f"第 {place} 名 {where} {name}，平均 {average} 分" for place, name, average, _, _, where in content["rooms"][:TOLD]]
    if content["classes"]:
        lines += ["班级："] + [f"第 {place} 名 {name}，平均 {average} 分" for place, name, average, *_ in content["classes"][:40]]
    for level in dict.fromkeys(row[6] for row in content["stars"]):
        lines.append(f"{level}：" + "；".join(_by_building([row for row in content["stars"] if row[6] == level])))
    text = "\n".join(lines)
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def _by_building(rows: list) -> list[str]:
    """一号宿舍楼 101、102: a building is named once."""
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row[5], []).append(row[1])
    return [f"{building} {'、'.join(rooms)}" for building, rooms in names.items()]


@rule
def withdraw_ranking(*, actor, at: datetime, record: ScoreBulletin, reason: str) -> ScoreBulletin:
    """Take a published ranking back for a reason; it stays readable, and the time can be published anew."""
    bulletin = stored(ScoreBulletin, record)
    check_can_void(actor, bulletin)
    reason = tidied({"r": reason or ""})["r"]
    if not reason:
        raise RuleViolation("请写撤回的原因。", field="reason")
    advance(bulletin, BulletinState.VOID, moves=MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=bulletin, text="撤回评比", note=reason)
    if bulletin.post:
        take_down(actor=actor, at=at, record=bulletin.post, reason=reason)
    return bulletin
