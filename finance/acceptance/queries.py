"""Reading acceptances: what a person may see, what is still to come, what was accepted in yuan, what waits for a receiver."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from finance.money import ZERO
from finance.order.models import OrderLine, OrderState, PurchaseOrder
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.money import money

from .models import HOLDING, Acceptance, AcceptanceLine, AcceptanceMember, AcceptanceState
from .receivers import NEED_NOBODY, desks

VIEW, FILE, MANAGE = "finance.acceptance.view", "finance.acceptance.file", "finance.acceptance.manage"
DELIVERABLE = (OrderState.PLACED, OrderState.PARTIAL)
NONE = Decimal("0.000")


def concerning(user) -> Q:
    """Who must sign it, wrote it, bought or asked for the goods, or heads the department that did."""
    named = AcceptanceMember.objects.filter(user=user.pk).values("acceptance")
    order = Q(order__created_by=user.pk) | Q(order__second_buyer=user.pk)
    request = Q(order__request__created_by=user.pk) | Q(order__request__department__head=user.pk)
    return Q(created_by=user.pk) | Q(pk__in=named) | order | request


def acceptances_visible_to(user) -> QuerySet[Acceptance]:
    """All as the grant reaches, one's department's, and those that concern the person in any case."""
    rows = Acceptance.objects.select_related("order__partner", "order__request__department", "order__created_by", "created_by", "reverses", "reversed_by")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    mine = concerning(user)
    if scope is not None and user.department_id:
        mine |= Q(order__request__department=user.department_id)
    return rows.filter(mine)


def listed_acceptances(user) -> QuerySet[Acceptance]:
    members = AcceptanceMember.objects.select_related("user").order_by("pk")
    return acceptances_visible_to(user).prefetch_related(Prefetch("members", members))


def check_can_view(user, record=None) -> None:
    """Whoever has the permission or may write one, and whoever one of them concerns."""
    if has(user, VIEW) or has(user, FILE) or Acceptance.objects.filter(concerning(user)).exists():
        return
    require(user, VIEW)


def acceptable_orders(user) -> QuerySet[PurchaseOrder]:
    """Orders that something may still come of and this person may write down: never one's own purchase."""
    rows = PurchaseOrder.objects.select_related("partner", "request__department", "request__created_by", "created_by", "second_buyer")
    rows = rows.filter(state__in=DELIVERABLE).exclude(created_by=user.pk).exclude(second_buyer=user.pk)
    scope = scope_of(user, FILE)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(request__department=user.department_id or 0)


def lines_of(order: PurchaseOrder) -> QuerySet[OrderLine]:
    return order.lines.select_related("request_line").order_by("pk")


@dataclass(frozen=True)
class Taken:
    """What acceptances hold of one line of an order, those that wait for signatures included."""

    quantity: Decimal = NONE
    amount: Decimal = ZERO
    signing: Decimal = NONE


def taken_of(order: PurchaseOrder) -> dict[int, Taken]:
    """{order line: what is taken of it}, added up exactly. One query."""
    rows = AcceptanceLine.objects.filter(order_line__order=order.pk, acceptance__state__in=HOLDING)
    found: dict[int, Taken] = {}
    for pk, quantity, amount, state in rows.values_list("order_line", "accepted", "amount", "acceptance__state"):
        so_far = found.get(pk, Taken())
        signing = quantity if state == AcceptanceState.SIGNING else NONE
        found[pk] = Taken(so_far.quantity + quantity, so_far.amount + amount, so_far.signing + signing)
    return found


def open_quantities(order: PurchaseOrder) -> dict[int, Decimal]:
    """{order line: what may still be accepted}; what others are just signing for is not open. Two queries."""
    taken = taken_of(order)
    return {line.pk: line.quantity - taken.get(line.pk, Taken()).quantity for line in order.lines.all()}


def worth(line: OrderLine, quantity: Decimal) -> Decimal:
    """Yuan of the first `quantity` of the line; the whole line is worth just what was ordered."""
    return line.amount if quantity == line.quantity else min(money(line.price * quantity), line.amount)


def accepted_amount(order: PurchaseOrder) -> Decimal:
    """What was accepted of the order in yuan, to the cent; the order's total once everything has come. One query."""
    return sum((worth(line, line.accepted) for line in OrderLine.objects.filter(order=order.pk)), ZERO)


def acceptances_of(order: PurchaseOrder) -> list[Acceptance]:
    """Those of an order, first one first, reversed and called-off ones too."""
    return list(Acceptance.objects.filter(order=order.pk).select_related("order__partner", "created_by", "reverses").order_by("pk"))


def waiting_lines(user) -> QuerySet[AcceptanceLine]:
    """Accepted goods that nobody has taken yet and that wait on no other page, as far as this person sees acceptances."""
    seen = acceptances_visible_to(user).order_by().values("pk")
    rows = lines_without_desk().filter(acceptance__in=seen)
    return rows.select_related("acceptance__order__partner", "acceptance__order__request__department", "order_line__request_line")


def standing_lines() -> QuerySet[AcceptanceLine]:
    """All that wait for a receiver."""
    rows = AcceptanceLine.objects.filter(received_at=None, accepted__gt=0, acceptance__state=AcceptanceState.POSTED)
    return rows.exclude(destination__in=NEED_NOBODY)


def lines_without_desk() -> QuerySet[AcceptanceLine]:
    """Those whose receiver has no page of its own for them, or that have no receiver."""
    return standing_lines().exclude(destination__in=desks())


def check_can_view_waiting(user, record=None) -> None:
    check_can_view(user)


def members_of(acceptance: Acceptance) -> list[AcceptanceMember]:
    return list(acceptance.members.select_related("user__department").order_by("pk"))


def missing_after(order: PurchaseOrder, lines: Iterable[OrderLine] | None = None) -> list[tuple[str, Decimal, str]]:
    """(name, quantity, unit) of what has still to come, by what is accepted."""
    lines = lines_of(order) if lines is None else lines
    return [(line.request_line.name, line.quantity - line.accepted, line.request_line.unit) for line in lines if line.quantity > line.accepted]


def acceptance_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    mine = AcceptanceMember.objects.filter(user=user.pk, signed_at=None).values("acceptance")
    signing = Q(state=AcceptanceState.SIGNING)
    return acceptances_visible_to(user).order_by().aggregate(signing=Count("pk", filter=signing), mine=Count("pk", filter=signing & Q(pk__in=mine)))


def waits_for(user) -> QuerySet[Acceptance]:
    """Acceptances this person was named for and has not signed."""
    named = AcceptanceMember.objects.filter(user=user.pk, signed_at=None).values("acceptance")
    return Acceptance.objects.filter(state=AcceptanceState.SIGNING, pk__in=named).select_related("order__partner", "order__request").order_by("pk")


def to_redeliver(user) -> QuerySet[PurchaseOrder]:
    """This buyer's orders of which something was sent back and not all has come."""
    sent_back = AcceptanceLine.objects.filter(rejected__gt=0, acceptance__state=AcceptanceState.POSTED).values("acceptance__order")
    rows = PurchaseOrder.objects.filter(Q(created_by=user.pk) | Q(second_buyer=user.pk), state__in=DELIVERABLE, pk__in=sent_back)
    return rows.select_related("partner", "request").order_by("pk")


def unsigned_since(before: datetime) -> QuerySet[Acceptance]:
    """Acceptances that wait for a signature since before this moment."""
    return Acceptance.objects.filter(state=AcceptanceState.SIGNING, created_at__lt=before).select_related("order__partner", "order__request").order_by("pk")


def url_of(acceptance: Acceptance) -> str:
    return reverse("finance:acceptance-detail", args=[acceptance.pk])
