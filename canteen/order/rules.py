"""Ordering for a day: drafts out of the plan, one per supplier, corrected line by line, placed with a supplier whose papers are in order (CAN-01, CAN-03)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from assets.public import figure, in_basic_units, quantity_of
from canteen.amounts import price_of
from canteen.delivery.models import DeliveryState
from canteen.ingredient.models import Ingredient
from canteen.ingredient.queries import check_allowed
from canteen.price.queries import quotes_on
from canteen.supplier.models import Supplier
from canteen.supplier.queries import check_supplier
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import ORDER_MOVES, FoodOrder, FoodOrderLine, OrderState
from .queries import check_can_manage, plan_of

SERIES = "SC"
MOST_LINES = 200
FARTHEST = 31  # days ahead


def check_can_edit(user, order: FoodOrder) -> None:
    check_can_manage(user)
    if order.state != OrderState.DRAFT:
        raise RuleViolation(f"这张采购单{order.get_state_display()}，不能再改。")


def check_can_place(user, order: FoodOrder) -> None:
    check_can_manage(user)
    check_move(order, OrderState.PLACED, moves=ORDER_MOVES)
    if order.state != OrderState.DRAFT:
        raise RuleViolation("已经下过单了。")


def check_can_cancel(user, order: FoodOrder) -> None:
    check_can_manage(user)
    check_move(order, OrderState.CANCELLED, moves=ORDER_MOVES)
    if order.deliveries.exclude(state__in=[DeliveryState.CALLED_OFF, DeliveryState.REFUSED]).exists():
        raise RuleViolation("已经在收货了，不能取消。")


def check_day(on: date, at: datetime, *, field: str = "on") -> None:
    today = timezone.localdate(at)
    if on < today:
        raise RuleViolation(f"不能给过去的日子下单（今天是 {today}）。", field=field)
    if on > today + timedelta(days=FARTHEST):
        raise RuleViolation(f"最多提前 {FARTHEST} 天下单。", field=field)


@rule
def draft_orders(*, actor, at: datetime, on: date) -> list[FoodOrder]:
    """The plan of the day as drafts, one per supplier; what was drafted or ordered before counts, so doing it twice adds nothing.

    Raises RuleViolation when the day has no approved menu and nothing is low, and for goods of which nobody said who brings them.
    """
    check_can_manage(actor)
    check_day(on, at)
    list(Supplier.objects.select_for_update().order_by("pk").values_list("pk"))  # whoever plans the same day at once waits, then finds these drafts
    plan = plan_of(on, timezone.localdate(at))
    if plan.homeless:
        names = "、".join(str(row.ingredient) for row in plan.homeless[:5])
        raise RuleViolation(f"还没有定向谁买：{names}{'等' if len(plan.homeless) > 5 else ''} {len(plan.homeless)} 样。请在食材目录里选「平时向谁买」。")
    if not plan.to_buy:
        raise RuleViolation("".join(plan.gaps) or "库里的和已经订的够用，不用再买。")
    orders = []
    for supplier, rows in sorted(plan.by_supplier().items(), key=lambda one: str(one[0])):
        check_supplier(supplier, on)
        order = FoodOrder.objects.select_for_update().filter(supplier=supplier, on=on, state=OrderState.DRAFT).first()
        order = order or save_order(actor=actor, at=at, supplier=supplier, on=on, deliver_on=on)
        for row in rows:
            _add(order, row.ingredient, row.wish.quantity, needed=row.wish.needed, in_stock=row.wish.stock, price=row.price)
        record_event(actor=actor, at=at, action="plan", record=order, text=f"按 {on} 的食谱算出 {len(rows)} 样")
        orders.append(order)
    return orders


def _add(order: FoodOrder, ingredient: Ingredient, quantity: Decimal, **words) -> FoodOrderLine:
    line = order.lines.filter(ingredient=ingredient).first()
    if line is not None:
        line.quantity += quantity
    else:
        line = FoodOrderLine(order=order, ingredient=ingredient, quantity=quantity, **words)
    line.full_clean()
    line.save()
    return line


@rule
def save_order(*, actor, at: datetime, record: FoodOrder | None = None, **fields) -> FoodOrder:
    """A draft or its new words. The supplier stays once there are lines."""
    check_can_manage(actor)
    order, fields = stored(FoodOrder, record), tidied(fields)
    if order.pk is None:
        order.created_by, order.created_at = actor, at
    else:
        check_can_edit(actor, order)
        if fields.get("supplier", order.supplier) != order.supplier and order.lines.exists():
            raise RuleViolation("已经有明细，不能换供应商。请另开一张。", field="supplier")
    on, deliver_on = fields.get("on", order.on), fields.get("deliver_on", order.deliver_on)
    check_day(on, at)
    check_day(deliver_on, at, field="deliver_on")
    check_supplier(fields.get("supplier") or order.supplier, deliver_on)
    return save_changes(actor=actor, at=at, record=order, **fields)


@rule
def add_line(*, actor, at: datetime, record: FoodOrder, ingredient: Ingredient, quantity: Decimal, unit: str = "", price=None, note: str = "") -> FoodOrderLine:
    """One more ingredient, in its unit or one of its packs. Raises RuleViolation at the field, for a forbidden one with the reason."""
    order = stored(FoodOrder, record)
    check_can_edit(actor, order)
    check_allowed(ingredient)
    if order.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张单最多 {MOST_LINES} 行，请另开一张。", field="ingredient")
    if order.lines.filter(ingredient=ingredient).exists():
        raise RuleViolation(f"这张单上已经有「{ingredient}」，请改那一行的数量。", field="ingredient")
    base = in_basic_units(ingredient, quantity, unit or "")
    line = FoodOrderLine(
        order=order, ingredient=ingredient, quantity=base, price=_price(order, ingredient, price), note=tidied({"n": note or ""})["n"][:60]
    )  # fmt: skip
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="add_line", record=order, text=f"加 {ingredient} {figure(base)} {ingredient.unit}")
    return line


def _price(order: FoodOrder, ingredient: Ingredient, price) -> Decimal | None:
    """The price agreed on, otherwise what the supplier asked last, otherwise what was paid last."""
    if price is not None and price != "":
        return price_of(price)
    return quotes_on(order.on).get((ingredient.pk, order.supplier_id), ingredient.last_price)


@rule
def change_line(*, actor, at: datetime, record: FoodOrder, row: FoodOrderLine, quantity: Decimal, price=None) -> FoodOrder:
    """Another quantity or price than the plan said."""
    order = stored(FoodOrder, record)
    check_can_edit(actor, order)
    line = _line(order, row)
    before = line.quantity
    line.quantity = quantity_of(quantity)
    line.price = price_of(price) if price not in (None, "") else line.price
    line.full_clean()
    line.save()
    text = f"{line.ingredient} {figure(before)} 改为 {figure(line.quantity)} {line.ingredient.unit}"
    record_event(actor=actor, at=at, action="change_line", record=order, text=text)
    return order


@rule
def remove_line(*, actor, at: datetime, record: FoodOrder, row: FoodOrderLine) -> FoodOrder:
    order = stored(FoodOrder, record)
    check_can_edit(actor, order)
    line = _line(order, row)
    record_event(actor=actor, at=at, action="remove_line", record=order, text=f"去掉 {line.ingredient} {figure(line.quantity)} {line.ingredient.unit}")
    line.delete()
    return order


def _line(order: FoodOrder, row: FoodOrderLine) -> FoodOrderLine:
    found = order.lines.filter(pk=row.pk).select_related("ingredient").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    return found


@rule
def place_order(*, actor, at: datetime, record: FoodOrder) -> FoodOrder:
    """Give the order to the supplier: numbered, and refused when its papers are not in order on the day of delivery, or a line is forbidden."""
    order = stored(FoodOrder, record)
    check_can_place(actor, order)
    lines = list(order.lines.select_related("ingredient"))
    if not lines:
        raise RuleViolation("还没有明细，请先加。")
    check_day(order.deliver_on, at, field=None)
    passed = check_supplier(order.supplier, order.deliver_on)
    for line in lines:
        check_allowed(line.ingredient, field=None)
    number = next_number(SERIES, order.on.year)
    advance(order, OrderState.PLACED, moves=ORDER_MOVES, number=number, placed_at=at, placed_by=actor)
    note = f"证照不全，{passed.created_by.name}放行到 {passed.last_on}：{passed.reason}" if passed else ""
    record_event(actor=actor, at=at, action="place", record=order, text=f"下单：{len(lines)} 样", note=note)
    return order


@rule
def cancel_order(*, actor, at: datetime, record: FoodOrder, reason: str) -> FoodOrder:
    order = stored(FoodOrder, record)
    check_can_cancel(actor, order)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么取消。", field="reason")
    advance(order, OrderState.CANCELLED, moves=ORDER_MOVES, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=order, text="取消采购单", note=reason)
    return order


def note_arrived(order: FoodOrder, *, actor, at: datetime) -> None:
    """Its delivery was posted; called by that rule. A second delivery of one order changes nothing more."""
    if order.state == OrderState.PLACED:
        advance(order, OrderState.ARRIVED, moves=ORDER_MOVES)
        record_event(actor=actor, at=at, action="arrive", record=order, text="到货入库")
