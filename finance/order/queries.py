"""Reading orders: what a person may see, earlier prices, what stands beside an order."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.keeping import kept_on
from finance.money import ZERO
from finance.purchase.queries import BUY
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of

from .models import Inquiry, InquiryLine, OrderLine, OrderState, PurchaseOrder, Quote

VIEW = "finance.order.view"
LATEST = 3
ALIVE = ~Q(state=OrderState.CANCELLED)
DEAD_PAPERS = ("rejected", "cancelled", "terminated")


def concerning(user) -> Q:
    """Orders of one's own requests and departments, those one buys or must accept."""
    mine = Q(created_by=user.pk) | Q(second_buyer=user.pk) | Q(request__created_by=user.pk) | Q(request__buyer=user.pk)
    return mine | Q(request__department__head=user.pk) | Q(acceptances__members__user=user.pk)


def orders_with_lines(user) -> QuerySet[PurchaseOrder]:
    """For lists: programs read the lines as well."""
    return orders_visible_to(user).prefetch_related(Prefetch("lines", OrderLine.objects.select_related("request_line")))


def orders_visible_to(user) -> QuerySet[PurchaseOrder]:
    """All as the grant reaches; otherwise those that concern this person."""
    rows = PurchaseOrder.objects.select_related("request__department", "request__created_by", "partner", "created_by", "second_buyer")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL or has(user, BUY):
        return rows
    reach = PurchaseOrder.objects.filter(concerning(user))
    if scope == Scope.DEPARTMENT and user.department_id:
        reach |= PurchaseOrder.objects.filter(request__department=user.department_id)
    return rows.filter(pk__in=reach.order_by().values("pk"))


def check_can_view(user, record=None) -> None:
    """Whoever may see orders, buys, or has to do with one."""
    if not has(user, VIEW) and not has(user, BUY) and not PurchaseOrder.objects.filter(concerning(user)).exists():
        require(user, VIEW)


def order_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    today = timezone.localdate()
    late = Q(state__in=(OrderState.PLACED, OrderState.PARTIAL), deliver_on__lt=today)
    return orders_visible_to(user).aggregate(
        waiting=Count("pk", filter=Q(state__in=(OrderState.PLACED, OrderState.PARTIAL))),
        late=Count("pk", filter=late),
        received=Count("pk", filter=Q(state=OrderState.RECEIVED)),
    )


def lines_of(order: PurchaseOrder) -> list[OrderLine]:
    """The lines in the request's order with what they name. One query."""
    names = ("request_line__budget_line__department", "request_line__budget_line__item", "request_line__budget_line__fund")
    return list(order.lines.select_related(*names, "request_line__budget_line__year").order_by("request_line__position", "pk"))


def living_papers(order: PurchaseOrder) -> tuple[bool, bool, bool]:
    """(an acceptance waits for signatures, there is a claim, there is a contract). One query, asked once a page."""
    return kept_on(order, "_living", lambda: _living(order))


def _living(order: PurchaseOrder) -> tuple[bool, bool, bool]:
    own = {"order": OuterRef("pk")}
    signing = apps.get_model("finance.Acceptance").objects.filter(**own, state="signing")
    claimed = apps.get_model("finance.Claim").objects.filter(**own).exclude(state__in=DEAD_PAPERS)
    contracted = apps.get_model("finance.Contract").objects.filter(**own).exclude(state__in=DEAD_PAPERS)
    return PurchaseOrder.objects.filter(pk=order.pk).values_list(Exists(signing), Exists(claimed), Exists(contracted)).get()


def sums_of(lines: Iterable[OrderLine]) -> dict[BudgetLine, Decimal]:
    """What the order asks of each budget line, in the order in which budget lines are locked."""
    sums: dict[BudgetLine, Decimal] = {}
    for line in sorted(lines, key=lambda one: one.request_line.budget_line_id):
        budget = line.request_line.budget_line
        sums[budget] = sums.get(budget, ZERO) + line.amount
    return sums


def ordered_sum(request, *, method: str = "") -> Decimal:
    """What stands in the request's orders that were not cancelled; of one method when given."""
    rows = PurchaseOrder.objects.filter(ALIVE, request=request.pk)
    totals = (rows.filter(method=method) if method else rows).values_list("total", flat=True)
    return sum(totals, ZERO)


def price_history(names: Iterable[str], *, before: date | datetime | None = None, but: int | None = None) -> dict[str, list[tuple]]:
    """{name: the latest three (date, partner, price, unit, order) with the newest first}; a name never ordered is missing. One query.

    `before` leaves out what was ordered on that day or moment and later, `but` the lines of one order.
    """
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    lines = OrderLine.objects.filter(request_line__name__in=wanted).exclude(order__state=OrderState.CANCELLED)
    if isinstance(before, datetime):
        lines = lines.filter(order__created_at__lt=before)
    elif before is not None:
        lines = lines.filter(order__created_at__date__lt=before)
    if but is not None:
        lines = lines.exclude(order=but)
    turn = Window(RowNumber(), partition_by=F("request_line__name"), order_by=[F("order__created_at").desc(), F("pk").desc()])
    rows = lines.annotate(turn=turn).filter(turn__lte=LATEST).select_related("order__partner", "request_line").order_by("request_line__name", "turn")
    found: dict[str, list[tuple]] = {}
    for line in rows:
        on = timezone.localdate(line.order.created_at)
        found.setdefault(line.request_line.name, []).append((on, line.order.partner, line.price, line.request_line.unit, line.order))
    return found


def inquiries_with_quotes(user) -> QuerySet[Inquiry]:
    """For lists: programs read lines and answers as well."""
    quotes = Quote.objects.select_related("partner").prefetch_related("lines")
    asked = InquiryLine.objects.select_related("request_line")
    return inquiries_visible_to(user).prefetch_related(Prefetch("lines", asked), Prefetch("quotes", quotes))


def sees_all_inquiries(user) -> bool:
    return scope_of(user, VIEW) == Scope.ALL or has(user, BUY)


def inquiries_visible_to(user) -> QuerySet[Inquiry]:
    """Whoever sees all orders or buys sees every inquiry; others those of requests that concern them and whose group they are in."""
    rows = Inquiry.objects.select_related("request__department", "request__created_by", "chosen__partner", "created_by")
    if sees_all_inquiries(user):
        return rows
    mine = Q(created_by=user.pk) | Q(request__created_by=user.pk) | Q(request__department__head=user.pk) | Q(members=user.pk)
    return rows.filter(pk__in=Inquiry.objects.filter(mine).order_by().values("pk"))


def check_can_view_inquiries(user, record=None) -> None:
    if not has(user, VIEW) and not has(user, BUY) and not inquiries_visible_to(user).exists():
        require(user, VIEW)


def inquiry_counts(user) -> dict[str, int]:
    return inquiries_visible_to(user).aggregate(open=Count("pk", filter=Q(state="open")), chosen=Count("pk", filter=Q(state="chosen", orders=None)))


def standing_inquiry(request, partner, *, among: Collection[int] = ()) -> Inquiry | None:
    """The comparison of this request in which this firm was chosen: the one that asked about most of these request lines, of equal ones the latest.

    A request may be compared in parts, each part won by the same firm.
    """
    rows = request.inquiries.filter(state="chosen", chosen__partner=partner.pk).select_related("chosen")
    asked = Count("lines", filter=Q(lines__request_line__in=list(among)))
    return rows.annotate(asked=asked).order_by("-asked", "-chosen_at", "-pk").first()


def quoted_prices(inquiry: Inquiry) -> dict[int, tuple[Decimal, str]]:
    """{request line: (price, brand)} of the chosen quote. One query."""
    rows = inquiry.chosen.lines.values_list("line__request_line", "price", "brand")
    return {pk: (price, brand) for pk, price, brand in rows}


def waiting_orders(on: date) -> QuerySet[PurchaseOrder]:
    """Past the day of delivery that was agreed."""
    rows = PurchaseOrder.objects.filter(state__in=(OrderState.PLACED, OrderState.PARTIAL), deliver_on__lt=on)
    return rows.select_related("request", "partner").order_by("deliver_on", "pk")
