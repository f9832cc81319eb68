"""A contract in force: what was paid, how it is kept, and its end (FIN-07, FIN-12)."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.budget.rules import check_use, commit, holding, label_of, release
from finance.money import ZERO, amount_of, cents
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.kernel.states import advance

from .checks import check_can_end, check_can_move_budget, check_can_note, check_is_active, check_no_claim_waits
from .models import CONTRACT_MOVES, Contract, ContractLine, ContractNote, ContractState, Instalment, InstalmentPayment
from .parts import check_running
from .rules import give_back, locked_with_order, words_of


@rule
def note_paid(*, actor, at: datetime, instalment: Instalment, amount: Decimal, document: Ref) -> InstalmentPayment:
    """A paid document (a claim) has put this much towards the instalment; called by whoever pays, in the same transaction.

    What the bank sent back may be paid anew after the contract has ended. Raises RuleViolation at `amount` for more than is left or a contract
    not in force, Conflict when this document is noted already, NotAllowed for whoever signed the contract.
    """
    contract = stored(Contract, Contract(pk=instalment.contract_id))
    amount, row = amount_of(amount), _locked(contract, instalment)
    earlier = row.payments.filter(_of(document), reverses=None)
    if earlier.filter(reversed_by=None).exists():
        raise Conflict("这张单据已经记到这一期了，请刷新后再看。")
    came_back = earlier.filter(amount=amount).exists()
    if not came_back:
        check_is_active(contract)
    check_separation(actor, "pay", contract)
    left = row.amount - row.paid if came_back else row.unpaid
    if amount > left:
        raise RuleViolation(f"「{row.name}」还剩 {left:,.2f} 元没有付，不能付 {amount:,.2f} 元。", field="amount")
    payment = _post(row, actor=actor, at=at, amount=amount, document_kind=document.kind, document_id=document.id, document_label=label_of(document))
    record_event(actor=actor, at=at, action="pay", record=contract, text=f"付款：{row.name} {amount:,.2f} 元，{payment.document_label}")
    return payment


@rule
def note_returned(*, actor, at: datetime, instalment: Instalment, document: Ref) -> InstalmentPayment:
    """The document's payment came back or was booked wrongly: what it had put towards the instalment is due again."""
    contract = stored(Contract, Contract(pk=instalment.contract_id))
    row = _locked(contract, instalment)
    paid = row.payments.filter(_of(document), reverses=None, reversed_by=None).first()
    if paid is None:
        raise RuleViolation("这张单据没有付过这一期，不用冲回。")
    same = {"document_kind": paid.document_kind, "document_id": paid.document_id, "document_label": paid.document_label}
    payment = _post(row, actor=actor, at=at, amount=-paid.amount, reverses=paid, **same)
    record_event(actor=actor, at=at, action="pay_back", record=contract, text=f"冲回：{row.name} {paid.amount:,.2f} 元，{paid.document_label}")
    return payment


def _of(document: Ref) -> Q:
    return Q(document_kind=document.kind, document_id=document.id)


def _locked(contract: Contract, instalment: Instalment) -> Instalment:
    """The stored instalment of this contract; the contract is locked already."""
    row = contract.instalments.filter(pk=instalment.pk).first()
    if row is None:
        raise Conflict("这一期付款计划刚刚没有了，请刷新后再看。")
    return row


def _post(row: Instalment, *, actor, at: datetime, amount: Decimal, **named) -> InstalmentPayment:
    """The one write of what was paid; the sum changes in one statement, and only if it fits."""
    rows: QuerySet = Instalment.objects.filter(pk=row.pk).alias(then=cents(F("paid") + amount))
    if not rows.filter(then__gte=0, then__lte=F("amount")).update(paid=cents(F("paid") + amount)):
        raise Conflict("刚刚有人动过这一期，请刷新后再看。")
    return InstalmentPayment.objects.create(instalment=row, amount=amount, at=at, by=actor, **named)


@rule
def add_note(*, actor, at: datetime, record: Contract, on: date, text: str, rating: int | None = None) -> ContractNote:
    """履约记录, with a mark from 1 to 5 or none. Raises RuleViolation at its field for a day ahead or without words."""
    contract = stored(Contract, record)
    check_can_note(actor, contract)
    if not contract.signed_on <= on <= timezone.localdate(at):
        raise RuleViolation(f"日期在签订（{contract.signed_on}）以后，不晚于今天。", field="on")
    note = ContractNote(contract=contract, on=on, text=tidied({"t": text or ""})["t"], rating=rating or None, at=at, by=actor)
    note.full_clean()
    note.save()
    record_event(actor=actor, at=at, action="note", record=contract, text=f"履约记录{f'，评 {rating} 分' if rating else ''}", note=note.text)
    return note


@rule
def close_contract(*, actor, at: datetime, record: Contract, reason: str = "") -> Contract:
    """完结: all is done and paid. A contract by the unit may end below its amount, for a written reason; what is left of its budget is released.

    A purchase order of which everything has come is settled with it.
    """
    contract = locked_with_order(record)
    check_can_end(actor, contract)
    unpaid = sum((row.unpaid for row in contract.instalments.all()), ZERO)
    said = tidied({"reason": reason or ""})["reason"]
    if unpaid and not contract.unit:
        raise RuleViolation(f"还有 {unpaid:,.2f} 元没有付，不能完结。不再履行的请办终止。")
    if unpaid and not said:
        raise RuleViolation(f"还有 {unpaid:,.2f} 元没有付，按实结算的请写明实际数量和金额。", field="reason")
    _end(contract, ContractState.DONE, actor=actor, at=at, reason=words_of(said) if said else "", action="close", text="完结")
    if contract.order:
        from finance.payment.rules import close_when_paid

        close_when_paid(actor, at, contract.order)
    return contract


@rule
def terminate_contract(*, actor, at: datetime, record: Contract, reason: str) -> Contract:
    """终止 before its end, for a reason: nothing more is paid, what its budget still holds is released."""
    contract, reason = stored(Contract, record), words_of(reason)
    check_can_end(actor, contract)
    return _end(contract, ContractState.TERMINATED, actor=actor, at=at, reason=reason, action="terminate", text="终止")


def _end(contract: Contract, state: str, *, actor, at: datetime, reason: str, action: str, text: str) -> Contract:
    waiting = contract.supplements.filter(state="submitted").first()
    if waiting:
        raise RuleViolation(f"{waiting.number}还在审批，等批完或者撤回以后再办。")
    check_no_claim_waits(contract)
    advance(contract, state, moves=CONTRACT_MOVES, ended_on=timezone.localdate(at), end_reason=reason)
    contract.instalments.filter(paid__lt=F("amount")).update(is_void=True)
    give_back(actor=actor, at=at, contract=contract, note=f"合同{text}")
    record_event(actor=actor, at=at, action=action, record=contract, text=text, note=reason)
    return contract


@rule
def move_budget(*, actor, at: datetime, record: Contract, part: ContractLine, budget_line: BudgetLine) -> ContractLine:
    """What the contract still holds on one budget line goes to another, such as the next year's, before the old year is closed.

    Raises RuleViolation at `budget_line` for a year not running, or a special fund that is for something else.
    """
    contract = stored(Contract, record)
    check_can_move_budget(actor, contract)
    row = contract.lines.select_related("budget_line").filter(pk=part.pk).first()
    if row is None:
        raise Conflict("这个指标刚刚被去掉了，请刷新后再看。")
    if budget_line.pk == row.budget_line_id:
        raise RuleViolation("换到的是同一个指标。", field="budget_line")
    check_running(budget_line)
    check_use(budget_line, f"{contract.title} {contract.terms}", field="budget_line")
    check_no_claim_waits(contract)
    list(BudgetLine.objects.select_for_update().filter(pk__in=(budget_line.pk, row.budget_line_id)).order_by("pk"))  # in one order, against deadlock
    held = holding(row.budget_line, ref(contract))
    left = held.reserved + held.committed
    if not left:
        raise RuleViolation("这个指标上已经没有占用的钱了，不用换。", field="part")
    common = {"actor": actor, "at": at, "document": ref(contract), "note": f"{contract.number} 换指标"}
    release(line=row.budget_line, **common)
    commit(line=budget_line, amount=left, **common)
    other, _ = ContractLine.objects.get_or_create(contract=contract, budget_line=budget_line, defaults={"amount": ZERO})
    ContractLine.objects.filter(pk=other.pk).update(amount=cents(F("amount") + left))
    ContractLine.objects.filter(pk=row.pk).update(amount=cents(F("amount") - left))
    record_event(actor=actor, at=at, action="move_budget", record=contract, text=f"换指标：{left:,.2f} 元从「{row.budget_line}」到「{budget_line}」")
    return ContractLine.objects.get(pk=other.pk)
