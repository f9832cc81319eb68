"""Filing a claim, sending it through its chain, and what becomes of its budget and invoices then (FIN-06)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from finance.order.models import PurchaseOrder
from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import BOOK as BOOK_DUTY
from logistics.platform.access.separation import check_separation
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.kernel.states import advance as move
from logistics.platform.kernel.states import check_move
from logistics.platform.numbering.rules import next_number

from .checks import check_complete, check_no_contract, checked_fields, offset_of
from .holding import cover, give_back, hand_back, lock_neighbours
from .line_rules import fill_lines
from .models import CLAIM_MOVES, DEAD, SPENT, Claim, ClaimKind, ClaimState, Invoice
from .queries import BOOK, FILE, left_of_order
from .sources import order_of, pay_for, source_for
from .telling import tell_cashiers

SERIES = "BZ"


def check_can_file(user, record=None) -> None:
    require(user, FILE)


def check_is_mine(user, claim: Claim) -> None:
    if user.pk != claim.created_by_id:
        raise NotAllowed("这张单只能由报销人自己办。")


def check_can_edit(user, claim: Claim) -> None:
    check_is_mine(user, claim)
    if claim.state != ClaimState.DRAFT:
        raise RuleViolation(f"这张单{claim.get_state_display()}，不能再改。要改的话，请先撤回。")


def check_can_submit(user, claim: Claim) -> None:
    check_is_mine(user, claim)
    check_move(claim, ClaimState.SUBMITTED, moves=CLAIM_MOVES)


def check_can_withdraw(user, claim: Claim) -> None:
    if claim.state != ClaimState.SUBMITTED:
        raise RuleViolation("审批中的报销单才能撤回。")
    check_is_mine(user, claim)


def check_can_cancel(user, claim: Claim) -> None:
    """A draft by its owner; an approved one by the accountant too, as long as nothing was paid."""
    check_move(claim, ClaimState.CANCELLED, moves=CLAIM_MOVES)
    if claim.state == ClaimState.DRAFT or not has(user, BOOK):
        check_is_mine(user, claim)
    if claim.batch_id:
        raise RuleViolation("这张单在批量付款单里，请出纳先拿出来，再作废。")


@rule
def create_claim(*, actor, at: datetime, kind: str, order: PurchaseOrder | None = None, source: Ref | None = None, **fields) -> Claim:
    """A draft. From an order or another document its lines, department and payee are filled in; otherwise `what`, `budget_line` and `amount` make the first line.

    Raises RuleViolation at its field.
    """
    check_can_file(actor)
    line = {name: fields.pop(name, None) for name in ("what", "budget_line", "amount", "is_allowance")}
    claim = Claim(created_by=actor, created_at=at, kind=kind, order=order)
    values = _from_document(claim, actor, source) if kind == ClaimKind.PURCHASE else {"order": None}
    given = {name: value for name, value in fields.items() if value not in (None, "") or name not in values}
    values = checked_fields(actor, at, claim, {"kind": kind} | values | given)
    claim = save_changes(actor=actor, at=at, record=claim, text=f"起草{ClaimKind(kind).label}", **values)
    fill_lines(actor, claim, line)
    return claim


def _from_document(claim: Claim, actor, source: Ref | None) -> dict:
    """What the order or the other document says already, so that nobody types it again."""
    if claim.order_id:
        order = claim.order
        check_no_contract(order)
        if not left_of_order(order):
            raise RuleViolation("这张采购单没有验收了还没报销的钱。", field="order")
        title = f"{order.request.title}（{order.partner}）"[:80]
        return {"order": order, "partner": order.partner, "department": order.request.department, "title": title}
    if source is None:
        raise RuleViolation("请选要报销的采购单。不是学校采购单买的，请选「零星报销」。", field="order")
    due, known = pay_for(source), source_for(source.kind)
    if not known.may_claim(actor, source.id):
        raise NotAllowed("这一笔不归您报销。")
    words = {"source_kind": source.kind, "source_id": source.id, "source_label": due.title[:80], "payee": due.payee}
    return {"order": None, "partner": due.partner, "department": due.department, "title": due.title[:80], **words}


@rule
def create_from_order(*, actor, at: datetime, order: PurchaseOrder, **fields) -> Claim:
    """A draft for what of the order was accepted and not claimed, paid to the firm unless `pay_to` says otherwise."""
    return create_claim(actor=actor, at=at, kind=ClaimKind.PURCHASE, order=order, **{"pay_to": "firm", "method": "transfer"} | fields)


@rule
def create_from_source(*, actor, at: datetime, source: Ref, **fields) -> Claim:
    """A draft for what another document owes now, such as a contract's instalment."""
    return create_claim(actor=actor, at=at, kind=ClaimKind.PURCHASE, source=source, **{"pay_to": "firm", "method": "transfer"} | fields)


@rule
def update_claim(*, actor, at: datetime, record: Claim, **fields) -> Claim:
    """Everything but what kind it is and what it pays for."""
    claim = stored(Claim, record)
    check_can_edit(actor, claim)
    kept = {"kind": claim.kind, "partner": claim.partner}
    return save_changes(actor=actor, at=at, record=claim, **checked_fields(actor, at, claim, fields | kept))


@rule
def submit_claim(*, actor, at: datetime, record: Claim) -> Claim:
    """Check the sums and invoices, hold the budget, number it and start its chain; all or nothing.

    Raises RuleViolation: more than was accepted, invoices that do not reach, no room in the budget, a closed year, no chain.
    """
    claim = stored(Claim, record)
    check_can_submit(actor, claim)
    lock_neighbours(claim)
    total = check_complete(actor, at, claim)
    number = claim.number or next_number(SERIES, timezone.localtime(at).year)
    payee = _payee_of(claim)
    offset = offset_of(claim, total)
    move(claim, ClaimState.SUBMITTED, moves=CLAIM_MOVES, number=number, submitted_at=at, total=total, offset=offset, opinion="", **payee)
    cover(actor=actor, at=at, claim=claim)
    record_event(actor=actor, at=at, action="submit", record=claim, text=f"送批：{claim.get_kind_display()} {claim.total:,.2f} 元", note=claim.title)
    start_run(actor=actor, at=at, record=claim)
    return claim


def _payee_of(claim: Claim) -> dict:
    """Who gets the money: a firm by its card as it stands now, the claimant by name."""
    if claim.pay_to == "self":
        return {"payee": claim.created_by.name}
    firm = claim.partner
    if firm is None:
        return {"payee": pay_for(Ref(claim.source_kind, claim.source_id)).payee}
    return {"payee": firm.bank_holder or firm.name, "account": firm.bank_account, "bank": firm.bank_name}


@rule
def withdraw_claim(*, actor, at: datetime, record: Claim) -> Claim:
    """The claimant takes it back before it is decided; its approval ends and its budget is free again."""
    claim = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="报销人撤回")
    return back_to_draft(actor=actor, at=at, record=claim)


@rule
def back_to_draft(*, actor, at: datetime, record: Claim, reason: str = "") -> Claim:
    """It may be changed and sent again: taken back, or sent back by a signer."""
    claim = stored(Claim, record)
    move(claim, ClaimState.DRAFT, moves=CLAIM_MOVES, opinion=reason[:200], offset=Decimal(0))
    give_back(actor=actor, at=at, claim=claim)
    record_event(actor=actor, at=at, action="withdraw", record=claim, text="退回起草" if reason else "撤回修改", note=reason)
    return claim


@rule
def pass_claim(*, actor, at: datetime, record: Claim) -> Claim:
    """What the last signature does: it waits for the cashier."""
    claim = stored(Claim, record)
    move(claim, ClaimState.APPROVED, moves=CLAIM_MOVES, decided_at=at, opinion="")
    record_event(actor=actor, at=at, action="pass", record=claim, text=f"批准，待付 {claim.due:,.2f} 元")
    tell_cashiers(claim, at=at)
    return claim


@rule
def turn_down(*, actor, at: datetime, record: Claim, opinion: str) -> Claim:
    """What a refusal does: budget and invoices are free again."""
    claim = stored(Claim, record)
    move(claim, ClaimState.REJECTED, moves=CLAIM_MOVES, decided_at=at, opinion=opinion[:200])
    _let_go(actor, at, claim)
    record_event(actor=actor, at=at, action="turn_down", record=claim, text="没有批准", note=opinion)
    return claim


@rule
def cancel_claim(*, actor, at: datetime, record: Claim, reason: str) -> Claim:
    """作废: nothing was paid, and nothing will be."""
    claim = stored(Claim, record)
    check_can_cancel(actor, claim)
    lock_neighbours(claim)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写作废的原因。", field="reason")
    move(claim, ClaimState.CANCELLED, moves=CLAIM_MOVES, unchanged=("batch",), opinion=reason[:200], offset=Decimal(0))
    if claim.payments.exists():
        hand_back(actor=actor, at=at, claim=claim)
    _let_go(actor, at, claim)
    record_event(actor=actor, at=at, action="cancel", record=claim, text="作废", note=reason)
    return claim


def _let_go(actor, at: datetime, claim: Claim) -> None:
    if claim.state in DEAD:
        give_back(actor=actor, at=at, claim=claim)
        Invoice.objects.filter(claim=claim.pk).update(is_live=False)


def check_can_book(user, claim: Claim) -> None:
    """记账 by the accountant, who neither pays nor files it."""
    require(user, BOOK)
    if claim.state not in (ClaimState.APPROVED, *SPENT):
        raise RuleViolation("批准以后才能登记凭证号。")
    if user.pk == claim.created_by_id:
        raise NotAllowed("自己的报销单不能自己记账，请交给另一位有权限的同事。")
    check_separation(user, "book", claim)
    order = order_of(claim)
    if order is not None:
        from finance.thread import check_thread

        check_thread(user, BOOK_DUTY, order.request)


@rule
def book_claim(*, actor, at: datetime, record: Claim, voucher: str) -> Claim:
    """登记凭证号. A later number replaces a mistyped one; the journal keeps both."""
    claim = stored(Claim, record)
    check_can_book(actor, claim)
    voucher = tidied({"voucher": voucher or ""})["voucher"]
    if not voucher:
        raise RuleViolation("请写凭证号，例如：记-11-023。", field="voucher")
    values = {"voucher": voucher, "booked_by": actor, "booked_at": at}
    return save_changes(actor=actor, at=at, record=claim, action="book", text=f"记账：凭证 {voucher}", **values)
