"""A contract's instalment as something a claim pays for (FIN-06, FIN-07)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.urls import reverse

from finance.budget.models import BudgetLine
from finance.budget.rules import holding
from finance.contract.life_rules import note_paid, note_returned
from finance.contract.models import Contract, ContractState, Instalment, InstalmentPayment
from finance.contract.queries import budget_of, budget_origins, payable_instalments
from finance.money import ZERO
from finance.order.models import OrderState, PurchaseOrder
from finance.purchase.models import PurchaseRequest
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref

from .holding import promised
from .models import DEAD, LIVE, Claim
from .queries import ordered_by_line
from .sources import Due, Source

ALIVE = (ContractState.ACTIVE,)
KIND = "finance.instalment"


def due_of(pk: int) -> Due | None:
    """What is left of the instalment, while its contract is in force."""
    row = Instalment.objects.select_related("contract__partner", "contract__department", "contract__order").filter(pk=pk).first()
    if row is None or row.contract.state not in ALIVE or row.unpaid <= 0:
        return None
    contract = row.contract
    return Due(
        title=f"{contract.number} {row.name}",
        department=contract.department,
        partner=contract.partner,
        amount=row.unpaid,
        lines=_spread(row.unpaid, _purses_of(contract), _claims_of(contract)),
        url=reverse("finance:contract-detail", args=[contract.pk]),
        payee=contract.person_name,
    )


def _purses_of(contract: Contract) -> list[tuple[BudgetLine, Ref]]:
    """(budget line, the document that holds money for the contract on it): the purchase order's first, then what the contract holds itself."""
    own = [(row.budget_line, ref(contract)) for row in budget_of(contract)]
    if not contract.order_id:
        return own
    order = Ref("finance.purchaseorder", contract.order_id)
    return [*((line, order) for line in BudgetLine.objects.filter(pk__in=ordered_by_line(contract.order)).order_by("pk")), *own]


def _claims_of(contract: Contract) -> QuerySet[Claim]:
    return Claim.objects.filter(source_kind=KIND, source_id__in=contract.instalments.values("pk"))


def _spread(amount: Decimal, purses: list[tuple[BudgetLine, Ref]], claims: QuerySet[Claim]) -> tuple[tuple[BudgetLine, Decimal], ...]:
    """The amount over the lines, as far as each still holds money that no waiting claim counts on; what is beyond falls to the first."""
    found: dict[BudgetLine, Decimal] = {}
    left, counted = amount, {}
    for line, origin in purses:
        held = holding(line, origin)
        free, asked = held.reserved + held.committed, counted.setdefault(line.pk, promised(line, claims))
        counted[line.pk] -= min(free, asked)
        if taken := min(free - min(free, asked), left):
            found[line] = found.get(line, ZERO) + taken
            left -= taken
    if left and purses:
        found[purses[0][0]] = found.get(purses[0][0], ZERO) + left
    return tuple(found.items())


def _contract_of(pk: int) -> Contract | None:
    """None once a supplement has struck the instalment out."""
    return Contract.objects.select_related("order").filter(instalments=pk).first()


def _origins(pk: int) -> tuple[Ref, ...]:
    contract = _contract_of(pk)
    return budget_origins(contract) if contract else ()


def _beside(pk: int) -> list[int]:
    contract = _contract_of(pk)
    return list(contract.instalments.values_list("pk", flat=True)) if contract else [pk]


def _use(pk: int) -> str:
    """The words with which the contract and its supplements asked for the money."""
    contract = _contract_of(pk)
    return "，".join([contract.title, contract.terms, *contract.supplements.values_list("reason", flat=True)]) if contract else ""


def _lock(pk: int) -> None:
    """Request, order, contract: as every rule does that holds several of them."""
    contract = _contract_of(pk)
    if contract is None:
        return
    if contract.order:
        list(PurchaseRequest.objects.select_for_update().filter(pk=contract.order.request_id).values_list("pk"))
        list(PurchaseOrder.objects.select_for_update().filter(pk=contract.order_id).values_list("pk"))
    list(Contract.objects.select_for_update().filter(pk=contract.pk).values_list("pk"))


def paid_by_contract(order: PurchaseOrder) -> Decimal:
    """What contracts of the order have paid of it."""
    rows = InstalmentPayment.objects.filter(instalment__contract__order=order.pk).values_list("amount", flat=True)
    return money(sum(rows, ZERO))


def has_contract(order: PurchaseOrder) -> bool:
    """A contract that pays for the order, or has paid for it; one broken off leaves the rest to claims."""
    return Contract.objects.filter(order=order.pk, state__in=(*ALIVE, ContractState.DONE)).exists()


def is_settled_by_contract(order: PurchaseOrder) -> bool:
    """The contract that paid for it is done, whatever it came to."""
    return Contract.objects.filter(order=order.pk, state=ContractState.DONE).exists()


def claimed_by_contract(order: PurchaseOrder) -> dict[int, Decimal]:
    """{budget line: what live claims for instalments of the order's contracts ask for or got}. One query."""
    steps = Instalment.objects.filter(contract__order=order.pk).values("pk")
    rows = Claim.objects.filter(source_kind=KIND, source_id__in=steps, state__in=LIVE)
    sums = rows.order_by().values("lines__budget_line").annotate(sum=Sum("lines__amount"))
    return {row["lines__budget_line"]: money(row["sum"]) for row in sums}


def unclaimed_orders(user) -> QuerySet[PurchaseOrder]:
    """Orders this person placed of which everything came and nothing is claimed, by claim or by contract."""
    rows = PurchaseOrder.objects.filter(created_by=user.pk, state=OrderState.RECEIVED).select_related("partner", "request").order_by("pk")
    taken = Claim.objects.filter(order=OuterRef("pk")).exclude(state__in=DEAD)
    return rows.filter(~Exists(taken), ~Exists(Contract.objects.filter(order=OuterRef("pk"), state__in=ALIVE)))


def _paid(*, actor, at: datetime, source: int, claim: Claim, amount: Decimal) -> None:
    note_paid(actor=actor, at=at, instalment=Instalment.objects.get(pk=source), amount=amount, document=ref(claim))


def _returned(*, actor, at: datetime, source: int, claim: Claim, amount: Decimal) -> None:
    note_returned(actor=actor, at=at, instalment=Instalment.objects.get(pk=source), document=ref(claim))


INSTALMENTS = Source(
    kind=KIND,
    label="合同付款",
    due=due_of,
    on_paid=_paid,
    on_returned=_returned,
    may_claim=lambda user, pk: payable_instalments(user).filter(pk=pk).exists(),
    order_of=lambda pk: PurchaseOrder.objects.filter(contracts__instalments=pk).first(),
    origins=_origins,
    beside=_beside,
    lock=_lock,
    use=_use,
)
