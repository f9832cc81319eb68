"""The day's scores, the week's ranking, what is still to be put right, what an area uses up (HYG-01, HYG-02, HYG-04)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_day

from .models import AreaScore, Cadence, CleaningArea, ScoreState, SupplyUse
from .rights import MANAGE, SCORE, VIEW

MARK = "safety.cleaning.pass"


def areas_visible_to(user) -> QuerySet[CleaningArea]:
    rows = CleaningArea.objects.select_related("place", "cleaner", "school_class")
    return rows if has(user, VIEW) else rows.none()


def active_areas() -> QuerySet[CleaningArea]:
    return CleaningArea.objects.filter(is_active=True).select_related("place", "cleaner", "school_class__head_teacher")


@dataclass(frozen=True)
class AreaDay:
    area: CleaningArea
    score: AreaScore | None


def area_days(on: date) -> list[AreaDay]:
    """Every area with its score of the day; two queries."""
    scores = {one.area_id: one for one in AreaScore.objects.filter(on=on, cadence=Cadence.DAILY, struck_at=None).select_related("created_by")}
    return [AreaDay(area, scores.get(area.pk)) for area in active_areas()]


def week_of(on: date) -> tuple[date, date]:
    first = on - timedelta(days=on.weekday())
    return first, first + timedelta(days=6)


@dataclass(frozen=True)
class Ranked:
    """`place` is shared by equals; daily looks and the weekly one count alike."""

    place: int
    name: str
    average: Decimal
    looks: int
    faults: int


def ranking(since: date, until: date, *, by: str = "school_class") -> list[Ranked]:
    """Classes, or cleaners, by the average of their points, the best first; one query."""
    rows = AreaScore.objects.filter(on__gte=since, on__lte=until, struck_at=None, **{f"{by}__isnull": False})
    found = rows.order_by().values(f"{by}__name").annotate(average=Avg("points"), looks=Count("pk"), faults=Count("pk", filter=~Q(state=ScoreState.FINE)))
    ranked: list[Ranked] = []
    for n, row in enumerate(sorted(found, key=lambda row: (-row["average"], row[f"{by}__name"])), 1):
        average = Decimal(str(row["average"])).quantize(Decimal("0.1"))
        place = ranked[-1].place if ranked and ranked[-1].average == average else n
        ranked.append(Ranked(place, row[f"{by}__name"], average, row["looks"], row["faults"]))
    return ranked


def used_by_area(since: date, until: date) -> list[tuple[str, str, Decimal, str]]:
    """(area, supply, quantity, unit) over these days; one query."""
    rows = SupplyUse.objects.filter(struck_at=None, happened_at__date__gte=since, happened_at__date__lte=until)
    found = rows.order_by().values("area__name", "item__name", "item__unit").annotate(all=Sum("quantity"))
    return sorted((row["area__name"], row["item__name"], row["all"], row["item__unit"]) for row in found)


def answers_for(user, score: AreaScore) -> bool:
    """Whether this person is the cleaner or the head teacher of the class."""
    return user.pk in (score.cleaner_id, score.school_class.head_teacher_id if score.school_class else None)


def cleaning_todos(user, at: datetime) -> list[Todo]:
    """What one has to put right, and what one may look at again."""
    found: list[Todo] = []
    if not has(user, VIEW):
        return found
    mine = AreaScore.objects.filter(struck_at=None, state=ScoreState.OPEN).filter(Q(cleaner=user.pk) | Q(school_class__head_teacher=user.pk))
    for score in mine.select_related("area").order_by("due_on", "pk")[:10]:
        due_at = timezone.make_aware(datetime.combine(score.due_on or score.on, time(23, 59)))
        found.append(Todo(f"{score.area}卫生要整改", score.problem, f"/safety/area-score/{score.pk}/", "登记整改", "brush-cleaning", due_at))
    if has(user, SCORE):
        fixed = AreaScore.objects.filter(struck_at=None, state=ScoreState.FIXED).exclude(fixed_by=user.pk).select_related("area").order_by("fixed_at", "pk")
        found += [
            Todo(f"{score.area}已整改", score.fixed_words, f"/safety/area-score/{score.pk}/", "去复查", "search-check", score.fixed_at) for score in fixed[:10]
        ]
    return found


def cleaning_late(user, at: datetime) -> list[Late]:
    if not has(user, MANAGE):
        return []
    late = list(
        AreaScore.objects.filter(struck_at=None, state=ScoreState.OPEN, due_on__lt=timezone.localdate(at)).select_related("area").order_by("due_on", "pk")[:100]
    )
    return [Late("卫生整改逾期", f"{late[0].area}，{full_day(late[0].due_on)}到期", len(late), "/safety/area-score/?state=open")] if late else []
