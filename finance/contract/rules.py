"""A contract from its draft until it is in force: written, approved, signed, its money held (FIN-07)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from finance.budget.rules import commit, release, reserve
from finance.claim.queries import claimed_of_order
from finance.money import ZERO, amount_of
from finance.order.models import OrderState, PurchaseOrder
from finance.purchase.models import PurchaseRequest
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance
from logistics.platform.numbering.rules import next_number
from logistics.platform.partners.models import Partner

from .checks import (
    check_can_add_papers,
    check_can_cancel,
    check_can_draft,
    check_can_edit,
    check_can_sign,
    check_can_submit,
    check_can_withdraw,
    check_party,
)
from .models import CONTRACT_MOVES, Contract, ContractKind, ContractState
from .parts import Plan, add_line, check_running, follow_amount, make_plan

SERIES = "HT"
MOST_PAPERS = 20
LONGEST_YEARS = 20


@rule
def create_contract(*, actor, at: datetime, plan: str = Plan.OWN, budget_line=None, papers: Sequence = (), photos: Sequence = (), **fields) -> Contract:
    """A draft. `budget_line` pays all of it, `plan` writes the usual payment plan; both can be written in parts afterwards.

    Raises RuleViolation at its field: a firm that may not be used, an order of another firm, an amount that cannot be.
    """
    check_can_draft(actor)
    contract = Contract(created_by=actor, created_at=at)
    contract = save_changes(actor=actor, at=at, record=contract, text="起草合同", **_checked(fields, at))
    _hang(actor, at, contract, papers, photos)
    if budget_line is not None and not contract.order_id:
        add_line(actor=actor, at=at, record=contract, budget_line=budget_line, amount=contract.amount)
    if plan != Plan.OWN:
        make_plan(actor=actor, at=at, record=contract, plan=plan)
    return contract


@rule
def update_contract(*, actor, at: datetime, record: Contract, papers: Sequence = (), photos: Sequence = (), **fields) -> Contract:
    """Change a draft; a single budget line or instalment follows the amount. With an order the contract's own lines go."""
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    before = contract.amount
    contract = save_changes(actor=actor, at=at, record=contract, **_checked(fields, at))
    if contract.order_id:
        contract.lines.all().delete()
    follow_amount(contract, before)
    _hang(actor, at, contract, papers, photos)
    return contract


def _checked(fields: dict, at: datetime) -> dict:
    fields = tidied(fields)
    fields |= {name: fields.get(name) or "" for name in ("other_number", "person_name", "person_phone", "unit", "terms")}
    fields["amount"] = amount_of(fields["amount"])
    if fields.get("unit_price") is not None:
        fields["unit_price"] = amount_of(fields["unit_price"], field="unit_price")
    _check_parties(fields)
    _check_term(fields["start_on"], fields["end_on"])
    check_party(fields.get("partner"), fields["kind"], timezone.localdate(at))
    check_order(fields.get("order"), fields.get("partner"), fields["amount"])
    return fields


def _check_parties(fields: dict) -> None:
    partner, person = fields.get("partner"), fields["person_name"]
    if person and fields["kind"] != ContractKind.STAFF:
        raise RuleViolation("只有临聘合同写受聘人，别的合同请选对方单位。", field="person_name")
    if bool(partner) == bool(person):
        words = "对方单位和受聘人写一样，只写一样。" if partner else "请选对方单位。临聘个人的，写受聘人。"
        raise RuleViolation(words, field="person_name" if partner else "partner")
    if bool(fields["unit"]) != (fields.get("unit_price") is not None):
        raise RuleViolation("按量计价的，计价单位和单价都要写；不是的两样都空着。", field="unit_price" if fields["unit"] else "unit")


def _check_term(start_on: date, end_on: date) -> None:
    if end_on < start_on:
        raise RuleViolation("到期不能早于开始。", field="end_on")
    if not 2000 <= start_on.year <= 2100 or end_on.year - start_on.year > LONGEST_YEARS:
        raise RuleViolation(f"合同期最长 {LONGEST_YEARS} 年，请核对年份。", field="end_on")


def check_order(order: PurchaseOrder | None, partner: Partner | None, amount) -> None:
    """Raise RuleViolation unless the contract says what its purchase order says: the same firm, not more money, an order that stands."""
    if order is None:
        return
    if order.state in (OrderState.CANCELLED, OrderState.CLOSED):
        raise RuleViolation(f"采购单{order.number}{order.get_state_display()}，不能再签合同。", field="order")
    if partner is None or partner.pk != order.partner_id:
        raise RuleViolation(f"采购单{order.number}的供应商是{order.partner}，合同的对方单位要是同一家。", field="partner")
    if amount > order.total:
        raise RuleViolation(f"采购单{order.number}是 {order.total:,.2f} 元，合同不能比它多。", field="amount")
    claimed = sum(claimed_of_order(order).values(), ZERO)
    if amount > order.total - claimed:
        left = order.total - claimed
        words = f"采购单{order.number}是 {order.total:,.2f} 元，已经直接报销 {claimed:,.2f} 元，合同最多 {left:,.2f} 元。"
        raise RuleViolation(f"{words}没有付款的报销单可以先作废。", field="amount")


def locked_with_order(record: Contract) -> Contract:
    """The stored contract, locked after its purchase and order, as payments lock them."""
    order = PurchaseOrder.objects.filter(contracts=record.pk).first()
    if order is not None:
        stored(PurchaseRequest, order.request)
        stored(PurchaseOrder, order)
    return stored(Contract, record)


def _hang(actor, at: datetime, contract: Contract, papers: Sequence, photos: Sequence) -> None:
    attach(actor=actor, at=at, record=contract, role="photo", uploads=photos, limit=MOST_PAPERS, field="photos")
    attach(actor=actor, at=at, record=contract, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")


def check_adds_up(contract: Contract) -> None:
    """Raise RuleViolation unless the payment plan, and the budget where no order holds it, come to the contract's amount to the cent."""
    planned = sum((row.amount for row in contract.instalments.all()), ZERO)
    if planned != contract.amount:
        raise RuleViolation(f"付款计划合计 {planned:,.2f} 元，合同金额 {contract.amount:,.2f} 元，{_gap(contract.amount - planned)}。请先补齐付款计划。")
    if contract.order_id:
        return
    lines = list(contract.lines.select_related("budget_line__year"))
    held = sum((row.amount for row in lines), ZERO)
    if held != contract.amount:
        raise RuleViolation(f"经费指标合计 {held:,.2f} 元，合同金额 {contract.amount:,.2f} 元，{_gap(contract.amount - held)}。请先补齐经费。")
    for row in lines:
        check_running(row.budget_line)


def _gap(left) -> str:
    return f"还差 {left:,.2f} 元" if left > 0 else f"多了 {-left:,.2f} 元"


@rule
def submit_contract(*, actor, at: datetime, record: Contract) -> Contract:
    """Number it, reserve its budget, send it through its approval chain. Raises RuleViolation when sums differ, money is short or no chain fits."""
    contract = stored(Contract, record)
    check_can_submit(actor, contract)
    check_adds_up(contract)
    check_party(contract.partner, contract.kind, timezone.localdate(at))
    check_order(contract.order, contract.partner, contract.amount)
    number = contract.number or next_number(SERIES, timezone.localtime(at).year)
    values = {"number": number, "submitted_at": at, "first_amount": contract.amount, "opinion": ""}
    advance(contract, ContractState.SUBMITTED, moves=CONTRACT_MOVES, **values)
    record_event(actor=actor, at=at, action="submit", record=contract, text=f"送批：{contract.party}，{contract.amount:,.2f} 元")
    for row in contract.lines.select_related("budget_line__fund", "budget_line__item", "budget_line__department").order_by("budget_line"):
        use = f"{contract.title} {contract.terms}"
        reserve(actor=actor, at=at, line=row.budget_line, amount=row.amount, document=ref(contract), use=use, note=contract.title)
    start_run(actor=actor, at=at, record=contract)
    return contract


@rule
def withdraw_contract(*, actor, at: datetime, record: Contract) -> Contract:
    """Take it back before it is decided; its approval ends and its money is free again."""
    contract = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="经办人撤回")
    return back_to_draft(actor=actor, at=at, record=contract)


@rule
def back_to_draft(*, actor, at: datetime, record: Contract, reason: str = "") -> Contract:
    """It may be changed and sent again: taken back, or sent back by a signer."""
    contract = stored(Contract, record)
    advance(contract, ContractState.DRAFT, moves=CONTRACT_MOVES, opinion=reason[:200])
    give_back(actor=actor, at=at, contract=contract)
    record_event(actor=actor, at=at, action="withdraw", record=contract, text="退回起草" if reason else "撤回修改", note=reason)
    return contract


@rule
def approve_contract(*, actor, at: datetime, record: Contract) -> Contract:
    """What the last signature does; it is in force only once the signed copy is in."""
    contract = stored(Contract, record)
    advance(contract, ContractState.APPROVED, moves=CONTRACT_MOVES, decided_at=at, opinion="")
    record_event(actor=actor, at=at, action="agreed", record=contract, text="批准，可以签订")
    return contract


@rule
def reject_contract(*, actor, at: datetime, record: Contract, opinion: str) -> Contract:
    contract = stored(Contract, record)
    advance(contract, ContractState.REJECTED, moves=CONTRACT_MOVES, decided_at=at, opinion=opinion[:200])
    give_back(actor=actor, at=at, contract=contract)
    record_event(actor=actor, at=at, action="turn_down", record=contract, text="没有批准", note=opinion)
    return contract


@rule
def cancel_contract(*, actor, at: datetime, record: Contract, reason: str) -> Contract:
    """A draft, or an approved one that was never signed, comes to nothing; its money is free again."""
    contract, reason = stored(Contract, record), words_of(reason)
    check_can_cancel(actor, contract)
    advance(contract, ContractState.CANCELLED, moves=CONTRACT_MOVES, ended_on=timezone.localdate(at), end_reason=reason)
    give_back(actor=actor, at=at, contract=contract)
    record_event(actor=actor, at=at, action="cancel", record=contract, text="作废", note=reason)
    return contract


def words_of(reason: str) -> str:
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    if len(reason) > 200:
        raise RuleViolation("最多 200 个字，现在太长了。", field="reason")
    return reason


def give_back(*, actor, at: datetime, contract: Contract, note: str = "") -> None:
    """Release whatever the contract still holds on its budget lines."""
    for row in contract.lines.select_related("budget_line").order_by("budget_line"):
        release(actor=actor, at=at, line=row.budget_line, document=ref(contract), note=note or contract.title)


@rule
def sign_contract(*, actor, at: datetime, record: Contract, signed_on: date, other_number: str = "", papers: Sequence = (), photos: Sequence = ()) -> Contract:
    """In force from now on: the signed copy is in, its money is committed. Raises RuleViolation without a copy, or for a day before the approval."""
    contract = locked_with_order(record)
    check_can_sign(actor, contract)
    if not papers and not photos:
        raise RuleViolation("请上传双方签字盖章的合同，扫描件或者照片都可以。", field="papers")
    today, decided = timezone.localdate(at), timezone.localdate(contract.decided_at)
    if not decided <= signed_on <= today:
        raise RuleViolation(f"签订日期在批准（{decided}）以后，不晚于今天。", field="signed_on")
    check_party(contract.partner, contract.kind, signed_on)
    check_order(contract.order, contract.partner, contract.amount)
    theirs = tidied({"n": other_number or ""})["n"] or contract.other_number
    if len(theirs) > 40:
        raise RuleViolation("最多 40 个字，现在太长了。", field="other_number")
    advance(contract, ContractState.ACTIVE, moves=CONTRACT_MOVES, signed_on=signed_on, signed_by=actor, other_number=theirs)
    _hang(actor, at, contract, papers, photos)
    for row in contract.lines.select_related("budget_line").order_by("budget_line"):
        commit(actor=actor, at=at, line=row.budget_line, amount=row.amount, document=ref(contract), note=contract.title)
    record_event(actor=actor, at=at, action="sign", record=contract, text=f"签订，{signed_on} 起生效")
    return contract


@rule
def add_papers(*, actor, at: datetime, record: Contract, papers: Sequence = (), photos: Sequence = ()) -> Contract:
    """More papers: minutes, quotes, letters."""
    contract = stored(Contract, record)
    check_can_add_papers(actor, contract)
    if not papers and not photos:
        raise RuleViolation("请选文件或者照片。", field="papers")
    _hang(actor, at, contract, papers, photos)
    record_event(actor=actor, at=at, action="papers", record=contract, text=f"加了 {len(papers) + len(photos)} 个文件")
    return contract
