"""A meal with its dishes, a fridge, people with certificates: what the food-safety tests stand on."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.dish.models import Dish
from canteen.meal.models import Meal, MealDish
from canteen.sample.models import Fridge
from canteen.sample.rules import save_fridge
from canteen.staff.models import Worker
from canteen.staff.rules import save_worker
from logistics.platform.papers.models import StaffPaper
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def meal_of(cast, on: date = TODAY, kind: str = "lunch", starts: str = "11:30", ends: str = "12:30") -> Meal:
    given = {"starts_at": moment(on, starts), "ends_at": moment(on, ends), "created_by": cast.canteen, "created_at": NOW}
    return Meal.objects.get_or_create(on=on, kind=kind, defaults=given)[0]


def dish_of(cast, name: str = "红烧鸡块", meal: Meal | None = None) -> MealDish:
    dish = Dish.objects.get_or_create(name=name, defaults={"kind": "main", "created_by": cast.canteen, "created_at": NOW})[0]
    return MealDish.objects.create(meal=meal or meal_of(cast), dish=dish, reason="测试", created_by=cast.canteen, created_at=NOW)


def fridge_of(cast, name: str = "留样冰箱", **fields) -> Fridge:
    known = Fridge.objects.filter(name=name).first()
    return known or save_fridge(actor=cast.foodsafety, at=NOW, name=name, **fields)


def certify(person, until: date = TODAY + timedelta(days=200), since: date = TODAY - timedelta(days=100), number: str = "JK-1") -> StaffPaper:
    """A health certificate, past the rule of the papers."""
    return StaffPaper.objects.create(person=person, kind="health", number=number, issued_on=since, expires_on=until, created_by=person, created_at=NOW)


def worker_of(cast, person=None, job: str = "cook", certified: bool = True) -> Worker:
    person = person or cast.chef
    if certified:
        certify(person)
    return save_worker(actor=cast.foodsafety, at=NOW, person=person, job=job, is_active=True)


FIT = {"celsius": Decimal("36.5"), "symptoms": [], "tidy": ["dress_ok", "nails_ok", "hands_ok"], "result": "duty"}
