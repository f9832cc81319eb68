"""A contract's instalment as something a claim pays for (FIN-06, FIN-07)."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from finance.budget.models import BudgetLine
from finance.budget.rules import holding
from finance.contract.life_rules import note_paid, note_returned
from finance.contract.models import Contract, ContractState, Instalment, InstalmentPayment
from finance.contract.queries import budget_of, budget_origin, payable_instalments
from finance.money import ZERO
from finance.order.models import PurchaseOrder
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref

from .models import Claim
from .queries import ordered_by_line
from .sources import Due, Source

ALIVE = (ContractState.ACTIVE,)


def due_of(pk: int) -> Due | None:
    """What is left of the instalment, while its contract is in force."""
    row = Instalment.objects.select_related("contract__partner", "contract__department", "contract__order").filter(pk=pk).first()
    if row is None or row.contract.state not in ALIVE or row.unpaid <= 0:
        return None
    contract = row.contract
    origin = budget_origin(contract)
    return Due(
        title=f"{contract.number} {row.name}",
        department=contract.department,
        partner=contract.partner,
        amount=row.unpaid,
        lines=_spread(row.unpaid, _lines_of(contract), origin),
        url=reverse("finance:contract-detail", args=[contract.pk]),
        origin=origin,
        payee=contract.person_name,
    )


def _lines_of(contract: Contract) -> list[BudgetLine]:
    if not contract.order_id:
        return [line.budget_line for line in budget_of(contract)]
    return list(BudgetLine.objects.filter(pk__in=ordered_by_line(contract.order)).order_by("pk"))


def _spread(amount: Decimal, lines: list[BudgetLine], origin: Ref) -> tuple[tuple[BudgetLine, Decimal], ...]:
    """The amount over the lines, as far as each still holds money for the contract; what is beyond falls to the first."""
    found, left = {}, amount
    for line in lines:
        held = holding(line, origin)
        if taken := min(held.reserved + held.committed, left):
            found[line] = taken
            left -= taken
    if left and lines:
        found[lines[0]] = found.get(lines[0], ZERO) + left
    return tuple(found.items())


def paid_by_contract(order: PurchaseOrder) -> Decimal:
    """What contracts of the order have paid of it."""
    rows = InstalmentPayment.objects.filter(instalment__contract__order=order.pk).values_list("amount", flat=True)
    return money(sum(rows, ZERO))


def has_contract(order: PurchaseOrder) -> bool:
    return Contract.objects.filter(order=order.pk, state__in=ALIVE).exists()


def _paid(*, actor, at: datetime, source: int, claim: Claim, amount: Decimal) -> None:
    note_paid(actor=actor, at=at, instalment=Instalment.objects.get(pk=source), amount=amount, document=ref(claim))


def _returned(*, actor, at: datetime, source: int, claim: Claim, amount: Decimal) -> None:
    note_returned(actor=actor, at=at, instalment=Instalment.objects.get(pk=source), document=ref(claim))


INSTALMENTS = Source(
    kind="finance.instalment",
    label="合同付款",
    due=due_of,
    on_paid=_paid,
    on_returned=_returned,
    may_claim=lambda user, pk: payable_instalments(user).filter(pk=pk).exists(),
    order_of=lambda pk: PurchaseOrder.objects.filter(contracts__instalments=pk).first(),
)
