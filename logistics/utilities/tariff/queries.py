"""Which price holds on a day (UTL-07)."""

from datetime import date

from django.db.models import Count, QuerySet

from logistics.platform.access.rules import has, require
from logistics.utilities.bill.queries import CODES, MANAGE

from .arithmetic import Step
from .models import Tariff


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in (*CODES, MANAGE)):
        require(user, MANAGE)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def tariffs_visible_to(user) -> QuerySet[Tariff]:
    rows = Tariff.objects.select_related("created_by").prefetch_related("rows").annotate(used=Count("bills"))
    return rows if any(has(user, code) for code in (*CODES, MANAGE)) else rows.none()


def tariff_on(medium: str, name: str, on: date) -> Tariff | None:
    """The price of that name in force on a day."""
    return Tariff.objects.filter(medium=medium, name=name, since__lte=on).order_by("-since").first()


def changed_between(tariff: Tariff, first: date, last: date) -> bool:
    """Whether another price of that name began in these days."""
    return Tariff.objects.filter(medium=tariff.medium, name=tariff.name, since__gt=first, since__lte=last).exists()


def is_in_force(tariff: Tariff, on: date, rows: list[Tariff]) -> bool:
    """Whether no later one of the same name has taken its place by that day."""
    same = [one.since for one in rows if (one.medium, one.name) == (tariff.medium, tariff.name) and one.since <= on]
    return bool(same) and max(same) == tariff.since


def steps_of(tariff: Tariff) -> list[Step]:
    return [Step(row.part, row.price, row.band, row.over, row.share) for row in tariff.rows.all()]
