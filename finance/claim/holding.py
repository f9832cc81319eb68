"""What a claim holds and spends of the budget: first what it holds itself, then its order's or advance's, then what is free (FIN-01, FIN-06)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from finance.budget.models import BudgetEntry, BudgetLine, YearState
from finance.budget.rules import check_use, commit, holding, refund, release, reserve, spend
from finance.contract.models import Contract, ContractState
from finance.money import ZERO
from finance.order.models import OrderState, PurchaseOrder
from finance.purchase.models import PurchaseRequest, RequestLine
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref

from .models import Claim, ClaimLine, ClaimState
from .sources import order_of, source_for

WAITING = (ClaimState.SUBMITTED, ClaimState.APPROVED)
ADVANCE = "finance.claim"


def parts_of(claim: Claim) -> list[tuple[BudgetLine, Decimal]]:
    """The sums per budget line, in the order in which they are locked. Two queries."""
    sums = {row["budget_line"]: money(row["sum"]) for row in claim.lines.order_by().values("budget_line").annotate(sum=Sum("amount"))}
    rows = BudgetLine.objects.select_related("year", "department", "item", "fund").filter(pk__in=sums).order_by("pk")
    return [(line, sums[line.pk]) for line in rows]


def pools_of(claim: Claim) -> list[tuple[tuple[Ref, ...], QuerySet[Claim]]]:
    """[(documents whose holdings this claim uses up, the claims that draw on them)]."""
    found: list[tuple[tuple[Ref, ...], QuerySet[Claim]]] = []
    known = source_for(claim.source_kind)
    if claim.order_id:
        found.append(((Ref("finance.purchaseorder", claim.order_id),), Claim.objects.filter(order=claim.order_id)))
    elif known:
        beside = Claim.objects.filter(source_kind=claim.source_kind, source_id__in=known.beside(claim.source_id))
        found.append((known.origins(claim.source_id), beside))
    if claim.advance_id:
        found.append(((Ref(ADVANCE, claim.advance_id),), Claim.objects.filter(advance=claim.advance_id)))
    return found


def origins_of(claim: Claim) -> list[Ref]:
    """Documents whose holdings this claim uses up."""
    return [origin for origins, _ in pools_of(claim) for origin in origins]


def lock_neighbours(*claims: Claim) -> None:
    """Requests, orders, contracts and advances, always before budget lines and in this order, against deadlock."""
    orders = {order.pk: order.request_id for claim in claims if (order := order_of(claim)) is not None}
    advances = {claim.advance_id for claim in claims} - {None}
    for model, keys in ((PurchaseRequest, set(orders.values())), (PurchaseOrder, set(orders))):
        if keys:
            list(model.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
    for claim in sorted(claims, key=lambda one: one.source_id):
        if known := source_for(claim.source_kind):
            known.lock(claim.source_id)
    if advances:
        list(Claim.objects.select_for_update(of=("self",)).filter(pk__in=advances).order_by("pk").values_list("pk"))


def lock_lines(*claims: Claim) -> None:
    """Every budget line that paying these claims may move, their requests' and advances' too, in one order, against deadlock. After `lock_neighbours`."""
    requests = {order.request_id for claim in claims if (order := order_of(claim)) is not None}
    own = ClaimLine.objects.filter(claim__in={claim.pk for claim in claims} | {claim.advance_id for claim in claims} - {None})
    asked = RequestLine.objects.filter(request__in=requests)
    rows = BudgetLine.objects.filter(Q(pk__in=own.values("budget_line")) | Q(pk__in=asked.values("budget_line")))
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def words_of(claim: Claim) -> str:
    """What the money is for, as a special fund reads it."""
    request = [claim.order.request.title, claim.order.request.reason] if claim.order_id else []
    known = source_for(claim.source_kind)
    source = [known.use(claim.source_id)] if known else []
    return "，".join([claim.title, claim.note, claim.source_label, *(line.what for line in claim.lines.all()), *request, *source])


def cover(*, actor, at: datetime, claim: Claim) -> None:
    """Reserve what the claim needs beyond what its order or advance already holds for it. Inside the rule that submits it.

    Raises RuleViolation at `amount` when there is not enough room, at `use` for the wrong purpose, for a closed year.
    """
    _hold(pools_of(claim), actor=actor, at=at, claim=claim)


def _hold(pools: list[tuple[tuple[Ref, ...], QuerySet[Claim]]], *, actor, at: datetime, claim: Claim) -> None:
    """Reserve what the pools do not hold for the claim; of an advance it counts on no more than it takes off it."""
    words, offset = words_of(claim), claim.offset
    for line, amount in parts_of(claim):
        check_use(line, words)
        left = amount
        for origins, others in pools:
            free = min(_free_of(line, origins, others.exclude(pk=claim.pk)), left)
            if origins and origins[0].kind == ADVANCE:
                free = min(free, offset)
                offset -= free
            left -= free
        if left:
            reserve(actor=actor, at=at, line=line, amount=left, document=ref(claim), use=words)


def _free_of(line: BudgetLine, origins: tuple[Ref, ...], others: QuerySet[Claim]) -> Decimal:
    """What the origins hold on the line and other waiting claims do not count on."""
    held = [holding(line, origin) for origin in origins]
    return max(sum((one.reserved + one.committed for one in held), ZERO) - promised(line, others), ZERO)


def promised(line: BudgetLine, claims: QuerySet[Claim]) -> Decimal:
    """What those of the claims that wait to be paid will take of the line beyond what they hold themselves."""
    found = ZERO
    for claim in claims.filter(state__in=WAITING, lines__budget_line=line.pk).distinct():
        asked = sum((row.amount for row in claim.lines.all() if row.budget_line_id == line.pk), ZERO)
        found += max(asked - holding(line, ref(claim)).reserved, ZERO)
    return found


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
    """冲回 what was spent; `hold_anew` holds it until it is paid anew."""
    for line, amount in parts_of(claim):
        refund(actor=actor, at=at, line=line, amount=amount, document=ref(claim), note=note)


def hold_anew(*, actor, at: datetime, claim: Claim) -> None:
    """What came back, beyond what its advance holds again: its order or contract needs what it still holds for what is yet to come."""
    pools = [pool for pool in pools_of(claim) if pool[0] and pool[0][0].kind == ADVANCE]
    _hold(pools, actor=actor, at=at, claim=claim)


def hand_back(*, actor, at: datetime, claim: Claim) -> None:
    """A claim whose payment came back is given up: what it holds was held by its order or contract before, and is again as long as that lives."""
    for line, _ in parts_of(claim):
        held = holding(line, ref(claim)).reserved
        origin = next((one for one in origins_of(claim) if one.kind != ADVANCE and _held_once(line, one) and _is_alive(one)), None)
        if held and origin:
            commit(actor=actor, at=at, line=line, amount=held, document=origin, origin=ref(claim), note=claim.title)


def _held_once(line: BudgetLine, origin: Ref) -> bool:
    return BudgetEntry.objects.filter(line=line.pk, document_kind=origin.kind, document_id=origin.id).exists()


def _is_alive(origin: Ref) -> bool:
    if origin.kind == "finance.purchaseorder":
        return PurchaseOrder.objects.filter(pk=origin.id, state__in=(OrderState.PARTIAL, OrderState.RECEIVED)).exists()
    return Contract.objects.filter(pk=origin.id, state=ContractState.ACTIVE).exists()


def trim(*, actor, at: datetime, advance: Claim) -> None:
    """Release what an advance holds beyond what is open of it, as far as no waiting claim counts on it."""
    held = [(line, holding(line, ref(advance)).reserved) for line, _ in parts_of(advance)]
    spare = sum((amount for _, amount in held), ZERO) - advance.open_sum
    others = Claim.objects.filter(advance=advance.pk)
    for line, amount in held:
        if (freed := min(spare, amount - promised(line, others))) > 0:
            release(actor=actor, at=at, line=line, document=ref(advance), amount=freed, note="已冲还")
            spare -= freed


def hold_open(*, actor, at: datetime, advance: Claim) -> None:
    """Hold for an advance that is open anew, as far as its lines have room: its money is out either way."""
    parts = [(line, amount, holding(line, ref(advance)).reserved) for line, amount in parts_of(advance)]
    missing = advance.open_sum - sum((held for *_, held in parts), ZERO)
    for line, amount, held in parts:
        room = line.room if line.year.state == YearState.OPEN else ZERO
        if (more := min(missing, amount - held, room)) > 0:
            reserve(actor=actor, at=at, line=line, amount=more, document=ref(advance), use=words_of(advance))
            missing -= more
