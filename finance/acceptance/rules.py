"""Writing acceptances: put before at least two people who did not buy, signed by each, counted with the last signature (FIN-05, FIN-12)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from finance.money import ZERO
from finance.order.models import OrderLine, PurchaseOrder
from finance.order.rules import note_accepted
from finance.payment.rules import close_when_paid
from finance.purchase.models import PurchaseRequest
from finance.thread import check_thread
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import ACCEPT
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.numbering.rules import next_number

from .models import ACCEPTANCE_MOVES, Acceptance, AcceptanceLine, AcceptanceMember, AcceptanceState, Check, Conclusion
from .queries import DELIVERABLE, FILE, MANAGE, Taken, lines_of, members_of, taken_of, worth
from .receivers import hand_over_when_clear
from .telling import plainly, tell, tell_posted

SERIES = "YH"
MEMBERS_AT_LEAST, MEMBERS_AT_MOST = 2, 10
PHOTOS = 12
PLACES, MOST = Decimal("0.001"), Decimal(10) ** 9


def check_can_file(user, record=None) -> None:
    require(user, FILE)


def check_can_file_for(user, order: PurchaseOrder) -> None:
    """Who writes down what came: anybody with the permission but the buyers; within the own department where the grant says so."""
    scope = require(user, FILE)
    if scope != Scope.ALL and order.request.department_id != user.department_id:
        raise NotAllowed("这张采购单是别的部门的，请他们登记验收。", field="order")
    if user.pk in (order.created_by_id, order.second_buyer_id):
        raise NotAllowed("这批东西是您采购的，验收要由别人登记。", field="order")
    if order.state not in DELIVERABLE:
        raise RuleViolation(f"这张采购单{order.get_state_display()}，不用再验收。", field="order")


def check_can_sign(user, acceptance: Acceptance) -> None:
    """Whoever was named, has not signed yet, and did no other job on this purchase since."""
    _check_signing(acceptance)
    mine = acceptance.members.filter(user=user.pk).first()
    if mine is None:
        raise NotAllowed("这次验收没有请您签字。")
    if mine.signed_at:
        raise RuleViolation("您已经签过字了。")
    check_may_accept(user, acceptance.order)


def check_can_call_off(user, acceptance: Acceptance) -> None:
    """Whoever wrote it down, or who answers for acceptances, before all have signed."""
    if user.pk != acceptance.created_by_id and not has(user, MANAGE):
        require(user, MANAGE)
    _check_signing(acceptance)


def _check_signing(acceptance: Acceptance) -> None:
    if acceptance.state != AcceptanceState.SIGNING:
        raise RuleViolation(f"这张验收单{acceptance.get_state_display()}，不用再签字。")


def check_may_accept(person, order: PurchaseOrder, *, field: str | None = None) -> None:
    """Refuse the buyers always, and who did another job on this purchase that is kept apart from accepting, at `field`."""
    if person.pk in (order.created_by_id, order.second_buyer_id):
        raise NotAllowed(f"{person.name}是这批东西的采购人，不能验收。", field=field)
    check_thread(person, ACCEPT, order.request, field=field)


@rule
def post_acceptance(
    *, actor, at: datetime, order: PurchaseOrder, members: Iterable, delivered_on: date, lines: Sequence[dict], appearance: str = Check.GOOD,
    quality: str = Check.GOOD, trial: str = Check.NONE, papers: str = Check.GOOD, delivered_by: str = "", remedy: str = "", note: str = "", photos=(),
    seen: int | None = None,
) -> Acceptance:  # fmt: skip
    """Put a delivery before its members; it counts with the last signature (`sign_acceptance`).

    `lines` are {order_line, accepted, rejected, reason}, each line of the order once at most; what is rejected remains to be delivered.
    `seen` is how many acceptances the order had when the person looked: another one since is a Conflict, so that a page sent twice counts once.
    Raises RuleViolation at its field: more than is open, nothing at all, a rejection without its reason, too few members or the wrong ones.
    """
    order, people = stored(PurchaseOrder, order), list({person.pk: person for person in members}.values())
    check_can_file_for(actor, order)
    if seen is not None and seen != order.acceptances.count():
        raise Conflict("刚刚已经登记了一张验收单。请回到验收，看看还差什么，再从头登记。")
    _check_day(order, delivered_on, at)
    _check_people(order, people)
    words = tidied({"delivered_by": delivered_by or "", "remedy": remedy or "", "note": note or ""})
    checks = {"appearance": appearance, "quality": quality, "trial": trial, "papers": papers}
    wanted = _checked_lines(order, lines)
    _check_findings(checks, words, wanted)
    acceptance = Acceptance(
        order=order, number=next_number(SERIES, timezone.localtime(at).year), delivered_on=delivered_on, conclusion=_conclusion(wanted),
        amount=sum((line.amount for line in wanted), ZERO), created_by=actor, created_at=at, **checks, **words,
    )  # fmt: skip
    acceptance.full_clean()
    acceptance.save()
    for line in wanted:
        line.acceptance = acceptance
    AcceptanceLine.objects.bulk_create(wanted)
    AcceptanceMember.objects.bulk_create([AcceptanceMember(acceptance=acceptance, user=person) for person in people])
    attach(actor=actor, at=at, record=acceptance, role="photo", uploads=photos, limit=PHOTOS)
    names = "、".join(person.name for person in people)
    record_event(actor=actor, at=at, action="create", record=acceptance, text=f"登记验收，请 {names} 签字", note=_said(wanted))
    tell([person for person in people if person.pk != actor.pk], acceptance, at=at, about="sign", title=f"请您验收签字：{order.request.title}", body=str(order))
    return acceptance


def _check_day(order: PurchaseOrder, on: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if on > today:
        raise RuleViolation(f"到货日期不能晚于今天（{today}）。", field="delivered_on")
    bought_on = timezone.localdate(order.created_at)
    if order.request.bought_on:  # 先买后补
        bought_on = min(bought_on, order.request.bought_on)
    if on < bought_on:
        raise RuleViolation(f"到货日期不能早于下单那天（{bought_on}）。", field="delivered_on")


def _check_people(order: PurchaseOrder, people: list) -> None:
    if not MEMBERS_AT_LEAST <= len(people) <= MEMBERS_AT_MOST:
        raise RuleViolation(f"验收要 {MEMBERS_AT_LEAST} 到 {MEMBERS_AT_MOST} 个人，现在选了 {len(people)} 个。", field="members")
    for person in people:
        if not (person.is_active and person.is_person):
            raise RuleViolation(f"{person.name}不在职，不能验收。", field="members")
        check_may_accept(person, order, field="members")


def _checked_lines(order: PurchaseOrder, given: Sequence[dict]) -> list[AcceptanceLine]:
    """The lines that say something, with their amounts, in the order of the order's. The order is locked."""
    known, taken = {line.pk: line for line in lines_of(order)}, taken_of(order)
    found: dict[int, AcceptanceLine] = {}
    for row in given:
        line = known.get(getattr(row.get("order_line"), "pk", row.get("order_line")))
        if line is None:
            raise RuleViolation("有一行不是这张采购单上的。请从采购单重新登记。", field="lines")
        if line.pk in found:
            raise RuleViolation(f"「{line}」写了两行，请合成一行。", field="lines")
        found[line.pk] = _checked_line(line, row, taken.get(line.pk, Taken()))
    said = [found[pk] for pk in known if pk in found and (found[pk].accepted or found[pk].rejected)]
    if not said:
        raise RuleViolation("还没有写数量。请写合格多少、不合格多少。", field="lines")
    return said


def _checked_line(line: OrderLine, row: dict, taken: Taken) -> AcceptanceLine:
    accepted = quantity_of(row.get("accepted"), line)
    rejected = quantity_of(row.get("rejected"), line)
    reason = tidied({"reason": row.get("reason") or ""})["reason"]
    is_open = line.quantity - taken.quantity
    if accepted + rejected > is_open:
        signing = f"，另有 {plainly(taken.signing)} 在别的验收单上等签字" if taken.signing else ""
        raise RuleViolation(f"「{line}」最多还能验收 {plainly(is_open)} {line.request_line.unit}{signing}。多送的不收，写在说明里。", field="lines")
    if rejected and not reason:
        raise RuleViolation(f"「{line}」有不合格的，请写原因。", field="lines")
    if len(reason) > 200:
        raise RuleViolation(f"「{line}」的原因最多 200 个字。", field="lines")
    amount = worth(line, taken.quantity + accepted) - taken.amount if accepted else ZERO
    return AcceptanceLine(
        order_line=line,
        accepted=accepted,
        rejected=rejected,
        reason=reason if rejected else "",
        amount=amount,
        destination=line.request_line.destination,
    )


def quantity_of(value, line: OrderLine) -> Decimal:
    """The quantity with three places, never rounded; nothing is zero. Raises RuleViolation at `lines`."""
    if value is None or value == "":
        return Decimal("0.000")
    try:
        quantity = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation(f"「{line}」的数量请填数字，例如 12。", field="lines") from refusal
    if not quantity.is_finite() or abs(quantity) >= MOST:
        raise RuleViolation(f"「{line}」的数量不对，请填数字，例如 12。", field="lines")
    if quantity < 0:
        raise RuleViolation(f"「{line}」的数量不能小于零。", field="lines")
    if (exact := abs(quantity).quantize(PLACES)) != quantity:
        raise RuleViolation(f"「{line}」的数量最多三位小数。", field="lines")
    return exact


def _check_findings(checks: dict, words: dict, lines: list[AcceptanceLine]) -> None:
    sent_back = any(line.rejected for line in lines)
    if sent_back and not words["remedy"]:
        raise RuleViolation("有不合格的，请写怎么处理，例如：退回，三天内补送。", field="remedy")
    if Check.BAD in checks.values() and not sent_back and not words["note"]:
        raise RuleViolation("有一项检查不合格，东西却都收下了，请在说明里写清楚为什么。", field="note")


def _conclusion(lines: list[AcceptanceLine]) -> str:
    if not any(line.rejected for line in lines):
        return Conclusion.PASSED
    return Conclusion.PARTLY if any(line.accepted for line in lines) else Conclusion.FAILED


def _said(lines: list[AcceptanceLine]) -> str:
    """The quantities in words, for the journal."""
    parts = [f"{line} 合格 {plainly(line.accepted)}" + (f"，不合格 {plainly(line.rejected)}（{line.reason}）" if line.rejected else "") for line in lines]
    return "；".join(parts)


@rule
def sign_acceptance(*, actor, at: datetime, record: Acceptance, agreed: bool = True, opinion: str = "", signature=()) -> Acceptance:
    """One member's word, with a signature. The first refusal ends it; with the last agreement it counts and the receivers take the goods.

    `signature` is a list with the cleaned signature of the form. Whatever a receiver refuses rolls the signature back as well.
    """
    acceptance = stored(Acceptance, record)
    check_can_sign(actor, acceptance)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    if not agreed and not opinion:
        raise RuleViolation("不同意要写原因，好让采购的人去处理。", field="opinion")
    mine = acceptance.members.select_for_update().get(user=actor.pk)
    mine.is_agreed, mine.opinion, mine.signed_at = agreed, opinion, at
    mine.full_clean()
    mine.save()
    attach(actor=actor, at=at, record=acceptance, role=mine.signature_role, uploads=list(signature), limit=1, field="signature")
    if not agreed:
        _end(acceptance, AcceptanceState.REFUSED, actor=actor, at=at, action="refuse", text="验收签字：不同意", reason=opinion)
        return acceptance
    record_event(actor=actor, at=at, action="sign", record=acceptance, text="验收签字：同意", note=opinion)
    if not acceptance.members.filter(signed_at=None).exists():
        _count(acceptance, actor=actor, at=at)
    return acceptance


def _count(acceptance: Acceptance, *, actor, at: datetime) -> None:
    """The last signature: quantities go to the order, goods to whoever receives them, all in one transaction."""
    stored(PurchaseRequest, acceptance.order.request)  # before the order, as whoever settles an order does
    order = acceptance.order = stored(PurchaseOrder, acceptance.order)
    if order.state not in DELIVERABLE:
        raise RuleViolation(f"采购单{order.get_state_display()}，这张验收单不能再签。请登记的人撤回。")
    for member in members_of(acceptance):
        check_may_accept(member.user, order)
    advance(acceptance, AcceptanceState.POSTED, moves=ACCEPTANCE_MOVES, accepted_at=at)
    lines = list(acceptance.lines.select_related("order_line__request_line").order_by("pk"))
    quantities = {line.order_line_id: line.accepted for line in lines if line.accepted}
    if quantities:
        note_accepted(actor=actor, at=at, record=order, quantities=quantities)
    for line in lines:
        line.acceptance = acceptance
        hand_over_when_clear(line, actor=actor, at=at)
    record_event(actor=actor, at=at, action="post", record=acceptance, text=f"验收完成：{acceptance.get_conclusion_display()}", note=_said(lines))
    tell_posted(acceptance, lines, at=at)
    close_when_paid(actor, at, PurchaseOrder.objects.get(pk=order.pk))  # a contract may have paid before the goods came


@rule
def call_off_acceptance(*, actor, at: datetime, record: Acceptance, reason: str) -> Acceptance:
    """Taken back before all have signed: a wrong quantity, somebody fell ill. What was written stays readable and counts for nothing."""
    acceptance = stored(Acceptance, record)
    check_can_call_off(actor, acceptance)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么撤回。", field="reason")
    _end(acceptance, AcceptanceState.CALLED_OFF, actor=actor, at=at, action="call_off", text="撤回验收单", reason=reason)
    return acceptance


def _end(acceptance: Acceptance, state: str, *, actor, at: datetime, action: str, text: str, reason: str) -> None:
    advance(acceptance, state, moves=ACCEPTANCE_MOVES, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action=action, record=acceptance, text=text, note=reason)
    order = acceptance.order
    people = [acceptance.created_by, order.created_by, order.second_buyer, *(member.user for member in members_of(acceptance))]
    others = [person for person in people if person is not None and person.pk != actor.pk]
    tell(others, acceptance, at=at, about=action, title=f"验收单{acceptance.get_state_display()}：{order.request.title}", body=reason)
