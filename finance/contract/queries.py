"""Reading contracts: what a person may see, what runs out, what must be paid (FIN-07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from finance.claim.models import Claim, ClaimState
from finance.money import ZERO
from finance.order.models import PurchaseOrder
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import Department

from .models import Contract, ContractLine, ContractNote, ContractState, Instalment, Supplement, SupplementState

VIEW, MANAGE = "finance.contract.view", "finance.contract.manage"
WARN, PAY_WARN, SUPPLEMENT = "finance.contract.warn", "finance.contract.pay.warn", "finance.contract.supplement"
CLAIM_WAITING = (ClaimState.SUBMITTED, ClaimState.APPROVED)
JOINED = ("partner", "department", "created_by", "signed_by", "order")


def heads_a_department(user) -> bool:
    return Department.objects.filter(head=user.pk, is_active=True).exists()


def check_can_view(user, record=None) -> None:
    """Whoever has the permission, the head of a department for its contracts, and whoever must sign one."""
    if has(user, VIEW) or has(user, MANAGE) or heads_a_department(user):
        return
    if not contracts_visible_to(user).exists() and not supplements_visible_to(user).exists():
        require(user, VIEW)


def _reach(user, path: str = "") -> Q | None:
    """Which contracts besides those one signs; None for all. `path` leads to the contract from another model."""
    if scope_of(user, VIEW) == Scope.ALL or has(user, MANAGE):
        return None
    own = Q(**{f"{path}created_by": user.pk}) | Q(**{f"{path}department__head": user.pk})
    if scope_of(user, VIEW) is not None and user.department_id:
        own |= Q(**{f"{path}department": user.department_id})
    return own


def contracts_visible_to(user) -> QuerySet[Contract]:
    reach = _reach(user)
    rows = Contract.objects.select_related(*JOINED)
    if reach is None:
        return rows
    signs = Q(pk__in=record_ids_seen_by(user, "finance.Contract"))
    return rows.filter(reach | signs | Q(pk__in=Supplement.objects.filter(pk__in=record_ids_seen_by(user, "finance.Supplement")).values("contract")))


def contract_list_rows(user) -> QuerySet[Contract]:
    """Visible contracts with what was paid of each and how it was marked."""
    return with_sums(contracts_visible_to(user))


def with_sums(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    paid = Instalment.objects.values("contract").annotate(sum=Sum("paid")).order_by()
    return rows.annotate(paid_sum=Subquery(paid.filter(contract=OuterRef("pk")).values("sum")))


def supplements_visible_to(user) -> QuerySet[Supplement]:
    rows = Supplement.objects.select_related("contract__partner", "contract__department", "budget_line__department", "budget_line__item", "budget_line__fund")
    reach = _reach(user, "contract__")
    rows = rows.select_related("created_by")
    return rows if reach is None else rows.filter(reach | Q(created_by=user.pk) | Q(pk__in=record_ids_seen_by(user, "finance.Supplement")))


def paid_of(contract: Contract) -> Decimal:
    return money(contract.instalments.aggregate(sum=Sum("paid"))["sum"] or 0)


def planned_of(contract: Contract) -> Decimal:
    return money(contract.instalments.aggregate(sum=Sum("amount"))["sum"] or 0)


def rating_of(notes: Iterable[ContractNote]) -> Decimal | None:
    """The mean mark to one place; None without any."""
    marks = [note.rating for note in notes if note.rating]
    return (Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.1"), "ROUND_HALF_UP") if marks else None


def supplemented(contract: Contract, *, but: int | None = None) -> Decimal:
    """What supplements add to the contract's first amount, those still being approved included; decreases do not make room."""
    return added_by(contract.supplements.exclude(pk=but))


def added_by(supplements: Iterable[Supplement]) -> Decimal:
    counting = (SupplementState.SUBMITTED, SupplementState.APPROVED)
    return sum((row.change for row in supplements if row.state in counting and row.change > 0), ZERO)


def claims_of(contract: Contract) -> dict[int, list[Claim]]:
    """{instalment: claims for it on their way to be paid}. One query."""
    found: dict[int, list[Claim]] = {}
    steps = contract.instalments.order_by().values("pk")
    for claim in Claim.objects.filter(source_kind="finance.instalment", source_id__in=steps, state__in=CLAIM_WAITING).order_by("pk"):
        found.setdefault(claim.source_id, []).append(claim)
    return found


def budget_origins(contract: Contract) -> tuple[Ref, ...]:
    """The documents that hold the contract's budget, for `spend(origin=…)`: its purchase order, and itself for what supplements added."""
    own = ref(contract)
    return (Ref("finance.purchaseorder", contract.order_id), own) if contract.order_id else (own,)


def budget_of(contract: Contract) -> list[ContractLine]:
    """Which budget lines pay for the contract; empty where a purchase order does. One query."""
    return list(contract.lines.select_related("budget_line__department", "budget_line__item", "budget_line__fund", "budget_line__year"))


def payable_instalments(user) -> QuerySet[Instalment]:
    """Instalments of contracts in force that are not fully paid, among the contracts in sight: the choices of a claim."""
    rows = Instalment.objects.select_related("contract__partner", "contract__department", "contract__order")
    seen = contracts_visible_to(user).filter(state=ContractState.ACTIVE).order_by().values("pk")
    return rows.filter(contract__in=seen, is_void=False, paid__lt=F("amount")).order_by("due_on", "pk")


def contracts_of(order: PurchaseOrder) -> QuerySet[Contract]:
    """The order's contracts, also those that came to nothing."""
    return Contract.objects.select_related(*JOINED).filter(order=order.pk).order_by("pk")


def running_out(today: date, days: int) -> QuerySet[Contract]:
    """Contracts in force that end within the days, and those past their end."""
    rows = Contract.objects.select_related("partner", "created_by", "department__head")
    return rows.filter(state=ContractState.ACTIVE, end_on__lte=today + timedelta(days=days)).order_by("end_on", "pk")


def instalments_due(until: date) -> QuerySet[Instalment]:
    rows = Instalment.objects.select_related("contract__partner", "contract__created_by")
    return rows.filter(contract__state=ContractState.ACTIVE, is_void=False, paid__lt=F("amount"), due_on__lte=until).order_by("due_on", "pk")


def contract_counts(user, at: datetime | None = None) -> dict[str, int]:
    """The numbers above the list, in one query."""
    today = timezone.localdate(at)
    active, soon = Q(state=ContractState.ACTIVE), today + timedelta(days=int(limit_shown(WARN, today)))
    unpaid = Q(instalments__is_void=False, instalments__paid__lt=F("instalments__amount"), instalments__due_on__lt=today)
    return contracts_visible_to(user).aggregate(
        submitted=Count("pk", filter=Q(state=ContractState.SUBMITTED), distinct=True),
        approved=Count("pk", filter=Q(state=ContractState.APPROVED), distinct=True),
        active=Count("pk", filter=active, distinct=True),
        ending=Count("pk", filter=active & Q(end_on__lte=soon), distinct=True),
        unpaid=Count("pk", filter=active & unpaid, distinct=True),
    )


@dataclass(frozen=True)
class LedgerRow:
    """One row of 合同台账, as it is printed."""

    contract: Contract
    paid: Decimal

    @property
    def unpaid(self) -> Decimal:
        return self.contract.amount - self.paid if self.contract.state == ContractState.ACTIVE else ZERO


def ledger(user, year: int) -> list[LedgerRow]:
    """Contracts signed in the year that this person sees, in the order of their signing. One query."""
    rows = with_sums(contracts_visible_to(user)).filter(signed_on__year=year).order_by("signed_on", "number")
    return [LedgerRow(row, money(row.paid_sum or 0)) for row in rows]
