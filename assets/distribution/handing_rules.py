"""发放: what one class or person gets, signed for, as a paper of the store; nothing twice, never more than is due (STK-07)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from assets.item.quantities import NONE, in_words, quantity_of
from assets.slip.booking import post
from assets.slip.models import Slip, SlipKind, SlipLine
from assets.slip.rules import numbered
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation

from .counting import Share, shares, state_of
from .models import LEFT_OUT, Distribution, DistributionState, Handout, Recipient, RecipientState
from .queries import KEEP, given_by, kit_of
from .rules import said

MOST_PUPILS = 500


def check_is_going_on(recipient: Recipient) -> None:
    if recipient.distribution.state != DistributionState.OPEN:
        raise RuleViolation(f"这次发放{recipient.distribution.get_state_display()}，现在不能发。")


def check_can_hand_out(user, recipient: Recipient) -> None:
    """The store room hands out what somebody else approved."""
    require(user, KEEP)
    check_is_going_on(recipient)
    if recipient.distribution.opened_by_id == user.pk:
        raise NotAllowed("批准发放和经手发放不能是同一个人，请保管员来发。")
    if recipient.state in (RecipientState.DONE, *LEFT_OUT):
        raise RuleViolation(f"「{recipient}」{recipient.get_state_display()}。")


def check_can_change(user, recipient: Recipient) -> None:
    require(user, KEEP)
    if recipient.distribution.state not in (DistributionState.DRAFT, DistributionState.OPEN):
        raise RuleViolation(f"这次发放{recipient.distribution.get_state_display()}，名单不能再改。")


def check_can_count(user, recipient: Recipient) -> None:
    check_can_change(user, recipient)
    if not recipient.school_class_id:
        raise RuleViolation("按个人发的没有人数。")


def check_can_skip(user, recipient: Recipient) -> None:
    check_can_change(user, recipient)
    if recipient.state != RecipientState.WAITING:
        raise RuleViolation(f"「{recipient}」{recipient.get_state_display()}，不能改成不用领。")


def check_can_unskip(user, recipient: Recipient) -> None:
    check_can_change(user, recipient)
    if recipient.state != RecipientState.SKIPPED:
        raise RuleViolation("它本来就要领。")


def _locked(record: Recipient) -> Recipient:
    """The row, its distribution locked first: all that change one list stand in one line."""
    distribution = stored(Distribution, Distribution(pk=record.distribution_id))
    recipient = stored(Recipient, record)
    recipient.distribution = distribution
    return recipient


@rule
def hand_out(*, actor, at: datetime, record: Recipient, quantities: dict[int, Decimal], receiver, signature: Sequence = ()) -> Slip:
    """Hand over so many basic units by item, sign, and book the store's paper in one piece.

    Raises RuleViolation for more than is due, for too little stock, without a signature; then nothing is written.
    """
    recipient = _locked(record)
    check_can_hand_out(actor, recipient)
    if receiver.pk == actor.pk:
        raise RuleViolation("发的人和领的人不能是同一个人，请写真正来领的人。", field="receiver")
    if not signature:
        raise RuleViolation("还没有签名，请领的人在框里写下名字。", field="signature")
    distribution = recipient.distribution
    chosen = _chosen(shares(recipient, kit_of(distribution), given_by([recipient]).get(recipient.pk, {})), quantities)
    department = (recipient.person.department if recipient.person_id else None) or distribution.department
    slip = Slip(
        kind=SlipKind.ISSUE, store=distribution.store, on=timezone.localdate(at), department=department, person=receiver,
        reason=f"{distribution.title}：{recipient}"[:200], created_by=actor, created_at=at,
    )  # fmt: skip
    slip.number = numbered(slip)
    slip.full_clean()
    slip.save()
    SlipLine.objects.bulk_create([SlipLine(slip=slip, item=item, quantity=quantity) for item, quantity in chosen])
    Handout.objects.create(recipient=recipient, slip=slip)
    record_event(actor=actor, at=at, action="create", record=slip, text=f"发放：{recipient}")
    post(slip, actor=actor, at=at)
    attach(actor=actor, at=at, record=slip, role="signature", uploads=list(signature), limit=1, field="signature")
    settle(recipient, came_at=at)
    record_event(actor=actor, at=at, action="hand_out", record=recipient, text=f"发放 {slip.number}，{receiver.name}签收")
    return slip


def _chosen(due: list[Share], quantities: dict[int, Decimal]) -> list[tuple]:
    known = {share.item.pk: share for share in due}
    if not set(quantities) <= set(known):
        raise Conflict("有一样不在这次发放里，请刷新后再发。")
    chosen = []
    for pk, share in known.items():
        quantity = quantity_of(quantities.get(pk) or NONE, field=f"q_{pk}", least=NONE)
        if quantity > share.left:
            raise RuleViolation(f"「{share.item}」还能发 {in_words(share.item, share.left)}。", field=f"q_{pk}")
        if quantity:
            chosen.append((share.item, quantity))
    if not chosen:
        raise RuleViolation("还没有填发多少。")
    return chosen


def settle(recipient: Recipient, *, but: int | None = None, **changes) -> None:
    """Write the state that follows from the papers that stand; `but` is one that is about to be struck out."""
    given = given_by([recipient], but=but).get(recipient.pk, {})
    recipient.state = state_of(recipient, kit_of(recipient.distribution), given)
    for name, value in changes.items():
        setattr(recipient, name, value)
    recipient.save(update_fields=["state", *changes])


def before_reverse(slip: Slip, *, actor, at: datetime, reason: str) -> None:
    """A paper of a distribution is struck out: what was on it is due again. Called before the store is locked."""
    handout = Handout.objects.filter(slip=slip.pk).select_related("recipient").first()
    if handout is None:
        return
    recipient = _locked(handout.recipient)
    settle(recipient, but=slip.pk)
    record_event(actor=actor, at=at, action="reverse", record=recipient, text=f"冲销 {slip.number}", note=reason)


@rule
def set_count(*, actor, at: datetime, record: Recipient, count: int, note: str = "") -> Recipient:
    """How many pupils there really are on the day."""
    recipient = _locked(record)
    check_can_count(actor, recipient)
    if not 0 <= count <= MOST_PUPILS:
        raise RuleViolation(f"人数在 0 到 {MOST_PUPILS} 之间。", field="count")
    before = recipient.count
    recipient.count, recipient.note = count, (note or "")[:120]
    settle(recipient, count=count, note=recipient.note)
    record_event(actor=actor, at=at, action="count", record=recipient, text=f"人数 {before} → {count}", note=recipient.note)
    return recipient


@rule
def skip(*, actor, at: datetime, record: Recipient, reason: str) -> Recipient:
    """This one gets nothing this time."""
    recipient = _locked(record)
    check_can_skip(actor, recipient)
    recipient.state, recipient.note = RecipientState.SKIPPED, said(reason)[:120]
    recipient.save(update_fields=["state", "note"])
    record_event(actor=actor, at=at, action="skip", record=recipient, text="不用领", note=recipient.note)
    return recipient


@rule
def unskip(*, actor, at: datetime, record: Recipient) -> Recipient:
    """It gets its share after all."""
    recipient = _locked(record)
    check_can_unskip(actor, recipient)
    recipient.state = RecipientState.WAITING
    settle(recipient)
    record_event(actor=actor, at=at, action="unskip", record=recipient, text="还是要领")
    return recipient
