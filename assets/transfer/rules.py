"""Drawing up transfers and handovers, their lines, sending them to be signed (AST-04). Signing is in signing_rules.py."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from assets.card.given import pieces
from assets.card.models import AssetCard
from assets.card.queries import MANAGE
from assets.signing import SIGNING
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.numbering.rules import next_number

from .models import TRANSFER_MOVES, Transfer, TransferKind, TransferLine, TransferRoom, TransferState
from .queries import comprised, lines_of, rooms_comprised, stale, target_of

MOST_LINES = 2000
SERIES = {TransferKind.TRANSFER: "DB"}


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, transfer: Transfer) -> None:
    require(user, MANAGE)
    if transfer.state != TransferState.DRAFT:
        raise RuleViolation(f"这张单{transfer.get_state_display()}，不能再改。")


def check_can_relist(user, transfer: Transfer) -> None:
    check_can_edit(user, transfer)
    if not transfer.is_handover:
        raise RuleViolation("调拨单一样一样加，不用重列。")


def check_can_send(user, transfer: Transfer) -> None:
    require(user, MANAGE)
    check_move(transfer, TransferState.OPEN, moves=TRANSFER_MOVES)


def check_can_take_back(user, transfer: Transfer) -> None:
    require(user, MANAGE)
    check_move(transfer, TransferState.DRAFT, moves=TRANSFER_MOVES)


def check_can_void(user, transfer: Transfer) -> None:
    require(user, MANAGE)
    check_move(transfer, TransferState.VOID, moves=TRANSFER_MOVES)


@rule
def save_transfer(*, actor, at: datetime, record: Transfer | None = None, **fields) -> Transfer:
    """A draft; a new handover lists at once everything it comprises. Raises RuleViolation at its field."""
    transfer, fields = stored(Transfer, record), tidied(fields)
    is_new = transfer.pk is None
    check_can_manage(actor) if is_new else check_can_edit(actor, transfer)
    if not is_new:
        fields = {name: value for name, value in fields.items() if name in ("receiver", "to_place", "to_department", "reason")}
    else:
        transfer.created_by, transfer.created_at = actor, at
        _complete(fields)
        transfer.number = next_number(SERIES.get(fields.get("kind", TransferKind.TRANSFER), "JJ"), timezone.localtime(at).year)
    _check_people(fields, transfer)
    transfer = save_changes(actor=actor, at=at, record=transfer, **fields)
    if is_new and transfer.is_handover:
        _list(transfer)
    return transfer


def _complete(fields: dict) -> None:
    """Fill in who gives from the class or the room. Raises RuleViolation for what is missing."""
    kind, school_class, room = fields.get("kind"), fields.get("school_class"), fields.get("room")
    if kind == TransferKind.CLASS and (school_class is None or school_class.room is None):
        raise RuleViolation("请选一个有教室的班级。", field="school_class")
    if kind == TransferKind.ROOM and room is None:
        raise RuleViolation("请写交接哪个房间。", field="room")
    if kind != TransferKind.CLASS:
        fields["school_class"] = None
    if kind != TransferKind.ROOM:
        fields["room"] = None
    if fields.get("giver") is None:
        fields["giver"] = school_class.head_teacher if kind == TransferKind.CLASS else room.responsible if kind == TransferKind.ROOM else None


def _check_people(fields: dict, transfer: Transfer) -> None:
    giver = fields.get("giver", transfer.giver if transfer.giver_id else None)
    receiver = fields.get("receiver", transfer.receiver if transfer.receiver_id else None)
    for name, person, words in (("giver", giver, "移交人"), ("receiver", receiver, "接收人")):
        if person is None:
            raise RuleViolation(f"请选{words}。", field=name)
        if not person.is_active or not person.is_person:
            raise RuleViolation(f"{person}不在职，不能做{words}。", field=name)
    if giver == receiver:
        raise RuleViolation("移交人和接收人不能是同一个人。", field="receiver")
    place = fields.get("to_place")
    if place is not None and not place.is_active:
        raise RuleViolation(f"{place}已经停用，请换一个地点。", field="to_place")


def changes_something(transfer: Transfer, card: AssetCard) -> bool:
    return any(getattr(card, f"{name}_id") != getattr(value, "pk", None) for name, value in target_of(transfer, card).items())


def _list(transfer: Transfer) -> int:
    """Put everything on the list anew."""
    transfer.lines.all().delete()
    transfer.rooms.all().delete()
    cards = list(comprised(transfer).select_related("place", "department")[: MOST_LINES + 1])
    if len(cards) > MOST_LINES:
        raise RuleViolation(f"名下超过 {MOST_LINES} 张卡片，请按房间分几次交接。")
    TransferLine.objects.bulk_create((line_for(transfer, card, card.quantity) for card in cards), batch_size=500)
    TransferRoom.objects.bulk_create(TransferRoom(transfer=transfer, place=place) for place in rooms_comprised(transfer))
    return len(cards)


def line_for(transfer: Transfer, card: AssetCard, quantity: int) -> TransferLine:
    return TransferLine(
        transfer=transfer, card=card, quantity=quantity, of=card.quantity, place_id=card.place_id, department_id=card.department_id,
        custodian_id=card.custodian_id,
    )  # fmt: skip


@rule
def relist(*, actor, at: datetime, record: Transfer) -> Transfer:
    """List again what the handover comprises now."""
    transfer = stored(Transfer, record)
    check_can_relist(actor, transfer)
    number = _list(transfer)
    record_event(actor=actor, at=at, action="relist", record=transfer, text=f"重列清单，{number} 张卡片")
    return transfer


@rule
def add_line(*, actor, at: datetime, record: Transfer, card: AssetCard, quantity: int | None = None) -> TransferLine:
    """One card more, or some pieces of it. Raises RuleViolation when it is somebody else's or would not change."""
    transfer, card = stored(Transfer, record), stored(AssetCard, card)
    check_can_edit(actor, transfer)
    if not card.is_alive:
        raise RuleViolation(f"「{card}」{card.get_status_display()}，不能交接。", field="card")
    if card.custodian_id not in (None, transfer.giver_id):
        raise RuleViolation(f"「{card}」的保管人是{card.custodian}，不是{transfer.giver}，要由保管人移交。", field="card")
    if transfer.lines.filter(card=card.pk).exists():
        raise RuleViolation(f"「{card}」已经在单上了。要改数量，请先去掉那一行。", field="card")
    if transfer.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张单最多 {MOST_LINES} 行。", field="card")
    line = line_for(transfer, card, pieces(card.quantity if quantity is None else quantity, most=card.quantity))
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="add_line", record=transfer, text=f"加 {card} {line.quantity} {card.unit}")
    return line


@rule
def remove_line(*, actor, at: datetime, record: Transfer, row: TransferLine) -> Transfer:
    transfer = stored(Transfer, record)
    check_can_edit(actor, transfer)
    found = transfer.lines.filter(pk=row.pk).select_related("card").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_line", record=transfer, text=f"去掉 {found.card}")
    found.delete()
    return transfer


@rule
def send_transfer(*, actor, at: datetime, record: Transfer) -> Transfer:
    """For both to sign. Raises RuleViolation naming what changed since it was listed, or what would not change at all."""
    transfer = stored(Transfer, record)
    check_can_send(actor, transfer)
    _check_people({}, transfer)
    lines = lines_of(transfer)
    if not lines and not transfer.rooms.exists():
        raise RuleViolation("单上还没有东西。" + ("名下没有登记的财产，不用交接。" if transfer.is_handover else "请先加要调拨的资产。"))
    if changed := stale(transfer, lines):
        raise RuleViolation(f"{changed}。请去掉这一行重新加。" if not transfer.is_handover else f"{changed}。请重列清单。")
    same = next((line for line in lines if not changes_something(transfer, line.card)), None)
    if same:
        raise RuleViolation(f"「{same}」的地点、部门和保管人都不会变，请从单上去掉。")
    known = list(comprised(transfer).values_list("pk", flat=True)) if transfer.is_handover else []
    advance(transfer, TransferState.OPEN, moves=TRANSFER_MOVES, sent_at=at, revision=transfer.revision + 1, known=known, words="")
    record_event(actor=actor, at=at, action="send", record=transfer, text=f"送双方签字：{transfer.giver}交{transfer.receiver}，{len(lines)} 张卡片")
    body = f"{transfer.giver}交{transfer.receiver}，{len(lines)} 张卡片"
    tell([transfer.giver, transfer.receiver], transfer, at=at, about=f"sent.{transfer.revision}", title=f"请签字：{transfer}", body=body)
    return transfer


@rule
def take_back(*, actor, at: datetime, record: Transfer, reason: str) -> Transfer:
    """Back to the draft to be changed; signatures given so far no longer count."""
    transfer = stored(Transfer, record)
    check_can_take_back(actor, transfer)
    reason = _reason(reason, "请写为什么退回修改。")
    signed = [person for person, moment in ((transfer.giver, transfer.gave_at), (transfer.receiver, transfer.took_at)) if moment]
    advance(transfer, TransferState.DRAFT, moves=TRANSFER_MOVES, gave_at=None, took_at=None, words=reason)
    record_event(actor=actor, at=at, action="take_back", record=transfer, text="退回修改，已签的作废", note=reason)
    tell(signed, transfer, at=at, about=f"back.{transfer.revision}", title=f"{transfer}退回修改，您的签字作废", body=reason)
    return transfer


@rule
def void_transfer(*, actor, at: datetime, record: Transfer, reason: str) -> Transfer:
    transfer = stored(Transfer, record)
    check_can_void(actor, transfer)
    reason, was_sent = _reason(reason, "请写为什么作废。"), transfer.state == TransferState.OPEN
    advance(transfer, TransferState.VOID, moves=TRANSFER_MOVES, words=reason)
    record_event(actor=actor, at=at, action="void", record=transfer, text="作废", note=reason)
    if was_sent:
        tell([transfer.giver, transfer.receiver], transfer, at=at, about="void", title=f"{transfer}作废，不用签了", body=reason)
    return transfer


def _reason(text: str, sentence: str) -> str:
    reason = tidied({"reason": text or ""})["reason"][:200]
    if not reason:
        raise RuleViolation(sentence, field="reason")
    return reason


@rule
def remind_unsigned(*, actor, at: datetime) -> int:
    """Once a week tell whoever has not signed for longer than the school allows; how many papers wait."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    today = timezone.localdate(at)
    before, week = at - timedelta(days=int(limit("assets.sign.days", today))), today.isocalendar()
    late = list(Transfer.objects.filter(state=TransferState.OPEN, sent_at__lte=before).select_related("giver", "receiver").order_by("pk"))
    for transfer in late:
        missing = [person for person, moment in ((transfer.giver, transfer.gave_at), (transfer.receiver, transfer.took_at)) if moment is None]
        tell(missing, transfer, at=at, about=f"late.{week.year}-{week.week}", title=f"还没有签字：{transfer}")
    return len(late)


def tell(people: Iterable, transfer: Transfer, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One line per occasion of this paper."""
    url = reverse("assets:transfer-detail", args=[transfer.pk])
    body = body or f"{transfer.giver}交{transfer.receiver}"
    notify(at=at, key=f"assets.transfer.{about}:{transfer.pk}", recipients=list(people), title=title, body=body, url=url, subject=SIGNING)
