"""Booking, giving out, taking back (AST-08). The card is locked first, so that no piece is promised twice."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from assets.card.given import pieces
from assets.card.ledger import alive
from assets.card.models import AssetCard
from assets.damage.rules import open_damage
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import LOAN_MOVES, Condition, Loan, LoanReturn, LoanState, Offer
from .queries import LENDABLE, MANAGE, VIEW, check_can_handle, free_of, is_handler, is_late_now, late_of, lost_of
from .telling import tell

AHEAD, LONGEST = timedelta(days=366), timedelta(days=366)
PHOTOS = 6


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_book(user, record=None) -> None:
    require(user, VIEW)


@rule
def save_offer(*, actor, at: datetime, record: Offer | None = None, **fields) -> Offer:
    """Open a card for borrowing, or change how. Raises RuleViolation at its field."""
    require(actor, MANAGE)
    offer = stored(Offer, record)
    if offer.pk:
        fields.pop("card", None)
    else:
        card = fields.get("card")
        if card is None or not card.is_alive:
            raise RuleViolation("请写在账的资产编号。", field="card")
        if Offer.objects.filter(card=card.pk).exists():
            raise RuleViolation(f"「{card}」已经在可借物品里了。", field="card")
    return save_changes(actor=actor, at=at, record=offer, **tidied(fields))


@rule
def book_loan(
    *, actor, at: datetime, card: AssetCard, from_on: date, due_on: date, quantity: int = 1, borrower=None, student=None, purpose: str = "", now: bool = False
) -> Loan:
    """A booking, for oneself unless another is named; with `now` the thing goes out at once. Raises RuleViolation at its field."""
    require(actor, VIEW)
    card, today = alive(card), timezone.localdate(at)
    may_handle = is_handler(actor, card)
    if borrower is None and student is None:
        borrower = actor
    _check_borrower(actor, borrower, student, may_handle=may_handle, today=today)
    _check_days(from_on, due_on, today)
    pieces(quantity, most=card.quantity)
    _check_lendable(card, may_handle=may_handle, days=(due_on - from_on).days + 1, student=student)
    _check_free(card, quantity, from_on, due_on, today)
    loan = Loan(card=card, quantity=quantity, borrower=borrower, student=student, from_on=from_on, due_on=due_on, created_by=actor, created_at=at)
    loan.purpose = tidied({"purpose": purpose or ""})["purpose"]
    loan.number = next_number("JY", timezone.localtime(at).year)
    loan.full_clean()
    loan.save()
    words = f"{card.name} {quantity} {card.unit}，{from_on} 至 {due_on}，{loan.who}"
    record_event(actor=actor, at=at, action="create", record=loan, text=f"预约 {words}", note=loan.purpose)
    if now:
        loan = hand_out(actor=actor, at=at, record=loan)
    elif not may_handle and card.custodian_id:
        tell([card.custodian], loan, at=at, about="booked", title=f"有人要借{card.name}：{loan.who}", body=words)
    return loan


def _check_borrower(actor, borrower, student, *, may_handle: bool, today: date) -> None:
    if borrower is not None and student is not None:
        raise RuleViolation("借用人和学生只写一个。", field="student")
    if not may_handle and borrower != actor:
        raise NotAllowed("替别人借，请找这件东西的保管人或者资产管理员。")
    if borrower is not None and not (borrower.is_active and borrower.is_person):
        raise RuleViolation(f"{borrower}不在职，不能借。", field="borrower")
    if student is not None and not student.is_active:
        raise RuleViolation(f"{student}已经不在校，不能借。", field="student")
    if not may_handle and (late := late_of(actor, today).count()):
        raise RuleViolation(f"您还有 {late} 笔借用超期没还，请先还了再借。")


def _check_days(from_on: date, due_on: date, today: date) -> None:
    if not isinstance(from_on, date) or not today <= from_on <= today + AHEAD:
        raise RuleViolation(f"借用日期从今天（{today}）起，最多提前一年。", field="from_on")
    if not isinstance(due_on, date) or not from_on <= due_on <= from_on + LONGEST:
        raise RuleViolation("应还日期不能早于借用日期，最长借一年。", field="due_on")


def _check_lendable(card: AssetCard, *, may_handle: bool, days: int, student) -> None:
    if card.status not in LENDABLE:
        raise RuleViolation(f"「{card}」现在是{card.get_status_display()}，不能借。", field="card")
    offer = Offer.objects.filter(card=card.pk, is_active=True).first()
    if student is not None and offer is not None and not offer.for_students:
        raise RuleViolation(f"「{card.name}」不借给学生。要借的，请先在可借物品里改成学生可借。", field="student")
    if may_handle:
        return
    if offer is None:
        raise RuleViolation(f"「{card.name}」没有开放借用，请找资产管理员。", field="card")
    if days > offer.longest_days:
        raise RuleViolation(f"「{card.name}」一次最长借 {offer.longest_days} 天，现在是 {days} 天。", field="due_on")


def _check_free(card: AssetCard, quantity: int, first: date, last: date, today: date, *, without: int | None = None, field: str = "quantity") -> None:
    free, day = free_of(card, first, last, today, without=without)
    lost = AssetCard.objects.filter(pk=card.pk).values_list(lost_of(), flat=True).get()
    if quantity > free - lost:
        left = f"只剩 {free - lost} {card.unit}" if free > lost else "都借出或者约出去了" if not lost else "借不到了"
        left += f"（丢了 {lost} {card.unit}，还没有处理完）" if lost else ""
        raise RuleViolation(f"{day} 这天「{card.name}」{left}，借不了 {quantity} {card.unit}。请换日期或者减数量。", field=field)


def check_can_hand_out(user, loan: Loan) -> None:
    check_can_handle(user, loan)
    check_move(loan, LoanState.OUT, moves=LOAN_MOVES)


@rule
def hand_out(*, actor, at: datetime, record: Loan, words: str = "") -> Loan:
    """The pieces leave; a booking for later days begins today. Raises RuleViolation while they are still with somebody else."""
    card, loan, today = _locked(record), stored(Loan, record), timezone.localdate(at)
    loan.card = card
    check_can_hand_out(actor, loan)
    if card.status not in LENDABLE:
        raise RuleViolation(f"「{card}」现在是{card.get_status_display()}，不能借出。")
    if not (loan.borrower or loan.student).is_active:
        raise RuleViolation(f"{loan.who}已经{'不在职' if loan.borrower else '不在校'}，不能借出，请取消这笔预约。")
    if loan.due_on < today:
        raise RuleViolation(f"约的日子到 {loan.due_on} 已经过了，请取消以后重新登记。")
    _check_free(card, loan.quantity, min(loan.from_on, today), loan.due_on, today, without=loan.pk)
    words = tidied({"words": words or ""})["words"][:200]
    advance(loan, LoanState.OUT, moves=LOAN_MOVES, out_at=at, out_by=actor, out_words=words, from_on=today)
    text = f"借出 {card.name} {loan.quantity} {card.unit}给{loan.who}，{loan.due_on} 以前还"
    record_event(actor=actor, at=at, action="hand_out", record=loan, text=text, note=words)
    return loan


def _locked(record: Loan) -> AssetCard:
    """The card first: bookings, hand-outs and splits of one card wait for each other."""
    return stored(AssetCard, AssetCard(pk=record.card_id))


def check_can_take_in(user, loan: Loan) -> None:
    check_can_handle(user, loan)
    check_move(loan, LoanState.BACK, moves=LOAN_MOVES)


@rule
def take_in(*, actor, at: datetime, record: Loan, quantity: int | None = None, condition: str = Condition.GOOD, words: str = "", photos: Sequence = ()) -> Loan:
    """Pieces came back, all that are left unless fewer are named; what is lost is settled by saying so. Raises RuleViolation at its field."""
    _locked(record)
    loan = stored(Loan, record)
    check_can_take_in(actor, loan)
    quantity = pieces(loan.left if quantity is None else quantity, most=loan.left)
    words = tidied({"words": words or ""})["words"][:200]
    if condition not in Condition.values:
        raise RuleViolation("请选归还时的情况。", field="condition")
    if condition != Condition.GOOD and not words:
        raise RuleViolation("请写清楚哪里坏了、怎么丢的。", field="words")
    today = timezone.localdate(at)
    back = LoanReturn.objects.create(loan=loan, on=today, quantity=quantity, condition=condition, words=words, at=at, by=actor)
    loan.returned += quantity
    if not loan.left:
        loan.state, loan.back_on = LoanState.BACK, today
    loan.full_clean()
    loan.save()
    attach(actor=actor, at=at, record=loan, role="photo", uploads=list(photos), limit=PHOTOS * 4)
    left = f"，还差 {loan.left} {loan.card.unit}" if loan.left else ""
    said = f"{back.get_condition_display()} {quantity} {loan.card.unit}{left}"
    record_event(actor=actor, at=at, action="take_in", record=loan, text=f"{'归还' if condition != Condition.LOST else '登记'} {said}", note=words)
    if condition != Condition.GOOD:
        _open_damage(actor, at, loan, back)
        tell([loan.card.custodian, loan.borrower], loan, at=at, about=f"bad.{back.pk}", title=f"{loan.card.name}{said}", body=f"{loan.who}：{words}")
    return loan


def _open_damage(actor, at: datetime, loan: Loan, back: LoanReturn) -> None:
    """Whoever judges damages decides what is paid or repaired."""
    pupil = loan.student
    open_damage(
        actor=actor, at=at, card=loan.card, quantity=back.quantity, description=f"归还时{back.get_condition_display()}：{back.words}", person=loan.borrower,
        school_class=pupil.school_class if pupil else None, by_name=pupil.name if pupil else "", origin=ref(back), origin_label=str(loan),
    )  # fmt: skip


def check_can_extend(user, loan: Loan) -> None:
    """Who lends, and the borrower while it is not late."""
    if loan.state != LoanState.OUT:
        raise RuleViolation("借出的才能续借。")
    if is_handler(user, loan.card):
        return
    if user.pk != loan.borrower_id:
        raise NotAllowed("只有借用人和借出的一方能续借。")
    if is_late_now(loan):
        raise RuleViolation("已经超期，请先还，或者请保管人续借。")


@rule
def extend_loan(*, actor, at: datetime, record: Loan, due_on: date, reason: str = "") -> Loan:
    """A later day to give it back. Raises RuleViolation when somebody else has booked it by then."""
    card, loan, today = _locked(record), stored(Loan, record), timezone.localdate(at)
    loan.card = card
    check_can_extend(actor, loan)
    if not isinstance(due_on, date) or due_on <= loan.due_on or due_on < today:
        raise RuleViolation(f"续借要晚于现在的应还日期 {loan.due_on}，也不能早于今天。", field="due_on")
    if due_on > loan.from_on + LONGEST:
        raise RuleViolation("连续借用最长一年，请先还回来清点一次。", field="due_on")
    if not is_handler(actor, card):
        offer = Offer.objects.filter(card=card.pk, is_active=True).first()
        if offer is None:
            raise RuleViolation(f"「{card.name}」没有开放借用，续借请找保管人。", field="due_on")
        if (due_on - today).days + 1 > offer.longest_days:
            raise RuleViolation(f"一次最长续到 {offer.longest_days} 天以内。", field="due_on")
    _check_free(card, loan.left, loan.from_on, due_on, today, without=loan.pk, field="due_on")
    before, loan.due_on = loan.due_on, due_on
    loan.extended += 1
    loan.full_clean()
    loan.save()
    record_event(
        actor=actor, at=at, action="extend", record=loan, text=f"应还日期由 {before} 延到 {due_on}", note=tidied({"reason": reason or ""})["reason"][:200]
    )
    return loan


def check_can_cancel(user, loan: Loan) -> None:
    if user.pk not in (loan.borrower_id, loan.created_by_id) and not is_handler(user, loan.card):
        raise NotAllowed("只有借用人和借出的一方能取消。")
    check_move(loan, LoanState.CANCELLED, moves=LOAN_MOVES)


@rule
def cancel_loan(*, actor, at: datetime, record: Loan, reason: str = "") -> Loan:
    """The booking is given up; its pieces are free again."""
    loan = stored(Loan, record)
    check_can_cancel(actor, loan)
    reason = tidied({"reason": reason or ""})["reason"][:200]
    is_other = actor.pk != loan.borrower_id
    if is_other and not reason:
        raise RuleViolation("请写为什么取消，借用人会看到。", field="reason")
    advance(loan, LoanState.CANCELLED, moves=LOAN_MOVES, reason=reason)
    record_event(actor=actor, at=at, action="cancel", record=loan, text="取消预约", note=reason)
    if is_other and loan.borrower:
        tell([loan.borrower], loan, at=at, about="cancelled", title=f"您约的{loan.card.name}取消了", body=reason)
    return loan
