"""借款: open until claims have used it up or the rest was paid back; reminded of when it takes too long (FIN-06)."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from finance.claim.holding import give_back, hold_open, lock_lines, trim
from finance.claim.models import CLAIM_MOVES, Claim, ClaimState
from finance.claim.queries import overdue_advances, promised_offsets
from finance.claim.telling import CLAIMS
from finance.journal.models import CashAccount, DayEntry, Side
from finance.journal.rules import Keeper, write_entry
from finance.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance as move
from logistics.platform.notices.rules import notify

from .models import Payment
from .queries import PAY


def check_can_take_back(user, claim: Claim) -> None:
    require(user, PAY)
    if not claim.is_advance or claim.state != ClaimState.PAID:
        raise RuleViolation("只有没有还清的借款才能还款。")
    if user.pk == claim.created_by_id:
        raise NotAllowed("自己的借款不能自己收，请交给另一位有权限的同事。")


@rule
def pay_back(*, actor, at: datetime, record: Claim, account: CashAccount, amount, paid_on: date) -> Claim:
    """还款: money of the advance that was not used comes back. Raises RuleViolation at `amount` for more than is open."""
    locked = CashAccount.objects.select_for_update().filter(pk=account.pk).first()
    claim, amount = stored(Claim, record), amount_of(amount)
    check_can_take_back(actor, claim)
    if amount > (most := claim.open_sum - promised_offsets(claim)):
        raise RuleViolation(f"还没有冲还的有 {most:,.2f} 元，不能还 {amount:,.2f} 元。", field="amount")
    words = {"summary": f"还借款：{claim.title}"[:120], "counterparty": claim.created_by.name, "voucher": claim.voucher}
    lock_lines(claim)
    try:
        write_entry(actor=actor, at=at, account=locked, on=paid_on, side=Side.IN, amount=amount, document=ref(claim), **words)
    except RuleViolation as refusal:
        raise type(refusal)(refusal.message, field={"on": "paid_on"}.get(refusal.field, refusal.field)) from refusal
    return settle(actor=actor, at=at, advance=claim, amount=amount, by=None)


@rule
def settle(*, actor, at: datetime, advance: Claim, amount: Decimal, by: Claim | None) -> Claim:
    """So much of the advance is accounted for, by a paid claim or by money that came back; the last of it closes the advance and frees its budget."""
    advance = stored(Claim, advance)
    if advance.state != ClaimState.PAID or amount > advance.open_sum:
        raise RuleViolation(f"借款 {advance.number} 只剩 {advance.open_sum:,.2f} 元没有冲还，不能冲 {amount:,.2f} 元。")
    total = advance.settled + amount
    if total == advance.total:
        move(advance, ClaimState.SETTLED, moves=CLAIM_MOVES, settled=total)
        give_back(actor=actor, at=at, claim=advance)
    else:
        Claim.objects.filter(pk=advance.pk).update(settled=total)
        advance.settled = total
        trim(actor=actor, at=at, advance=advance)
    words = f"{by.number} 冲抵" if by else "还款"
    record_event(actor=actor, at=at, action="settle", record=advance, text=f"{words} {amount:,.2f} 元，还剩 {advance.open_sum:,.2f} 元")
    return advance


@rule
def unsettle(*, actor, at: datetime, advance: Claim, amount: Decimal, by: Claim | None) -> Claim:
    """The claim that used up the advance was not paid after all, or what was paid back was booked wrongly."""
    advance = stored(Claim, advance)
    total = advance.settled - amount
    if advance.state == ClaimState.SETTLED:
        move(advance, ClaimState.PAID, moves=CLAIM_MOVES, settled=total)
    else:
        Claim.objects.filter(pk=advance.pk).update(settled=total)
        advance.settled = total
    hold_open(actor=actor, at=at, advance=advance)
    record_event(actor=actor, at=at, action="unsettle", record=advance, text=f"{by.number if by else '还款'} 退回，还剩 {advance.open_sum:,.2f} 元")
    return advance


def check_entry(entry: DayEntry) -> None:
    """What a payment has written is undone on the payment, so that claim, budget and day book stay one."""
    payment = Payment.objects.filter(entry=entry.pk).first()
    if payment is not None:
        raise RuleViolation(f"这一笔是付款单 {payment.number} 付的。钱退回来了，请在那张付款单上登记退汇。")


def note_struck(*, actor, at: datetime, entry: DayEntry) -> None:
    """A 还款 struck out in the day book is owed again."""
    advance = Claim.objects.get(pk=entry.document_id)
    unsettle(actor=actor, at=at, advance=advance, amount=entry.amount, by=None)


ENTRIES = Keeper(check=check_entry, struck=note_struck)


def remind_advances(*, at: datetime) -> int:
    """Tell everybody with an overdue advance, once a week for each. Returns how many there are."""
    today = timezone.localdate(at)
    rows = list(overdue_advances(today))
    for claim in rows:
        notify(
            at=at,
            key=f"finance.advance:{claim.pk}:{today:%G-%V}",
            recipients=[claim.created_by],
            title=f"借款还没有冲还：{claim.title}",
            body=f"{claim.number}，还有 {claim.open_sum:,.2f} 元。请报销冲账，或者把余款还给出纳",
            url=reverse("finance:claim-detail", args=[claim.pk]),
            subject=CLAIMS,
        )
    return len(rows)
