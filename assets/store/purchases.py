"""请购 from the list of what is running out; finance keeps the request (STK-05, FIN-02)."""

from datetime import datetime

from finance.public import Destination, PurchaseRequest, check_can_purchase, department_of, propose_purchase, requests_from
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref

from .models import Store
from .queries import KEEP, wanted_items

MOST_LINES = 50
UNDER_WAY = ("draft", "submitted", "approved", "ordered")


def check_can_buy(user, record=None) -> None:
    require(user, KEEP)
    check_can_purchase(user)


def coming() -> list[PurchaseRequest]:
    """Requests for the store room that are on their way, so that nobody asks for the same goods again. Two queries."""
    store = Store.objects.filter(is_active=True).first()
    return [request for request in requests_from(ref(store)) if request.state in UNDER_WAY] if store else []


@rule
def buy_wanted(*, actor, at: datetime) -> PurchaseRequest:
    """A draft of a request that brings every item under its least up to its most, the MOST_LINES first where there are more.

    Raises RuleViolation when nothing is wanted or there is no store.
    """
    check_can_buy(actor)
    wanted, store = wanted_items()[:MOST_LINES], Store.objects.filter(is_active=True).first()
    if not wanted or store is None:
        raise RuleViolation("没有少于最低库存的物品，不用请购。")
    lines = [
        {"name": row.item.name, "spec": row.item.spec, "unit": row.item.unit, "quantity": row.quantity, "price": money(row.price or 0), "use": "补足库存"}
        for row in wanted
    ]
    common = {"title": "库房补货", "department": department_of(actor), "reason": "少于最低库存，补到最高库存", "destination": Destination.STORE}
    made = propose_purchase(actor=actor, at=at, lines=lines, source=ref(store), **common)
    record_event(actor=actor, at=at, action="purchase", record=store, text=f"起草请购单：{made.title}，{len(lines)} 种")
    return made
