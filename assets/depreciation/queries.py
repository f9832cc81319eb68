"""Reading the depreciation: months that are booked, a month by class (AST-12)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from assets.card.models import AssetEntry, EntryKind
from assets.card.statement import Sums
from logistics.platform.access.rules import has
from logistics.platform.kernel.money import money

from .models import DepreciationRun
from .plan import end_of

VIEW = "assets.depreciation.view"


@dataclass(frozen=True)
class ClassRow:
    """One class in a month: what it stood at afterwards and what the month took."""

    code: str
    name: str
    after: Sums
    month: Decimal


def runs_visible_to(user) -> QuerySet[DepreciationRun]:
    rows = DepreciationRun.objects.select_related("by")
    return rows if has(user, VIEW) else rows.none()


def classes_of(month: date) -> list[ClassRow]:
    """Every class with value at the end of the month. One query."""
    this = Q(kind=EntryKind.DEPRECIATION, month=month)
    rows = (
        AssetEntry.objects.filter(on__lte=end_of(month))
        .order_by()
        .values("asset_class__code", "asset_class__name")
        .annotate(n=Sum("cards"), q=Sum("quantity"), c=Sum("amount"), d=Sum("depreciation"), m=Sum("depreciation", filter=this))
        .order_by("asset_class__code")
    )
    made = [ClassRow(row["asset_class__code"], row["asset_class__name"], _sums(row), money(row["m"] or 0)) for row in rows]
    return [row for row in made if row.month or not row.after.is_empty]


def _sums(row: dict) -> Sums:
    return Sums(row["n"] or 0, row["q"] or 0, money(row["c"] or 0), money(row["d"] or 0))
