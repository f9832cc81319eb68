"""Counts of what was wasted, by class and office; the week as the board says it (UTL-04)."""

import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.duties.models import Duty, DutySubstitute
from logistics.platform.duties.queries import posts_of
from logistics.platform.duties.rhythm import Kind
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.keeping import kept
from logistics.platform.labels.things import Choice
from logistics.platform.org.models import Department, SchoolClass
from logistics.platform.places.models import Place

from .models import RECORD, VIEW, EnergyKeeper, WasteFinding, WasteKind, WasteWeek

SIX = timedelta(days=6)
ROUNDS = (Kind.DAILY, Kind.WEEKLY, Kind.NIGHT)  # who has one of these comes by where lights burn and taps run
AHEAD = timedelta(days=1)


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def owner_of(place: Place) -> tuple[SchoolClass | None, Department | None]:
    """Whose place it is: the class whose room it is, or the office that uses it (or what it stands in); (None, None) for everybody's. Two queries."""
    found = SchoolClass.objects.filter(room=place.pk, is_active=True).select_related("head_teacher").order_by("pk").first()
    if found:
        return found, None
    above = [int(part) for part in place.path.split("/") if part]
    rows = Place.objects.filter(pk__in=above, department__is_active=True).select_related("department__head").order_by("-path")
    nearest = max(rows, key=lambda one: len(one.path), default=None)
    return None, nearest.department if nearest else None


@dataclass
class Tally:
    """What was found for one class or office."""

    name: str
    kinds: Counter = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.kinds.total()

    @property
    def words(self) -> str:
        """长明灯 2 次、长流水 1 次"""
        return "、".join(f"{WasteKind(kind).label} {n} 次" for kind, n in sorted(self.kinds.items(), key=lambda row: (-row[1], row[0])))


def tallies(since: date, until: date) -> tuple[list[Tally], list[Tally], int]:
    """(by class, by office, counted for nobody) of the entries that stand, most first; one query."""
    rows = WasteFinding.objects.filter(struck_at=None, on__gte=since, on__lte=until).order_by()
    classes: dict[str, Tally] = {}
    offices: dict[str, Tally] = {}
    nobodys = 0
    for school_class, office, kind, n in rows.values_list("school_class__name", "department__name", "kind").annotate(n=Count("pk")):
        if not (school_class or office):
            nobodys += n
            continue
        name, group = (school_class, classes) if school_class else (office, offices)
        group.setdefault(name, Tally(name)).kinds[kind] += n
    ordered = [sorted(group.values(), key=lambda one: (-one.total, one.name)) for group in (classes, offices)]
    return ordered[0], ordered[1], nobodys


def waste_counts(since: date, until: date) -> dict[int, int]:
    """{class's key: findings that stand}, both days included, for the evaluation of classes; classes without any are missing. One query."""
    rows = WasteFinding.objects.filter(struck_at=None, on__gte=since, on__lte=until, school_class__isnull=False).order_by()
    return dict(rows.values_list("school_class").annotate(n=Count("pk")))


def keepers_visible_to(user) -> QuerySet[EnergyKeeper]:
    """Everybody on the staff sees who; pupils' names go no further."""
    rows = EnergyKeeper.objects.select_related("school_class__head_teacher", "student")
    return rows if has(user, VIEW) else rows.none()


def keeper_of(school_class: SchoolClass) -> EnergyKeeper | None:
    """Who watches over it now; nobody when that pupil has left the class."""
    own = EnergyKeeper.objects.filter(school_class=school_class, until=None, student__is_active=True, student__school_class=school_class)
    return own.select_related("student").first()


def latest_week(monday: date) -> WasteWeek | None:
    return WasteWeek.objects.filter(monday=monday).select_related("post").order_by("-version").first()


def shown_weeks(before: date, on: date) -> list[date]:
    """Mondays of published weeks before that one whose post is meant to be on the board still, taken down or not."""
    rows = WasteWeek.objects.filter(monday__lt=before, post__withdraw_on__gte=on)
    return sorted(set(rows.values_list("monday", flat=True)))


def week_text(monday: date) -> str:
    """The week as paragraphs of the board; empty for a week in which nothing was found."""
    classes, offices, nobodys = tallies(monday, monday + SIX)
    total = sum(one.total for one in (*classes, *offices)) + nobodys
    if not total:
        return ""
    parts = [f"这一周登记浪费 {total} 次。请各班、各部门人走灯灭，用完关水、关空调。"]
    if classes:
        parts.append("班级：\n" + "\n".join(f"{one.name} {one.total} 次：{one.words}" for one in classes))
    if offices:
        parts.append("部门：\n" + "\n".join(f"{one.name} {one.total} 次：{one.words}" for one in offices))
    if nobodys:
        parts.append(f"公共区域 {nobodys} 次。")
    return "\n\n".join(parts)


def check_goes_round(user) -> None:
    """Whoever may write waste down and is out on rounds. Asked on every page, so the answer is a minute old."""
    require(user, RECORD)
    if not kept(f"utilities.waste.rounds.{user.pk}", lambda: goes_round(user, timezone.now())):
        raise NotAllowed("您名下没有每天、每周或者夜里的巡查。")


def goes_round(user, at: datetime) -> bool:
    """Has something to do every day, week or night, in person, by a post or as a substitute; one query."""
    today = timezone.localdate(at)
    stands_in = DutySubstitute.objects.filter(duty=OuterRef("pk"), person=user.pk, is_void=False, first_on__lte=today + AHEAD, last_on__gte=today)
    own = Q(owner_person=user.pk) | Q(owner_post__in=posts_of(user)) | Exists(stands_in)
    return Duty.objects.filter(own, is_active=True, rhythm__kind__in=[str(kind) for kind in ROUNDS]).exists()


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the week and of the form of a new entry."""
    offered = [list(model.objects.filter(is_active=True).order_by("pk").values_list("pk", "name")) for model in (SchoolClass, Department)]
    version = f"{timezone.localdate()} {zlib.crc32(repr(offered).encode()):x}"
    return [(reverse("utilities:waste"), version), (reverse("utilities:waste-finding-create"), version)]


def scan_choices(user, place: Place) -> list[Choice]:
    if not has(user, RECORD):
        return []
    return [Choice("登记浪费", "长明灯、长流水、空调没关", "leaf", f"{reverse('utilities:waste-finding-create')}?place={place.pk}", 65)]
