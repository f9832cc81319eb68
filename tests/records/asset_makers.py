"""One row of every kind of record of the things."""

from datetime import date
from decimal import Decimal

from assets.card.change_rules import move_card
from assets.card.models import AssetCard, AssetEntry
from assets.card.pages import NUMBERS
from assets.card.rules import create_card
from assets.category.models import AssetClass, LifeClass
from assets.category.pages import CLASSES, LIVES
from assets.depreciation.models import DepreciationRun
from assets.depreciation.plan import month_after
from logistics.platform.org.models import Department
from tests.conftest import NOW

TODAY = date(2026, 11, 18)  # the day of NOW


def life(school, n: int) -> LifeClass:
    given = {"name": f"第{n}类设备", "kind": "equipment", "years": 6, "is_depreciated": True, "prefixes": "", "order": n, "is_active": True}
    return LIVES.create(actor=school.cast.keeper, at=NOW, **given)


def asset_class(school, n: int) -> AssetClass:
    used = LifeClass.objects.filter(name="第900类设备").first() or life(school, 900)
    return CLASSES.create(actor=school.cast.keeper, at=NOW, scheme="gb2022", code=f"A02{n:06d}", name=f"第{n}类", life=used, unit="台")


def card(school, n: int, **other) -> AssetCard:
    used = AssetClass.objects.filter(code="A02000900").first() or asset_class(school, 900)
    given = {"place": school.rooms.room, "department": Department.objects.get(name="总务处"), "custodian": school.cast.keeper, "serial": f"SN{n}"}
    return create_card(actor=school.cast.keeper, at=NOW, asset_class=used, name=f"第{n}台电脑", price=Decimal(4000 + n), acquired_on=TODAY, **given | other)


def entry(school, n: int) -> AssetEntry:
    return card(school, n + 500).entries.get()


def on_card(school, record, n: int) -> None:
    """Somewhere else and back."""
    place = school.rooms.other if n % 2 else school.rooms.room
    held = {"place": place, "department": None, "custodian": None if n % 2 else school.cast.keeper}
    move_card(actor=school.cast.keeper, at=NOW, record=record, on=TODAY, **held)


def number(school, n: int):
    return NUMBERS.update(actor=school.cast.keeper, at=NOW, record=None, template=f"第{n}校-{{流水}}", digits=4)


def run(school, n: int) -> DepreciationRun:
    """A month that was booked, past its rule: months go in order and one month is one row."""
    month = month_after(date(2015, 1, 1), n)
    return DepreciationRun.objects.create(month=month, cards=n, amount=n, cost=n, depreciation=n, at=NOW, by=school.cast.accountant)


MAKERS = {
    "assets.lifeclass": life,
    "assets.assetclass": asset_class,
    "assets.assetcard": card,
    "assets.assetentry": entry,
    "assets.numberrule": number,
    "assets.depreciationrun": run,
}
GROWERS = {"assets.assetcard": on_card}
