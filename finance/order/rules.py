"""Placing orders on approved requests, taking note of what came, ending them; the budget follows each step (FIN-02, FIN-04, FIN-12, FIN-13)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.budget.rules import commit, holding, release
from finance.money import ZERO
from finance.purchase.models import PurchaseRequest, RequestLine, RequestState
from finance.purchase.queries import BUY
from finance.purchase.rules import settle
from finance.thread import check_thread
from logistics.platform.access import separation
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number
from logistics.platform.partners.models import Partner

from .checks import LINES, check_approved_sum, check_method, check_partner, checked_inquiry, checked_lines, is_paid
from .methods import lines_on
from .models import ORDER_MOVES, Method, OrderLine, OrderState, PurchaseOrder
from .queries import lines_of, living_papers, sums_of
from .telling import tell_order

SERIES = "CG"


def check_can_buy(user, record=None) -> None:
    require(user, BUY)


def check_can_order(user, request: PurchaseRequest) -> None:
    """Who buys, and did not approve this request; as long as something of it is left to order."""
    require(user, BUY)
    if request.state != RequestState.APPROVED:
        raise RuleViolation(f"这张请购单{request.get_state_display()}，不能下单。", field="request")
    check_thread(user, separation.BUY, request)


def check_can_cancel(user, order: PurchaseOrder) -> None:
    require(user, BUY)
    check_move(order, OrderState.CANCELLED, moves=ORDER_MOVES)
    check_thread(user, separation.BUY, order.request)
    signing, claimed, contracted = living_papers(order)
    if signing:
        raise RuleViolation("有一张验收单正在等签字。请先撤回验收单，再取消。")
    if claimed:
        raise RuleViolation("这张采购单已经有报销单了，不能取消。请先作废报销单。")
    if contracted:
        raise RuleViolation("这张采购单有合同，不能取消。请先作废合同；已经签订的，请先终止。")


def check_can_stop(user, order: PurchaseOrder) -> None:
    require(user, BUY)
    if order.state != OrderState.PARTIAL:
        raise RuleViolation("到了一部分、余下的不送了，才用这个。一样都没有到的，请取消采购单。")
    check_thread(user, separation.BUY, order.request)
    if living_papers(order)[0]:
        raise RuleViolation("有一张验收单正在等签字。请先签完或者撤回。")


def check_can_edit(user, order: PurchaseOrder) -> None:
    """The day of delivery and what was agreed, while something is still to come."""
    require(user, BUY)
    if order.state not in (OrderState.PLACED, OrderState.PARTIAL):
        raise RuleViolation(f"这张采购单{order.get_state_display()}，不能再改。")
    check_thread(user, separation.BUY, order.request)


@rule
def place_order(
    *, actor, at: datetime, request: PurchaseRequest, partner: Partner, method: str, lines: Sequence[dict], method_reason: str = "",
    deliver_on: date | None = None, terms: str = "", second_buyer=None, seen: int | None = None,
) -> PurchaseOrder:  # fmt: skip
    """Order lines of an approved request from one firm; its money moves from held to committed (FIN-04, FIN-13).

    `lines` are {request_line, quantity, price, brand}. `seen` is how many orders the request had when the person looked: another since is a Conflict.
    Raises RuleViolation at its field: more than is open or approved, a firm without its papers, a method not allowed at this amount or without
    its reason, dearer than quoted; NotAllowed for whoever approved.
    """
    request = stored(PurchaseRequest, request)
    check_can_order(actor, request)
    if seen is not None and seen != request.orders.count():
        raise Conflict("刚刚有人先下了一张采购单，请看看现在还要订什么。")
    today, numbers = timezone.localdate(at), lines_on(timezone.localdate(at))
    found = checked_lines(request, lines)
    words = tidied({"method_reason": method_reason or "", "terms": terms or ""})
    total = sum((line.amount for line in found), ZERO)
    check_partner(partner, {line.request_line.destination for line in found}, today)
    method = check_method(request, method, total, words["method_reason"], numbers)
    check_approved_sum(found, numbers)
    inquiry = checked_inquiry(request, partner, found, today) if method == Method.QUOTES else None
    _check_second(actor, second_buyer, request, is_needed=method in (Method.QUOTES, Method.SINGLE) and total > numbers.direct)
    _check_day(deliver_on, today)
    order = PurchaseOrder(number=next_number(SERIES, timezone.localtime(at).year), total=total, inquiry=inquiry, created_by=actor, created_at=at)
    fields = {"request": request, "partner": partner, "method": method, "deliver_on": deliver_on, "second_buyer": second_buyer} | words
    save_changes(actor=actor, at=at, record=order, text=f"下单：{partner}，{total:,.2f} 元，{method.label}", **fields)
    for line in found:
        line.order = order
    OrderLine.objects.bulk_create(found)
    _lock_lines(request)
    _commit(order, found, actor=actor, at=at)
    settle(actor=actor, at=at, record=request)
    tell_order(order, at=at, about="placed", title=f"已下单：{request.title}", body=f"{partner}，{total:,.2f} 元", but=actor)
    return order


def _check_second(actor, second, request: PurchaseRequest, *, is_needed: bool) -> None:
    if second is None:
        if is_needed:
            raise RuleViolation("采购要有两个人。请选同去采购的人。", field="second_buyer")
        return
    if second.pk == actor.pk:
        raise RuleViolation("同去采购的要是另外一个人。", field="second_buyer")
    if not (second.is_active and second.is_person):
        raise RuleViolation(f"{second.name}不在职，不能同去采购。", field="second_buyer")
    check_thread(second, separation.BUY, request, field="second_buyer")


def _check_day(deliver_on: date | None, today: date) -> None:
    if deliver_on and deliver_on < today:
        raise RuleViolation(f"约定到货不能早于今天（{today}）。", field="deliver_on")


def _lock_lines(request: PurchaseRequest) -> None:
    """Every budget line that the order or its request may move, in one order, against deadlock; after request and order."""
    asked = RequestLine.objects.filter(request=request.pk).values("budget_line")
    list(BudgetLine.objects.select_for_update(of=("self",)).filter(pk__in=asked).order_by("pk").values_list("pk"))


def _commit(order: PurchaseOrder, lines: Sequence[OrderLine], *, actor, at: datetime) -> None:
    """订购占用 per budget line: first what the request holds, then what is free."""
    for budget, amount in sums_of(lines).items():
        try:
            commit(actor=actor, at=at, line=budget, amount=amount, document=ref(order), origin=ref(order.request), note=order.request.title)
        except RuleViolation as refusal:
            raise type(refusal)(refusal.message, field=LINES) from refusal


@rule
def update_order(*, actor, at: datetime, record: PurchaseOrder, reason: str, deliver_on: date | None = None, terms: str = "") -> PurchaseOrder:
    """Another day of delivery or other words, for a reason; what was ordered stays."""
    order, reason = stored(PurchaseOrder, record), tidied({"reason": reason or ""})["reason"]
    check_can_edit(actor, order)
    if not reason:
        raise RuleViolation("请写为什么改。", field="reason")
    if deliver_on != order.deliver_on:
        _check_day(deliver_on, timezone.localdate(at))
    return save_changes(actor=actor, at=at, record=order, text=f"修改采购单：{reason}", **tidied({"deliver_on": deliver_on, "terms": terms or ""}))


@rule
def cancel_order(*, actor, at: datetime, record: PurchaseOrder, reason: str) -> PurchaseOrder:
    """Take an order back before anything came: its money is free again and held for the request as far as its lines are open.

    Raises RuleViolation without a reason, with an acceptance under way or a claim; Conflict when somebody was first.
    """
    request = stored(PurchaseRequest, record.request)  # the same order of locks as placing
    order, reason = stored(PurchaseOrder, record), tidied({"reason": reason or ""})["reason"]
    check_can_cancel(actor, order)
    if not reason:
        raise RuleViolation("请写为什么取消。", field="reason")
    _lock_lines(request)
    advance(order, OrderState.CANCELLED, moves=ORDER_MOVES, cancelled_reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=order, text=f"取消采购单 {order.total:,.2f} 元", note=reason)
    _let_go(order, actor=actor, at=at, note="取消采购单")
    settle(actor=actor, at=at, record=request)
    tell_order(order, at=at, about="cancelled", title=f"采购单取消了：{request.title}", body=reason, but=actor)
    return order


def _let_go(order: PurchaseOrder, *, actor, at: datetime, note: str) -> None:
    """Give back what the order itself still holds on every budget line."""
    for budget in sums_of(lines_of(order)):
        release(actor=actor, at=at, line=budget, document=ref(order), note=note)


@rule
def stop_order(*, actor, at: datetime, record: PurchaseOrder, reason: str) -> PurchaseOrder:
    """余下不要了: part came, the rest never will. The order counts as received, as closed when that part is paid; the money of the rest is free."""
    request = stored(PurchaseRequest, record.request)  # the same order of locks as placing
    order, reason = stored(PurchaseOrder, record), tidied({"reason": reason or ""})["reason"]
    check_can_stop(actor, order)
    if not reason:
        raise RuleViolation("请写余下的为什么不要了。", field="reason")
    _lock_lines(request)
    advance(order, OrderState.RECEIVED, moves=ORDER_MOVES, stopped_reason=reason[:200])
    record_event(actor=actor, at=at, action="stop", record=order, text="余下的不要了", note=reason)
    for budget, missing in _missing(order).items():
        amount = min(missing, holding(budget, ref(order)).committed)
        if amount > 0:
            release(actor=actor, at=at, line=budget, document=ref(order), amount=amount, note="余下的不要了")
    tell_order(order, at=at, about="stopped", title=f"余下的不要了：{order.request.title}", body=reason, but=actor)
    return close_order(actor=actor, at=at, record=order) if is_paid(order) else order


def _missing(order: PurchaseOrder) -> dict:
    """{budget line: worth of what did not come}."""
    sums: dict = {}
    for line in sorted(lines_of(order), key=lambda one: one.request_line.budget_line_id):
        budget = line.request_line.budget_line
        sums[budget] = sums.get(budget, ZERO) + line.amount - money(line.accepted * line.price)
    return sums


@rule
def note_accepted(*, actor, at: datetime, record: PurchaseOrder, quantities: Mapping[int, Decimal]) -> PurchaseOrder:
    """What acceptance found good, added to the order's lines {OrderLine pk: quantity}; negative takes an acceptance back.

    Who may accept was asked by the caller. Raises RuleViolation for another order's line or more than was ordered; moves the order to
    待到货, 部分到货 or 已到齐.
    """
    order = stored(PurchaseOrder, record)
    if order.state in (OrderState.CLOSED, OrderState.CANCELLED) or (order.stopped_reason and any(value > 0 for value in quantities.values())):
        raise RuleViolation(f"这张采购单{order.get_state_display()}，不能再验收。")
    for pk, quantity in sorted(quantities.items()):
        _add_accepted(order, pk, quantity)
    lines = list(order.lines.all())
    is_all = all(line.accepted == line.quantity for line in lines)
    is_some = any(line.accepted > 0 for line in lines)
    to = OrderState.RECEIVED if is_all or (order.stopped_reason and is_some) else OrderState.PARTIAL if is_some else OrderState.PLACED
    if to != order.state:
        advance(order, to, moves=ORDER_MOVES, **({"stopped_reason": ""} if to == OrderState.PLACED else {}))
    record_event(actor=actor, at=at, action="accept", record=order, text=f"验收后：{order.get_state_display()}")
    return order


def _add_accepted(order: PurchaseOrder, pk: int, quantity: Decimal) -> None:
    """One conditional UPDATE, so that two acceptances at once never pass what was ordered."""
    rows = OrderLine.objects.filter(pk=pk, order=order.pk)
    line = rows.select_related("request_line").first()
    if line is None:
        raise RuleViolation("有一行不是这张采购单上的。", field=LINES)
    after = line.accepted + quantity
    if not 0 <= after <= line.quantity:
        raise RuleViolation(f"「{line}」订了 {line.quantity.normalize():f}，已验收 {line.accepted.normalize():f}，数量对不上。", field=LINES)
    if not rows.filter(accepted=line.accepted).update(accepted=F("accepted") + quantity):
        raise Conflict("刚刚有人也在验收这张采购单，请刷新后再看。")


@rule
def close_order(*, actor, at: datetime, record: PurchaseOrder) -> PurchaseOrder:
    """结清: all that came is paid; what the order still holds is released, and the request is settled with it.

    Called by the payment; who may pay was asked there.
    """
    request = stored(PurchaseRequest, record.request)
    order = stored(PurchaseOrder, record)
    _lock_lines(request)
    advance(order, OrderState.CLOSED, moves=ORDER_MOVES)
    record_event(actor=actor, at=at, action="close", record=order, text="结清")
    _let_go(order, actor=actor, at=at, note="采购单结清")
    settle(actor=actor, at=at, record=request)
    return order
