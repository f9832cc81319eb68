"""Reading claims: what a person may see, what an order still owes, where an invoice was used (FIN-06)."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from finance.budget.models import BudgetLine, YearState
from finance.budget.queries import usable_lines
from finance.money import ZERO, cents
from finance.order.models import OrderLine, OrderState, PurchaseOrder
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by
from logistics.platform.kernel.money import money
from logistics.platform.limits.queries import limit, limit_shown
from logistics.platform.org.models import Department

from .invoices import key_of
from .models import LIVE, SPENT, Claim, ClaimKind, ClaimState, Invoice

FILE, VIEW, BOOK = "finance.claim.file", "finance.claim.view", "finance.claim.book"
ADVANCE_DAYS = "finance.advance.days"
PAYABLE_ORDERS = (OrderState.PARTIAL, OrderState.RECEIVED, OrderState.CLOSED)


def check_can_view(user, record=None) -> None:
    """Whoever files claims or sees all, and whoever must sign one."""
    if not has(user, FILE) and not has(user, VIEW) and not claims_visible_to(user).exists():
        require(user, VIEW)


def claims_visible_to(user) -> QuerySet[Claim]:
    """One's own, the department's for its head, what one must sign; all with the permission."""
    rows = Claim.objects.select_related("department", "created_by", "partner", "order__partner", "order__request", "advance", "booked_by", "witness")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    reach = Q(created_by=user.pk) | Q(department__head=user.pk) | Q(pk__in=record_ids_seen_by(user, "finance.Claim"))
    if scope == Scope.DEPARTMENT and user.department_id:
        reach |= Q(department=user.department_id)
    return rows.filter(reach)


def claim_counts(user) -> dict[str, int]:
    """For the marks above the list. One query."""
    mine = Q(created_by=user.pk)
    return claims_visible_to(user).aggregate(
        mine=Count("pk", filter=mine),
        draft=Count("pk", filter=mine & Q(state=ClaimState.DRAFT)),
        waiting=Count("pk", filter=Q(state=ClaimState.SUBMITTED)),
        payable=Count("pk", filter=Q(state=ClaimState.APPROVED)),
        advances=Count("pk", filter=Q(kind=ClaimKind.ADVANCE, state=ClaimState.PAID)),
        unbooked=Count("pk", filter=Q(state__in=SPENT, voucher="")),
    )


def departments_for(user) -> QuerySet[Department]:
    """Those a claim of this person may be for: the own one, headed ones; all for who sees all claims."""
    rows = Department.objects.filter(is_active=True)
    return rows if scope_of(user, VIEW) == Scope.ALL else rows.filter(Q(pk=user.department_id) | Q(head=user.pk))


def lines_for(user, claim: Claim | None = None) -> QuerySet[BudgetLine]:
    """Budget lines a claim may name: those of its order or contract, otherwise the ones this person may use."""
    fixed = fixed_lines(claim) if claim is not None else None
    if fixed is None:
        return usable_lines(user)
    rows = BudgetLine.objects.select_related("year", "department", "item", "fund")
    return rows.filter(pk__in=fixed, year__state=YearState.OPEN).order_by("pk")


def fixed_lines(claim: Claim) -> dict[int, Decimal] | None:
    """{budget line: most that may be claimed of it} for what an order or another document pays, None for other claims."""
    if claim.order_id:
        return ordered_by_line(claim.order)
    if claim.source_kind:
        from logistics.platform.kernel.ref import Ref

        from .sources import pay_for

        return {line.pk: amount for line, amount in pay_for(Ref(claim.source_kind, claim.source_id)).lines}
    return None


def ordered_by_line(order: PurchaseOrder) -> dict[int, Decimal]:
    """{budget line: what was ordered on it}. One query."""
    rows = order.lines.order_by().values("request_line__budget_line").annotate(sum=Sum("amount"))
    return {row["request_line__budget_line"]: money(row["sum"]) for row in rows}


def accepted_by_line(order: PurchaseOrder) -> dict[int, Decimal]:
    """{budget line: what of it was accepted}, in whole lines exactly what was ordered. One query."""
    found: dict[int, Decimal] = {}
    for line in order.lines.select_related("request_line"):
        worth = line.amount if line.accepted == line.quantity else money(line.price * line.accepted)
        key = line.request_line.budget_line_id
        found[key] = found.get(key, ZERO) + min(worth, line.amount)
    return found


def accepted_sum(order: PurchaseOrder) -> Decimal:
    return sum(accepted_by_line(order).values(), ZERO)


def claimed_of_order(order: PurchaseOrder, *, but: int | None = None) -> dict[int, Decimal]:
    """{budget line: what other live claims of the order ask for or got}. One query."""
    rows = Claim.objects.filter(order=order.pk, state__in=LIVE).exclude(pk=but)
    sums = rows.order_by().values("lines__budget_line").annotate(sum=Sum("lines__amount"))
    return {row["lines__budget_line"]: money(row["sum"]) for row in sums}


def claimed_of_source(kind: str, pk: int, *, but: int | None = None) -> Decimal:
    """What live claims for this document ask for and have not been paid yet. One query."""
    rows = Claim.objects.filter(source_kind=kind, source_id=pk, state__in=(ClaimState.SUBMITTED, ClaimState.APPROVED)).exclude(pk=but)
    return money(rows.aggregate(sum=Sum("total"))["sum"] or 0)


def left_of_order(order: PurchaseOrder, *, but: int | None = None) -> dict[int, Decimal]:
    """{budget line: what was accepted and is not claimed yet}, by claims or by the payment plan of a contract."""
    from .contracts import claimed_by_contract

    claimed = claimed_of_order(order, but=but)
    for line, amount in claimed_by_contract(order).items():
        claimed[line] = claimed.get(line, ZERO) + amount
    return {line: amount - claimed.get(line, ZERO) for line, amount in accepted_by_line(order).items() if amount > claimed.get(line, ZERO)}


def claimable_orders(user) -> QuerySet[PurchaseOrder]:
    """Orders with accepted goods this person bought or asked for; all of them for who sees all claims."""
    rows = PurchaseOrder.objects.filter(state__in=PAYABLE_ORDERS).select_related("partner", "request").order_by("-pk")
    if scope_of(user, VIEW) == Scope.ALL:
        return rows
    return rows.filter(Q(created_by=user.pk) | Q(second_buyer=user.pk) | Q(request__created_by=user.pk) | Q(request__department__head=user.pk))


def offered_orders(user) -> QuerySet[PurchaseOrder]:
    """Those of them with something left to claim and no contract that pays for them: the choices of the form. One query."""
    from finance.contract.models import ContractState

    worth = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(sum=cents(Sum(F("price") * F("accepted"))))
    asked = Claim.objects.filter(order=OuterRef("pk"), state__in=LIVE).order_by().values("order").annotate(sum=Sum("total"))
    paid_by_plan = PurchaseOrder.objects.filter(pk=OuterRef("pk"), contracts__state__in=(ContractState.ACTIVE, ContractState.DONE))
    rows = claimable_orders(user).annotate(worth=Subquery(worth.values("sum")), asked=Subquery(asked.values("sum")))
    return rows.filter(Q(asked=None) | Q(asked__lt=F("worth")), ~Exists(paid_by_plan), worth__gt=0)


def open_advances(user) -> QuerySet[Claim]:
    """借款 of this person that are not settled."""
    return Claim.objects.filter(kind=ClaimKind.ADVANCE, state=ClaimState.PAID, created_by=user.pk).order_by("pk")


def promised_offsets(advance: Claim, *, but: int | None = None) -> Decimal:
    """What waiting claims will take off the advance. One query."""
    rows = Claim.objects.filter(advance=advance.pk, state__in=(ClaimState.SUBMITTED, ClaimState.APPROVED)).exclude(pk=but)
    return money(rows.aggregate(sum=Sum("offset"))["sum"] or 0)


def overdue_advances(on: date) -> QuerySet[Claim]:
    """Advances past the day they were to be paid back, or older than the school's limit."""
    before = timezone.make_aware(timezone.datetime.combine(on - timedelta(days=int(limit(ADVANCE_DAYS, on))), timezone.datetime.min.time()))
    rows = Claim.objects.filter(kind=ClaimKind.ADVANCE, state=ClaimState.PAID).select_related("created_by")
    return rows.filter(Q(back_on__lt=on) | Q(back_on=None, paid_at__lt=before)).order_by("paid_at")


def is_overdue(advance: Claim, on: date) -> bool:
    """The same of one advance, for its page; usually without a query."""
    if not advance.is_advance or advance.state != ClaimState.PAID:
        return False
    if advance.back_on:
        return advance.back_on < on
    return timezone.localdate(advance.paid_at) < on - timedelta(days=int(limit_shown(ADVANCE_DAYS, on)))


def invoice_sum(claim: Claim) -> Decimal:
    return money(claim.invoices.aggregate(sum=Sum("amount"))["sum"] or 0)


def needed_invoices(claim: Claim) -> Decimal:
    """How much of the claim needs invoices: all but allowances; nothing for an advance."""
    if claim.is_advance:
        return ZERO
    return money(claim.lines.filter(is_allowance=False).aggregate(sum=Sum("amount"))["sum"] or 0)


def used_before(number: str, code: str, *, but: int | None = None) -> Invoice | None:
    """A live invoice with this number and code; an empty code agrees with any."""
    rows = Invoice.objects.filter(number=number, is_live=True).exclude(pk=but).select_related("claim__created_by")
    same = rows.filter(Q(key=key_of(number, code)) | Q(code="")) if code else rows
    return same.order_by("pk").first()


def warnings_of(claim: Claim, invoices: list[Invoice]) -> list[str]:
    """What the signers should look at, in words."""
    found = []
    if claim.partner_id and any(invoice.seller != claim.partner.name for invoice in invoices):
        found.append(f"有发票的销售方不是「{claim.partner}」，请核对。")
    if any((timezone.localdate(claim.created_at) - invoice.issued_on).days > 365 for invoice in invoices):
        found.append("有发票是一年以前开的，请核对。")
    if claim.state not in (ClaimState.DRAFT, ClaimState.SUBMITTED):
        return found
    others = open_advances(claim.created_by).exclude(pk__in=[pk for pk in (claim.advance_id, claim.pk) if pk])
    if owed := money(others.aggregate(sum=Sum(F("total") - F("settled")))["sum"] or 0):
        found.append(f"{claim.created_by.name}还有借款 {owed:,.2f} 元没有冲还。")
    return found
