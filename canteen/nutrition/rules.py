"""Writing the nutrition programme: classes sign for what they got, money comes in, a month is settled, signed and published (CAN-22)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.late import claimed_time
from logistics.platform.access.rules import holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up
from logistics.platform.evidence.books import enter
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.queries import calendar
from logistics.platform.web.templatetags.school import full_day

from .models import ACCOUNT, LAW, MANAGE, SETTLEMENT_MOVES, SIGN, TAKE, ClassIssue, Programme, Settlement, SettlementState, SubsidyReceipt
from .queries import classes_of, gathered, is_settled, may_take, month_of, sentence, unsettled_before

SETTLED = Subject("canteen.nutrition", "营养餐对账", "食堂")
SHOWN = timedelta(days=90)
FARTHEST = 3660  # days


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_take(user, record=None) -> None:
    require(user, TAKE)


def check_can_account(user, record=None) -> None:
    require(user, ACCOUNT)


def check_can_word(user, settlement: Settlement) -> None:
    require(user, ACCOUNT)
    if settlement.state != SettlementState.DRAFT:
        raise RuleViolation("已经签字，不能再改。")


def check_can_sign(user, settlement: Settlement) -> None:
    """Another than who drew it up."""
    require(user, SIGN)
    check_move(settlement, SettlementState.SIGNED, moves=SETTLEMENT_MOVES)
    if settlement.created_by_id == user.pk:
        raise NotAllowed("对账单由做表以外的人签字。")


@rule
def save_programme(*, actor, at: datetime, record: Programme | None = None, **fields) -> Programme:
    """What is given to whom by which standard. Rows written before keep their standard."""
    check_can_manage(actor)
    programme, fields = stored(Programme, record), tidied(fields)
    if programme.pk is None:
        programme.created_by, programme.created_at = actor, at
    today = timezone.localdate(at)
    for name in ("since", "until"):
        if not abs((fields.get(name, getattr(programme, name)) - today).days) <= FARTHEST:
            raise RuleViolation("日期不对：前后最多十年。", field=name)
    return save_changes(actor=actor, at=at, record=programme, **fields)


@rule
def take_issue(
    *, actor, at: datetime, programme: Programme, school_class: SchoolClass, present: int, issued: int, returned: int = 0, reason: str = "",
    happened_at: datetime | None = None, signature: Sequence = (), photos: Sequence = (), note: str = "",
) -> ClassIssue:  # fmt: skip
    """A class signs for what it got on a school day: never more than the pupils who came, and only once.

    Raises RuleViolation at the field; Conflict for a class that has signed or a month that is settled.
    """
    check_can_take(actor)
    if not may_take(actor, school_class):
        raise NotAllowed(f"{school_class}由班主任签收，班主任不在的由食堂管理员代签。")
    on, programme = timezone.localdate(claimed_time(happened_at, at)), stored(Programme, programme)  # held: no portion slips into a month that is being signed
    enrolled = _check_day(programme, school_class, on)
    reason = tidied({"r": reason or ""})["r"]
    _check_heads(enrolled, present, issued, returned, reason)
    if not signature:
        raise RuleViolation("还没有签名。", field="signature")
    row = ClassIssue(programme=programme, school_class=school_class, on=on, enrolled=enrolled, standard=programme.standard)
    given = {"present": present, "issued": issued, "returned": returned, "reason": reason, "note": note}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"签收 {issued} 份", **given)
    attach(actor=actor, at=at, record=row, role="signature", uploads=list(signature), limit=1, field="signature")
    return row


def _check_day(programme: Programme, school_class: SchoolClass, on: date) -> int:
    """Returns the pupils of the class."""
    if not programme.since <= on <= programme.until:
        raise RuleViolation(f"「{programme}」从 {full_day(programme.since)}到{full_day(programme.until)}，不包括{full_day(on)}。", field="happened_at")
    if not calendar().is_working_day(on):
        raise RuleViolation(f"{full_day(on)}不上学，营养餐不发，也不能领补助。依据：{LAW}。", field="happened_at")
    known = ClassIssue.objects.filter(programme=programme, school_class=school_class, on=on, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{school_class}{full_day(on)}已经由{known.created_by.name}签收了 {known.issued} 份。", field="school_class")
    if is_settled(programme, on):
        raise Conflict(f"{on.year}年{on.month}月已经对账签字，或者已经转到后面签了字的月份，不能再补。", field="happened_at")
    found = classes_of(programme).filter(pk=school_class.pk).first()
    if found is None:
        raise RuleViolation(f"{school_class}不在「{programme}」里，或者班里没有学生。", field="school_class")
    return found.pupils


def _check_heads(enrolled: int, present: int, issued: int, returned: int, reason: str) -> None:
    if present > enrolled:
        raise RuleViolation(f"班里在册 {enrolled} 人，实到不能是 {present} 人。有转来的学生，请先在学生名单里登记。", field="present")
    if issued > present:
        raise RuleViolation(f"实到 {present} 人，最多领 {present} 份。依据：{LAW}。", field="issued")
    if returned > issued:
        raise RuleViolation("退回的不能比领到的多。", field="returned")
    if (issued < present or returned) and not reason:
        raise RuleViolation("少领或有退回，请写原因，例如 两人对鸡蛋过敏。", field="reason")


@rule
def record_receipt(
    *, actor, at: datetime, programme: Programme, received_on: date, amount: Decimal, voucher: str, photos: Sequence = (), note: str = ""
) -> SubsidyReceipt:
    """Money of the programme came in, or went back (minus, with the reason in the remark)."""
    check_can_account(actor)
    today, words, programme = timezone.localdate(at), tidied({"note": note or ""})["note"], stored(Programme, programme)
    if received_on > today or received_on < programme.since - timedelta(days=366):
        raise RuleViolation("到账日期不对：不能晚于今天，也不能比项目开始早一年。", field="received_on")
    if is_settled(programme, received_on):
        raise Conflict(f"{received_on.year}年{received_on.month}月已经对账签字，或者已经转到后面签了字的月份，请登记在收到通知的这个月。", field="received_on")
    if amount < 0 and not words:
        raise RuleViolation("退回要在备注里写原因和去向。", field="note")
    given = {"programme": programme, "received_on": received_on, "amount": amount, "voucher": voucher, "note": words}
    return enter(actor=actor, at=at, record=SubsidyReceipt(), photos=photos, **given)


@rule
def draw_settlement(*, actor, at: datetime, programme: Programme, on: date) -> Settlement:
    """The sheet of the month `on` lies in, filled from the signatures and the money. Raises Conflict when it is there."""
    check_can_account(actor)
    month = on.replace(day=1)
    early = unsettled_before(programme, programme.since.replace(day=1))  # money may come before the first portion
    if month > timezone.localdate(at) or month < (early or programme.since).replace(day=1):
        raise RuleViolation("这个月不在项目里，或者还没有到。", field="on")
    if Settlement.objects.filter(programme=programme, month=month).exists():
        raise Conflict("这个月已经有对账单了，请打开它接着办。", field="on")
    if is_settled(programme, month):
        raise Conflict("后面的月份已经对账签字，结余已经转过去了，这个月不用再做。", field="on")
    row = Settlement(programme=programme, month=month, facts=gathered(programme, month), created_by=actor, created_at=at)
    row = save_changes(actor=actor, at=at, record=row, text="按签收和到账汇总")
    title = f"请签{row}"
    notify(at=at, key=f"canteen.settlement:{row.pk}", recipients=holders_of(SIGN), title=title, url=f"/canteen/nutrition-settlement/{row.pk}/", subject=SETTLED)
    return row


@rule
def save_settlement(*, actor, at: datetime, record: Settlement, words: str = "") -> Settlement:
    """Say what becomes of what is left or lacking; the figures are gathered anew."""
    row = stored(Settlement, record)
    check_can_word(actor, row)
    row = save_changes(actor=actor, at=at, record=row, **tidied({"words": words or ""}))
    Settlement.objects.filter(pk=row.pk).update(facts=gathered(row.programme, row.month))
    row.refresh_from_db()
    return row


@rule
def sign_settlement(*, actor, at: datetime, record: Settlement, signature: Sequence = ()) -> Settlement:
    """The figures stand as they were read, and parents read them on the board.

    Refused when the books have moved since they were gathered, while the month runs, while an earlier month is open, while what is left or lacking is not explained.
    """
    row = stored(Settlement, record)
    check_can_sign(actor, row)
    check_over(row, timezone.localdate(at))
    facts = gathered(stored(Programme, row.programme), row.month)
    if facts | {"without": []} != row.facts | {"without": []}:  # a class that is new since is no other money
        raise RuleViolation("汇总以后签收或到账有变化，请做表的人点「修改」重新汇总，看过再签。")
    if Decimal(facts["closing"]) and not row.words:
        raise RuleViolation("有结余或不足，请做表的人先写说明。")
    if not signature:
        raise RuleViolation("还没有签名。", field="signature")
    title = f"{row.programme}{row.month.year}年{row.month.month}月补助使用情况"[:60]
    text = f"{row.programme.food}，标准每人每天 {'、'.join(facts['standards']) or row.programme.standard} 元。{sentence(facts)}{row.words}"
    today = timezone.localdate(at)
    post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=title, content=text, audience=Audience.EVERYONE, publish_on=today, withdraw_on=today + SHOWN
    )
    advance(row, SettlementState.SIGNED, moves=SETTLEMENT_MOVES, facts=facts, signed_at=at, signed_by=actor, post=post)
    attach(actor=actor, at=at, record=row, role="signature", uploads=list(signature), limit=1, field="signature")
    record_event(actor=actor, at=at, action="sign", record=row, text="签字并公示", note=sentence(facts))
    return row


def check_over(row: Settlement, today: date) -> None:
    """Raises RuleViolation while the month runs or an earlier one is not signed."""
    if month_of(row.month)[1] >= today:
        raise RuleViolation("这个月还没有过完，下个月一号起再签。")
    if before := unsettled_before(row.programme, row.month):
        raise RuleViolation(f"{before.year}年{before.month}月还没有对账签字，请先签那个月，结余才能转过来。")
