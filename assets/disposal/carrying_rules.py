"""Disposal after the approval: reported above, data wiped, carried out, money taken in, written off (AST-07)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from assets.card.change_rules import take_off
from assets.card.ledger import lock_books
from assets.card.queries import ACCOUNT
from assets.income import RECEIVE, lock_account, take_in
from assets.money import ZERO, amount_of
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move

from .models import DISPOSAL_MOVES, Disposal, DisposalKind, DisposalLine, DisposalState
from .queries import APPLY, left_to_do, lines_of, stale
from .rules import PAPERS, PHOTOS, set_free, tell
from .shares import shared


def _check_approved(disposal: Disposal) -> None:
    if disposal.state != DisposalState.APPROVED:
        raise RuleViolation(f"这张单{disposal.get_state_display()}，批准以后、核销以前才能办。")


def check_can_report(user, disposal: Disposal) -> None:
    require(user, APPLY)
    _check_approved(disposal)
    if not disposal.needs_upper:
        raise RuleViolation("这张单不用报上级。")
    if disposal.answer_number:
        raise RuleViolation("上级已经批复了。")


def check_can_answer(user, disposal: Disposal) -> None:
    check_can_report(user, disposal)
    if disposal.reported_on is None:
        raise RuleViolation("还没有登记上报。")


def check_can_wipe(user, disposal: Disposal) -> None:
    require(user, APPLY)
    _check_approved(disposal)
    if not disposal.lines.filter(needs_wipe=True, wipe="").exists():
        raise RuleViolation("没有要清数据的。")


def check_can_hand_over(user, disposal: Disposal) -> None:
    """Carried out only once whoever must agree has; not again when the money is in."""
    require(user, APPLY)
    _check_approved(disposal)
    if disposal.needs_upper and not disposal.answer_number:
        raise RuleViolation("还没有上级批复，不能处置。")
    if disposal.receipt:
        raise RuleViolation("处置收入已经收了，处置结果不能再改。")


def check_can_receive(user, disposal: Disposal) -> None:
    require(user, RECEIVE)
    _check_approved(disposal)
    if disposal.handed_on is None:
        raise RuleViolation("还没有登记处置结果。")
    if not disposal.proceeds or disposal.receipt:
        raise RuleViolation("已经收过了。" if disposal.receipt else "这次处置没有收入。")
    check_separation(user, "receive", disposal)


def check_can_write_off(user, disposal: Disposal) -> None:
    require(user, ACCOUNT)
    check_move(disposal, DisposalState.DONE, moves=DISPOSAL_MOVES)
    if todo := left_to_do(disposal):
        raise RuleViolation("还不能核销：" + "；".join(todo) + "。")
    check_separation(user, "write_off", disposal)


def check_can_void(user, disposal: Disposal) -> None:
    require(user, APPLY)
    check_move(disposal, DisposalState.VOID, moves=DISPOSAL_MOVES)
    if disposal.receipt:
        raise RuleViolation("处置收入已经收了，不能作废。请先请出纳冲销那笔收款。")


@rule
def report_up(*, actor, at: datetime, record: Disposal, on: date, number: str) -> Disposal:
    """上报: the application went to the authority above on that day, under that number."""
    disposal = stored(Disposal, record)
    check_can_report(actor, disposal)
    number = _words(number, "number", "请写上报的文号。")
    _check_day(on, timezone.localdate(disposal.decided_at), at, "批准")
    _keep(disposal, reported_on=on, report_number=number[:60])
    record_event(actor=actor, at=at, action="report", record=disposal, text=f"{on} 上报，文号 {number}")
    return disposal


@rule
def note_answer(*, actor, at: datetime, record: Disposal, on: date, number: str, papers: Sequence) -> Disposal:
    """批复: the authority agreed; its paper is what the things leave the books by."""
    disposal = stored(Disposal, record)
    check_can_answer(actor, disposal)
    number = _words(number, "number", "请写上级的批文号。")
    _check_day(on, disposal.reported_on, at, "上报")
    if not papers:
        raise RuleViolation("请附上批复文件。", field="papers")
    _keep(disposal, answered_on=on, answer_number=number[:60])
    attach(actor=actor, at=at, record=disposal, role="paper", uploads=list(papers), limit=PAPERS, field="papers")
    record_event(actor=actor, at=at, action="answer", record=disposal, text=f"{on} 上级批复，批文号 {number}")
    return disposal


@rule
def confirm_wipe(*, actor, at: datetime, record: Disposal, rows: Sequence[DisposalLine], how: str, on: date) -> Disposal:
    """The data of these machines were wiped, or their disks destroyed; the actor vouches for it."""
    disposal = stored(Disposal, record)
    check_can_wipe(actor, disposal)
    how = _words(how, "how", "请写怎样清除的。")
    _check_day(on, None, at, "")
    if not rows:
        raise RuleViolation("请勾选清除了哪几样。", field="rows")
    changed = disposal.lines.filter(pk__in=[row.pk for row in rows], needs_wipe=True, wipe="").update(wipe=how[:120], wiped_on=on, wiped_by=actor)
    if changed != len({row.pk for row in rows}):
        raise Conflict("有一样刚刚已经确认过了，请刷新后再看。")
    record_event(actor=actor, at=at, action="wipe", record=disposal, text=f"确认清除数据 {changed} 样：{how}")
    return disposal


@rule
def note_handed(
    *, actor, at: datetime, record: Disposal, on: date, how: str, partner=None, handed_to: str = "", proceeds: Decimal = ZERO, trade_in: Decimal = ZERO,
    traded_for: str = "", photos: Sequence = (), papers: Sequence = (),
) -> Disposal:  # fmt: skip
    """处置结果: where the things went and what they brought, money and the price taken off the new ones. Raises RuleViolation at its field."""
    disposal = stored(Disposal, record)
    check_can_hand_over(actor, disposal)
    first = disposal.answered_on if disposal.needs_upper else timezone.localdate(disposal.decided_at)
    _check_day(on, first, at, "批准")
    given = tidied({"handed_words": how or "", "handed_to": handed_to or "", "traded_for": traded_for or ""})
    if not given["handed_words"]:
        raise RuleViolation("请写怎样处置的，例如 交资质回收单位拆解。", field="how")
    if partner is None and not given["handed_to"] and disposal.kind != DisposalKind.LOSS:
        raise RuleViolation("请选回收或受让的单位，不在名单里的写名字。", field="handed_to")
    if disposal.kind == DisposalKind.SOLD and not proceeds:
        raise RuleViolation("转让要写卖了多少钱。", field="proceeds")
    off = amount_of(trade_in or ZERO, field="trade_in")
    if (off or disposal.kind == DisposalKind.EXCHANGED) and not given["traded_for"]:
        raise RuleViolation("请写换了什么，例如 新打印机 2 台，采购单号。", field="traded_for")
    proceeds = amount_of(proceeds or ZERO, field="proceeds")
    _keep(disposal, partner=partner, handed_on=on, proceeds=proceeds, trade_in=off, **{name: text[:80 if name == "handed_to" else 120 if name == "traded_for" else 300] for name, text in given.items()})  # fmt: skip
    attach(actor=actor, at=at, record=disposal, role="photo", uploads=list(photos), limit=PHOTOS)
    attach(actor=actor, at=at, record=disposal, role="paper", uploads=list(papers), limit=PAPERS, field="papers")
    money = [f"{word} {amount:,.2f} 元" for word, amount in (("收入", proceeds), ("抵价", off)) if amount]
    record_event(actor=actor, at=at, action="hand_over", record=disposal, text=f"{on} 处置，{'，'.join(money) or '没有收入'}", note=given["handed_words"])
    people = holders_of(RECEIVE) if proceeds else holders_of(ACCOUNT)
    title = f"请收处置收入 {proceeds:,.2f} 元" if proceeds else f"请核销：{disposal.title}"
    tell(people, disposal, at=at, about=f"handed:{at.isoformat()}", title=title, body=f"{disposal.number} {disposal.buyer}")
    return disposal


@rule
def receive_proceeds(*, actor, at: datetime, record: Disposal, account, on: date, payer: str = "") -> Disposal:
    """The cashier takes the proceeds into a day book and gives a receipt."""
    account = lock_account(account)
    disposal = stored(Disposal, record)
    check_can_receive(actor, disposal)
    _check_day(on, disposal.handed_on, at, "处置")
    payer = tidied({"payer": payer or ""})["payer"] or disposal.buyer or "—"
    number = take_in(disposal, actor=actor, at=at, account=account, on=on, amount=disposal.proceeds, summary=f"资产处置收入 {disposal.title}", payer=payer)
    _keep(disposal, receipt=number, received_on=on, received_by=actor)
    record_event(actor=actor, at=at, action="receive", record=disposal, text=f"收处置收入 {disposal.proceeds:,.2f} 元，收据 {number}，入{account}", note=payer)
    tell(holders_of(ACCOUNT), disposal, at=at, about=f"paid:{number}", title=f"请核销：{disposal.title}", body=f"处置收入 {disposal.proceeds:,.2f} 元已收")
    return disposal


def check_entry(entry) -> None:
    """Once the things are off the books their proceeds are not struck out by hand."""
    disposal = Disposal.objects.filter(pk=entry.document_id).first()
    if disposal is not None and disposal.state == DisposalState.DONE:
        raise RuleViolation(f"处置单 {disposal.number} 已经核销，这笔收入不能冲销。要更正的，请另记一笔。")


@rule
def note_struck(*, actor, at: datetime, entry) -> None:
    """The receipt's line was struck out in the day book: the money is to come again."""
    disposal = Disposal.objects.select_for_update().filter(pk=entry.document_id).first()
    if disposal is None or not disposal.receipt:
        return
    check_entry(entry)
    number = disposal.receipt
    _keep(disposal, receipt="", received_on=None, received_by=None)
    record_event(actor=actor, at=at, action="strike", record=disposal, text=f"收据 {number} 已冲销，收入待收")


@rule
def write_off(*, actor, at: datetime, record: Disposal, on: date, voucher: str) -> Disposal:
    """核销: every listed thing leaves the books by the approved paper, with its share of what the batch brought; all or nothing.

    Raises RuleViolation naming what is still missing, or the thing that something still holds.
    """
    disposal = stored(Disposal, record)
    check_can_write_off(actor, disposal)
    voucher = _words(voucher, "voucher", "请写凭证号。")
    _check_day(on, disposal.handed_on, at, "处置")
    lock_books()
    lines = sorted(lines_of(disposal), key=lambda line: line.card_id)
    if changed := stale(lines, frozen=True):
        raise RuleViolation(f"{changed}，和批准的清单不一样了。请资产管理员作废这张单，照现在的情况重新申请。")
    advance(disposal, DisposalState.DONE, moves=DISPOSAL_MOVES, voucher=voucher[:40], done_on=on, done_by=actor)
    brought = shared(disposal.proceeds + disposal.trade_in, [line.cost for line in lines])
    for line, income in zip(lines, brought, strict=True):
        try:
            take_off(
                actor=actor, at=at, record=line.card, on=on, kind=disposal.entry_kind, quantity=line.quantity, approval=disposal.approval, voucher=voucher,
                note=disposal.handed_words, income=income, document=ref(disposal), label=str(disposal),
            )  # fmt: skip
        except RuleViolation as refusal:
            raise RuleViolation(f"「{line.card}」{refusal.message}", field=refusal.field if refusal.field in ("on", "voucher") else None) from refusal
        line.income = income
    DisposalLine.objects.bulk_update(lines, ["income"], batch_size=200)
    record_event(actor=actor, at=at, action="write_off", record=disposal, text=f"{on} 核销 {len(lines)} 张卡片，原值 {disposal.cost:,.2f} 元，凭证 {voucher}")
    tell([disposal.created_by], disposal, at=at, about="done", title=f"已核销：{disposal.title}", body=f"{disposal.pieces} 件，凭证 {voucher}")
    return disposal


@rule
def void_disposal(*, actor, at: datetime, record: Disposal, reason: str) -> Disposal:
    """It is not done after all; the things are as they were."""
    disposal = stored(Disposal, record)
    check_can_void(actor, disposal)
    reason = _words(reason, "reason", "请写为什么作废。")
    if disposal.state == DisposalState.APPROVED:  # before that nothing is marked by this paper, though another one may have marked it
        set_free(disposal, actor=actor, at=at)
    advance(disposal, DisposalState.VOID, moves=DISPOSAL_MOVES, opinion=reason[:300])
    record_event(actor=actor, at=at, action="void", record=disposal, text="作废", note=reason)
    return disposal


def _keep(disposal: Disposal, **values) -> None:
    """Write these columns of the locked row."""
    for name, value in values.items():
        setattr(disposal, name, value)
    disposal.full_clean()
    disposal.save(update_fields=list(values))


def _words(text: str, field: str, sentence: str) -> str:
    found = tidied({"text": text or ""})["text"]
    if not found:
        raise RuleViolation(sentence, field=field)
    return found


def _check_day(on: date, first: date | None, at: datetime, after: str) -> None:
    today = timezone.localdate(at)
    if on > today:
        raise RuleViolation(f"日期不能晚于今天（{today}）。", field="on")
    if first and on < first:
        raise RuleViolation(f"{first} 才{after}，日期不能更早。", field="on")
