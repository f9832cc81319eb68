"""收费单: an item of the list for some students of a term, never above its standard (FIN-08)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from finance.money import ZERO, amount_of
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.org.models import Student, User

from .models import CHARGE_MOVES, ChargeState, Consent, FeeCharge, FeeDue, FeeItem, ItemState, Period
from .queries import APPROVE, MANAGE, collected_of, pupils_of, unbooked_of

SERIES = "SF"
FEES = Subject("finance.fee", "收费和退费", "经费")
SHOWN = 3
GRACE = timedelta(days=31)  # how long after its term a fee may still be asked for


def check_can_charge(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, charge: FeeCharge) -> None:
    require(user, MANAGE)
    if charge.state != ChargeState.DRAFT:
        raise RuleViolation(f"这张收费单{charge.get_state_display()}，不能再改。")


def check_can_issue(user, charge: FeeCharge) -> None:
    require(user, APPROVE)
    check_move(charge, ChargeState.ISSUED, moves={ChargeState.DRAFT: CHARGE_MOVES[ChargeState.DRAFT]})
    check_separation(user, "issue", charge)


def check_can_cancel(user, charge: FeeCharge) -> None:
    require(user, MANAGE if charge.state == ChargeState.DRAFT else APPROVE)
    check_move(charge, ChargeState.CANCELLED, moves=CHARGE_MOVES)


def check_can_add(user, charge: FeeCharge) -> None:
    require(user, APPROVE)
    if charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{charge.get_state_display()}，不能再加学生。")


def months_of(term) -> int:
    """Calendar months that a term touches."""
    return (term.end_on.year - term.start_on.year) * 12 + term.end_on.month - term.start_on.month + 1


def cap_of(item: FeeItem, term) -> Decimal:
    """The most one student may be charged of the item: in the term, the school year or for good, as its standard says."""
    return item.amount * (months_of(term) if item.period == Period.MONTH else 1)


def check_within_standard(item: FeeItem, *, amount: Decimal, months: int, term, on) -> None:
    """Raise RuleViolation for an item outside the list or an amount above its standard."""
    if item.state != ItemState.PUBLISHED:
        raise RuleViolation(f"「{item}」{item.get_state_display()}，不在收费目录里，不能收。", field="item")
    if not item.is_valid_on(on):
        until = f"到 {item.valid_until}" if item.valid_until else ""
        raise RuleViolation(f"「{item}」的标准从 {item.valid_from} 起{until}有效，{on} 不能收。", field="item")
    most = months if item.period == Period.MONTH else 1
    if most > months_of(term):
        raise RuleViolation(f"{term}只有 {months_of(term)} 个月。", field="months")
    if amount > item.amount * most:
        said = f"，{most} 个月是 {item.amount * most:,.2f} 元" if most > 1 else ""
        raise RuleViolation(f"超过标准：{item.standard}{said}，这里是 {amount:,.2f} 元。", field="amount")


def _checked(fields: dict, at: datetime) -> dict:
    fields = tidied(fields) | {"amount": amount_of(fields["amount"])}
    item, term, today = fields["item"], fields["term"], timezone.localdate(at)
    if fields.get("months") is None or item.period != Period.MONTH:
        fields["months"] = 1
    if term.end_on < today:
        raise RuleViolation(f"{term}已经结束，不能再收。", field="term")
    if fields["due_on"] < today:
        raise RuleViolation(f"缴费截止不能早于今天（{today}）。", field="due_on")
    if fields["due_on"] > (last := term.end_on + GRACE):
        raise RuleViolation(f"缴费截止不能晚于 {last}（学期结束后一个月）。", field="due_on")
    check_within_standard(item, amount=fields["amount"], months=fields["months"], term=term, on=today)
    return fields


@rule
def create_charge(*, actor, at: datetime, classes: Iterable = (), students: Iterable = (), **fields) -> FeeCharge:
    """A draft of item, term, amount (yuan a student), due_on, for classes or named students.

    Raises RuleViolation at its field: outside the list, above the standard, a term that is over, nobody to charge.
    """
    check_can_charge(actor)
    fields = _checked(fields, at)
    classes, students = list(classes), list(students)
    _check_people(fields["item"], classes, students)
    charge = FeeCharge(created_by=actor, created_at=at, number=next_number(SERIES, timezone.localtime(at).year))
    charge = save_changes(actor=actor, at=at, record=charge, text=f"起草收费：{fields['item']} {fields['amount']:,.2f} 元/生", **fields)
    charge.classes.set(classes)
    charge.students.set(students)
    return charge


@rule
def update_charge(*, actor, at: datetime, record: FeeCharge, classes: Iterable = (), students: Iterable = (), **fields) -> FeeCharge:
    """Changes to a draft, checked like a new one."""
    charge = stored(FeeCharge, record)
    check_can_edit(actor, charge)
    fields = _checked(fields, at)
    classes, students = list(classes), list(students)
    _check_people(fields["item"], classes, students)
    charge = save_changes(actor=actor, at=at, record=charge, text="修改收费单", **fields)
    charge.classes.set(classes)
    charge.students.set(students)
    return charge


def _check_people(item: FeeItem, classes: list, students: list) -> None:
    if not classes and not students:
        raise RuleViolation("请选班级，或者写学号。", field="classes")
    known, field = item.grade_list, "students" if students else "classes"
    for one in [student.school_class for student in students] or classes:
        if known and one.grade not in known:
            raise RuleViolation(f"「{item.name}」这个标准只适用于{item.grades}，{one} 不能收。", field=field)


@rule
def issue_charge(*, actor, at: datetime, record: FeeCharge) -> FeeCharge:
    """核定: every student gets his due; parents' signatures are asked for where it is an agency fee.

    Raises RuleViolation when nobody is left to charge, or when a student would pay more than the standard in its period.
    """
    charge = stored(FeeCharge, record)
    check_can_issue(actor, charge)
    pupils = list(pupils_of(charge))
    if not pupils:
        raise RuleViolation("这些班里现在没有要收的学生，请修改收费单。")
    advance(charge, ChargeState.ISSUED, moves=CHARGE_MOVES, issued_by=actor, issued_at=at)
    _make_dues(charge, pupils, at)
    record_event(actor=actor, at=at, action="issue", record=charge, text=f"核定收费：{len(pupils)} 名学生，每生 {charge.amount:,.2f} 元")
    if charge.needs_consent:
        heads = User.objects.filter(classes__in={pupil.school_class_id for pupil in pupils})
        notify(
            at=at, key=f"finance.fee.consent:{charge.pk}", recipients=set(heads), title=f"请家长签代收费同意书：{charge.item.name}",
            body=f"{charge.due_on} 前签好。链接在收费单里，一人一个，请分别发给家长。", url=f"/finance/charge/{charge.pk}/", subject=FEES,
        )  # fmt: skip
    return charge


@rule
def add_students(*, actor, at: datetime, record: FeeCharge, students: Iterable[Student]) -> FeeCharge:
    """New arrivals on a charge that is being collected; somebody who has it already is refused by name."""
    charge, students = stored(FeeCharge, record), list(students)
    check_can_add(actor, charge)
    check_separation(actor, "issue", charge)
    if not students:
        raise RuleViolation("请写学号。", field="students")
    _check_people(charge.item, [], students)
    known = list(charge.dues.filter(student__in=students).values_list("student__name", flat=True)[:SHOWN])
    if known:
        raise RuleViolation(f"{'、'.join(known)}已经在这张收费单里。", field="students")
    _make_dues(charge, students, at)
    record_event(actor=actor, at=at, action="issue", record=charge, text=f"加 {len(students)} 名学生")
    return charge


def _make_dues(charge: FeeCharge, pupils: list[Student], at: datetime) -> None:
    item = FeeItem.objects.select_for_update().get(pk=charge.item_id)  # two charges of one item at once must see each other's dues
    check_within_standard(item, amount=charge.amount, months=charge.months, term=charge.term, on=timezone.localdate(at))
    _check_people(item, [], pupils)
    _check_caps(charge, item, pupils)
    asked = {"consent": Consent.PENDING, "consent_until": max(charge.due_on, timezone.localdate(at))} if charge.needs_consent else {}
    rows = [FeeDue(charge=charge, student=pupil, school_class=pupil.school_class, amount=charge.amount, **asked) for pupil in pupils]
    FeeDue.objects.bulk_create(rows, batch_size=500)


def _check_caps(charge: FeeCharge, item: FeeItem, pupils: list[Student]) -> None:
    """Nobody pays more than the standard by being charged twice; a parent who refused may think again on the same charge."""
    rows = FeeDue.objects.filter(charge__item__name=item.name).exclude(charge__state=ChargeState.CANCELLED)
    if item.period in (Period.TERM, Period.MONTH):
        rows = rows.filter(charge__term=charge.term_id)
    elif item.period == Period.YEAR:
        rows = rows.filter(charge__term__year=charge.term.year)
    had = dict(rows.order_by().values_list("student").annotate(sum=Sum("amount")))
    most = cap_of(item, charge.term)
    over = [pupil for pupil in pupils if Decimal(had.get(pupil.pk, ZERO)) + charge.amount > most]
    if over:
        names = "、".join(f"{pupil.name}（{pupil.school_class}）" for pupil in over[:SHOWN])
        raise RuleViolation(f"{names}{f'等 {len(over)} 人' if len(over) > SHOWN else ''}加上已经收的会超过标准 {item.standard}，不能重复收。", field="students")


@rule
def cancel_charge(*, actor, at: datetime, record: FeeCharge, reason: str) -> FeeCharge:
    """取消, only while nobody has paid."""
    charge, reason = stored(FeeCharge, record), tidied({"reason": reason or ""})["reason"]
    check_can_cancel(actor, charge)
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    list(charge.dues.select_for_update().values_list("pk", flat=True))
    if collected_of(charge):
        raise RuleViolation("已经有学生缴费，不能取消。请结算以后退费。")
    if unbooked_of(charge).exists():
        raise RuleViolation("冲销的缴费还没有入账，请出纳先入账再取消。")
    advance(charge, ChargeState.CANCELLED, moves=CHARGE_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=charge, text="取消收费", note=reason)
    return charge
