"""Reading requests: what a person may see, what is still to be ordered, what the budget would say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from finance.budget.models import BudgetEntry, BudgetLine, YearState
from finance.budget.queries import usable_lines
from finance.keeping import kept_on
from finance.money import ZERO
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.limits.queries import limit
from logistics.platform.org.models import Department

from .models import PurchaseRequest, RequestLine, RequestState

FILE, VIEW, BUY = "finance.purchase.file", "finance.purchase.view", "finance.purchase.buy"
EMERGENCY_DAYS = "finance.emergency.days"
MINE = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.APPROVED, RequestState.ORDERED)


def check_can_view(user, record=None) -> None:
    """Whoever may see requests, and whoever must sign one."""
    if not has(user, VIEW) and not requests_visible_to(user).exists():
        require(user, VIEW)


def requests_visible_to(user) -> QuerySet[PurchaseRequest]:
    """One's own, those one must sign, buys or must accept; of the department for its head; all as the grant reaches."""
    rows = PurchaseRequest.objects.select_related("department", "created_by", "buyer")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    reach = Q(created_by=user.pk) | Q(buyer=user.pk) | Q(department__head=user.pk) | Q(pk__in=record_ids_seen_by(user, "finance.PurchaseRequest"))
    reach |= Q(pk__in=_ordered_or_accepted_by(user))
    if scope == Scope.DEPARTMENT and user.department_id:
        reach |= Q(department=user.department_id)
    return rows.filter(reach)


def _ordered_or_accepted_by(user) -> QuerySet:
    """Ids of the requests this person bought for or is asked to accept the goods of."""
    mine = Q(created_by=user.pk) | Q(second_buyer=user.pk) | Q(acceptances__members__user=user.pk)
    return apps.get_model("finance.PurchaseOrder").objects.filter(mine).order_by().values("request")


def list_rows(user) -> QuerySet[PurchaseRequest]:
    return requests_visible_to(user).annotate(line_count=Count("lines"))


def counts_for(user) -> dict[str, int]:
    """For the marks above the list. One query."""
    return requests_visible_to(user).aggregate(
        waiting=Count("pk", filter=Q(state=RequestState.SUBMITTED)),
        to_buy=Count("pk", filter=Q(state=RequestState.APPROVED)),
        back=Count("pk", filter=Q(state=RequestState.DRAFT, created_by=user.pk) & ~Q(number="")),
        mine=Count("pk", filter=Q(state__in=MINE, created_by=user.pk)),
    )


def departments_for(user) -> QuerySet[Department]:
    """In whose name this person may ask: the own department, those one heads, every one for who sees all requests."""
    rows = Department.objects.filter(is_active=True)
    if scope_of(user, VIEW) == Scope.ALL:
        return rows
    return rows.filter(Q(pk=user.department_id) | Q(head=user.pk))


def choosable_lines(user) -> QuerySet[BudgetLine]:
    """Lines a request of this person may name: the usable ones; every running one where a department has none of its own."""
    own = usable_lines(user)
    if own.exists():
        return own
    rows = BudgetLine.objects.select_related("year", "department", "item", "fund").filter(year__state=YearState.OPEN, fund__is_active=True)
    return rows.order_by("-year__year", "department__order", "department", "item__code", "pk")


def lines_of(request: PurchaseRequest) -> list[RequestLine]:
    """The lines in order with what they name. One query."""
    names = ("budget_line__department", "budget_line__item", "budget_line__fund", "budget_line__year")
    return list(request.lines.select_related(*names).order_by("position", "pk"))


def sums_by_line(lines: Iterable[RequestLine]) -> dict[BudgetLine, Decimal]:
    """What the request asks of each budget line; several of its lines may share one."""
    sums: dict[BudgetLine, Decimal] = {}
    for line in lines:
        if line.budget_line is not None:
            sums[line.budget_line] = sums.get(line.budget_line, ZERO) + line.amount
    return sums


def ordered_quantities(request: PurchaseRequest) -> dict[int, Decimal]:
    """How much of each line stands in orders that were not cancelled: {line pk: quantity}. One query, asked once a page."""
    return kept_on(request, "_ordered", lambda: _ordered(request))


def _ordered(request: PurchaseRequest) -> dict[int, Decimal]:
    ordered = Sum("order_lines__quantity", filter=~Q(order_lines__order__state="cancelled"))
    rows = RequestLine.objects.filter(request=request.pk).annotate(ordered=ordered).order_by()
    return {pk: quantity for pk, quantity in rows.values_list("pk", "ordered") if quantity}


def open_lines(request: PurchaseRequest) -> list[RequestLine]:
    """Lines not yet wholly ordered, with what is left as `left`; none once the rest is not bought any more. Two queries."""
    if request.stop_reason or request.state not in (RequestState.APPROVED, RequestState.ORDERED):
        return []
    ordered, found = ordered_quantities(request), []
    for line in lines_of(request):
        line.left = line.quantity - ordered.get(line.pk, Decimal(0))
        if line.left > 0:
            found.append(line)
    return found


def order_states(request: PurchaseRequest) -> list[str]:
    """The states of its orders that were not cancelled."""
    rows = apps.get_model("finance.PurchaseOrder").objects.filter(request=request.pk).exclude(state="cancelled")
    return list(rows.values_list("state", flat=True))


@dataclass(frozen=True)
class Effect:
    """What a request does to one budget line: what is free before and after it."""

    line: BudgetLine
    amount: Decimal
    before: Decimal

    @property
    def after(self) -> Decimal:
        return self.before - self.amount

    @property
    def is_short(self) -> bool:
        return self.after + self.line.overdraft < 0


def effects_of(request: PurchaseRequest, lines: Iterable[RequestLine]) -> list[Effect]:
    """Per budget line as it stands now; what the request and its orders hold already counts as free before it. One query."""
    sums = sums_by_line(lines)
    held = _held_by(request, sums)
    return [Effect(line, amount, line.available + held.get(line.pk, ZERO)) for line, amount in sums.items()]


def _held_by(request: PurchaseRequest, lines: Iterable[BudgetLine]) -> dict[int, Decimal]:
    named = ref(request)
    rows = BudgetEntry.objects.filter(line__in=[line.pk for line in lines], document_kind=named.kind, document_id=named.id)
    found = rows.values("line").annotate(sum=Sum("to_reserved")).order_by()
    return {row["line"]: money(row["sum"] or 0) for row in found}


def effects_shown_to(user, request: PurchaseRequest, lines: Iterable[RequestLine]) -> list[Effect]:
    """The effects on budget lines whose sums this person may read; a signer's paper shows all."""
    found = effects_of(request, lines)
    if scope_of(user, VIEW) == Scope.ALL:
        return found
    readable = set(usable_lines(user).order_by().values_list("pk", flat=True))
    return [effect for effect in found if effect.line.pk in readable]


def requests_from(source: Ref) -> list[PurchaseRequest]:
    """The requests made from this paper, the newest first, whoever may see them; a page shows number and state only. One query."""
    rows = PurchaseRequest.objects.filter(source_kind=source.kind, source_id=source.id).exclude(state=RequestState.CANCELLED)
    return list(rows.select_related("created_by").only("number", "title", "state", "created_by__name").order_by("-pk"))


def papers_due_on(request: PurchaseRequest) -> date | None:
    """先买后补: the last day to send the paper of what was bought already; None where nothing was."""
    if request.bought_on is None:
        return None
    return request.bought_on + timedelta(days=limit(EMERGENCY_DAYS, request.bought_on))


def orderable() -> QuerySet[PurchaseRequest]:
    """Approved and not wholly ordered; the ones somebody needs soonest first."""
    rows = PurchaseRequest.objects.filter(state=RequestState.APPROVED).select_related("department", "created_by", "buyer")
    return rows.order_by("-is_urgent", F("needed_on").asc(nulls_last=True), "pk")


def waiting_for_buyer() -> QuerySet[PurchaseRequest]:
    """Those of which nobody asks any firm just now."""
    return orderable().exclude(pk__in=apps.get_model("finance.Inquiry").objects.filter(state="open").values("request"))


def is_late_paper(request: PurchaseRequest, on: date | None = None) -> bool:
    due = papers_due_on(request)
    return due is not None and due < (on or timezone.localdate())
