"""Which price holds on a day (UTL-07)."""

from datetime import date

from django.db.models import Count, QuerySet

from logistics.platform.access.rules import has, require
from logistics.utilities.bill.queries import CODES, MANAGE

from .arithmetic import Step
from .models import Tariff, TariffRow


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


def later_until(tariff: Tariff, last: date) -> Tariff | None:
    """The first price of that name that took its place by that day; None where it still held."""
    return Tariff.objects.filter(medium=tariff.medium, name=tariff.name, since__gt=tariff.since, since__lte=last).order_by("since").first()


def is_in_force(tariff: Tariff, on: date, rows: list[Tariff]) -> bool:
    """Whether no later one of the same name has taken its place by that day."""
    same = [one.since for one in rows if (one.medium, one.name) == (tariff.medium, tariff.name) and one.since <= on]
    return bool(same) and max(same) == tariff.since


def steps_of(tariff: Tariff, last: date) -> tuple[list[Step], date | None]:
    """(its steps, when the next price of that name took its place by that day). One query."""
    same = {"tariff__medium": tariff.medium, "tariff__name": tariff.name, "tariff__since__gte": tariff.since, "tariff__since__lte": max(last, tariff.since)}
    rows = list(TariffRow.objects.filter(**same).select_related("tariff").order_by("tariff__since", "pk"))
    later = next((row.tariff.since for row in rows if row.tariff_id != tariff.pk), None)
    return [Step(row.part, row.price, row.band, row.over, row.share) for row in rows if row.tariff_id == tariff.pk], later
