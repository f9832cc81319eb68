"""Writing the store's papers: drawn up line by line, booked in one piece, sent for approval where goods vanish (STK-01, STK-04)."""

from datetime import date, datetime
from decimal import Decimal

from assets.item.models import Item
from assets.item.quantities import NONE, figure, in_basic_units, quantity_of
from assets.money import amount_of
from assets.store.ledger import check_day
from assets.store.models import Batch, Stock
from assets.store.queries import APPROVE, KEEP
from assets.store.telling import tell
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import BY_HAND, SERIES, SLIP_MOVES, WITH_APPROVAL, Slip, SlipKind, SlipLine, SlipState

MOST_LINES = 300


def check_can_keep(user, record=None) -> None:
    require(user, KEEP)


def check_can_edit(user, slip: Slip) -> None:
    require(user, KEEP)
    if slip.state != SlipState.DRAFT:
        raise RuleViolation(f"这张单{slip.get_state_display()}，不能再改。")


def check_can_add(user, slip: Slip) -> None:
    check_can_edit(user, slip)


def check_can_count(user, slip: Slip) -> None:
    check_can_edit(user, slip)
    if slip.kind != SlipKind.COUNT:
        raise RuleViolation("只有盘点单才填实盘数。")


def check_can_submit(user, slip: Slip) -> None:
    require(user, KEEP)
    if slip.kind not in WITH_APPROVAL:
        raise RuleViolation("这种单据不用审核，直接记账。")
    check_move(slip, SlipState.WAITING, moves=SLIP_MOVES)


def check_can_decide(user, slip: Slip) -> None:
    """Whoever approves losses and counts, and has not drawn up this one."""
    require(user, APPROVE)
    if slip.state != SlipState.WAITING:
        raise RuleViolation(f"这张单{slip.get_state_display()}，不用审核。")
    check_separation(user, "approve", slip)


@rule
def save_slip(*, actor, at: datetime, record: Slip | None = None, **fields) -> Slip:
    """A draft or its new words. The kind and the store stay once there are lines. Raises RuleViolation or ValidationError at the field."""
    check_can_keep(actor)
    slip, fields = stored(Slip, record), tidied(fields)
    if slip.pk is None:
        slip.created_by, slip.created_at = actor, at
    else:
        check_can_edit(actor, slip)
    _check_words(slip, fields, at)
    return save_changes(actor=actor, at=at, record=slip, **fields)


def _check_words(slip: Slip, fields: dict, at: datetime) -> None:
    kind = fields.get("kind", slip.kind)
    if kind not in BY_HAND:
        raise RuleViolation("出库单由领用申请发料生成，退库单从出库单退料生成。", field="kind")
    check_day(fields.get("on", slip.on), at)
    if slip.pk and slip.lines.exists():
        for name, words in (("kind", "单据种类"), ("store", "仓库")):
            if name in fields and fields[name] != getattr(slip, name):
                raise RuleViolation(f"已经有明细，{words}不能再改。请先去掉明细。", field=name)
    _check_sides(slip, fields, kind)


def _check_sides(slip: Slip, fields: dict, kind: str) -> None:
    """Where it goes to, why, and where from, as far as the kind asks for it."""
    if kind != SlipKind.TRANSFER:
        fields["to_store"] = None
    elif fields.get("to_store", slip.to_store) in (None, fields.get("store", slip.store if slip.pk else None)):
        raise RuleViolation("调拨要选另一个仓库。", field="to_store")
    if kind == SlipKind.LOSS and not fields.get("reason", slip.reason):
        raise RuleViolation("报损要写原因，例如 水泡、过期、摔坏。", field="reason")
    if kind == SlipKind.RECOVER and not fields.get("source_words", slip.source_words):
        raise RuleViolation("请写从哪里回收的，例如 实验楼换下的灯具。", field="source_words")


@rule
def add_line(
    *, actor, at: datetime, record: Slip, item: Item, quantity: Decimal, unit: str = "", price: Decimal | None = None, amount: Decimal | None = None,
    batch: Batch | None = None, batch_number: str = "", expires_on: date | None = None, note: str = "",
) -> SlipLine:  # fmt: skip
    """One item on the draft. A price is per `unit` as typed; an amount goes before it. Raises RuleViolation at the field."""
    slip = stored(Slip, record)
    check_can_add(actor, slip)
    words = tidied({"unit": unit or "", "batch_number": batch_number or "", "note": note or ""})
    if slip.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张单最多 {MOST_LINES} 行，请另开一张。", field="item")
    if slip.kind == SlipKind.COUNT:
        typed = quantity_of(quantity, least=NONE)
        counted = typed if typed == NONE else in_basic_units(item, typed, words["unit"])
        return count_item(slip, item, counted, actor=actor, at=at)
    base = in_basic_units(item, quantity, words["unit"])
    line = SlipLine(slip=slip, item=item, quantity=base, entered=_entered(item, quantity, words["unit"]), note=words["note"][:120])
    if slip.has_prices:
        line.amount = _amount(slip, quantity, price, amount)
        line.batch_number, line.expires_on = words["batch_number"][:30], _expiry(slip, item, expires_on)
    else:
        line.batch = _batch(slip, item, batch)
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="add_line", record=slip, text=f"加 {item} {figure(base)} {item.unit}")
    return line


def _entered(item: Item, quantity, unit: str) -> str:
    return f"{figure(Decimal(str(quantity)))} {unit}" if unit and unit != item.unit else ""


def _amount(slip: Slip, quantity, price: Decimal | None, amount: Decimal | None) -> Decimal:
    """The typed amount, otherwise quantity times price to the cent. Goods that were recovered may be worth nothing."""
    if amount is not None:
        return amount_of(amount, field="amount")
    if price is not None:
        return amount_of(money(Decimal(str(quantity)) * price), field="price")
    if slip.kind == SlipKind.RECOVER:
        return NONE
    raise RuleViolation("请填单价或者金额。", field="amount")


def _expiry(slip: Slip, item: Item, expires_on: date | None) -> date | None:
    if item.keeps_expiry and expires_on is None:
        raise RuleViolation(f"「{item}」有保质期，请填到期日。", field="expires_on")
    if expires_on is not None and expires_on < slip.on:
        raise RuleViolation("到期日比入库日期还早，过期的不能入库。", field="expires_on")
    return expires_on


def _batch(slip: Slip, item: Item, batch: Batch | None) -> Batch | None:
    if batch is None:
        return None
    if batch.stock.store_id != slip.store_id or batch.stock.item_id != item.pk:
        raise RuleViolation("这一批不是这个仓库的这件物品，请重新选。", field="batch")
    return batch


def count_item(slip: Slip, item: Item, counted: Decimal, *, actor, at: datetime) -> SlipLine:
    """Write what was counted beside what the ledger says at this moment; counted again, the newer number stands."""
    book = Stock.objects.filter(store=slip.store_id, item=item.pk).values_list("quantity", flat=True).first() or NONE
    line = slip.lines.filter(item=item.pk).first() or SlipLine(slip=slip, item=item)
    line.book, line.counted = book, quantity_of(counted, field="counted", least=NONE)
    line.quantity = abs(line.counted - book)
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="count", record=slip, text=f"盘点 {item}：账面 {figure(book)}，实盘 {figure(line.counted)} {item.unit}")
    return line


@rule
def fill_count(*, actor, at: datetime, record: Slip, counted: dict[int, Decimal]) -> Slip:
    """What was counted, by the number of the stock; stocks of other stores are refused."""
    slip = stored(Slip, record)
    check_can_count(actor, slip)
    if not counted:
        raise RuleViolation("还没有填实盘数。没有的填 0，没盘到的空着。")
    stocks = {stock.pk: stock for stock in Stock.objects.filter(store=slip.store_id, pk__in=counted).select_related("item")}
    if len(stocks) != len(counted):
        raise Conflict("有一样不在这个仓库里，请刷新后再填。")
    for pk, quantity in counted.items():
        count_item(slip, stocks[pk].item, quantity, actor=actor, at=at)
    return slip


@rule
def remove_line(*, actor, at: datetime, record: Slip, row: SlipLine) -> Slip:
    slip = stored(Slip, record)
    check_can_edit(actor, slip)
    found = slip.lines.filter(pk=row.pk).select_related("item").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_line", record=slip, text=f"去掉 {found.item} {figure(found.quantity)} {found.item.unit}")
    found.delete()
    return slip


@rule
def submit_slip(*, actor, at: datetime, record: Slip) -> Slip:
    """Number a loss or count and ask for its approval. Raises RuleViolation while something is missing, or when nobody could approve it."""
    slip = stored(Slip, record)
    check_can_submit(actor, slip)
    check_has_lines(slip)
    check_all_counted(slip)
    deciders = list(holders_of(APPROVE).exclude(pk__in=[actor.pk, slip.created_by_id]))
    if not deciders:
        raise RuleViolation("除了您自己，没有人能审核。请系统管理员在「角色与权限」里指定。")
    advance(slip, SlipState.WAITING, moves=SLIP_MOVES, number=numbered(slip), opinion="")
    record_event(actor=actor, at=at, action="submit", record=slip, text=f"送审：{slip.lines.count()} 行", note=slip.reason)
    tell(deciders, slip, at=at, about="asked", title=f"请审核{slip}", body=f"{slip.store}，{actor.name}送审")
    return slip


def check_has_lines(slip: Slip) -> None:
    if not slip.lines.exists():
        raise RuleViolation("还没有明细，请先加。")


def check_all_counted(slip: Slip) -> None:
    """A whole count names everything that should be there."""
    if slip.kind != SlipKind.COUNT or not slip.is_whole:
        return
    missing = Stock.objects.filter(store=slip.store_id, quantity__gt=0).exclude(item__in=slip.lines.values("item")).select_related("item", "store")
    first = missing.first()
    if first:
        raise RuleViolation(f"还有 {missing.count()} 样没有盘，例如「{first.item}」。请盘完，或者改成抽盘。")


def numbered(slip: Slip) -> str:
    return slip.number or next_number(SERIES[SlipKind(slip.kind)], slip.on.year)


@rule
def return_slip(*, actor, at: datetime, record: Slip, opinion: str) -> Slip:
    """Back to who drew it up, with words."""
    slip = stored(Slip, record)
    check_can_decide(actor, slip)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    if not opinion:
        raise RuleViolation("请写为什么退回。", field="opinion")
    advance(slip, SlipState.DRAFT, moves=SLIP_MOVES, opinion=opinion)
    record_event(actor=actor, at=at, action="return", record=slip, text="退回修改", note=opinion)
    tell([slip.created_by], slip, at=at, about="returned", title=f"退回来了：{slip}", body=opinion)
    return slip


@rule
def void_slip(*, actor, at: datetime, record: Slip, reason: str) -> Slip:
    """A draft that is not needed; it stays to be read."""
    slip = stored(Slip, record)
    check_can_edit(actor, slip)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(slip, SlipState.VOID, moves=SLIP_MOVES, opinion=reason)
    record_event(actor=actor, at=at, action="void", record=slip, text="作废", note=reason)
    return slip


def batches_of(slip: Slip) -> list[Batch]:
    """What a form offers to choose from: everything left in the store, by item."""
    rows = Batch.objects.filter(stock__store=slip.store_id, quantity__gt=0).select_related("stock__item")
    return list(rows.order_by("stock__item__pinyin", "stock__item", "expires_on", "received_on", "pk"))
