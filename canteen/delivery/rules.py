"""Writing down what came, and its certificates; correcting it before anybody signs (CAN-02, CAN-04)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from assets.public import figure, in_basic_units
from canteen.amounts import price_of, worth
from canteen.ingredient.dates import shelf_dates
from canteen.ingredient.queries import check_allowed
from canteen.late import claimed_time
from canteen.order.models import FoodOrder, FoodOrderLine, OrderState
from canteen.price.queries import quotes_on
from canteen.rights import OVERRIDE, RECEIVE
from canteen.supplier.queries import check_supplier, may_bring
from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import DELIVERY_MOVES, CertKind, Delivery, DeliveryLine, DeliveryPaper, DeliveryState
from .queries import OPEN

SERIES = "SY"
MOST_LINES = 100
PHOTOS = 6
WORDS = ("spec", "batch_number")


def check_can_receive(user, record=None) -> None:
    require(user, RECEIVE)


def check_can_change(user, delivery: Delivery) -> None:
    """Weights and dates may be put right until somebody has signed for them."""
    require(user, RECEIVE)
    if delivery.state != DeliveryState.CHECKING:
        raise RuleViolation(f"这张验收单{delivery.get_state_display()}，不能再改。")
    if delivery.signatures.filter(void_at=None).exists():
        raise RuleViolation("已经有人签字，不能直接改。数量不对的，先点「重新过秤」。")


def check_can_recount(user, delivery: Delivery) -> None:
    require(user, RECEIVE)
    if delivery.state != DeliveryState.CHECKING or not delivery.signatures.filter(void_at=None).exists():
        raise RuleViolation("没有签字，直接改就行。" if delivery.state == DeliveryState.CHECKING else f"这张验收单{delivery.get_state_display()}，不能再改。")


def check_can_add_paper(user, delivery: Delivery) -> None:
    require(user, RECEIVE)
    if delivery.state not in (*OPEN, DeliveryState.POSTED):
        raise RuleViolation(f"这张验收单{delivery.get_state_display()}，不用再补证票。")


def check_can_call_off(user, delivery: Delivery) -> None:
    """Whoever wrote it down, or a leader, before anything of it is in the store."""
    if user.pk != delivery.created_by_id and not has(user, OVERRIDE):
        require(user, OVERRIDE)
    check_move(delivery, DeliveryState.CALLED_OFF, moves=DELIVERY_MOVES)


@rule
def receive(
    *, actor, at: datetime, supplier=None, order: FoodOrder | None = None, lines: Sequence[dict], driver: str, plate: str = "",
    vehicle_c: Decimal | None = None, happened_at: datetime | None = None, note: str = "", photos: Sequence = (),
) -> Delivery:  # fmt: skip
    """A van at the gate, put before its signers. `lines` are {ingredient, weighed, unit, price, spec, batch_number, made_on, expires_on, order_line}.

    `photos` are of the delivery note or invoice. Refused for a supplier whose papers are not in order on that day, for a forbidden ingredient,
    and for what has a shelf life without its date; at the field. `happened_at` is when it came, now when nobody says.
    """
    check_can_receive(actor)
    happened_at = claimed_time(happened_at, at)
    day = timezone.localdate(happened_at)
    order = stored(FoodOrder, order) if order else None
    supplier = _supplier(supplier, order)
    passed = check_supplier(supplier, day)
    words = tidied({"driver": driver or "", "plate": plate or "", "note": note or ""})
    delivery = Delivery(
        number=next_number(SERIES, day.year), supplier=supplier, order=order, vehicle_c=vehicle_c, happened_at=happened_at, created_by=actor, created_at=at, **words
    )  # fmt: skip
    delivery.full_clean()
    delivery.save()
    made = _lines(delivery, lines, day)
    DeliveryLine.objects.bulk_create(made)
    text = f"{supplier}送来 {len(made)} 样"
    if passed:
        text += f"（证照不全，{passed.created_by.name}放行）"
    note = "；".join(filter(None, [delivery.late, "、".join(f"{line.ingredient} {figure(line.weighed)} {line.ingredient.unit}" for line in made)]))
    record_event(actor=actor, at=at, action="receive", record=delivery, text=text, note=note)
    if photos:
        _paper(delivery, CertKind.INVOICE, photos, actor=actor, at=at)
    return delivery


def _supplier(supplier, order: FoodOrder | None):
    if order is None and supplier is None:
        raise RuleViolation("请选是哪家供应商送来的。", field="supplier")
    if order is None:
        return supplier
    if supplier is not None and supplier.pk != order.supplier_id:
        raise RuleViolation("这张采购单不是这家供应商的。", field="supplier")
    if order.state not in (OrderState.PLACED, OrderState.ARRIVED):
        raise RuleViolation(f"这张采购单{order.get_state_display()}，不能按它收货。", field="order")
    return order.supplier


def _lines(delivery: Delivery, given: Sequence[dict], day: date) -> list[DeliveryLine]:
    if not given:
        raise RuleViolation("还没有写到了什么。", field="lines")
    if len(given) > MOST_LINES:
        raise RuleViolation(f"一张单最多 {MOST_LINES} 行，请分成两张。", field="lines")
    ordered = {line.ingredient_id: line for line in delivery.order.lines.all()} if delivery.order else {}
    quotes = quotes_on(day)
    return [_line(delivery, row, ordered, quotes, day) for row in given]


def _line(delivery: Delivery, row: dict, ordered: dict[int, FoodOrderLine], quotes: dict, day: date) -> DeliveryLine:
    ingredient = row["ingredient"]
    check_allowed(ingredient, field="lines")
    from_order = ordered.get(ingredient.pk)
    line = DeliveryLine(delivery=delivery, order_line=from_order, ingredient=ingredient, **tidied({name: row.get(name) or "" for name in WORDS}))
    line.weighed = in_basic_units(ingredient, row.get("weighed"), row.get("unit") or "", field="lines")
    price = row.get("price")
    if price in (None, ""):
        price = (from_order.price if from_order else None) or quotes.get((ingredient.pk, delivery.supplier_id), ingredient.last_price)
    if price is None:
        raise RuleViolation(f"「{ingredient}」还没有单价，请填。", field="lines")
    line.price = price_of(price, field="lines")
    line.made_on, line.expires_on = shelf_dates(ingredient, row.get("made_on"), row.get("expires_on"), day)
    line.amount = worth(line.weighed, line.price)
    line.full_clean(exclude=["delivery"])
    return line


@rule
def change_line(*, actor, at: datetime, record: Delivery, row: DeliveryLine, weighed: Decimal, unit: str = "", **fields) -> Delivery:
    """Put a line right before anybody signed."""
    delivery = stored(Delivery, record)
    check_can_change(actor, delivery)
    line = delivery.lines.filter(pk=row.pk).select_related("ingredient").first()
    if line is None:
        raise Conflict("这一行刚刚被改过，请刷新后再看。")
    before = figure(line.weighed)
    day = timezone.localdate(delivery.happened_at)
    fields = {"weighed": weighed, "unit": unit, "ingredient": line.ingredient} | fields
    new = _line(
        delivery, fields, {line.ingredient_id: line.order_line} if line.order_line else {}, {(line.ingredient_id, delivery.supplier_id): line.price}, day
    )
    for name in ("weighed", "price", "made_on", "expires_on", "amount", *WORDS):
        setattr(line, name, getattr(new, name))
    line.full_clean()
    line.save()
    text = f"改 {line.ingredient}：{before} 改为 {figure(line.weighed)} {line.ingredient.unit}，{line.price.normalize():f} 元"
    record_event(actor=actor, at=at, action="change_line", record=delivery, text=text)
    return delivery


@rule
def recount(*, actor, at: datetime, record: Delivery, reason: str) -> Delivery:
    """Take the signatures back so that the weights can be put right; everybody signs anew."""
    delivery = stored(Delivery, record)
    check_can_recount(actor, delivery)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么重新过秤。", field="reason")
    names = "、".join(one.user.name for one in delivery.signatures.filter(void_at=None).select_related("user"))
    delivery.signatures.filter(void_at=None).update(void_at=at)
    blank = {"temperature": None, "look": "", "smell": "", "packaging": "", "dates": "", "rejected": 0, "reason": ""}
    delivery.lines.update(**blank)
    for line in delivery.lines.all():
        DeliveryLine.objects.filter(pk=line.pk).update(amount=worth(line.weighed, line.price))
    delivery.remedy = ""
    delivery.save(update_fields=["remedy"])
    record_event(actor=actor, at=at, action="recount", record=delivery, text=f"重新过秤，{names}的签字作废", note=reason)
    return delivery


@rule
def call_off(*, actor, at: datetime, record: Delivery, reason: str) -> Delivery:
    """Written down by mistake: it counts for nothing and stays to be read."""
    delivery = stored(Delivery, record)
    check_can_call_off(actor, delivery)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么撤回。", field="reason")
    advance(delivery, DeliveryState.CALLED_OFF, moves=DELIVERY_MOVES, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action="call_off", record=delivery, text="撤回验收单", note=reason)
    return delivery


@rule
def add_paper(
    *, actor, at: datetime, record: Delivery, kind: str, photos: Sequence, line: DeliveryLine | None = None, number: str = "", issued_on: date | None = None
) -> Delivery:  # fmt: skip
    """One certificate or ticket with its photo, for one batch or for the whole delivery. With the last one a held delivery goes into the store.

    A supplier stopped in the meantime keeps the goods out, never the certificate.
    """
    from .signing import finish

    delivery = stored(Delivery, record)
    check_can_add_paper(actor, delivery)
    if line is not None and line.delivery_id != delivery.pk:
        raise RuleViolation("这一样不在这张验收单上。", field="line")
    if issued_on is not None and issued_on > timezone.localdate(at):
        raise RuleViolation("开具日期不能晚于今天。", field="issued_on")
    _paper(delivery, kind, photos, actor=actor, at=at, line=line, number=number, issued_on=issued_on)
    if delivery.state == DeliveryState.HELD and may_bring(delivery.supplier, timezone.localdate(delivery.happened_at)):
        finish(delivery, actor=actor, at=at)
    return delivery


def _paper(delivery: Delivery, kind: str, photos: Sequence, *, actor, at: datetime, line=None, number: str = "", issued_on: date | None = None) -> None:
    if not photos:
        raise RuleViolation("请拍一张证票的照片。", field="photos")
    paper = DeliveryPaper(
        delivery=delivery, line=line, kind=kind, number=tidied({"n": number or ""})["n"], issued_on=issued_on, added_at=at, added_by=actor
    )  # fmt: skip
    paper.full_clean()
    paper.save()
    attach(actor=actor, at=at, record=delivery, role=paper.file_role, uploads=photos, limit=PHOTOS)
    about = f"（{line.ingredient}）" if line else ""
    record_event(actor=actor, at=at, action="add_paper", record=delivery, text=f"登记{paper}{about}")
