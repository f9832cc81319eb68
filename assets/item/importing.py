"""Filling the list of items from a file (STK-01)."""

from assets.item.quantities import NONE
from logistics.platform.imports.cells import text, yes_no
from logistics.platform.imports.figures import number
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.text import plain

from .models import Item, ItemKind
from .queries import MANAGE
from .rules import import_item, import_items, remove_item


def kind_names() -> Names:
    names = Names("物品类别", go="请先在「物品类别」里加，或者改成已有的。")
    for kind in ItemKind.objects.filter(is_active=True):
        names.add(kind, [kind.name])
    return names


def resolve_items(rows: list[Row], *, user) -> None:
    kinds, first = kind_names(), {}
    known = {(plain(item.name), plain(item.spec)): item for item in Item.objects.all()}
    for row in rows:
        kinds.put(row, "kind")
        key = (plain(row.values.get("name", "")), plain(row.values.get("spec", "")))
        if key in first:
            row.refuse("name", f"和{first[key].place}是同一个品名和规格，请合成一行。")
        first.setdefault(key, row)
        row.existing = known.get(key)
        if bool(row.values.get("pack")) != bool(row.values.get("holds")):
            row.refuse("pack", "包装和含量要一起写，例如 箱、10。")


ITEM_SHEET = ImportTarget(
    key="assets-items",
    label="库存物品",
    permission=MANAGE,
    model="assets.Item",
    icon="package",
    help="一行一种物品。现有多少另用「入库单」登记，这里只建目录。",
    columns=(
        ImportColumn("name", "品名", text(40), required=True, aliases=("名称", "物品名称", "物品", "商品名称"), example="打印纸"),
        ImportColumn("spec", "规格", text(40), aliases=("规格型号", "型号"), example="A4 70g"),
        ImportColumn("unit", "单位", text(8), required=True, aliases=("计量单位", "基本单位"), example="包"),
        ImportColumn("kind", "类别", text(20), required=True, fill_down=True, aliases=("物品类别", "分类"), example="办公用品"),
        ImportColumn("minimum", "最低库存", number(places=3, least=NONE), aliases=("库存下限", "下限"), numeric=True, example="20"),
        ImportColumn("maximum", "最高库存", number(places=3, above=NONE), aliases=("库存上限", "上限"), numeric=True, example="200"),
        ImportColumn("keeps_expiry", "有保质期", yes_no(), aliases=("保质期",), example="否"),
        ImportColumn("is_old_for_new", "以旧换新", yes_no(), example="否"),
        ImportColumn("pack", "包装", text(8), aliases=("包装单位", "大单位"), example="箱"),
        ImportColumn("holds", "每包装含量", number(places=3, above=NONE), aliases=("含量", "换算", "装箱数"), numeric=True, example="10"),
        ImportColumn("note", "说明", text(120), aliases=("备注",), example=""),
    ),
    resolve=resolve_items,
    create=import_items,
    change=import_item,
    remove=remove_item,
)
