"""Who is not let in, letters and parcels, cars overnight (SAF-06, SAF-09)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .identity import digest_of, masked, tidy_id, tidy_phone, tidy_plate
from .models import NIGHT_MOVES, NIGHT_OPEN, PARCEL_MOVES, Barred, NightState, NightVehicle, Parcel, ParcelKind, ParcelState
from .queries import MANAGE, RECORD, VIEW, check_can_manage, check_can_record

SUBJECT = Subject("safety.parcel", "收发件到了、过夜车辆签字", "安全")
UNCLAIMED = Limit("safety.parcel.days", "收发件几天不领算积压", "天", 7, floor=1, ceiling=60, group="安全")
LONGEST = timedelta(days=190)  # one term
AHEAD = 60  # days
STATEMENT = """本人车辆因上述原因需要在校内过夜停放，本人承诺：
一、车辆停放在指定位置，不占消防通道，不堵出入口；
二、车内不放易燃易爆、贵重物品和重要文件，离车断电、锁好车窗；
三、进出校门减速慢行，上下学时段不在校内行驶；
四、保持电话畅通，学校需要挪车时随叫随到；
五、因本人原因造成的损失由本人承担；
六、期满按时驶离，需要延长的重新办理。"""


@rule
def bar(
    *, actor, at: datetime, name: str, reason: str, id_kind: str = "card", id_number: str = "", phone: str = "", plate: str = "", until: date | None = None
):
    """Put somebody on the list of those not let in. Returns the entry. Raises RuleViolation or ValidationError at its field."""
    require(actor, MANAGE)
    number = tidy_id(id_kind, id_number) if id_number else ""
    if until is not None and until < timezone.localdate(at):
        raise RuleViolation("期限不能早于今天。", field="until")
    entry = Barred(created_by=actor, created_at=at, id_masked=masked(number), id_digest=digest_of(number))
    words = tidied({"name": name or "", "reason": reason or ""}) | {"phone": tidy_phone(phone)}
    return save_changes(actor=actor, at=at, record=entry, plate=tidy_plate(plate), until=until, **words)


def check_can_lift(user, entry: Barred) -> None:
    check_can_manage(user)
    if entry.lifted_at is not None:
        raise RuleViolation("已经解除了。")


@rule
def lift(*, actor, at: datetime, record: Barred, reason: str) -> Barred:
    """Take somebody off the list; the entry stays with the reason."""
    entry, reason = stored(Barred, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_lift(actor, entry)
    if not reason:
        raise RuleViolation("请写为什么解除。", field="reason")
    if not Barred.objects.filter(pk=entry.pk, lifted_at=None).update(lifted_at=at, lifted_by=actor, lifted_reason=reason):
        raise Conflict("刚刚已经有人解除了，请刷新后再看。")
    entry.refresh_from_db()
    record_event(actor=actor, at=at, action="lift", record=entry, text="解除，可以进校", note=reason)
    return entry


@rule
def receive_parcel(
    *, actor, at: datetime, kind: str, recipient=None, recipient_words: str = "", sender: str = "", tracking: str = "", quantity: int = 1, kept: str = "",
    refuse: bool = False, note: str = "",
) -> Parcel:  # fmt: skip
    """Something came to the gate. Refused things are noted with the reason; takeaway for pupils can only be refused.

    Raises RuleViolation or ValidationError at its field.
    """
    require(actor, RECORD)
    words = tidied({"recipient_words": recipient_words or "", "sender": sender or "", "tracking": tracking or "", "kept": kept or "", "note": note or ""})
    if recipient is None and not words["recipient_words"]:
        raise RuleViolation("请写给谁的：教职工选姓名，部门和学生写在下面。", field="recipient")
    if recipient is not None and words["recipient_words"]:
        raise RuleViolation("收件教职工和收件部门只写一个。", field="recipient_words")
    if kind == ParcelKind.TAKEAWAY and recipient is None and not refuse:
        raise RuleViolation("外卖不能送给学生。请选「拒收」记一条。", field="refuse")
    if refuse and not words["note"]:
        raise RuleViolation("请写为什么拒收，退给了谁。", field="note")
    parcel = Parcel(created_by=actor, created_at=at)
    if refuse:
        parcel.state, parcel.ended_at, parcel.ended_by = ParcelState.REFUSED, at, actor
    text = f"{'拒收' if refuse else '收到'}{dict(ParcelKind.choices).get(kind, '')}"
    save_changes(actor=actor, at=at, record=parcel, text=text, kind=kind, recipient=recipient, quantity=quantity, **words)
    if recipient is not None and not refuse:
        where = f"放在{parcel.kept}" if parcel.kept else "放在门卫室"
        url = reverse("safety:parcel-detail", args=[parcel.pk])
        title = f"您有 {parcel.quantity} 件{parcel.get_kind_display()}到了"
        notify(at=at, key=f"safety.parcel:{parcel.pk}", recipients=[recipient], title=title, body=f"{where}。{parcel.sender}", url=url, subject=SUBJECT)
    return parcel


def check_can_hand(user, parcel: Parcel) -> None:
    check_can_record(user)
    check_move(parcel, ParcelState.HANDED, moves=PARCEL_MOVES)


@rule
def hand_parcel(*, actor, at: datetime, record: Parcel, taker: str, signature: Sequence = ()) -> Parcel:
    """Given to whoever signs for it."""
    parcel, taker = stored(Parcel, record), tidied({"taker": taker or ""})["taker"][:30]
    check_can_hand(actor, parcel)
    if not taker:
        raise RuleViolation("请写谁领走的。", field="taker")
    advance(parcel, ParcelState.HANDED, moves=PARCEL_MOVES, ended_at=at, ended_by=actor, taker=taker)
    attach(actor=actor, at=at, record=parcel, role="signature", uploads=signature, field="signature")
    record_event(actor=actor, at=at, action="hand", record=parcel, text=f"{taker}领走")
    return parcel


@rule
def return_parcel(*, actor, at: datetime, record: Parcel, reason: str) -> Parcel:
    """Sent back to where it came from."""
    parcel, reason = stored(Parcel, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_hand(actor, parcel)
    if not reason:
        raise RuleViolation("请写为什么退回。", field="reason")
    advance(parcel, ParcelState.RETURNED, moves=PARCEL_MOVES, ended_at=at, ended_by=actor, note=reason)
    record_event(actor=actor, at=at, action="return", record=parcel, text="退回", note=reason)
    return parcel


def check_can_refuse(user, parcel: Parcel) -> None:
    """The one it is for; the gate, who is told so by word of mouth."""
    if user.pk != parcel.recipient_id:
        check_can_record(user)
    check_move(parcel, ParcelState.REFUSED, moves=PARCEL_MOVES)


@rule
def refuse_parcel(*, actor, at: datetime, record: Parcel, reason: str) -> Parcel:
    """Not wanted by the one it is for; the guard who took it in is told. Raises RuleViolation without a reason."""
    parcel, reason = stored(Parcel, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_refuse(actor, parcel)
    if not reason:
        raise RuleViolation("请写为什么拒收。", field="reason")
    advance(parcel, ParcelState.REFUSED, moves=PARCEL_MOVES, ended_at=at, ended_by=actor, note=reason)
    record_event(actor=actor, at=at, action="refuse", record=parcel, text="拒收", note=reason)
    if actor.pk != parcel.created_by_id:
        url, title = reverse("safety:parcel-detail", args=[parcel.pk]), f"{parcel.who}不收{parcel.get_kind_display()}，请退回"
        notify(at=at, key=f"safety.parcel.refused:{parcel.pk}", recipients=[parcel.created_by], title=title, body=reason, url=url, subject=SUBJECT)
    return parcel


def check_can_register_car(user, record=None) -> None:
    require(user, VIEW)


@rule
def register_car(
    *, actor, at: datetime, plate: str, phone: str, reason: str, from_on: date, until_on: date, owner=None, owner_name: str = "", car: str = "", place=None
) -> NightVehicle:
    """A car that is to stay overnight, one's own unless the gate writes it. Raises RuleViolation or ValidationError at its field."""
    require(actor, VIEW)
    words = tidied({"phone": phone or "", "reason": reason or "", "owner_name": owner_name or "", "car": car or ""})
    if owner is None and not words["owner_name"]:
        owner = actor
    if owner != actor and not has(actor, RECORD):
        raise NotAllowed("替别人登记过夜车辆，请找门卫。")
    plate = tidy_plate(plate)
    if not plate:
        raise RuleViolation("请写车牌，例如 浙A12345。", field="plate")
    if not 0 <= (from_on - timezone.localdate(at)).days <= AHEAD:
        raise RuleViolation(f"从今天起登记，最多提前 {AHEAD} 天；过去的日子不能补。", field="from_on")
    if until_on > from_on + LONGEST:
        raise RuleViolation(f"一次最多登记 {LONGEST.days} 天。", field="until_on")
    number = next_number("GY", timezone.localtime(at).year)  # its counter is locked until the end, so that two who register at once see each other's car
    if NightVehicle.objects.filter(plate=plate, state__in=NIGHT_OPEN).exists():
        raise RuleViolation("这辆车已经登记，还没有驶离。", field="plate")
    record = NightVehicle(
        plate=plate, owner=owner, place=place, from_on=from_on, until_on=until_on, statement=STATEMENT, created_by=actor, created_at=at, **words
    )
    record.number = number
    record.full_clean()
    record.save()
    record_event(actor=actor, at=at, action="create", record=record, text=f"登记过夜 {from_on} 至 {until_on}", note=record.reason)
    if owner is not None and owner != actor:
        url, key = reverse("safety:night-detail", args=[record.pk]), f"safety.night:{record.pk}"
        notify(at=at, key=key, recipients=[owner], title=f"{plate} 过夜停放，请签责任书", body=record.reason, url=url, subject=SUBJECT)
    return record


def check_can_sign(user, record: NightVehicle) -> None:
    """The owner; before the guard's eyes on the guard's phone, too."""
    if user.pk != record.owner_id and not has(user, RECORD):
        raise NotAllowed("责任书由车主本人签。")
    check_move(record, NightState.SIGNED, moves=NIGHT_MOVES)


@rule
def sign_car(*, actor, at: datetime, record: NightVehicle, signature: Sequence) -> NightVehicle:
    """The owner signs the statement. Raises RuleViolation without a signature."""
    row = stored(NightVehicle, record)
    check_can_sign(actor, row)
    if not signature:
        raise RuleViolation("还没有签名。", field="signature")
    witness = None if actor.pk == row.owner_id else actor
    advance(row, NightState.SIGNED, moves=NIGHT_MOVES, signed_at=at, signed_before=witness)
    attach(actor=actor, at=at, record=row, role="signature", uploads=signature, field="signature")
    record_event(actor=actor, at=at, action="sign", record=row, text=f"{row.who}签责任书" + (f"，{actor.name}在场" if witness else ""))
    return row


def check_can_drive_off(user, record: NightVehicle) -> None:
    check_can_record(user)
    check_move(record, NightState.LEFT, moves=NIGHT_MOVES)


@rule
def drive_off(*, actor, at: datetime, record: NightVehicle) -> NightVehicle:
    """The car left."""
    row = stored(NightVehicle, record)
    check_can_drive_off(actor, row)
    advance(row, NightState.LEFT, moves=NIGHT_MOVES, left_at=at, left_by=actor)
    record_event(actor=actor, at=at, action="drive_off", record=row, text="驶离")
    return row


def check_can_drop_car(user, record: NightVehicle) -> None:
    if user.pk not in (record.owner_id, record.created_by_id):
        require(user, RECORD)
    check_move(record, NightState.CANCELLED, moves=NIGHT_MOVES)


@rule
def drop_car(*, actor, at: datetime, record: NightVehicle) -> NightVehicle:
    """The car will not stay after all."""
    row = stored(NightVehicle, record)
    check_can_drop_car(actor, row)
    advance(row, NightState.CANCELLED, moves=NIGHT_MOVES)
    record_event(actor=actor, at=at, action="cancel", record=row, text="取消过夜")
    return row
