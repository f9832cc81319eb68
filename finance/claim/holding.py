"""What a claim holds and spends of the budget: first what it holds itself, then its order's or advance's, then what is free (FIN-01, FIN-06)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from finance.budget.models import BudgetLine
from finance.budget.rules import check_use, holding, refund, release, reserve, spend
from finance.money import ZERO
from finance.order.models import PurchaseOrder
from finance.purchase.models import PurchaseRequest
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref

from .models import Claim, ClaimState
from .sources import pay_for

WAITING = (ClaimState.SUBMITTED, ClaimState.APPROVED)


def parts_of(claim: Claim) -> list[tuple[BudgetLine, Decimal]]:
    """The sums per budget line, in the order in which they are locked. Two queries."""
    sums = {row["budget_line"]: money(row["sum"]) for row in claim.lines.order_by().values("budget_line").annotate(sum=Sum("amount"))}
    rows = BudgetLine.objects.select_related("year", "department", "item", "fund").filter(pk__in=sums).order_by("pk")
    return [(line, sums[line.pk]) for line in rows]


def origins_of(claim: Claim) -> list[Ref]:
    """Documents whose holdings this claim uses up."""
    found = []
    if claim.order_id:
        found.append(Ref("finance.purchaseorder", claim.order_id))
    elif claim.source_kind and (origin := pay_for(Ref(claim.source_kind, claim.source_id)).origin):
        found.append(origin)
    if claim.advance_id:
        found.append(Ref("finance.claim", claim.advance_id))
    return found


def lock_neighbours(claim: Claim) -> None:
    """Request, order and advance, always before budget lines and in this order, against deadlock."""
    if claim.order_id:
        list(PurchaseRequest.objects.select_for_update().filter(pk=claim.order.request_id).values_list("pk"))
        list(PurchaseOrder.objects.select_for_update().filter(pk=claim.order_id).values_list("pk"))
    if claim.advance_id:
        list(Claim.objects.select_for_update().filter(pk=claim.advance_id).values_list("pk"))


def words_of(claim: Claim) -> str:
    """What the money is for, as a special fund reads it."""
    request = [claim.order.request.title, claim.order.request.reason] if claim.order_id else []
    return "，".join([claim.title, claim.note, claim.source_label, *(line.what for line in claim.lines.all()), *request])


def cover(*, actor, at: datetime, claim: Claim) -> None:
    """Reserve what the claim needs beyond what its order or advance already holds for it. Inside the rule that submits it.

    Raises RuleViolation at `amount` when there is not enough room, at `use` for the wrong purpose, for a closed year.
    """
    origins, words = origins_of(claim), words_of(claim)
    for line, amount in parts_of(claim):
        reach = sum((_free_of(line, origin, claim) for origin in origins), ZERO)
        check_use(line, words)
        if amount > reach:
            reserve(actor=actor, at=at, line=line, amount=amount - reach, document=ref(claim), use=words)


def _free_of(line: BudgetLine, origin: Ref, claim: Claim) -> Decimal:
    """What the origin holds on the line and other waiting claims do not count on."""
    held = holding(line, origin)
    if origin.kind == "finance.claim":
        others = Claim.objects.filter(advance=origin.id)
    elif claim.order_id:
        others = Claim.objects.filter(order=claim.order_id)
    else:
        others = Claim.objects.filter(source_kind=claim.source_kind, source_id=claim.source_id)
    waiting = others.filter(state__in=WAITING, lines__budget_line=line.pk).exclude(pk=claim.pk).distinct()
    promised = ZERO
    for other in waiting:
        asked = sum((row.amount for row in other.lines.all() if row.budget_line_id == line.pk), ZERO)
        promised += max(asked - holding(line, ref(other)).reserved, ZERO)
    return max(held.reserved + held.committed - promised, ZERO)


def give_back(*, actor, at: datetime, claim: Claim) -> None:
    """Release whatever the claim itself still holds."""
    for line, _ in parts_of(claim):
        release(actor=actor, at=at, line=line, document=ref(claim))


def spend_all(*, actor, at: datetime, claim: Claim) -> None:
    """支出 of every line, to the cent."""
    sources = [ref(claim), *origins_of(claim)]
    for line, amount in parts_of(claim):
        left = amount
        for source in sources:
            held = holding(line, source)
            if taken := min(held.reserved + held.committed, left):
                spend(actor=actor, at=at, line=line, amount=taken, document=ref(claim), origin=source, note=claim.title)
                left -= taken
        if left:
            spend(actor=actor, at=at, line=line, amount=left, document=ref(claim), note=claim.title)


def take_back(*, actor, at: datetime, claim: Claim, note: str) -> None:
    """冲回 what was spent, and hold it for the claim until it is paid anew."""
    words = words_of(claim)
    for line, amount in parts_of(claim):
        refund(actor=actor, at=at, line=line, amount=amount, document=ref(claim), note=note)
        reserve(actor=actor, at=at, line=line, amount=amount, document=ref(claim), use=words)
