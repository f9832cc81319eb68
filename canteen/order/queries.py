"""What to buy for a day, who sees the orders, and what was really bought (CAN-03)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from canteen.delivery.models import Delivery, DeliveryLine, DeliveryState
from canteen.ingredient.models import Ingredient
from canteen.menu.models import STANDING, MenuDish
from canteen.menu.queries import DayNeeds, needs_of
from canteen.pantry.models import PantryBatch, PantryKind, PantryMove
from canteen.price.queries import quotes_on
from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from canteen.supplier.models import Supplier, SupplierState
from logistics.platform.access.rules import has, require
from logistics.platform.web.home import Todo

from .models import FoodOrder, FoodOrderLine, OrderState, PurchaseReport
from .plan import NONE, Wish, step_of, units_of, wish

AHEAD = 7  # days between today and the day planned whose needs are put aside


@dataclass
class Buying:
    """One line of the plan: an ingredient, how much of it, where from and for how much."""

    ingredient: Ingredient
    wish: Wish
    supplier: Supplier | None
    price: Decimal | None
    uses: list[str] = field(default_factory=list)


@dataclass
class DayPlan:
    on: date
    rows: list[Buying]
    gaps: list[str]
    heads: dict[str, int]

    @property
    def to_buy(self) -> list[Buying]:
        return [row for row in self.rows if row.wish.quantity > 0]

    @property
    def homeless(self) -> list[Buying]:
        """To be bought, and nobody said of whom."""
        return [row for row in self.to_buy if row.supplier is None]

    def by_supplier(self) -> dict[Supplier, list[Buying]]:
        found: dict[Supplier, list[Buying]] = defaultdict(list)
        for row in self.to_buy:
            if row.supplier:
                found[row.supplier].append(row)
        return dict(found)


def check_can_view(user, record=None) -> None:
    if not (has(user, BUYING_VIEW) or has(user, BUYING_MANAGE)):
        require(user, BUYING_VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, BUYING_MANAGE)


def orders_visible_to(user) -> QuerySet[FoodOrder]:
    rows = FoodOrder.objects.select_related("supplier__partner", "placed_by", "created_by")
    return rows if has(user, BUYING_VIEW) or has(user, BUYING_MANAGE) else rows.none()


def listed_orders(user) -> QuerySet[FoodOrder]:
    lines = Count("lines")
    return orders_visible_to(user).annotate(line_count=lines, total=Sum(F("lines__quantity") * F("lines__price")))


def reports_visible_to(user) -> QuerySet[PurchaseReport]:
    rows = PurchaseReport.objects.select_related("post")
    return rows if has(user, BUYING_VIEW) else rows.none()


def order_counts(user) -> dict[str, int]:
    rows = orders_visible_to(user).order_by()
    return rows.aggregate(draft=Count("pk", filter=Q(state=OrderState.DRAFT)), placed=Count("pk", filter=Q(state=OrderState.PLACED)))


# the plan of a day


def plan_of(day: date, today: date) -> DayPlan:
    """What the menu of the day asks for beyond what will be there. A dozen queries and a few for each day between today and the day."""
    needs = needs_of(day)
    wanted = {need.ingredient.pk: units_of(need.grams, need.ingredient.unit_grams, need.ingredient.usable) for need in needs}
    uses = {need.ingredient.pk: [f"{meal.label}{dish}" for meal, dish, _ in need.uses] for need in needs}
    asked = Q(pk__in=list(wanted)) | Q(minimum__isnull=False)
    ingredients = Ingredient.objects.filter(asked, is_active=True, forbidden="").select_related("supplier__partner").prefetch_related("packs")
    free, coming = free_stock(day, today), coming_by(day)
    quotes = quotes_on(day)
    rows = []
    for one in ingredients.order_by("group", "pinyin", "pk"):
        found = wish(wanted.get(one.pk, NONE), free.get(one.pk, NONE), coming.get(one.pk, NONE), minimum=one.minimum, step=step_of(one, list(one.packs.all())))
        if one.pk in wanted or found.quantity:
            supplier = one.supplier if one.supplier and one.supplier.state == SupplierState.ACTIVE else None
            rows.append(Buying(one, found, supplier, quotes.get((one.pk, supplier.pk if supplier else None), one.last_price), uses.get(one.pk, [])))
    return DayPlan(day, rows, [*needs.gaps, *_unusable(needs)], needs.heads)


def next_day(today: date) -> date:
    """The next day an approved menu cooks on within the week, tomorrow when there is none: on Friday one buys for Monday."""
    rows = MenuDish.objects.filter(on__gt=today, on__lte=today + timedelta(days=AHEAD), dropped_at=None, menu__state__in=STANDING)
    return rows.order_by("on").values_list("on", flat=True).first() or today + timedelta(days=1)


def _unusable(needs: DayNeeds) -> list[str]:
    return [f"「{need.ingredient}」停用或学校禁用，没有算进采购。" for need in needs if need.ingredient.forbidden or not need.ingredient.is_active]


def free_stock(day: date, today: date) -> dict[int, Decimal]:
    """{ingredient: units in date on the day, neither locked nor needed by the days before it}."""
    batches = PantryBatch.objects.filter(quantity__gt=0, locked_at=None).filter(Q(expires_on=None) | Q(expires_on__gte=day))
    free: dict[int, Decimal] = defaultdict(Decimal)
    for ingredient, quantity in batches.order_by().values_list("ingredient", "quantity"):
        free[ingredient] += quantity
    for n in range(min((day - today).days, AHEAD)):
        for ingredient, quantity in still_needed(today + timedelta(days=n)).items():
            free[ingredient] = max(NONE, free[ingredient] - quantity)
    return dict(free)


def still_needed(day: date) -> dict[int, Decimal]:
    """{ingredient: units} that the day's menu asks for and nobody has taken to the kitchen yet."""
    wanted = {need.ingredient.pk: units_of(need.grams, need.ingredient.unit_grams, need.ingredient.usable) for need in needs_of(day)}
    if not wanted:
        return {}
    moves = PantryMove.objects.filter(kind__in=[PantryKind.ISSUE, PantryKind.RETURN], issue__on=day).order_by()
    for ingredient, quantity in moves.values_list("batch__ingredient", "quantity"):
        if ingredient in wanted:
            wanted[ingredient] = max(NONE, wanted[ingredient] + quantity)
    return wanted


def coming_by(day: date) -> dict[int, Decimal]:
    """{ingredient: units} drafted or ordered for that day or before and not delivered."""
    lines = FoodOrderLine.objects.filter(order__state__in=[OrderState.DRAFT, OrderState.PLACED], order__on__lte=day, order__on__gte=day - timedelta(days=AHEAD))
    coming: dict[int, Decimal] = defaultdict(Decimal)
    for ingredient, quantity in lines.order_by().values_list("ingredient", "quantity"):
        coming[ingredient] += quantity
    return dict(coming)


# what was bought


def bought_on(day: date) -> list[DeliveryLine]:
    """Every batch accepted of what came that day, by supplier; the basis of the daily report."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    rows = DeliveryLine.objects.filter(
        delivery__state=DeliveryState.POSTED, delivery__happened_at__gte=start, delivery__happened_at__lt=start + timedelta(days=1), rejected__lt=F("weighed")
    )
    return list(rows.select_related("delivery__supplier__partner", "ingredient").order_by("delivery__supplier__partner__name", "delivery", "pk"))


def days_to_report(today: date) -> list[date]:
    """Days of the last fortnight something was accepted of."""
    start = timezone.make_aware(datetime.combine(today - timedelta(days=14), datetime.min.time()))
    moments = Delivery.objects.filter(state=DeliveryState.POSTED, happened_at__gte=start).order_by().values_list("happened_at", flat=True)
    return sorted({timezone.localdate(moment) for moment in moments})


def latest_report(day: date) -> PurchaseReport | None:
    return PurchaseReport.objects.filter(on=day).order_by("-version").select_related("post").first()


def order_todos(user, at: datetime) -> list[Todo]:
    """Drafts to place, for who buys. One query."""
    if not has(user, BUYING_MANAGE):
        return []
    rows = FoodOrder.objects.filter(state=OrderState.DRAFT).select_related("supplier__partner").order_by("on", "pk")[:20]
    return [Todo(f"{row}的采购单还没有下", "核对数量再下单", f"/canteen/order/{row.pk}/", "下单", "shopping-basket") for row in rows]
