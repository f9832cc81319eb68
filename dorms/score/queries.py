"""Scores one may see, the day room by room, the ranking of a week or month, what has to be put right (DOR-04)."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dorms.appliance.models import Appliance
from dorms.bed.models import DormRoom, Stay
from dorms.bed.queries import floor_of, in_charge_of, keeps, sleepers_on, sleeping
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_day

from .models import AppealState, BulletinKind, BulletinState, RoomScore, ScoreAppeal, ScoreBulletin, ScoreClass, ScoreSheet, ScoreState, StarLevel
from .ranking import Level, Look, Ranked, by_building, by_class, by_room, starred
from .rights import DECIDE, MANAGE, SCORE, VIEW

PASS, FIX_DAYS, APPEAL_DAYS = "dorms.score.pass", "dorms.score.fix.days", "dorms.score.appeal.days"
JOINS = ("room__building__place", "room__place__parent")
DAY = timedelta(days=1)
MOST_KEPT = 160  # pages on one phone: the rooms of a large building


def words_of(room: DormRoom) -> str:
    """一号宿舍楼 101."""
    return f"{room.building} {room.place.name}"


def own_rooms(user, prefix: str = "") -> Q:
    return keeps(user, f"{prefix}building__")


def slept_there(user) -> Exists:
    """Scores of rooms where somebody of the own class slept that day."""
    return Exists(ScoreClass.objects.filter(score=OuterRef("pk"), school_class__head_teacher=user.pk))


def scores_visible_to(user) -> QuerySet[RoomScore]:
    """All for leaders; a keeper's buildings; a head teacher's class."""
    rows = RoomScore.objects.select_related("created_by", "fixed_by", "checked_by", "appeal", *JOINS)
    scope = scope_of(user, VIEW)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(own_rooms(user, "room__") | slept_there(user))


def appeals_visible_to(user) -> QuerySet[ScoreAppeal]:
    rows = ScoreAppeal.objects.select_related("created_by", "scored_by", "decided_by", *(f"score__{name}" for name in JOINS))
    scope = scope_of(user, VIEW)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(Q(created_by=user.pk) | Q(scored_by=user.pk) | own_rooms(user, "score__room__"))


def sheets_visible_to(user) -> QuerySet[ScoreSheet]:
    rows = ScoreSheet.objects.select_related("created_by").annotate(used=Count("scores"))
    return rows if has(user, VIEW) else rows.none()


def bulletins_visible_to(user) -> QuerySet[ScoreBulletin]:
    rows = ScoreBulletin.objects.select_related("created_by", "post")
    return rows if has(user, VIEW) else rows.none()


def current_sheet() -> ScoreSheet | None:
    return ScoreSheet.objects.filter(is_current=True).first()


def rooms_to_score(user) -> QuerySet[DormRoom]:
    """Rooms in use this person may score: all, or those of the buildings one keeps."""
    rows = DormRoom.objects.filter(is_active=True, building__is_active=True).select_related("building__place", "place__parent")
    rows = rows.order_by("building__order", "building", "place__path")
    scope = scope_of(user, SCORE)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(own_rooms(user))


def keeps_room(user, room: int, code: str) -> bool:
    """Whether this person keeps that room, also one that is no longer in use: what was begun there is still to be ended."""
    scope = scope_of(user, code)
    return scope == Scope.ALL or (scope is not None and DormRoom.objects.filter(keeps(user, "building__"), pk=room).exists())


def lived_in(rooms: QuerySet[DormRoom], on: date) -> QuerySet[DormRoom]:
    """Those of the rooms somebody got up in or goes to bed in that day; all of them as long as the school has written down no beds."""
    stays = Stay.objects.filter(sleeping(on) | sleeping(on - DAY))
    return rooms.filter(Exists(stays.filter(bed__room=OuterRef("pk")))) if stays.exists() else rooms


def people_of_day(room: DormRoom, on: date) -> list[Stay]:
    """Whose room it was that day: who got up there; where nobody did, who moved in. Whoever moves in during the day answers from the next day on."""
    return sleepers_on([room], on - DAY).get(room.pk) or sleepers_on([room], on).get(room.pk, [])


@dataclass(frozen=True)
class RoomDay:
    room: DormRoom
    score: RoomScore | None

    @property
    def counted(self) -> int | None:
        return self.score.counted if self.score else None


@dataclass(frozen=True)
class Floor:
    name: str
    rows: list[RoomDay]


def day_of(rooms: Sequence[DormRoom], on: date) -> list[Floor]:
    """The rooms floor by floor with their score of the day; one query more."""
    scores = {one.room_id: one for one in RoomScore.objects.filter(on=on, struck_at=None, room__in=[room.pk for room in rooms])}
    floors: dict[str, list[RoomDay]] = defaultdict(list)
    for room in rooms:
        floors[" ".join(filter(None, [str(room.building), floor_of(room)]))].append(RoomDay(room, scores.get(room.pk)))
    return [Floor(name, rows) for name, rows in floors.items()]


def week_of(on: date) -> tuple[date, date]:
    first = on - timedelta(days=on.weekday())
    return first, first + timedelta(days=6)


def month_of(on: date) -> tuple[date, date]:
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def days_of(since: date, until: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]


def looks_between(since: date, until: date) -> list[Look]:
    """Every score of these days that stands, as it counts; two queries."""
    heads: dict[int, list[tuple[str, int]]] = defaultdict(list)
    found = ScoreClass.objects.filter(score__on__gte=since, score__on__lte=until, score__struck_at=None)
    for score, name, count in found.values_list("score", "school_class__name", "heads"):
        heads[score].append((name, count))
    rows = RoomScore.objects.filter(on__gte=since, on__lte=until, struck_at=None).order_by("pk")
    fields = ("pk", "on", "room", "room__place__name", "room__building__place__name", "counted")
    marks = {on: limit_shown(PASS, on) for on in days_of(since, until)}
    return [Look(name, building, points, points < marks[on], tuple(heads[pk]), room) for pk, on, room, name, building, points in rows.values_list(*fields)]


def banned_between(since: date, until: date) -> dict[int, int]:
    """{room: finds of banned appliances}; one query."""
    rows = Appliance.objects.filter(on__gte=since, on__lte=until, struck_at=None).order_by().values("room").annotate(n=Count("pk"))
    return {row["room"]: row["n"] for row in rows}


def levels() -> list[Level]:
    rows = StarLevel.objects.filter(is_active=True)
    return [Level(row.name, row.stars, row.average, row.looks, row.low, row.banned) for row in rows]


@dataclass(frozen=True)
class Standing:
    """A ranking: rooms, classes, buildings, and rooms with stars where a month is asked for."""

    rooms: list[Ranked]
    classes: list[Ranked]
    buildings: list[Ranked]
    stars: list[tuple[Ranked, Level]]

    @property
    def looks(self) -> int:
        return sum(row.looks for row in self.buildings)


def standing_of(since: date, until: date, *, with_stars: bool = False) -> Standing:
    """Four queries at most, whatever the rows."""
    looks = looks_between(since, until)
    rooms = by_room(looks)
    stars = starred(rooms, banned_between(since, until), levels()) if with_stars else []
    return Standing(rooms, by_class(looks), by_building(looks), stars)


def frozen(standing: Standing) -> dict:
    """The ranking as plain values, for a bulletin."""

    def row(one: Ranked) -> list:
        return [one.place, one.name, str(one.average), one.looks, one.low, one.where]

    return {
        "rooms": [row(one) for one in standing.rooms],
        "classes": [row(one) for one in standing.classes],
        "buildings": [row(one) for one in standing.buildings],
        "stars": [[*row(one), level.name, level.stars] for one, level in standing.stars],
    }


def published(kind: str, first: date) -> ScoreBulletin | None:
    return ScoreBulletin.objects.filter(kind=kind, first_on=first, state=BulletinState.PUBLISHED).first()


def published_over(on: date) -> list[ScoreBulletin]:
    """The published rankings this day counts in."""
    return list(ScoreBulletin.objects.filter(state=BulletinState.PUBLISHED, first_on__lte=on, last_on__gte=on).order_by("pk"))


def neighbours(bulletin: ScoreBulletin) -> tuple[ScoreBulletin | None, ScoreBulletin | None]:
    """The one of the same week or month that this one replaces, and the one that replaces it; one query."""
    rows = list(ScoreBulletin.objects.filter(kind=bulletin.kind, first_on=bulletin.first_on).exclude(pk=bulletin.pk).order_by("pk"))
    earlier, later = [row for row in rows if row.pk < bulletin.pk], [row for row in rows if row.pk > bulletin.pk]
    return earlier[-1] if earlier else None, later[0] if later else None


def replaces(bulletin: ScoreBulletin) -> str:
    """更正……; empty for what was published once. One query."""
    earlier = neighbours(bulletin)[0]
    return f"这是更正后的名次，代替{full_day(timezone.localtime(earlier.created_at))}公布、已经撤回的那一次。" if earlier else ""


def since_published(bulletin: ScoreBulletin) -> str:
    """改判 1 次、划去 2 条: what would change the ranking if it were published now; empty for none. Two queries."""
    rows = RoomScore.objects.filter(on__gte=bulletin.first_on, on__lte=bulletin.last_on)
    late = Q(struck_at__gt=bulletin.created_at, created_at__lte=bulletin.created_at)
    counts = rows.aggregate(
        appealed=Count("pk", filter=Q(struck_at=None, appeal__state=AppealState.CHANGED, appeal__decided_at__gt=bulletin.created_at)),
        struck=Count("pk", filter=late),
        added=Count("pk", filter=Q(struck_at=None, created_at__gt=bulletin.created_at)),
    )
    words = (("appealed", "申诉改判", "次"), ("struck", "划去", "条"), ("added", "新打分", "条"))
    found = [f"{label} {counts[name]} {unit}" for name, label, unit in words if counts[name]]
    if bulletin.kind == BulletinKind.MONTH:
        finds = Appliance.objects.filter(on__gte=bulletin.first_on, on__lte=bulletin.last_on)
        new = Q(struck_at=None, created_at__gt=bulletin.created_at)
        if n := finds.filter(new | late).count():
            found.append(f"违章电器记录有变 {n} 条")
    return "、".join(found)


def answers_for(user, score: RoomScore) -> bool:
    """Whether this person keeps the building or teaches a class that slept there."""
    keeper = score.room.building.keepers.filter(pk=user.pk).exists()
    return keeper or score.classes.filter(school_class__head_teacher=user.pk).exists()


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version): the day's page and the form of every room of one's own buildings that has no score today."""
    today = timezone.localdate()
    done = RoomScore.objects.filter(on=today, struck_at=None).values("room")
    keys = list(lived_in(rooms_to_score(user), today).filter(own_rooms(user)).exclude(pk__in=done).values_list("pk", flat=True)[:MOST_KEPT])
    sheet = current_sheet()
    version = f"{today} {sheet.pk if sheet else 0}"
    return [("/dorms/scores/", f"{version} {zlib.crc32(repr(keys).encode()):x}"), *((f"/dorms/scores/room/{key}/", version) for key in keys)]


def score_todos(user, at: datetime) -> list[Todo]:
    """What one has to put right, may look at again, or has to decide."""
    if not has(user, VIEW):
        return []
    return [*_to_fix(user), *_to_check(user), *_to_decide(user)]


def _to_fix(user) -> list[Todo]:
    rows = RoomScore.objects.filter(struck_at=None, state=ScoreState.OPEN).filter(own_rooms(user, "room__") | slept_there(user)).select_related(*JOINS)

    def todo(score: RoomScore) -> Todo:
        due_at = timezone.make_aware(datetime.combine(score.due_on or score.on, time(23, 59)))
        return Todo(f"{words_of(score.room)}要整改", score.problem[:60], f"/dorms/score/{score.pk}/", "登记整改", "bed-double", due_at)

    return [todo(score) for score in rows.order_by("due_on", "pk")[:10]]


def _to_check(user) -> list[Todo]:
    if not has(user, SCORE):
        return []
    rows = RoomScore.objects.filter(struck_at=None, state=ScoreState.FIXED).exclude(fixed_by=user.pk)
    if scope_of(user, SCORE) != Scope.ALL:
        rows = rows.filter(own_rooms(user, "room__"))
    return [
        Todo(f"{words_of(score.room)}已整改", score.fixed_words, f"/dorms/score/{score.pk}/", "去复查", "search-check", score.fixed_at)
        for score in rows.select_related(*JOINS).order_by("fixed_at", "pk")[:10]
    ]


def _to_decide(user) -> list[Todo]:
    if not has(user, DECIDE):
        return []
    return [
        Todo(f"{words_of(one.score.room)}评分申诉", one.reason[:60], f"/dorms/score-appeal/{one.pk}/", "处理", "scale", one.created_at)
        for one in appeals_to_decide(user)[:10]
    ]


def appeals_to_decide(user) -> QuerySet[ScoreAppeal]:
    rows = ScoreAppeal.objects.filter(state=AppealState.OPEN).exclude(Q(created_by=user.pk) | Q(scored_by=user.pk))
    return rows.select_related(*(f"score__{name}" for name in JOINS)).order_by("pk")


def score_late(user, at: datetime) -> list[Late]:
    if not has(user, MANAGE):
        return []
    rows = RoomScore.objects.filter(struck_at=None, state=ScoreState.OPEN, due_on__lt=timezone.localdate(at)).select_related(*JOINS)
    late = list(rows.order_by("due_on", "pk")[:100])
    return [Late("宿舍整改逾期", f"{words_of(late[0].room)}，{full_day(late[0].due_on)}到期", len(late), "/dorms/score/?state=open")] if late else []


def room_panel(room: DormRoom, user) -> dict | None:
    """The last scores of a room and its average of the month, for its page. One query."""
    if not has(user, VIEW):
        return None
    first, last = month_of(timezone.localdate())
    rows = room.scores.filter(struck_at=None).order_by("-on", "-pk")
    found = list(rows.filter(Q(on__gte=first, on__lte=last) | Q(pk__in=rows.values("pk")[:6])))
    scores, month = found[:6], [one.counted for one in found if first <= one.on <= last]
    average = (Decimal(sum(month)) / len(month)).quantize(Decimal("0.1")) if month else None
    return {
        "scores": scores,
        "average": average,
        "looks": len(month),
        "may_score": room.is_active and room.building.is_active and in_charge_of(user, room, SCORE),
    }
