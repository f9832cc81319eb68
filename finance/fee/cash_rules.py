"""Money of fees: noted per student, waived, taken into the day book, settled and given back (FIN-08)."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from finance.journal.models import CashAccount, DayEntry, Side
from finance.journal.rules import write_entry
from finance.money import ZERO, amount_of, cents
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import CHARGE_MOVES, ChargeState, FeeCharge, FeeDue, FeeKind, FeePayment, FeeRefund, FeeWaiver, Means, RefundState
from .queries import APPROVE, COLLECT, MANAGE, WAIVE, unbooked_of
from .shares import shares

RECEIPTS = "SFSJ"


def check_can_collect(user, due: FeeDue) -> None:
    require(user, COLLECT)
    if due.charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{due.charge.get_state_display()}，不能登记缴费。")
    if not due.is_asked:
        raise RuleViolation(f"{due.student.name}的家长还没有同意（{due.get_consent_display()}），不能收。")
    if not due.owed:
        raise RuleViolation(f"{due.student.name}已经缴清了。")


def check_can_waive(user, due: FeeDue) -> None:
    require(user, WAIVE)
    if due.charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{due.charge.get_state_display()}，不能减免。")
    if due.amount - due.waived <= due.paid:
        raise RuleViolation("已经缴清了。要减免，先冲销缴费，或者结算时退。")


def check_can_reverse(user, payment: FeePayment) -> None:
    require(user, COLLECT)
    if payment.reverses_id or FeePayment.objects.filter(reverses=payment.pk).exists():
        raise RuleViolation("已经冲销过了。" if not payment.reverses_id else "冲销的那一笔不能再冲销。")
    if payment.due.charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{payment.due.charge.get_state_display()}，不能再冲销。")


def check_can_book(user, charge: FeeCharge) -> None:
    require(user, COLLECT)
    if charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{charge.get_state_display()}，没有要入账的。")
    if not unbooked_of(charge).exists():
        raise RuleViolation("没有还没入账的缴费。")
    check_separation(user, "book", charge)


def check_can_settle(user, charge: FeeCharge) -> None:
    require(user, MANAGE)
    check_move(charge, ChargeState.SETTLED, moves=CHARGE_MOVES)
    check_separation(user, "settle", charge)


def check_can_reopen(user, charge: FeeCharge) -> None:
    require(user, APPROVE)
    if charge.state not in (ChargeState.SETTLED, ChargeState.CLOSED):
        raise RuleViolation("结算以后才能撤回结算。")
    if charge.refunds.filter(state=RefundState.PAID).exists():
        raise RuleViolation("已经有学生退了费，不能撤回结算。")


def check_can_pay(user, charge: FeeCharge) -> None:
    require(user, COLLECT)
    if charge.state != ChargeState.SETTLED:
        raise RuleViolation("结算以后才能退费。")
    check_separation(user, "pay", charge)


def check_can_pay_one(user, refund: FeeRefund) -> None:
    check_can_pay(user, refund.charge)
    if refund.state != RefundState.WAITING:
        raise RuleViolation("已经退过了。")


@rule
def collect(
    *, actor, at: datetime, record: FeeDue, paid_on: date, amount: Decimal | None = None, receipt: str = "", means: str = Means.TRANSFER, note: str = ""
) -> FeePayment:
    """A payment of one student; without an amount all that is owed, without a receipt number the school's next one.

    Raises RuleViolation at its field: not agreed to, more than owed, a day to come, a receipt that another student has.
    """
    due, words = stored(FeeDue, record), tidied({"receipt": receipt or "", "note": note or ""})
    check_can_collect(actor, due)
    amount = due.owed if amount is None else amount_of(amount)
    if amount > due.owed:
        raise RuleViolation(f"{due.student.name}还欠 {due.owed:,.2f} 元，不能收 {amount:,.2f} 元。", field="amount")
    today = timezone.localdate(at)
    if paid_on > today or paid_on < timezone.localdate(due.charge.issued_at):
        raise RuleViolation(f"缴费日期在核定收费（{timezone.localdate(due.charge.issued_at)}）到今天之间。", field="paid_on")
    number = words["receipt"] or next_number(RECEIPTS, today.year)
    _check_receipt(due, number)
    left = cents(F("amount") - F("waived") - F("paid"))
    rows = FeeDue.objects.filter(pk=due.pk, consent=due.consent).alias(left=left).filter(left__gte=amount)
    if not rows.update(paid=cents(F("paid") + amount)):
        raise Conflict("刚刚有人先登记了，请刷新后再看。")
    payment = FeePayment.objects.create(due=due, amount=amount, paid_on=paid_on, receipt=number, means=means, note=words["note"], at=at, by=actor)
    record_event(actor=actor, at=at, action="collect", record=due, text=f"缴费 {amount:,.2f} 元，票据 {number}", note=words["note"])
    return payment


def _check_receipt(due: FeeDue, number: str) -> None:
    standing = FeePayment.objects.filter(receipt=number, reverses=None, reversed_by=None)
    if standing.exclude(due__student=due.student_id).exists():
        raise RuleViolation(f"票据 {number} 已经开给别的学生了，请核对。", field="receipt")
    if standing.filter(due=due.pk).exists():
        raise RuleViolation(f"票据 {number} 已经登记过这一笔了。", field="receipt")


@rule
def reverse_payment(*, actor, at: datetime, record: FeePayment, reason: str) -> FeePayment:
    """冲销 a payment noted wrongly: a row with the same amount below zero; the wrong one stays."""
    due = stored(FeeDue, record.due)
    payment, reason = stored(FeePayment, record), tidied({"reason": reason or ""})["reason"]
    check_can_reverse(actor, payment)
    if not reason:
        raise RuleViolation("请写冲销的原因。", field="reason")
    if not FeeDue.objects.filter(pk=due.pk, paid__gte=payment.amount).update(paid=cents(F("paid") - payment.amount)):
        raise Conflict("刚刚有人先动过了，请刷新后再看。")
    back = FeePayment.objects.create(
        due=due, amount=-payment.amount, paid_on=timezone.localdate(at), receipt=payment.receipt, means=payment.means, note=reason[:200],
        reverses=payment, at=at, by=actor,
    )  # fmt: skip
    record_event(actor=actor, at=at, action="reverse", record=due, text=f"冲销缴费 {payment.amount:,.2f} 元，票据 {payment.receipt}", note=reason)
    return back


@rule
def waive(*, actor, at: datetime, record: FeeDue, amount: Decimal, kind: str, reason: str) -> FeeWaiver:
    """减免 part or all of what is not paid yet. Why is kept beside it and told to nobody but who decides and who keeps the books."""
    due, reason = stored(FeeDue, record), tidied({"reason": reason or ""})["reason"]
    check_can_waive(actor, due)
    amount, room = amount_of(amount), due.amount - due.waived - due.paid
    if not reason:
        raise RuleViolation("请写减免的理由。", field="reason")
    if amount > room:
        raise RuleViolation(f"最多能减免 {room:,.2f} 元。", field="amount")
    left = cents(F("amount") - F("waived") - F("paid"))
    if not FeeDue.objects.filter(pk=due.pk).alias(left=left).filter(left__gte=amount).update(waived=cents(F("waived") + amount)):
        raise Conflict("刚刚有人先登记了，请刷新后再看。")
    waiver = FeeWaiver.objects.create(due=due, amount=amount, kind=kind, reason=reason[:200], created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="waive", record=due, text=f"减免 {amount:,.2f} 元")
    return waiver


@rule
def book(*, actor, at: datetime, record: FeeCharge, account: CashAccount, on: date, voucher: str = "", means: str = "") -> FeeCharge:
    """入账: all payments not yet in a day book, or those of one means, become one line of it; more taken back than paid goes out."""
    charge = stored(FeeCharge, record)
    check_can_book(actor, charge)
    found = unbooked_of(charge).filter(means=means) if means else unbooked_of(charge)
    rows = list(found.select_for_update(of=("self",)))
    if not rows:
        raise RuleViolation("这种方式没有要入账的。", field="means")
    if on < (latest := max(row.paid_on for row in rows)):
        raise RuleViolation(f"最近一笔是 {latest} 的，入账日期不能比它早。", field="on")
    total = sum((row.amount for row in rows), ZERO)
    if total:
        side, words = (Side.IN, "收") if total > 0 else (Side.OUT, "冲销")
        given = {"summary": f"{words}{charge.item.name} {len(rows)} 笔", "voucher": voucher, "document": ref(charge)}
        entry = write_entry(actor=actor, at=at, account=account, on=on, side=side, amount=abs(total), **given)
    else:
        entry = _cancelled_out(rows)
    FeePayment.objects.filter(pk__in=[row.pk for row in rows]).update(entry=entry)
    record_event(actor=actor, at=at, action="book", record=charge, text=f"入账 {total:,.2f} 元，{len(rows)} 笔")
    return charge


def _cancelled_out(rows: list[FeePayment]) -> DayEntry:
    """The line of the day book that rows adding up to zero belong to: the one of a payment they take back."""
    if any(sum(row.amount for row in rows if row.means == means) for means in Means.values):
        raise RuleViolation("收的和冲销的合计是零，但是方式不一样，请一种一种入账。", field="means")
    return next(row.reverses.entry for row in rows if row.reverses_id)


@rule
def settle(*, actor, at: datetime, record: FeeCharge, spent: Decimal, note: str = "") -> FeeCharge:
    """结算: what was really spent against what was collected; what is left becomes each student's refund to the cent (shares.RULE).

    Official fees go to the treasury whole. Raises RuleViolation while payments are not in the day book.
    """
    charge, note = stored(FeeCharge, record), tidied({"note": note or ""})["note"]
    check_can_settle(actor, charge)
    spent = amount_of(spent, field="spent", least=ZERO)
    dues = list(charge.dues.select_for_update(of=("self",)).select_related("student"))
    collected = sum((due.paid for due in dues), ZERO)
    if unbooked_of(charge).exists():
        raise RuleViolation("还有缴费没有入账，请出纳先入账再结算。")
    if charge.item.kind == FeeKind.OFFICIAL and spent != collected:
        raise RuleViolation(f"行政事业性收费全额上缴财政，这里填收到的 {collected:,.2f} 元。", field="spent")
    if spent > collected and not note:
        raise RuleViolation(f"支出比收到的 {collected:,.2f} 元多，不能再向学生收。请写明多的部分从哪里出。", field="note")
    parts = shares(max(collected - spent, ZERO), [(due.student.number, due.paid) for due in dues])
    advance(charge, ChargeState.SETTLED, moves=CHARGE_MOVES, spent=spent, spent_note=note[:200], settled_by=actor, settled_at=at)
    FeeRefund.objects.bulk_create(
        [FeeRefund(charge=charge, due=due, amount=parts[due.student.number]) for due in dues if due.student.number in parts], batch_size=500
    )
    back = sum(parts.values(), ZERO)
    record_event(actor=actor, at=at, action="settle", record=charge, text=f"结算：收 {collected:,.2f} 元，支 {spent:,.2f} 元，应退 {back:,.2f} 元", note=note)
    if not parts:
        advance(charge, ChargeState.CLOSED, moves=CHARGE_MOVES)
    return charge


@rule
def reopen(*, actor, at: datetime, record: FeeCharge, reason: str) -> FeeCharge:
    """撤回结算, while nobody has got money back; also when it was closed at once because all was spent."""
    charge, reason = stored(FeeCharge, record), tidied({"reason": reason or ""})["reason"]
    check_can_reopen(actor, charge)
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    advance(charge, ChargeState.ISSUED, moves=CHARGE_MOVES, spent=None, settled_by=None, settled_at=None)
    charge.refunds.all().delete()
    record_event(actor=actor, at=at, action="reopen", record=charge, text="撤回结算", note=reason)
    return charge


@rule
def pay_refunds(*, actor, at: datetime, record: FeeCharge, account: CashAccount, on: date, school_class=None, voucher: str = "") -> FeeCharge:
    """Give back to all who wait, or to those of one class: one line of the day book. The last one closes the charge."""
    charge = stored(FeeCharge, record)
    check_can_pay(actor, charge)
    rows = charge.refunds.filter(state=RefundState.WAITING)
    rows = rows.filter(due__school_class=school_class) if school_class else rows
    return _pay(actor=actor, at=at, charge=charge, rows=rows, who=str(school_class or ""), account=account, on=on, voucher=voucher)


@rule
def pay_refund(*, actor, at: datetime, record: FeeRefund, account: CashAccount, on: date, voucher: str = "") -> FeeRefund:
    """Give back to one student."""
    charge = stored(FeeCharge, record.charge)
    refund = stored(FeeRefund, record)
    check_can_pay_one(actor, refund)
    _pay(
        actor=actor, at=at, charge=charge, rows=charge.refunds.filter(pk=refund.pk, state=RefundState.WAITING), who=refund.due.student.name,
        account=account, on=on, voucher=voucher,
    )  # fmt: skip
    refund.refresh_from_db()
    record_event(actor=actor, at=at, action="pay", record=refund, text=f"退费 {refund.amount:,.2f} 元")
    return refund


def _pay(*, actor, at: datetime, charge: FeeCharge, rows, who: str, account: CashAccount, on: date, voucher: str) -> FeeCharge:
    found = list(rows.values_list("pk", "amount"))
    if not found:
        raise RuleViolation("没有等着退的了。")
    if on < timezone.localdate(charge.settled_at):
        raise RuleViolation("退费日期不能早于结算那天。", field="on")
    total = money(sum(amount for _, amount in found))
    summary = f"退{charge.item.name} {who} {len(found)} 人".replace("  ", " ")
    entry = write_entry(actor=actor, at=at, account=account, on=on, side=Side.OUT, amount=total, summary=summary[:120], voucher=voucher, document=ref(charge))
    waiting = FeeRefund.objects.filter(pk__in=[pk for pk, _ in found], state=RefundState.WAITING)
    if waiting.update(state=RefundState.PAID, paid_on=on, paid_by=actor, entry=entry) != len(found):
        raise Conflict("刚刚有人先退了，请刷新后再看。")
    record_event(actor=actor, at=at, action="pay", record=charge, text=f"退费 {total:,.2f} 元，{len(found)} 人")
    if not charge.refunds.filter(state=RefundState.WAITING).exists():
        advance(charge, ChargeState.CLOSED, moves=CHARGE_MOVES)
    return charge
