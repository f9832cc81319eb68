"""Reading samples: what a meal still lacks, what may go, and the numbers of the day (CAN-07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zlib import crc32

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from canteen.dish.models import DishKind
from canteen.evidence import VIEW
from canteen.meal.models import Meal, MealDish, MealState
from logistics.platform.access.rules import has

from .models import Fridge, Sample, SampleGap, SampleState

GRAMS, HOURS, BEFORE_END = "canteen.sample.gram", "canteen.sample.hours", "canteen.sample.minutes"
READING_HOURS = "canteen.fridge.hours"


def samples_visible_to(user) -> QuerySet[Sample]:
    rows = Sample.objects.select_related("dish__dish", "dish__meal", "fridge", "taken_by", "disposed_by", "created_by", "locked_by")
    return rows if has(user, VIEW) else rows.none()


def served() -> QuerySet[MealDish]:
    """Dishes that were served, of meals that took place; a seasoning is no dish of its own."""
    return MealDish.objects.filter(is_served=True).exclude(meal__state=MealState.VOID).exclude(dish__kind=DishKind.SEASONING).select_related("meal", "dish")


def lacking() -> QuerySet[MealDish]:
    """Served dishes with neither a sample nor a written reason for having none."""
    sample = Sample.objects.filter(dish=OuterRef("pk"), struck_at=None)
    gap = SampleGap.objects.filter(dish=OuterRef("pk"), struck_at=None)
    return served().filter(~Exists(sample), ~Exists(gap))


def lacking_between(since: datetime, until: datetime) -> QuerySet[MealDish]:
    """Those of meals that end within these moments."""
    return lacking().filter(meal__ends_at__gte=since, meal__ends_at__lte=until).order_by("meal__ends_at", "pk")


def disposable(at: datetime) -> QuerySet[Sample]:
    """Kept long enough, not locked, not struck."""
    return Sample.objects.filter(state=SampleState.KEPT, struck_at=None, locked_at=None, keep_until__lte=at)


def sample_counts(user, at: datetime) -> dict[str, int]:
    """One query."""
    kept = Q(state=SampleState.KEPT, struck_at=None)
    return (
        samples_visible_to(user)
        .order_by()
        .aggregate(
            kept=Count("pk", filter=kept),
            due=Count("pk", filter=kept & Q(keep_until__lte=at, locked_at=None)),
            locked=Count("pk", filter=kept & Q(locked_at__isnull=False)),
        )
    )


@dataclass(frozen=True)
class DishRow:
    """A served dish with what became of its sample."""

    dish: MealDish
    sample: Sample | None
    gap: SampleGap | None


@dataclass(frozen=True)
class MealRow:
    meal: Meal
    rows: list[DishRow]

    @property
    def missing(self) -> int:
        return sum(row.sample is None and row.gap is None for row in self.rows)


def meals_of(day: date) -> list[MealRow]:
    """Every meal of the day with its served dishes and their samples; three queries."""
    by_meal: dict[int, MealRow] = {}
    dishes = list(served().filter(meal__on=day).order_by("meal__starts_at", "pk"))
    samples = {one.dish_id: one for one in Sample.objects.filter(dish__in=[d.pk for d in dishes], struck_at=None).select_related("fridge", "taken_by")}
    gaps = {one.dish_id: one for one in SampleGap.objects.filter(dish__in=[d.pk for d in dishes], struck_at=None).select_related("created_by")}
    for dish in dishes:
        row = by_meal.setdefault(dish.meal_id, MealRow(dish.meal, []))
        row.rows.append(DishRow(dish, samples.get(dish.pk), gaps.get(dish.pk)))
    return list(by_meal.values())


def active_fridges(*, for_samples: bool | None = None) -> QuerySet[Fridge]:
    rows = Fridge.objects.filter(is_active=True)
    return rows if for_samples is None else rows.filter(for_samples=for_samples)


def unread_fridges(at: datetime, hours: int) -> Iterable[Fridge]:
    """Fridges whose thermometer nobody has read for so many hours."""
    since = at - timedelta(hours=hours)
    return active_fridges().exclude(readings__in=_readings_since(since))


def _readings_since(since: datetime):
    from .models import FridgeReading

    return FridgeReading.objects.filter(happened_at__gte=since, struck_at=None)


KEPT_DAYS = timedelta(days=4)  # as far back as the form offers dishes


def samples_kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the day's page and the form: read again whenever other dishes lack a sample."""
    today = timezone.localdate()
    open_now = list(lacking().filter(meal__on__gte=today - KEPT_DAYS).order_by("pk").values_list("pk", flat=True))
    seen = f"{today} {crc32(repr(open_now).encode()):x}"
    return [("/canteen/samples/", seen), ("/canteen/sample/new/", seen)]


def fridges_kept_on_phone(user) -> list[tuple[str, str]]:
    seen = f"{timezone.localdate()} {active_fridges().count()}"
    return [("/canteen/fridge-reading/", seen), ("/canteen/fridge-reading/new/", seen)]
