"""Reading drinking water: what a point needs by which day, which points are closed (CAN-17)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from canteen.evidence import VIEW
from canteen.weekly import Mark
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown

from .models import CareKind, PointState, WaterCare, WaterCheck, WaterKind, WaterPoint, WaterTest

CHECK_DAYS, SCALE_DAYS, DISINFECT_DAYS, TEST_DAYS, WARN_DAYS = (f"canteen.water.{name}.days" for name in ("check", "scale", "disinfect", "test", "warn"))
CHECKED, TESTED = "每周检查", "水质检测"
SCALED = (WaterKind.DIRECT, WaterKind.BOILER)


@dataclass(frozen=True)
class Due:
    """One thing a point needs again and again: when it was done last, by which day it is due; `last` None is never."""

    label: str
    last: date | None
    next_on: date
    is_late: bool

    @property
    def words(self) -> str:
        return "从来没有" if self.last is None else f"上次 {self.last:%Y-%m-%d}"


def points_visible_to(user) -> QuerySet[WaterPoint]:
    rows = WaterPoint.objects.select_related("place", "firm")
    return rows if has(user, VIEW) else rows.none()


def with_last(rows: QuerySet[WaterPoint]) -> QuerySet[WaterPoint]:
    """Each point with the moments of its last check and care, and the end of its last test that stands."""

    def cared(kind: str) -> Subquery:
        found = WaterCare.objects.filter(point=OuterRef("pk"), kind=kind, struck_at=None).order_by("-happened_at")
        return Subquery(found.values("happened_at")[:1])

    checks = WaterCheck.objects.filter(point=OuterRef("pk"), struck_at=None).order_by("-happened_at")
    tests = WaterTest.objects.filter(point=OuterRef("pk"), struck_at=None).order_by("-sampled_on", "-pk")
    return rows.annotate(
        last_check=Subquery(checks.values("happened_at")[:1]),
        last_scale=cared(CareKind.SCALE),
        last_disinfect=cared(CareKind.DISINFECT),
        last_filter=cared(CareKind.FILTER),
        test_on=Subquery(tests.values("sampled_on")[:1]),
        test_until=Subquery(tests.values("valid_until")[:1]),
        test_fit=Subquery(tests.values("is_fit")[:1]),
    )


def listed_points(user) -> QuerySet[WaterPoint]:
    return with_last(points_visible_to(user))


def dues_of(point: WaterPoint, on: date) -> list[Due]:
    """What a point of `with_last` needs, most pressing first; nothing for one that is closed. No query but the limits."""
    if point.state != PointState.USED:
        return []
    wanted = [(CHECKED, point.last_check, limit_shown(CHECK_DAYS, on)), ("消毒", point.last_disinfect, limit_shown(DISINFECT_DAYS, on))]
    if point.kind in SCALED:
        wanted.append(("除垢", point.last_scale, limit_shown(SCALE_DAYS, on)))
    if point.filter_days:
        wanted.append(("换滤芯", point.last_filter, point.filter_days))
    found = []
    for label, moment, days in wanted:
        last = timezone.localdate(moment) if moment else None
        next_on = (last or point.since) + timedelta(days=days if last or label != CHECKED else 0)
        found.append(Due(label, last, next_on, next_on < on))
    until = point.test_until or point.since
    found.append(Due(TESTED, point.test_on, until, until < on or not point.test_on))
    return sorted(found, key=lambda due: due.next_on)


def standing(point: WaterPoint, on: date) -> tuple[str, str]:
    """(words, tone) of a point of `with_last`."""
    if point.state != PointState.USED:
        return point.get_state_display(), point.tone
    dues = dues_of(point, on)
    late = [due.label for due in dues if due.is_late]
    if late:
        return (f"该{late[0].removeprefix('每周')}了" if len(late) == 1 else f"{len(late)} 样该做了"), "late"
    today = [due.label for due in dues if due.next_on == on]
    if today:
        return f"今天{today[0].removeprefix('每周')}", "wait"
    return "正常", "done"


def used_points() -> list[WaterPoint]:
    return list(with_last(WaterPoint.objects.filter(state=PointState.USED)).order_by("name", "pk"))


def why_closed(point: WaterPoint) -> str:
    """Why a closed point may not give water yet; empty when it may. Two queries."""
    test = point.tests.filter(struck_at=None).order_by("-sampled_on", "-pk").first()
    if test and not test.is_fit:
        return f"最近一次水质检测（{test.sampled_on:%Y-%m-%d}）不合格：{test.unfit}。先重新检测合格。"
    check = point.checks.filter(struck_at=None).order_by("-happened_at", "-pk").first()
    if check and Mark.BAD in (check.clear, check.smell):
        return f"最近一次检查水不正常：{check.problem}。先处理好，再检查一次。"
    return ""


def all_checked_since(moment: datetime) -> bool:
    """Whether every point in use has been looked at since then; no points is nothing done."""
    latest = WaterPoint.objects.filter(state=PointState.USED).annotate(last=Max("checks__happened_at", filter=Q(checks__struck_at=None)))
    moments = list(latest.values_list("last", flat=True))
    return bool(moments) and all(last is not None and last >= moment for last in moments)
