"""Keeping the list of items and their packs (STK-01)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from assets.store.models import StockMove
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.text import pinyin_key, plain

from .models import Item, Pack
from .quantities import NONE, quantity_of
from .queries import check_can_manage


@rule
def save_item(*, actor, at: datetime, record: Item | None = None, **fields) -> Item:
    """A new item or other words about one. Its basic unit is fixed by the first move. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    item, fields = stored(Item, record), tidied(fields)
    for name in ("minimum", "maximum"):
        if fields.get(name) is not None:
            fields[name] = quantity_of(fields[name], field=name, least=NONE)
    if item.pk is None:
        item.created_by, item.created_at = actor, at
    elif fields.get("unit", item.unit) != item.unit and StockMove.objects.filter(stock__item=item.pk).exists():
        raise RuleViolation(f"已经按「{item.unit}」记过账，单位不能再改。请另建一个物品。", field="unit")
    if item.pk and plain(fields.get("unit", item.unit)) in {plain(pack.name) for pack in item.packs.all()}:
        raise RuleViolation("单位不能和包装同名。", field="unit")
    fields["pinyin"] = pinyin_key(fields.get("name", item.name))
    return save_changes(actor=actor, at=at, record=item, **fields)


@rule
def add_pack(*, actor, at: datetime, record: Item, name: str, holds: Decimal) -> Pack:
    """One pack of the item: 箱 holds 10. Raises RuleViolation at its field."""
    check_can_manage(actor)
    item = stored(Item, record)
    name = tidied({"name": name or ""})["name"]
    if not name:
        raise RuleViolation("请写包装的名称，例如 箱。", field="name")
    if plain(name) == plain(item.unit):
        raise RuleViolation(f"「{name}」就是基本单位，不用再加。", field="name")
    if plain(name) in {plain(pack.name) for pack in item.packs.all()}:
        raise RuleViolation(f"已经有「{name}」了。", field="name")
    pack = Pack(item=item, name=name, holds=quantity_of(holds, field="holds"))
    pack.full_clean()
    pack.save()
    record_event(actor=actor, at=at, action="update", record=item, text=f"加包装：1 {pack.name} 含 {pack.holds.normalize():f} {item.unit}")
    return pack


@rule
def remove_pack(*, actor, at: datetime, record: Item, pack: Pack) -> Item:
    """Old papers keep the words they were written with, because quantities are kept in basic units."""
    check_can_manage(actor)
    item = stored(Item, record)
    found = item.packs.filter(pk=pack.pk).first()
    if found is None:
        raise Conflict("这个包装刚刚被去掉了，请刷新后再看。")
    found.delete()
    record_event(actor=actor, at=at, action="update", record=item, text=f"去掉包装：{pack.name}")
    return item


@rule
def import_items(*, actor, at: datetime, rows: Sequence[dict]) -> list[Item]:
    """New items, each by the page's own rule. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: import_item(actor=actor, at=at, **row))


@rule
def import_item(*, actor, at: datetime, record: Item | None = None, pack: str = "", holds: Decimal | None = None, **values) -> Item:
    """One row of a file: the item, and one pack when the row names one."""
    item = save_item(actor=actor, at=at, record=record, **values)
    if pack and holds and not item.packs.filter(name=pack).exists():
        add_pack(actor=actor, at=at, record=item, name=pack, holds=holds)
    return item


@rule
def remove_item(*, actor, at: datetime, record: Item) -> None:
    """Only one that nothing was ever written about, for taking an import back."""
    check_can_manage(actor)
    item = stored(Item, record)
    if item.stocks.exists():
        raise RuleViolation(f"「{item}」已经有库存记录，不能去掉。不用了的话请停用。")
    record_event(actor=actor, at=at, action="delete", record=item, text=f"去掉：{item}")
    item.packs.all().delete()
    item.delete()
