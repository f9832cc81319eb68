"""Reading stores: what lies there, what is short or lies too long, what each department used (STK-04, STK-05)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, TruncMonth
from django.db.models.lookups import GreaterThan, LessThan

from assets.item.quantities import NONE
from assets.item.queries import MANAGE, VIEW
from assets.money import ZERO
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.money import money
from logistics.platform.limits.queries import limit_shown

from .models import CONSUMING, Batch, Stock, StockClose, StockMove, Store

KEEP, APPROVE = "assets.stock.keep", "assets.stock.approve"
CLOSE, REOPEN = "assets.stock.close", "assets.stock.reopen"
SLOW_DAYS, EXPIRY_DAYS = "assets.slow.days", "assets.expiry.days"


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_keep(user, record=None) -> None:
    require(user, KEEP)


def _seen(user, rows: QuerySet) -> QuerySet:
    return rows if has(user, VIEW) else rows.none()


def stores_visible_to(user) -> QuerySet[Store]:
    return _seen(user, Store.objects.select_related("place", "keeper"))


def active_stores() -> QuerySet[Store]:
    return Store.objects.filter(is_active=True)


def stocks_visible_to(user) -> QuerySet[Stock]:
    """With `expires_on`, the first last day of what is left, and `in_all`, what all stores together have of the item."""
    first = Batch.objects.filter(stock=OuterRef("pk"), quantity__gt=NONE, expires_on__isnull=False).order_by("expires_on").values("expires_on")[:1]
    return _seen(user, Stock.objects.select_related("store", "item__kind").annotate(expires_on=Subquery(first), in_all=in_all()))


def moves_visible_to(user) -> QuerySet[StockMove]:
    return _seen(user, StockMove.objects.select_related("store", "stock__item", "department", "person", "by"))


def closes_visible_to(user) -> QuerySet[StockClose]:
    return _seen(user, StockClose.objects.select_related("store", "closed_by", "reopened_by", "count"))


def in_all() -> Coalesce:
    """What the stores in use have together of a stock's item; least and most are the school's, not each store's."""
    rows = Stock.objects.filter(item=OuterRef("item"), store__is_active=True).order_by().values("item")
    return Coalesce(Subquery(rows.annotate(n=Sum("quantity")).values("n")), NONE, output_field=DecimalField())


def _low() -> Q:
    return Q(item__is_active=True, item__minimum__isnull=False) & Q(LessThan(in_all(), F("item__minimum")))


def _over() -> Q:
    return Q(item__maximum__isnull=False) & Q(GreaterThan(in_all(), F("item__maximum")))


def _expiring(today: date) -> Q:
    until = today + timedelta(days=int(limit_shown(EXPIRY_DAYS, today)))
    return Q(Exists(Batch.objects.filter(stock=OuterRef("pk"), quantity__gt=NONE, expires_on__lte=until)))


def _slow(today: date) -> Q:
    since = today - timedelta(days=int(limit_shown(SLOW_DAYS, today)))
    old = Q(Exists(Batch.objects.filter(stock=OuterRef("pk"), quantity__gt=NONE, received_on__lt=since)))
    return old & (Q(last_out_on=None) | Q(last_out_on__lt=since)) & Q(quantity__gt=NONE)


def low(rows: QuerySet) -> QuerySet:
    """Of which there is less than the least there should be, in all stores together."""
    return rows.filter(_low())


def over(rows: QuerySet) -> QuerySet:
    return rows.filter(_over())


def expiring(rows: QuerySet, today: date) -> QuerySet:
    """With a batch that is past its day or will be within the school's days."""
    return rows.filter(_expiring(today))


def slow(rows: QuerySet, today: date) -> QuerySet:
    """There for the school's days and longer, and nothing went out in them."""
    return rows.filter(_slow(today))


VIEWS = {"low": low, "over": over}
DAY_VIEWS = {"expiring": expiring, "slow": slow}


def stock_counts(user, today: date) -> dict[str, int]:
    """How many stocks stand in each usual view. One query."""
    found = {"low": _low(), "over": _over(), "expiring": _expiring(today), "slow": _slow(today)}
    rows = _seen(user, Stock.objects.order_by())
    return rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in found.items()})


def month_end(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


@dataclass(frozen=True)
class MonthSums:
    """A store's month in yuan: opening + income - outgo = balance."""

    opening: Decimal
    income: Decimal
    outgo: Decimal

    @property
    def balance(self) -> Decimal:
        return self.opening + self.income - self.outgo


def month_sums(store: Store, month: date) -> MonthSums:
    """One query; what was struck out counts against its own side."""
    first, last = month.replace(day=1), month_end(month)
    inside = Q(on__range=(first, last))
    incoming = Q(quantity__gt=NONE, reverses=None) | Q(quantity__lt=NONE, reverses__isnull=False)
    sums = store.moves.filter(on__lte=last).aggregate(
        opening=Sum("value", filter=Q(on__lt=first)), income=Sum("value", filter=inside & incoming), outgo=Sum("value", filter=inside & ~incoming)
    )
    return MonthSums(money(sums["opening"] or 0), money(sums["income"] or 0), -money(sums["outgo"] or 0))


def month_to_close(store: Store, today: date) -> date | None:
    """The first month with moves that is over and not closed."""
    last = StockClose.objects.filter(store=store.pk, reopened_at=None).order_by("-month").values_list("month", flat=True).first()
    rows = store.moves.filter(on__lt=today.replace(day=1))
    first = (rows.filter(on__gt=month_end(last)) if last else rows).order_by("on").values_list("on", flat=True).first()
    return first.replace(day=1) if first else None


@dataclass(frozen=True)
class CostRow:
    """What one department used in each of the months, and in all."""

    name: str
    months: list[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.months, ZERO)


def cost_by_department(months: list[date], *, store: Store | None = None) -> list[CostRow]:
    """领用 less 退库 in yuan, the dearest department first. One query."""
    rows = StockMove.objects.filter(kind__in=CONSUMING, on__range=(months[0], month_end(months[-1])))
    if store is not None:
        rows = rows.filter(store=store.pk)
    found = rows.order_by().annotate(month=TruncMonth("on")).values("department__name", "month").annotate(cost=Sum("value"))
    sums: dict[str, dict[date, Decimal]] = {}
    for row in found:
        sums.setdefault(row["department__name"] or "没有写部门", {})[row["month"]] = -money(row["cost"])
    return sorted((CostRow(name, [by.get(month, ZERO) for month in months]) for name, by in sums.items()), key=lambda row: (-row.total, row.name))


@dataclass(frozen=True)
class Wanted:
    """One line of the proposed purchase list: how much brings the item up to its most, in all stores together."""

    item: object
    there: Decimal
    quantity: Decimal
    price: Decimal | None

    @property
    def price_words(self) -> str:
        return f"{self.price:,.4f}".rstrip("0").rstrip(".") if self.price else ""

    @property
    def amount(self) -> Decimal | None:
        return money(self.quantity * self.price) if self.price else None


def wanted_items() -> list[Wanted]:
    """采购建议: items under their least, counted over all stores in use. One query."""
    from assets.item.models import Item
    from assets.item.queries import WITH_PRICE

    rows = Item.objects.filter(is_active=True, minimum__isnull=False).select_related("kind").annotate(last_price=Subquery(WITH_PRICE))
    there = Sum(Case(When(stocks__store__is_active=True, then=F("stocks__quantity")), default=NONE))
    found = []
    for item in rows.annotate(there=there).order_by("kind__order", "pinyin", "pk"):
        have = (item.there or NONE).quantize(Decimal("0.001"))
        if have < item.minimum:
            found.append(Wanted(item, have, max(item.maximum or NONE, item.minimum) - have, item.last_price))
    return found
