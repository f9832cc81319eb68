"""核对: a month begun from the closed ledger, the book filled in, every difference explained, agreed by both (AST-06)."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from assets.card.ledger import lock_books
from assets.card.models import AssetCard
from assets.card.statement import statement
from assets.category.models import Kind
from assets.depreciation.models import DepreciationRun
from assets.depreciation.plan import end_of, month_of
from assets.money import ZERO, amount_of
from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import RECONCILE_MOVES, BookDifference, ReconcileState, Reconciliation, ReconciliationLine
from .queries import CONFIRM, FILL, balances_of, last_reconciliation, month_to_reconcile

RECONCILING = Subject("assets.reconciling", "资产账和财务账核对", "家底")


def check_can_begin(user, record=None) -> None:
    require(user, FILL)


def check_can_fill(user, record: Reconciliation) -> None:
    require(user, FILL)
    check_is_open(record)


def check_is_open(record: Reconciliation) -> None:
    if record.state != ReconcileState.OPEN:
        raise RuleViolation(f"这个月{record.get_state_display()}，不能再改。")


def check_can_explain(user, record: Reconciliation) -> None:
    """Either side may say why the books differ."""
    if not has(user, FILL):
        require(user, CONFIRM)
    check_is_open(record)


def check_can_send(user, record: Reconciliation) -> None:
    require(user, FILL)
    check_move(record, ReconcileState.SENT, moves=RECONCILE_MOVES)


def check_can_agree(user, record: Reconciliation) -> None:
    require(user, CONFIRM)
    check_move(record, ReconcileState.DONE, moves=RECONCILE_MOVES)
    if user.pk == record.sent_by_id:
        raise NotAllowed("会计和资产管理员各管一本账，不能由同一个人核对。请另一个人确认。")


def check_can_reopen(user, record: Reconciliation) -> None:
    if not has(user, FILL):
        require(user, CONFIRM)
    check_move(record, ReconcileState.OPEN, moves=RECONCILE_MOVES)
    if Reconciliation.objects.filter(month__gt=record.month).exists():
        raise RuleViolation("后面的月份已经在核对，这个月不能再改。差异请记在后面的月份里。")


def check_can_clear(user, record: BookDifference) -> None:
    if not has(user, FILL):
        require(user, CONFIRM)
    if record.cleared_in is not None:
        raise RuleViolation("这一条已经对上了。")


@rule
def begin_month(*, actor, at: datetime, month: date | None = None) -> Reconciliation:
    """Begin a month with the ledger's side frozen by category. The month must be closed by its depreciation, so that it stays what it is.

    Raises RuleViolation for a month out of order, a month that is not closed, and while the month before is not finished.
    """
    check_can_begin(actor)
    lock_books()  # one after the other: a month is begun once
    month = month_of(month) if month else month_to_reconcile()
    if month is None:
        raise RuleViolation("提过折旧的月份都核对过了。下个月的，等提了折旧再核对。", field="month")
    last = last_reconciliation()
    if last and last.state != ReconcileState.DONE:
        raise RuleViolation(f"{last}还没有办完，请先办完。", field="month")
    if last and month <= last.month:
        raise RuleViolation(f"已经核对到 {last.month:%Y-%m}，请选后面的月份。", field="month")
    if not DepreciationRun.objects.filter(month=month).exists():
        raise RuleViolation(f"{month:%Y-%m} 还没有提折旧，那个月的资产账还会变。请先提折旧。", field="month")
    record = save_changes(actor=actor, at=at, record=Reconciliation(month=month, created_by=actor, created_at=at))
    sums = {row.key: row.after for row in statement(by="kind", until=end_of(month), today=end_of(month)).rows}
    lines = []
    for kind in Kind:
        here = sums.get(kind.value)
        given = {"cards": here.cards, "quantity": here.quantity, "cost": here.cost, "depreciation": here.depreciation} if here else {}
        lines.append(ReconciliationLine(reconciliation=record, kind=kind, **given))
    ReconciliationLine.objects.bulk_create(lines)
    return record


@rule
def fill_book(*, actor, at: datetime, record: Reconciliation, book: dict[str, tuple[Decimal, Decimal]]) -> Reconciliation:
    """What the accountant's book says: {category: (cost, accumulated depreciation)}. Categories not named stay as they are.

    Raises RuleViolation at its field for an amount below zero or a depreciation above its cost.
    """
    record = stored(Reconciliation, record)
    check_can_fill(actor, record)
    if not book:
        raise RuleViolation("还没有填。财务账上没有的大类填 0。")
    lines = {line.kind: line for line in record.lines.all()}
    if not set(book) <= set(lines):
        raise Conflict("有一类不在这张表上，请刷新后再填。")
    for kind, (cost, depreciation) in book.items():
        _put(lines[kind], cost, depreciation, fields=(f"c_{kind}", f"d_{kind}"))
    sums = "；".join(f"{lines[kind]} {lines[kind].book_cost:,.2f}" for kind in book if lines[kind].book_cost)
    record_event(actor=actor, at=at, action="fill", record=record, text=f"填财务账：{sums or '都是 0'}"[:200])
    return record


def _put(line: ReconciliationLine, cost: Decimal, depreciation: Decimal, *, fields: tuple[str, str]) -> None:
    line.book_cost, line.book_depreciation = amount_of(cost, field=fields[0]), amount_of(depreciation, field=fields[1])
    if line.book_depreciation > line.book_cost:
        raise RuleViolation(f"「{line}」的累计折旧比原值还大，请核对。", field=fields[1])
    line.save(update_fields=["book_cost", "book_depreciation"])


@rule
def fill_line(
    *, actor, at: datetime, record: ReconciliationLine, book_cost: Decimal | None = None, book_depreciation: Decimal | None = None
) -> ReconciliationLine:
    """One category from an imported file, by the page's own rule; an amount not given stays. Without any amount it is as before it was filled in.

    Raises RuleViolation at its field, and once the month was sent.
    """
    month = stored(Reconciliation, Reconciliation(pk=record.reconciliation_id))
    check_can_fill(actor, month)
    line = stored(ReconciliationLine, record)
    if book_cost is None and book_depreciation is None:
        line.book_cost = line.book_depreciation = None
        line.save(update_fields=["book_cost", "book_depreciation"])
        record_event(actor=actor, at=at, action="fill", record=month, text=f"财务账「{line}」改回没有填")
        return line
    cost = line.book_cost if book_cost is None else book_cost
    depreciation = line.book_depreciation if book_depreciation is None else book_depreciation
    _put(line, cost or ZERO, depreciation or ZERO, fields=("book_cost", "book_depreciation"))
    text = f"填财务账：{line} 原值 {line.book_cost:,.2f}，累计折旧 {line.book_depreciation:,.2f}"
    record_event(actor=actor, at=at, action="fill", record=month, text=text)
    return line


@rule
def add_difference(
    *, actor, at: datetime, record: Reconciliation, kind: str, reason: str, cost: Decimal | None = None, depreciation: Decimal | None = None, words: str,
    card: AssetCard | None = None,
) -> BookDifference:  # fmt: skip
    """Say why the books differ in this month; it stays listed until it is cleared. Raises RuleViolation at its field."""
    record = stored(Reconciliation, record)
    check_can_explain(actor, record)
    amounts = {"cost": amount_of(cost or ZERO, field="cost"), "depreciation": amount_of(depreciation or ZERO, field="depreciation")}
    if not any(amounts.values()):
        raise RuleViolation("请填差多少。", field="cost")
    made = BookDifference(since=record.month, created_by=actor, created_at=at)
    save_changes(actor=actor, at=at, record=made, kind=kind, reason=reason, words=tidied({"words": words or ""})["words"], card=card, **amounts)
    record_event(actor=actor, at=at, action="explain", record=record, text=f"记差异：{made}"[:200])
    return made


@rule
def remove_difference(*, actor, at: datetime, record: Reconciliation, row: BookDifference) -> Reconciliation:
    """Take back what was noted in this month by mistake; what came over from earlier months can only be cleared."""
    record = stored(Reconciliation, record)
    check_can_explain(actor, record)
    found = BookDifference.objects.filter(pk=row.pk, since=record.month, cleared_in=None).first()
    if found is None:
        raise Conflict("这一条不是这个月记的，或者刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove", record=record, text=f"去掉差异：{found}"[:200])
    found.delete()
    return record


@rule
def clear_difference(*, actor, at: datetime, record: BookDifference, month: date, how: str) -> BookDifference:
    """Both books have it from this month on. Raises RuleViolation for a month that is finished already, or not after the one it was found in."""
    last = last_reconciliation()
    last = stored(Reconciliation, last) if last else None  # before the difference, as the rules of a month do
    difference = stored(BookDifference, record)
    check_can_clear(actor, difference)
    month, how = month_of(month), tidied({"how": how or ""})["how"]
    if not how:
        raise RuleViolation("请写怎么对上的，例如 已补记账，凭证 记-18。", field="how")
    if month <= difference.since:
        raise RuleViolation(f"这是 {difference.since:%Y-%m} 记的，只能写后面的月份。当月记错了的，在核对表里去掉。", field="month")
    if last and (month < last.month or (month == last.month and last.state != ReconcileState.OPEN)):
        raise RuleViolation(f"{month:%Y-%m} 已经核对完，请写后面的月份。", field="month")
    if month > month_of(timezone.localdate(at)):
        raise RuleViolation("这个月还没有到。", field="month")
    text = f"对上了（{month:%Y-%m}）"
    given = {"cleared_in": month, "cleared_by": actor, "cleared_at": at, "how": how[:200]}
    return save_changes(actor=actor, at=at, record=difference, text=text, action="clear", **given)


@rule
def send(*, actor, at: datetime, record: Reconciliation) -> Reconciliation:
    """The accountant is done: every category filled in, nothing unexplained. Raises RuleViolation naming what is missing."""
    record = stored(Reconciliation, record)
    check_can_send(actor, record)
    rows = balances_of(record)
    empty = [row.name for row in rows if not row.is_filled]
    if empty:
        raise RuleViolation(f"财务账还没有填：{'、'.join(empty)}。没有的填 0。")
    odd = [row.name for row in rows if not row.is_even]
    if odd:
        raise RuleViolation(f"还有差异没有说明：{'、'.join(odd)}。请点「记差异」，一条一条写清楚。")
    advance(record, ReconcileState.SENT, moves=RECONCILE_MOVES, sent_by=actor, sent_at=at, words="")
    record_event(actor=actor, at=at, action="send", record=record, text="财务账填完，送资产管理员确认")
    _tell(holders_of(CONFIRM).exclude(pk=actor.pk), record, at, about="sent", title=f"请确认{record}")
    return record


@rule
def agree(*, actor, at: datetime, record: Reconciliation) -> Reconciliation:
    """The keeper of the ledger agrees. Raises NotAllowed to who filled in the book."""
    record = stored(Reconciliation, record)
    check_can_agree(actor, record)
    advance(record, ReconcileState.DONE, moves=RECONCILE_MOVES, agreed_by=actor, agreed_at=at)
    record_event(actor=actor, at=at, action="agree", record=record, text="资产管理员确认")
    _tell([record.sent_by], record, at, about="agreed", title=f"已经确认：{record}")
    return record


@rule
def reopen(*, actor, at: datetime, record: Reconciliation, reason: str) -> Reconciliation:
    """Back to be corrected, while no later month was begun."""
    record = stored(Reconciliation, record)
    check_can_reopen(actor, record)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么退回。", field="reason")
    advance(record, ReconcileState.OPEN, moves=RECONCILE_MOVES, sent_by=None, sent_at=None, agreed_by=None, agreed_at=None, words=reason[:200])
    record_event(actor=actor, at=at, action="reopen", record=record, text="退回重新核对", note=reason)
    _tell(holders_of(FILL).exclude(pk=actor.pk), record, at, about="reopened", title=f"退回重新核对：{record}", body=reason)
    return record


def _tell(people, record: Reconciliation, at: datetime, *, about: str, title: str, body: str = "") -> None:
    key = f"assets.reconcile.{about}.{record.pk}.{at:%Y%m%d%H%M%S%f}"
    url = reverse("assets:reconciliation-detail", args=[record.pk])
    notify(at=at, key=key, recipients=people, title=title, body=body or str(record), url=url, subject=RECONCILING)
