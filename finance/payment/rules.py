"""Paying an approved claim: budget, day book and order move in one transaction, or nothing does (FIN-06, FIN-12)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from finance.claim.holding import hold_anew, lock_lines, lock_neighbours, spend_all, take_back
from finance.claim.models import CLAIM_MOVES, SPENT, Claim, ClaimState, PayMethod, PayTo
from finance.claim.sources import order_of, source_for
from finance.claim.telling import tell_owner
from finance.journal.models import CashAccount, DayEntry, Side
from finance.journal.queries import day_to_close
from finance.journal.rules import strike_entry, write_entry
from finance.money import ZERO
from finance.order.models import OrderState, PurchaseOrder
from logistics.platform.access.rules import require
from logistics.platform.access.separation import PAY as PAY_DUTY
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import changes_between, record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance as move
from logistics.platform.kernel.states import check_move
from logistics.platform.limits.queries import limit
from logistics.platform.numbering.rules import next_number

from .models import PAYMENT_MOVES, Payment, PaymentBatch, PaymentState
from .queries import PAY

SERIES = "FK"
CASH_MOST = "finance.cash.most"


def check_can_pay(user, claim: Claim) -> None:
    """The cashier, for an approved claim that is in no batch; never who filed, approved, bought or booked it."""
    require(user, PAY)
    check_move(claim, ClaimState.PAID, moves=CLAIM_MOVES)
    if claim.batch_id:
        raise RuleViolation("这张单在批量付款单里，请在那里付，或者先拿出来。")
    check_payer(user, claim)


def check_payer(user, claim: Claim) -> None:
    """付款 apart from 申请, 审批, 采购 and 记账 (会计法 Art. 35, 财会〔2012〕21号)."""
    if user.pk == claim.created_by_id or getattr(user, "acting_for", {}).get(claim.created_by_id):
        raise NotAllowed("自己的报销单不能自己付款，请交给另一位有权限的同事。")
    check_separation(user, "pay", claim)
    order = order_of(claim)
    if order is not None:
        from finance.thread import check_thread

        check_thread(user, PAY_DUTY, order.request)


def check_can_return(user, payment: Payment) -> None:
    require(user, PAY)
    check_move(payment, PaymentState.RETURNED, moves=PAYMENT_MOVES)
    if payment.method == PayMethod.OFFSET:
        raise RuleViolation("这一笔是冲抵借款，没有付出钱，不会退回。")
    if payment.claim.is_advance and (payment.claim.settled or payment.claim.settlements.filter(state__in=(*SPENT, *_WAITING)).exists()):
        raise RuleViolation("这笔借款已经有冲账的报销，不能登记退回。")


_WAITING = (ClaimState.SUBMITTED, ClaimState.APPROVED)


@rule
def pay_claim(*, actor, at: datetime, record: Claim, paid_on: date, account: CashAccount | None = None) -> Payment:
    """Pay one claim. `account` is where the money leaves, None only when an advance covers all of it.

    Raises RuleViolation at its field: cash above the limit, a cash box not counted, too little money, a closed day, no budget.
    """
    account = _locked(account)
    claim = stored(Claim, record)
    check_can_pay(actor, claim)
    return post(actor=actor, at=at, claim=claim, account=account, paid_on=paid_on)


def _locked(account: CashAccount | None) -> CashAccount | None:
    """The account first, before claims and budget lines, always in this order, against deadlock."""
    return CashAccount.objects.select_for_update().filter(pk=account.pk).first() if account else None


def post(*, actor, at: datetime, claim: Claim, account: CashAccount | None, paid_on: date, batch: PaymentBatch | None = None) -> Payment:
    """The writes of one payment. The claim and the account are locked and checked by the caller, inside its rule."""
    check_day(claim, paid_on, at)
    check_way(claim, account, paid_on)
    lock_neighbours(claim)
    lock_lines(claim)
    number = next_number(SERIES, timezone.localtime(at).year)
    move(claim, ClaimState.PAID, moves=CLAIM_MOVES, paid_at=at, batch=None)
    if not claim.is_advance:
        spend_all(actor=actor, at=at, claim=claim)
    entry = _write_out(actor, at, claim, account, paid_on) if claim.due else None
    payment = Payment(
        number=number, claim=claim, batch=batch, method=claim.method if claim.due else PayMethod.OFFSET, cash_account=account if claim.due else None,
        payee=claim.payee, account=claim.account, bank=claim.bank, amount=claim.due, paid_on=paid_on, entry=entry, created_by=actor, created_at=at,
    )  # fmt: skip
    payment.full_clean()
    payment.save()
    _carry_on(actor, at, claim)
    words = f"付款 {payment.amount:,.2f} 元，{payment.get_method_display()}"
    record_event(actor=actor, at=at, action="pay", record=claim, text=words, note=payment.number)
    record_event(actor=actor, at=at, action="create", record=payment, text=f"{words}，付给{claim.payee}", note=claim.number)
    tell_owner(claim, at=at, about="paid", title=f"已付款：{claim.title}", body=f"{claim.number}，{payment.get_method_display()} {payment.amount:,.2f} 元")
    return payment


def _write_out(actor, at: datetime, claim: Claim, account: CashAccount, paid_on: date) -> DayEntry:
    words = {"summary": _summary(claim), "voucher": claim.voucher, "counterparty": claim.payee}
    try:
        return write_entry(actor=actor, at=at, account=account, on=paid_on, side=Side.OUT, amount=claim.due, document=ref(claim), **words)
    except RuleViolation as refusal:
        if refusal.field != "on":
            raise
        raise RuleViolation(refusal.message, field="paid_on") from refusal


def check_day(claim: Claim, paid_on: date, at: datetime) -> None:
    """Nothing is paid ahead of time, nor before it was approved."""
    today, decided = timezone.localdate(at), timezone.localdate(claim.decided_at or at)
    if paid_on > today:
        raise RuleViolation(f"付款日期不能晚于今天（{today}）。", field="paid_on")
    if paid_on < decided:
        raise RuleViolation(f"这张单 {decided} 才批准，付款日期不能更早。", field="paid_on")


def check_way(claim: Claim, account: CashAccount | None, paid_on: date) -> None:
    """Whether this account may pay the claim the way it says."""
    if not claim.due:
        return
    if account is None:
        raise RuleViolation("请选付款账户。", field="account")
    if claim.method != PayMethod.CASH:
        if account.is_cash:
            raise RuleViolation(f"这张单要{claim.get_method_display()}付款，请选银行账户。", field="account")
        return
    if not account.is_cash:
        raise RuleViolation("这张单付现金，请选库存现金。", field="account")
    most = limit(CASH_MOST, paid_on)
    if claim.due > most:
        raise RuleViolation(f"现金最多付 {most:,.2f} 元，这张单要付 {claim.due:,.2f} 元，请退回改为转账。", field="account")
    if open_day := day_to_close(account, paid_on - timedelta(days=1)):
        raise RuleViolation(f"「{account}」{open_day} 还没有盘点日清，请先日清，再付现金。", field="account")


def _summary(claim: Claim) -> str:
    return f"{'借款' if claim.is_advance else '报销'}：{claim.title}"[:120]


def _carry_on(actor, at: datetime, claim: Claim) -> None:
    """What a paid claim moves elsewhere: its advance, its order, the document it pays for."""
    if claim.advance_id and claim.offset:
        from .advance_rules import settle

        settle(actor=actor, at=at, advance=Claim.objects.get(pk=claim.advance_id), amount=claim.offset, by=claim)
    if known := source_for(claim.source_kind):
        known.on_paid(actor=actor, at=at, source=claim.source_id, claim=claim, amount=claim.total)
    order = order_of(claim)
    if order is not None:
        close_when_paid(actor, at, PurchaseOrder.objects.get(pk=order.pk))


def close_when_paid(actor, at: datetime, order: PurchaseOrder) -> None:
    """Settle an order that has come and is paid, or whose contract is done; for the rules that pay, accept or end a contract."""
    from finance.order.checks import is_paid
    from finance.order.rules import close_order

    if order.state == OrderState.RECEIVED and is_paid(order):
        close_order(actor=actor, at=at, record=order)


@rule
def return_payment(*, actor, at: datetime, record: Payment, reason: str) -> Payment:
    """退汇: the bank sent it back. A red line in the day book, the budget held for the claim again, the claim waits anew."""
    _locked(record.cash_account)
    claim = stored(Claim, Claim(pk=record.claim_id))
    payment = stored(Payment, record)
    check_can_return(actor, payment)
    lock_neighbours(claim)
    lock_lines(claim)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写退回的原因，例如：账号和户名不符。", field="reason")
    move(claim, ClaimState.APPROVED, moves=CLAIM_MOVES, paid_at=None)
    if not claim.is_advance:
        take_back(actor=actor, at=at, claim=claim, note=f"退汇：{reason}"[:200])
    entry = strike_entry(actor=actor, at=at, record=payment.entry, reason=reason)
    move(payment, PaymentState.RETURNED, moves=PAYMENT_MOVES, returned_at=at, returned_by=actor, return_reason=reason[:200], return_entry=entry)
    _undo(actor, at, claim)
    if not claim.is_advance:
        hold_anew(actor=actor, at=at, claim=claim)
    text = f"退回 {payment.amount:,.2f} 元，报销单重新待付"
    record_event(actor=actor, at=at, action="return", record=payment, text=text, note=reason)
    record_event(actor=actor, at=at, action="return", record=claim, text=text, note=reason)
    tell_owner(claim, at=at, about="returned", title=f"付款被银行退回：{claim.title}", body=f"{reason}。请核对收款账号，改好以后出纳再付")
    return payment


def _undo(actor, at: datetime, claim: Claim) -> None:
    if claim.advance_id and claim.offset:
        from .advance_rules import unsettle

        unsettle(actor=actor, at=at, advance=Claim.objects.get(pk=claim.advance_id), amount=claim.offset, by=claim)
    if known := source_for(claim.source_kind):
        known.on_returned(actor=actor, at=at, source=claim.source_id, claim=claim, amount=claim.total)


def check_can_fix_payee(user, claim: Claim) -> None:
    """After a payment came back the claimant corrects the account; who is paid and how much stays as approved."""
    if user.pk != claim.created_by_id:
        raise NotAllowed("收款账号只能由报销人自己改。")
    if claim.state != ClaimState.APPROVED or claim.batch_id or not claim.payments.filter(state=PaymentState.RETURNED).exists():
        raise RuleViolation("付款被银行退回以后，才能改收款账号。")
    if claim.method == PayMethod.CASH:
        raise RuleViolation("这张单付现金，没有收款账号。")


@rule
def fix_payee(*, actor, at: datetime, record: Claim, account: str = "", bank: str = "") -> Claim:
    """The account as it should have been. A firm's is read from its card anew, with the name the account is under."""
    claim = stored(Claim, record)
    check_can_fix_payee(actor, claim)
    given = tidied({"account": account or "", "bank": bank or ""})
    firm = claim.partner if claim.pay_to == PayTo.FIRM else None
    if firm is not None:
        given = {"account": firm.bank_account, "bank": firm.bank_name, "payee": firm.bank_holder or firm.name}
    _check_account(claim, given, firm)
    changes = changes_between(claim, given)
    for name, value in given.items():
        setattr(claim, name, value)
    claim.full_clean()
    claim.save(update_fields=list(given))
    record_event(actor=actor, at=at, action="fix_payee", record=claim, text="改收款账号", note=claim.bank, changes=changes)
    return claim


def _check_account(claim: Claim, given: dict, firm) -> None:
    for name, label in (("account", "账号"), ("bank", "开户行")):
        if given[name] or (name == "bank" and claim.method == PayMethod.CARD):
            continue
        if firm is not None:
            raise RuleViolation(f"「{firm}」没有登记{label}，请先到往来单位里补上。")
        raise RuleViolation(f"请写{label}。", field=name)


def paid_total(claims) -> Decimal:
    return sum((claim.due for claim in claims), ZERO)
