"""Reading classes: which there are, what life a new code has, which price makes a thing a fixed asset."""

import re
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit

from .models import AssetClass, Kind, LifeClass, Scheme

SETTINGS = "assets.setting.manage"
GENERAL, SPECIAL = "assets.threshold.general", "assets.threshold.special"


def classes_visible_to(user) -> QuerySet[AssetClass]:
    return AssetClass.objects.select_related("life") if has(user, SETTINGS) else AssetClass.objects.none()


def usable_classes() -> QuerySet[AssetClass]:
    """Classes in use, the school's own short list first."""
    return AssetClass.objects.filter(is_active=True).select_related("life").order_by("-is_favourite", "scheme", "code", "pk")


def life_by_prefix() -> dict[str, LifeClass]:
    """{beginning of a 2022 code: its life class}. One query."""
    return {prefix: life for life in LifeClass.objects.filter(is_active=True) for prefix in re.split(r"[、,，\s]+", life.prefixes) if prefix}


def life_for(scheme: str, code: str, known: dict[str, LifeClass] | None = None) -> LifeClass | None:
    """The life class of the longest beginning that fits; None for other schemes, whose digits mean other things."""
    if scheme != Scheme.GB2022:
        return None
    prefixes = life_by_prefix() if known is None else known
    return next((prefixes[code[:n]] for n in range(len(code), 0, -1) if code[:n] in prefixes), None)


def threshold(asset_class: AssetClass, on: date) -> Decimal:
    """From which unit price a thing of this class is a fixed asset on that day; 0 for what counts at any price."""
    if asset_class.is_bulk or asset_class.life.kind in (Kind.BUILDING, Kind.LAND, Kind.BOOKS, Kind.RELIC):
        return Decimal(0)
    return Decimal(limit(SPECIAL if asset_class.is_special else GENERAL, on))
