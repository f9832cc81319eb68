"""What lies in the store, what goes bad, and what went to which meal (CAN-05)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from canteen.ingredient.models import Ingredient
from canteen.rights import BUYING_VIEW, PANTRY, PANTRY_BOOK
from logistics.platform.access.rules import has, require
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .models import CountState, KitchenIssue, PantryBatch, PantryCount, PantryKind, PantryMove

WARN = "canteen.pantry.warn.days"
NONE = Decimal(0)


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in (BUYING_VIEW, PANTRY, PANTRY_BOOK)):
        require(user, BUYING_VIEW)


def check_can_keep(user, record=None) -> None:
    require(user, PANTRY)


def _seen(user, rows: QuerySet) -> QuerySet:
    return rows if any(has(user, code) for code in (BUYING_VIEW, PANTRY, PANTRY_BOOK)) else rows.none()


def batches_visible_to(user) -> QuerySet[PantryBatch]:
    return _seen(user, PantryBatch.objects.select_related("ingredient", "supplier__partner", "line__delivery"))


def moves_visible_to(user) -> QuerySet[PantryMove]:
    return _seen(user, PantryMove.objects.select_related("batch__ingredient", "issue", "by"))


def issues_visible_to(user) -> QuerySet[KitchenIssue]:
    return _seen(user, KitchenIssue.objects.select_related("taker", "created_by"))


def counts_visible_to(user) -> QuerySet[PantryCount]:
    return _seen(user, PantryCount.objects.select_related("created_by", "booked_by"))


def usable_batches(ingredient: Ingredient, on: date) -> QuerySet[PantryBatch]:
    """What may go to the kitchen on that day, the first to expire first; what has no date by the day it came, after those that have one."""
    rows = PantryBatch.objects.filter(ingredient=ingredient, quantity__gt=0, locked_at=None, received_on__lte=on)
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=on)).order_by(F("expires_on").asc(nulls_last=True), "received_on", "pk")


def batches_left(ingredient: Ingredient) -> list[PantryBatch]:
    rows = PantryBatch.objects.filter(ingredient=ingredient, quantity__gt=0).select_related("supplier__partner")
    return list(rows.order_by(F("expires_on").asc(nulls_last=True), "received_on", "pk")[:30])


def standing(batch: PantryBatch, on: date) -> tuple[str, str]:
    """(words, tone) of how a batch stands on that day."""
    if batch.locked_at:
        return "封存", "late"
    if batch.quantity <= 0:
        return "用完", "void"
    if batch.expires_on is None:
        return "在库", "done"
    left = (batch.expires_on - on).days
    if left < 0:
        return f"过期 {-left} 天", "late"
    if left > limit_shown(WARN, on):
        return "在库", "done"
    return (f"还有 {left} 天" if left else "今天到期"), "wait"


def issued_for(day: date, meal: str | None = None) -> QuerySet[PantryMove]:
    """What went to the kitchen for the meals of a day, returns included; K for cost per head and trace."""
    rows = PantryMove.objects.filter(kind__in=[PantryKind.ISSUE, PantryKind.RETURN], issue__on=day)
    return (rows.filter(issue__meal=meal) if meal else rows).select_related("batch__ingredient", "batch__supplier__partner", "issue").order_by("pk")


def cost_of_meal(day: date, meal: str) -> Decimal:
    """Yuan of the ingredients that went to the kitchen for one meal, less what came back."""
    return -(issued_for(day, meal).order_by().aggregate(sum=Sum("amount"))["sum"] or NONE)


def worth_of_stock() -> Decimal:
    """Yuan of all that lies in the store, by the ledger."""
    return PantryMove.objects.aggregate(sum=Sum("amount"))["sum"] or NONE


def expiring(on: date) -> QuerySet[PantryBatch]:
    """Batches in store that expire within the school's days of warning or have expired, the first first."""
    rows = PantryBatch.objects.filter(quantity__gt=0, expires_on__lte=on + timedelta(days=limit_shown(WARN, on)))
    return rows.select_related("ingredient").order_by("expires_on", "pk")


def to_count(count: PantryCount) -> QuerySet[PantryBatch]:
    """What the count still lacks: batches in store that were not counted, and any that moved after they were."""
    moved = count.lines.exclude(book=F("batch__quantity")).values("batch")
    return PantryBatch.objects.filter(Q(pk__in=moved) | (Q(quantity__gt=0) & ~Q(pk__in=count.lines.values("batch"))))


def pantry_late(user, at: datetime) -> list[Late]:
    """Food that goes bad or has gone bad in the store, for who keeps or oversees it. One query."""
    if not (has(user, PANTRY) or has(user, BUYING_VIEW)):
        return []
    on = timezone.localdate(at)
    found = list(expiring(on)[:100])
    if not found:
        return []
    words, _ = standing(found[0], on)
    return [Late("食材快过期", f"{found[0].ingredient}，{words}", len(found), "/canteen/batch/?show=soon")]


def pantry_todos(user, at: datetime) -> list[Todo]:
    """A count that is open, for who counts and who books. One query."""
    if not (has(user, PANTRY) or has(user, PANTRY_BOOK)):
        return []
    return [
        Todo(f"{count}还没有记账", "另一位同事监盘、记账", f"/canteen/pantry-count/{count.pk}/", "去看", "clipboard-list")
        for count in PantryCount.objects.filter(state=CountState.DRAFT)[:3]
    ]
