"""What ingredients cost: quotes and market prices beside what was really paid (CAN-24)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from canteen.delivery.models import DeliveryLine, DeliveryState
from canteen.ingredient.models import Ingredient
from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from logistics.platform.access.rules import has, require
from logistics.platform.charts import lines as line_chart
from logistics.platform.limits.queries import limit_shown

from .models import PriceCheck

OVER = "canteen.price.over.percent"
DAYS = "canteen.price.days"
SPAN = 120


@dataclass
class Compared:
    """One ingredient: what was paid last, what others asked, and how far apart."""

    ingredient: Ingredient
    paid: Decimal
    paid_on: date
    supplier: str
    others: list[tuple[str, Decimal, date]] = field(default_factory=list)  # (where, price, day), the cheapest first

    @property
    def middle(self) -> Decimal | None:
        """The mean of what others ask."""
        return sum((price for _, price, _ in self.others), Decimal(0)) / len(self.others) if self.others else None

    @property
    def over(self) -> Decimal | None:
        """By how many per cent it is dearer than the mean; below zero when it is cheaper."""
        return ((self.paid - self.middle) * 100 / self.middle).quantize(Decimal("0.1")) if self.middle else None


def check_can_view(user, record=None) -> None:
    if not (has(user, BUYING_VIEW) or has(user, BUYING_MANAGE)):
        require(user, BUYING_VIEW)


def checks_visible_to(user) -> QuerySet[PriceCheck]:
    rows = PriceCheck.objects.select_related("ingredient", "supplier__partner", "created_by")
    return rows if has(user, BUYING_VIEW) or has(user, BUYING_MANAGE) else rows.none()


def quotes_on(day: date) -> dict[tuple[int, int | None], Decimal]:
    """{(ingredient, supplier): the supplier's latest price asked by that day}. One query."""
    rows = PriceCheck.objects.filter(supplier__isnull=False, on__lte=day, on__gte=day - timedelta(days=366)).order_by("on", "pk")
    return {(ingredient, supplier): price for ingredient, supplier, price in rows.values_list("ingredient", "supplier", "price")}


def paid_lines(since: date) -> QuerySet[DeliveryLine]:
    rows = DeliveryLine.objects.filter(delivery__state=DeliveryState.POSTED, price__gt=0, delivery__happened_at__date__gte=since)
    return rows.select_related("ingredient", "delivery__supplier__partner")


def compared(today: date) -> list[Compared]:
    """Every ingredient bought lately beside the prices of the last days elsewhere, the dearest first. Two queries."""
    since = today - timedelta(days=limit_shown(DAYS, today))
    found: dict[int, Compared] = {}
    for line in paid_lines(since).order_by("delivery__happened_at", "pk"):
        found[line.ingredient_id] = Compared(line.ingredient, line.price, timezone.localdate(line.delivery.happened_at), str(line.delivery.supplier))
    latest: dict[int, dict[str, tuple[str, Decimal, date]]] = defaultdict(dict)
    for row in PriceCheck.objects.filter(on__gte=since, on__lte=today).select_related("supplier__partner").order_by("on", "pk"):
        latest[row.ingredient_id][row.source] = (row.source, row.price, row.on)
    for pk, row in found.items():
        row.others = sorted((one for where, one in latest[pk].items() if where != row.supplier), key=lambda one: one[1])
    return sorted(found.values(), key=lambda row: (row.over is None, -(row.over or 0), row.ingredient.pinyin))


def too_dear(row: Compared, on: date) -> bool:
    return row.over is not None and row.over > limit_shown(OVER, on)


def price_chart(ingredient: Ingredient):
    """What was paid to each supplier and asked on the market over the last months; empty with fewer than two prices. Two queries."""
    today = timezone.localdate()
    since = today - timedelta(days=SPAN)
    series: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for line in paid_lines(since).filter(ingredient=ingredient).order_by("delivery__happened_at", "pk"):
        series[str(line.delivery.supplier)][timezone.localdate(line.delivery.happened_at)] = line.price
    for row in PriceCheck.objects.filter(ingredient=ingredient, on__gte=since, supplier=None).order_by("on", "pk"):
        series[row.market][row.on] = row.price
    days = sorted({day for prices in series.values() for day in prices})
    if len(days) < 2:
        return ""
    shown = sorted(series.items(), key=lambda one: -len(one[1]))[:3]
    labels = [f"{day:%m-%d}" for day in days]
    return line_chart(labels, [(name, _held(prices, days)) for name, prices in shown], title=f"{ingredient}的单价", unit=f"元/{ingredient.unit}")


def _held(prices: dict[date, Decimal], days: list[date]) -> list[Decimal | None]:
    """A price stands until the next one is known, from its first day to its last."""
    values, now, last = [], None, max(prices)
    for day in days:
        now = prices.get(day, now)
        values.append(now if day <= last else None)
    return values
