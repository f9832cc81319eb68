"""补充协议: a contract in force changes by approval alone, and never by more than the law lets it (FIN-07, 政府采购法 Art. 49)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from finance.budget.rules import check_use, commit, holding, release, reserve
from finance.money import ZERO, amount_of, cents
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance
from logistics.platform.limits.queries import limit

from .checks import (
    check_can_ask_supplement,
    check_can_edit_supplement,
    check_can_submit_supplement,
    check_can_withdraw_supplement,
    check_is_active,
    check_no_claim_waits,
)
from .models import SUPPLEMENT_MOVES, Contract, ContractLine, Instalment, Supplement, SupplementState
from .parts import check_due, check_running
from .queries import SUPPLEMENT, supplemented

MOST_PAPERS = 6


@rule
def create_supplement(*, actor, at: datetime, papers: Sequence = (), **fields) -> Supplement:
    """A draft on a contract in force. Raises RuleViolation at its field: nothing changed, too much money, a wrong day."""
    check_can_ask_supplement(actor)
    record = Supplement(created_by=actor, created_at=at)
    record = save_changes(actor=actor, at=at, record=record, text="起草补充协议", **_checked(fields, at))
    attach(actor=actor, at=at, record=record, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    return record


@rule
def update_supplement(*, actor, at: datetime, record: Supplement, papers: Sequence = (), **fields) -> Supplement:
    supplement = stored(Supplement, record)
    check_can_edit_supplement(actor, supplement)
    fields["contract"] = supplement.contract
    supplement = save_changes(actor=actor, at=at, record=supplement, **_checked(fields, at))
    attach(actor=actor, at=at, record=supplement, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    return supplement


def _checked(fields: dict, at: datetime) -> dict:
    fields = tidied(fields)
    contract = fields["contract"]
    check_is_active(contract)
    if not fields.get("reason"):
        raise RuleViolation("请写改什么、为什么。", field="reason")
    change = fields.get("change") or ZERO
    fields["change"] = amount_of(change, field="change", signed=True) if change else ZERO
    if fields["change"] > 0:
        _check_more(contract, fields, at)
    else:
        fields |= {"budget_line": None, "due_on": None}
    if fields["change"] < 0:
        _check_less(contract, fields["change"])
    end_on = fields.get("end_on")
    if end_on and (end_on < contract.start_on or end_on.year - contract.start_on.year > 20):
        raise RuleViolation("到期日不对，请核对年份。", field="end_on")
    return fields


def _check_more(contract: Contract, fields: dict, at: datetime, *, but: int | None = None) -> None:
    if not fields.get("budget_line"):
        raise RuleViolation("增加金额的，请选从哪个指标出。", field="budget_line")
    if not fields.get("due_on"):
        raise RuleViolation("增加金额的，请写什么时候付。", field="due_on")
    check_due(contract, fields["due_on"])
    check_running(fields["budget_line"])
    check_use(fields["budget_line"], f"{contract.title} {fields['reason']}", field="budget_line")
    check_share(contract, fields["change"], at, but=but)


def check_share(contract: Contract, change: Decimal, at: datetime, *, but: int | None = None) -> None:
    """Raise RuleViolation when all supplements together add more than the law's share of the contract's first amount."""
    share = limit(SUPPLEMENT, timezone.localdate(at))
    most, before = money(contract.first_amount * share / 100), supplemented(contract, but=but)
    if before + change > most:
        room = max(most - before, ZERO)
        words = f"补充协议追加的合计不能超过原合同金额的 {share}%（{most:,.2f} 元），已经追加 {before:,.2f} 元，还能追加 {room:,.2f} 元。"
        raise RuleViolation(f"{words}超过的请重新采购。", field="change")


def _check_less(contract: Contract, change: Decimal) -> None:
    check_no_claim_waits(contract)
    unpaid = sum((row.unpaid for row in contract.instalments.all()), ZERO)
    if -change >= contract.amount:
        raise RuleViolation("减到零就是不办了，请办终止。", field="change")
    if -change > unpaid:
        raise RuleViolation(f"还没有付的只有 {unpaid:,.2f} 元，不能减 {-change:,.2f} 元。", field="change")


@rule
def submit_supplement(*, actor, at: datetime, record: Supplement) -> Supplement:
    """Number it, reserve what it adds, send it through its approval chain. Raises RuleViolation when money is short or it no longer fits."""
    supplement = stored(Supplement, record)
    check_can_submit_supplement(actor, supplement)
    contract = stored(Contract, supplement.contract)  # locked, so that two supplements are counted one after the other
    check_is_active(contract)
    if supplement.change > 0:
        _check_more(
            contract, {"budget_line": supplement.budget_line, "due_on": supplement.due_on, "reason": supplement.reason, "change": supplement.change}, at
        )
    elif supplement.change < 0:
        _check_less(contract, supplement.change)
    number = supplement.number or f"{contract.number}-补{contract.supplements.exclude(number='').count() + 1}"
    advance(supplement, SupplementState.SUBMITTED, moves=SUPPLEMENT_MOVES, number=number, submitted_at=at, opinion="")
    record_event(actor=actor, at=at, action="submit", record=supplement, text=f"送批：{_said(supplement)}", note=supplement.reason)
    if supplement.change > 0:
        use = f"{contract.title} {supplement.reason}"
        reserve(actor=actor, at=at, line=supplement.budget_line, amount=supplement.change, document=ref(supplement), use=use, note=number)
    start_run(actor=actor, at=at, record=supplement)
    return supplement


def _said(supplement: Supplement) -> str:
    parts = [f"金额{'增加' if supplement.change > 0 else '减少'} {abs(supplement.change):,.2f} 元"] if supplement.change else []
    parts += [f"改到 {supplement.end_on} 到期"] if supplement.end_on else []
    return "，".join(parts) or "改条款"


@rule
def withdraw_supplement(*, actor, at: datetime, record: Supplement) -> Supplement:
    supplement = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw_supplement, reason="经办人撤回")
    return supplement_back(actor=actor, at=at, record=supplement)


@rule
def supplement_back(*, actor, at: datetime, record: Supplement, reason: str = "") -> Supplement:
    supplement = stored(Supplement, record)
    advance(supplement, SupplementState.DRAFT, moves=SUPPLEMENT_MOVES, opinion=reason[:200])
    _give_back(supplement, actor=actor, at=at)
    record_event(actor=actor, at=at, action="withdraw", record=supplement, text="退回起草" if reason else "撤回修改", note=reason)
    return supplement


@rule
def turn_down_supplement(*, actor, at: datetime, record: Supplement, opinion: str) -> Supplement:
    supplement = stored(Supplement, record)
    advance(supplement, SupplementState.REJECTED, moves=SUPPLEMENT_MOVES, decided_at=at, opinion=opinion[:200])
    _give_back(supplement, actor=actor, at=at)
    record_event(actor=actor, at=at, action="turn_down", record=supplement, text="没有批准", note=opinion)
    return supplement


def _give_back(supplement: Supplement, *, actor, at: datetime) -> None:
    if supplement.budget_line:
        release(actor=actor, at=at, line=supplement.budget_line, document=ref(supplement), note=supplement.number)


@rule
def carry_out(*, actor, at: datetime, record: Supplement) -> Supplement:
    """What the last signature does: amount, plan, budget and last day change together. Raises RuleViolation when it no longer fits."""
    supplement = stored(Supplement, record)
    contract = stored(Contract, supplement.contract)
    check_is_active(contract)
    advance(supplement, SupplementState.APPROVED, moves=SUPPLEMENT_MOVES, decided_at=at, opinion="")
    if supplement.change > 0:
        check_share(contract, supplement.change, at, but=supplement.pk)
        _add(contract, supplement, actor=actor, at=at)
    elif supplement.change < 0:
        _check_less(contract, supplement.change)
        _take(contract, -supplement.change, actor=actor, at=at)
    values = {"amount": contract.amount + supplement.change, "end_on": supplement.end_on or contract.end_on}
    save_changes(actor=actor, at=at, record=contract, action="supplement", text=f"补充协议生效：{_said(supplement)}", **values)
    record_event(actor=actor, at=at, action="carry_out", record=supplement, text="批准，补充协议生效")
    return supplement


def _add(contract: Contract, supplement: Supplement, *, actor, at: datetime) -> None:
    line = supplement.budget_line
    commit(actor=actor, at=at, line=line, amount=supplement.change, document=ref(contract), origin=ref(supplement), note=supplement.number)
    row, _ = ContractLine.objects.get_or_create(contract=contract, budget_line=line, defaults={"amount": ZERO})
    ContractLine.objects.filter(pk=row.pk).update(amount=row.amount + supplement.change)
    Instalment.objects.create(contract=contract, name="补充协议款", due_on=supplement.due_on, condition=supplement.number, amount=supplement.change)


def _take(contract: Contract, amount: Decimal, *, actor, at: datetime) -> None:
    """Off the last unpaid instalments, and off the budget that is still held."""
    left = amount
    for row in contract.instalments.filter(is_void=False).order_by("-due_on", "-pk"):
        cut = min(left, row.unpaid)
        if cut == row.amount and row.payments.exists():  # paid once and paid back: its story stays
            Instalment.objects.filter(pk=row.pk).update(is_void=True)
        elif cut == row.amount:
            row.delete()
        elif cut:
            Instalment.objects.filter(pk=row.pk).update(amount=row.amount - cut, percent=None)
        left -= cut
    left = amount
    for row in contract.lines.select_related("budget_line").order_by("-pk"):
        held = holding(row.budget_line, ref(contract))
        cut = min(left, held.reserved + held.committed)
        if cut:
            release(actor=actor, at=at, line=row.budget_line, document=ref(contract), amount=cut, note="补充协议减少")
            ContractLine.objects.filter(pk=row.pk).update(amount=cents(row.amount - cut))
        left -= cut
