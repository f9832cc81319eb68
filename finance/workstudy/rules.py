"""勤工俭学: who works where, how long, and the month's pay (FIN-09)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from finance.journal.models import CashAccount, Side
from finance.journal.queries import month_end
from finance.journal.rules import write_entry
from finance.money import amount_of
from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.org.models import Student

from .models import SHEET_MOVES, Placement, SheetState, WorkHours, WorkPost, WorkSheet
from .queries import APPROVE, MANAGE, MONTH_HOURS, PAY, hours_in, rows_of, supervises, total_of

HALF, FAR_DAYS = Decimal("0.5"), 731


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_place(user, post: WorkPost) -> None:
    require(user, MANAGE)
    if not post.is_active:
        raise RuleViolation("这个岗位停用了。")


def check_can_end(user, post: WorkPost) -> None:
    require(user, MANAGE)
    if not post.placements.filter(until_on=None).exists():
        raise RuleViolation("现在没有学生在岗。")


def check_can_open(user, record=None) -> None:
    if not supervises(user):
        require(user, MANAGE)


def check_can_note(user, sheet: WorkSheet) -> None:
    check_can_open(user)
    if sheet.state != SheetState.OPEN:
        raise RuleViolation(f"{sheet.get_state_display()}，工时不能再改。")


def check_can_remove(user, sheet: WorkSheet) -> None:
    check_can_note(user, sheet)
    if not sheet.rows.exists():
        raise RuleViolation("还没有工时。")


def check_can_approve(user, sheet: WorkSheet) -> None:
    require(user, APPROVE)
    check_move(sheet, SheetState.APPROVED, moves=SHEET_MOVES)
    check_separation(user, "approve", sheet)


def check_can_return(user, sheet: WorkSheet) -> None:
    require(user, APPROVE)
    check_move(sheet, SheetState.OPEN, moves=SHEET_MOVES)


def check_can_pay(user, sheet: WorkSheet) -> None:
    require(user, PAY)
    check_move(sheet, SheetState.PAID, moves=SHEET_MOVES)
    check_separation(user, "pay", sheet)


@rule
def save_post(*, actor, at: datetime, record: WorkPost | None = None, **fields) -> WorkPost:
    """A post with its places and pay per hour; a new pay counts for hours noted from now on."""
    check_can_manage(actor)
    post, fields = stored(WorkPost, record), tidied(fields)
    fields["pay"] = amount_of(fields["pay"], field="pay")
    busy = post.placements.filter(_still_there(timezone.localdate(at))).count() if post.pk else 0
    if fields["places"] < busy:
        raise RuleViolation(f"现在有 {busy} 名学生在岗，人数不能比这少。", field="places")
    return save_changes(actor=actor, at=at, record=post, **fields)


@rule
def place(*, actor, at: datetime, record: WorkPost, student: Student, from_on: date) -> WorkPost:
    """上岗. Raises RuleViolation when the post is full or the student is there already."""
    post = stored(WorkPost, record)
    check_can_place(actor, post)
    if not student.is_active:
        raise RuleViolation(f"{student.name}不在读。", field="student")
    if abs((from_on - timezone.localdate(at)).days) > FAR_DAYS:
        raise RuleViolation("上岗日期离今天太远，请核对。", field="from_on")
    busy = post.placements.filter(_still_there(from_on))
    if busy.filter(student=student).exists():
        raise RuleViolation(f"{student.name}已经在这个岗位。", field="student")
    if busy.count() >= post.places:
        raise RuleViolation(f"「{post}」只有 {post.places} 个名额，已经满了。", field="student")
    Placement.objects.create(post=post, student=student, from_on=from_on, created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="place", record=post, text=f"{student.name}从 {from_on} 起上岗")
    return post


def _still_there(on: date) -> Q:
    """Placements that have not ended before the day."""
    return Q(until_on=None) | Q(until_on__gte=on)


@rule
def end_placement(*, actor, at: datetime, record: WorkPost, placement: Placement, until_on: date) -> WorkPost:
    """离岗; hours noted stay."""
    post = stored(WorkPost, record)
    check_can_end(actor, post)
    if placement.post_id != post.pk:
        raise RuleViolation("这名学生不在这个岗位。", field="placement")
    if until_on < placement.from_on:
        raise RuleViolation(f"离岗不能早于上岗（{placement.from_on}）。", field="until_on")
    last = placement.hours.order_by("-sheet__month").values_list("sheet__month", flat=True).first()
    if last and until_on < last:
        raise RuleViolation(f"{last.year}年{last.month}月已经登记了工时，离岗要在那以后。", field="until_on")
    if not Placement.objects.filter(pk=placement.pk, until_on=None).update(until_on=until_on):
        raise RuleViolation("已经离岗了。", field="placement")
    record_event(actor=actor, at=at, action="end", record=post, text=f"{placement.student.name} {until_on} 离岗")
    return post


@rule
def open_sheet(*, actor, at: datetime, month: date) -> WorkSheet:
    """The month's sheet, once."""
    check_can_open(actor)
    month = month.replace(day=1)
    if month > timezone.localdate(at):
        raise RuleViolation("不能登记以后的月份。", field="month")
    if (timezone.localdate(at) - month).days > FAR_DAYS:
        raise RuleViolation("只能登记近两年的月份。", field="month")
    try:
        with transaction.atomic():
            return save_changes(actor=actor, at=at, record=WorkSheet(created_by=actor, created_at=at), month=month)
    except IntegrityError as refusal:
        raise Conflict("这个月的表刚刚有人开了，请刷新后再看。", field="month") from refusal


@rule
def note_hours(*, actor, at: datetime, record: WorkSheet, placement: Placement, hours, note: str = "") -> WorkHours:
    """One student's hours of the month at one post; noted again they are replaced. Half hours count, the limit is over all posts.

    Raises RuleViolation at `hours` for anything else than half hours, or more than the month's limit.
    """
    sheet = stored(WorkSheet, record)
    check_can_note(actor, sheet)
    Student.objects.select_for_update().get(pk=placement.student_id)
    if not has(actor, MANAGE) and placement.post.supervisor_id != actor.pk:
        raise NotAllowed("只能登记自己指导的岗位。", field="placement")
    if placement.from_on > month_end(sheet.month) or (placement.until_on and placement.until_on < sheet.month):
        raise RuleViolation(f"{placement.student.name}这个月不在岗。", field="placement")
    hours = _half_hours(hours)
    known = WorkHours.objects.filter(sheet=sheet, placement=placement).first()
    most = limit(MONTH_HOURS, month_end(sheet.month))
    before = hours_in(placement.student, sheet.month, without=known.pk if known else 0)
    if before + hours > most:
        others = f"，别的岗位已有 {before} 小时" if before else ""
        raise RuleViolation(f"{placement.student.name}这个月最多 {most} 小时{others}。", field="hours")
    row = known or WorkHours(sheet=sheet, placement=placement, created_by=actor, created_at=at)
    row.hours, row.pay, row.note = hours, placement.post.pay, tidied({"note": note or ""})["note"][:200]
    row.full_clean()
    row.save()
    record_event(actor=actor, at=at, action="note", record=sheet, text=f"{placement.post}：登记 {hours} 小时，{row.amount:,.2f} 元")
    return row


def _half_hours(value) -> Decimal:
    try:
        hours = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation("请填小时数，例如 12.5。", field="hours") from refusal
    if not hours.is_finite() or hours <= 0 or hours > 744 or hours % HALF:
        raise RuleViolation("工时按半小时记，例如 12 或者 12.5。", field="hours")
    return hours.quantize(Decimal("0.1"))


@rule
def remove_hours(*, actor, at: datetime, record: WorkSheet, row: WorkHours) -> WorkSheet:
    """Take out hours noted by mistake, while the sheet is open."""
    sheet = stored(WorkSheet, record)
    check_can_remove(actor, sheet)
    if row.sheet_id != sheet.pk:
        raise RuleViolation("这一行不在这张表里。", field="row")
    if not has(actor, MANAGE) and row.placement.post.supervisor_id != actor.pk:
        raise NotAllowed("只能改自己指导的岗位。", field="row")
    record_event(actor=actor, at=at, action="note", record=sheet, text=f"{row.placement.post}：去掉 {row.hours} 小时")
    WorkHours.objects.filter(pk=row.pk, sheet=sheet).delete()
    return sheet


@rule
def approve(*, actor, at: datetime, record: WorkSheet) -> WorkSheet:
    """核准 the month by somebody who noted none of it; nothing changes any more."""
    sheet = stored(WorkSheet, record)
    check_can_approve(actor, sheet)
    rows = list(rows_of(sheet))
    if not rows:
        raise RuleViolation("还没有工时。")
    if month_end(sheet.month) > timezone.localdate(at):
        raise RuleViolation("这个月还没有过完，月底以后再核准。")
    advance(sheet, SheetState.APPROVED, moves=SHEET_MOVES, approved_by=actor, approved_at=at)
    record_event(actor=actor, at=at, action="approve", record=sheet, text=f"核准 {len(rows)} 行，{total_of(rows):,.2f} 元")
    return sheet


@rule
def send_back(*, actor, at: datetime, record: WorkSheet, reason: str) -> WorkSheet:
    sheet, reason = stored(WorkSheet, record), tidied({"reason": reason or ""})["reason"]
    check_can_return(actor, sheet)
    if not reason:
        raise RuleViolation("请写退回的原因。", field="reason")
    advance(sheet, SheetState.OPEN, moves=SHEET_MOVES, approved_by=None, approved_at=None)
    record_event(actor=actor, at=at, action="send_back", record=sheet, text="退回修改", note=reason)
    return sheet


@rule
def pay(
    *, actor, at: datetime, record: WorkSheet, account: CashAccount, on: date, voucher: str = "", photos: Sequence = (), papers: Sequence = ()
) -> WorkSheet:
    """发放 the month: one line of the day book, the signed list or the bank's slip as proof."""
    sheet = stored(WorkSheet, record)
    check_can_pay(actor, sheet)
    if not photos and not papers:
        raise RuleViolation("请放上发放凭证：签过字的发放表，或者银行代发回单。", field="papers")
    if on < timezone.localdate(sheet.approved_at):
        raise RuleViolation("发放日期不能早于核准那天。", field="on")
    rows = list(rows_of(sheet))
    total, heads = total_of(rows), len({row.placement.student_id for row in rows})
    summary = f"{sheet}报酬 {heads} 人"
    entry = write_entry(actor=actor, at=at, account=account, on=on, side=Side.OUT, amount=total, summary=summary, voucher=voucher, document=ref(sheet))
    advance(sheet, SheetState.PAID, moves=SHEET_MOVES, paid_on=on, paid_by=actor, entry=entry)
    attach(actor=actor, at=at, record=sheet, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=sheet, role="paper", uploads=papers, field="papers")
    record_event(actor=actor, at=at, action="pay", record=sheet, text=f"发放 {total:,.2f} 元，{heads} 人")
    return sheet
