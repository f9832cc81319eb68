"""What else a claim may pay for than an order: each folder registers its kind of document (a contract's instalment) in its wiring.

A claim keeps only the `Ref`; `pay_for` asks the folder what is owed, `on_paid` and `on_returned` tell it in the transaction of the payment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finance.budget.models import BudgetLine
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref


@dataclass(frozen=True)
class Due:
    """What a document owes now: to whom, at most how much (what other claims have asked for is taken off by the claim), from which budget.

    `lines` are the budget lines with how much each pays.
    """

    title: str
    department: Any
    partner: Any
    amount: Decimal
    lines: tuple[tuple[BudgetLine, Decimal], ...]
    url: str
    payee: str = ""  # a person without a card among the firms


@dataclass(frozen=True)
class Source:
    """`due(id)` answers None when there is nothing to pay; `on_paid` and `on_returned` get actor, at, source, claim and amount.

    `origins(id)` are the documents whose commitments pay for it, also when nothing is due any more; `beside(id)` every id that draws on the same ones.
    `lock(id)` locks those documents, before any budget line, against deadlock.
    """

    kind: str  # "finance.instalment"
    label: str
    due: Callable[[int], Due | None]
    on_paid: Callable[..., None]
    on_returned: Callable[..., None]
    may_claim: Callable[[Any, int], bool]  # (user, id)
    order_of: Callable[[int], Any] = lambda pk: None  # the purchase order behind it, if there is one
    origins: Callable[[int], tuple[Ref, ...]] = lambda pk: ()
    beside: Callable[[int], list[int]] = lambda pk: [pk]
    lock: Callable[[int], None] = lambda pk: None
    use: Callable[[int], str] = lambda pk: ""  # what the money is for, as a special fund reads it


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Make kinds of documents payable. Raises ValueError for a kind registered twice."""
    for source in sources:
        if source.kind in _sources:
            raise ValueError(f"claim source {source.kind} registered twice")
        _sources[source.kind] = source


def source_for(kind: str) -> Source | None:
    return _sources.get(kind)


def order_of(claim) -> Any:
    """The purchase order a claim pays for, by itself or by a contract; None without one."""
    known = source_for(claim.source_kind)
    return claim.order or (known.order_of(claim.source_id) if known else None)


def pay_for(source: Ref) -> Due:
    """What the named document owes. Raises RuleViolation when it is of no known kind or nothing is due."""
    known = _sources.get(source.kind)
    due = known.due(source.id) if known else None
    if due is None:
        raise RuleViolation("这一笔现在没有要付的钱，请看看合同的付款计划。", field="source")
    return due
