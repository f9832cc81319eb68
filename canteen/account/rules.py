"""Writing the meal account: meals only,师生 apart, no month that is published, corrected only by another entry (CAN-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.utils import timezone

from canteen.amounts import MOST_AMOUNT, ZERO
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import CENT

from .figures import kept_balances
from .models import COSTS, FIXED, AccountEntry, AccountStatement, Book, Purpose, StatementState, month_words
from .purposes import ALONE, stranger_in
from .queries import WRITE, Waiting, earliest_month, fees_waiting, last_closed, standing_amount

EARLIEST = date(2000, 1, 1)


def check_can_write(user, record=None) -> None:
    require(user, WRITE)


def check_can_correct(user, entry: AccountEntry) -> None:
    require(user, WRITE)
    if entry.corrects_id:
        raise RuleViolation("这一笔是更正。还要改，请打开原来那一笔再更正。")
    if entry.source:
        raise RuleViolation("这一笔是从收费单记入的。请在收费单上冲销或退费，再点「从收费单记入」，差额会自己记上。")


def amount_in(value, *, field: str = "amount", least: Decimal | None = CENT) -> Decimal:
    """Yuan to the cent, never rounded. Raises RuleViolation at `field`; `least` None lets it be negative, but not zero."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation("请填数字，例如 15.80。", field=field) from refusal
    if not amount.is_finite() or abs(amount) >= MOST_AMOUNT:
        raise RuleViolation("金额太大了，请检查是不是多了几个 0。", field=field)
    if (exact := amount.quantize(CENT)) != amount:
        raise RuleViolation("金额最多两位小数。", field=field)
    if least is None and not exact:
        raise RuleViolation("金额不能是零。", field=field)
    if least is not None and exact < least:
        raise RuleViolation("金额要大于零。" if least > 0 else "金额不能小于零。", field=field)
    return exact


def _lock() -> AccountStatement | None:
    """Hold the statement that is under way, so that no entry slips in while it is being signed. Returns the last closed one."""
    list(AccountStatement.objects.select_for_update().filter(state__in=[StatementState.DRAFT, StatementState.SENT]).order_by("pk"))
    return last_closed()


def check_open(on: date, at: datetime, closed: AccountStatement | None) -> None:
    """Raises RuleViolation for a day to come, too long ago, or in a month whose statement is out."""
    today = timezone.localdate(at)
    if on > today:
        raise RuleViolation(f"日期不能晚于今天（{today}）。", field="on")
    if on < (EARLIEST if closed and not closed.from_file else earliest_month(today)):
        raise RuleViolation("日期太早了，请检查年份。", field="on")
    if closed and on <= closed.last_on:
        words = "已经存档" if closed.state == StatementState.FILED else "已经签字公布"
        raise RuleViolation(f"{month_words(closed.month)}的伙食收支表{words}，那个月不能再记。请记在这个月，或者在原来那一笔上点「更正」。", field="on")


def book_for(purpose: str, book: str) -> str:
    """The book an entry goes to. Raises RuleViolation where somebody has to say, or says another than there can be."""
    fixed = FIXED.get(Purpose(purpose))
    if fixed:
        if book and book != fixed:
            raise RuleViolation(f"{Purpose(purpose).label}只能记{fixed.label}，师生的账分开。", field="book")
        return fixed
    if book not in Book.values:
        raise RuleViolation("请选记到哪本账。", field="book")
    if book == Book.BOTH and (purpose not in COSTS or purpose == Purpose.REFUND):
        raise RuleViolation(f"{Purpose(purpose).label}请选学生账还是教职工账，师生的账分开。", field="book")
    return book


@rule
def write_entry(
    *, actor, at: datetime, on: date, purpose: str, amount, summary: str, book: str = "", voucher: str = "", payee: str = "", is_deficit: bool = False,
) -> AccountEntry:  # fmt: skip
    """One entry. Raises RuleViolation at its field: spending that is no meal (with the basis), a published month, a book that does not fit."""
    check_can_write(actor)
    words = tidied({"summary": summary or "", "voucher": voucher or "", "payee": payee or ""})
    if purpose not in Purpose.values:
        raise RuleViolation("请选是什么收入或支出。", field="purpose")
    if not words["summary"]:
        raise RuleViolation("请写摘要：是什么、多少、哪个月的。", field="summary")
    book = book_for(purpose, book or "")
    if refusal := stranger_in(words["summary"], words["payee"]) if purpose in COSTS else "":
        raise RuleViolation(refusal, field="summary")
    if purpose == Purpose.OTHER and len(words["summary"]) < 6:
        raise RuleViolation(f"「其他伙食支出」的摘要请写清楚买了什么、做哪一餐用。{ALONE}。", field="summary")
    closed = _lock()
    check_open(on, at, closed)
    amount = amount_in(amount)
    if purpose == Purpose.OPENING:
        _check_opening(book, closed)
        amount = -amount if is_deficit else amount
    elif is_deficit:
        raise RuleViolation("只有期初结余可以是亏空。", field="is_deficit")
    entry = AccountEntry(created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=entry, text="记伙食账", on=on, purpose=purpose, book=book, amount=amount, **words)


def _check_opening(book: str, closed: AccountStatement | None) -> None:
    if closed and book in kept_balances(closed):
        raise RuleViolation(f"{month_words(closed.month)}的表已经定了，期初结余从那张表接下来，不用再记。", field="purpose")
    if AccountEntry.objects.filter(purpose=Purpose.OPENING, book=book).exists():
        raise RuleViolation(f"{Book(book).label}的期初结余记过了。写错了请打开那一笔更正。", field="purpose")


@rule
def correct_entry(*, actor, at: datetime, record: AccountEntry, amount, reason: str, on: date | None = None) -> AccountEntry:
    """What the entry should have said: the difference becomes an entry of its own that points at it. Returns the new entry.

    Raises RuleViolation at amount, reason or on; the old entry stays as it is.
    """
    entry, reason = stored(AccountEntry, record), tidied({"reason": reason or ""})["reason"]
    check_can_correct(actor, entry)
    if not reason:
        raise RuleViolation("请写为什么更正。", field="reason")
    on, closed = on or timezone.localdate(at), _lock()
    check_open(on, at, closed)
    if on < entry.on:
        raise RuleViolation(f"更正不能早于原来那一笔（{entry.on}）。", field="on")
    right, now = amount_in(amount, least=None if entry.purpose == Purpose.OPENING else ZERO), standing_amount(entry)
    if right == now:
        raise RuleViolation(f"现在就是 {now:,.2f} 元，没有要更正的。", field="amount")
    new = AccountEntry(created_by=actor, created_at=at, corrects=entry)
    values = {"on": on, "purpose": entry.purpose, "book": entry.book, "amount": right - now, "voucher": entry.voucher, "payee": entry.payee}
    text = f"更正{entry}：{now:,.2f} 改为 {right:,.2f}"
    new = save_changes(actor=actor, at=at, record=new, text=text[:300], summary=f"更正 {entry.on:%m-%d} {entry.summary}：{reason}"[:120], **values)
    record_event(actor=actor, at=at, action="correct", record=entry, text=f"更正为 {right:,.2f} 元（原 {now:,.2f}）", note=reason)
    return new


@rule
def take_fees(*, actor, at: datetime, until: date, chosen: Sequence[int] | None = None) -> list[AccountEntry]:
    """Take over what the cashier has collected for meals up to that day, charge by charge; what came back since is a refund.

    `chosen` are charges; all without it. Raises RuleViolation when nothing is waiting.
    """
    check_can_write(actor)
    check_open(until, at, _lock())
    taken = AccountEntry.objects.exclude(source="").order_by("-on").values_list("on", flat=True).first()
    if taken and until < taken:
        raise RuleViolation(f"已经记到 {taken} 了，请选那天或者以后。", field="until")
    waiting = [one for one in fees_waiting(until) if chosen is None or one.fee.charge in chosen]
    if not waiting:
        raise RuleViolation("没有要记入的：收费单上到这一天收的伙食费，都已经记过了。", field="until")
    return [_take(actor, at, until, one) for one in waiting]


def _take(actor, at: datetime, until: date, one: Waiting) -> AccountEntry:
    is_in = one.amount > 0
    entry = AccountEntry(created_by=actor, created_at=at, source=one.source, source_step=one.step)
    values = {"purpose": Purpose.PUPIL_FEE if is_in else Purpose.REFUND, "book": Book.PUPIL, "amount": abs(one.amount)}
    summary = f"{one.fee.label} {'收款' if is_in else '退费、冲销'}，到 {until:%m-%d}"[:120]
    try:
        with transaction.atomic():
            return save_changes(actor=actor, at=at, record=entry, text="从收费单记入", on=until, summary=summary, **values)
    except IntegrityError as taken:
        raise Conflict("刚刚有人记过了，请刷新后再看。") from taken


@rule
def import_entries(*, actor, at: datetime, rows: Sequence[dict]) -> list[AccountEntry]:
    """Rows of a file, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: write_entry(actor=actor, at=at, **row))


@rule
def take_back(*, actor, at: datetime, record: AccountEntry) -> AccountEntry:
    """An imported entry that was a mistake: corrected to nothing, for nothing is ever removed."""
    return correct_entry(actor=actor, at=at, record=record, amount=ZERO, reason="撤回导入")
