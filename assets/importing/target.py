"""Importing the school's own Excel ledger of things, however it was kept (AST-14)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from assets.card.change_rules import move_card
from assets.card.ledger import lock_books
from assets.card.models import ALIVE, MOST_PIECES, AssetCard, AssetEntry, EntryKind, Purpose, Source, Status, ValueKind
from assets.card.queries import MANAGE
from assets.card.rules import KEPT, create_cards, foresee_cards, take_back_cards, update_card
from assets.money import MOST
from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import CHUNK
from logistics.platform.imports.cells import Reading, choice, code, name, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import whole, yuan
from logistics.platform.imports.references import department_names, person_names
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.partners.models import Partner

from .names import ClassNames, firms_by_name, room_names

HELD = ("place", "department", "custodian")
FIXED = ("asset_class", "quantity", "cost", "acquired_on", "source", "value_kind")
BOOKED = ("booked_on", "depreciation", "life_years", "price")
MEASURES = "个只张把台套件本册辆架部组块条副盏面幅座栋间根支顶双床樽株头棵扇对批"
SOURCES = {
    "购置": Source.PURCHASE, "购入": Source.PURCHASE, "新购": Source.PURCHASE, "采购": Source.PURCHASE, "外购": Source.PURCHASE, "购买": Source.PURCHASE,
    "调拨": Source.TRANSFER_IN, "调入": Source.TRANSFER_IN, "无偿调入": Source.TRANSFER_IN, "划入": Source.TRANSFER_IN, "无偿划入": Source.TRANSFER_IN,
    "接受捐赠": Source.DONATION, "捐赠": Source.DONATION, "赠送": Source.DONATION, "自建自制": Source.BUILT, "自建": Source.BUILT, "自制": Source.BUILT,
    "置换": Source.EXCHANGE, "盘盈": Source.SURPLUS, "其他": Source.OTHER,
}  # fmt: skip
STATUSES = {
    "在用": Status.USED, "使用中": Status.USED, "使用": Status.USED, "正常": Status.USED, "完好": Status.USED, "良好": Status.USED, "闲置": Status.IDLE,
    "未使用": Status.IDLE, "库存": Status.IDLE, "备用": Status.IDLE, "维修": Status.REPAIR, "待修": Status.REPAIR, "出租": Status.RENTED,
    "出借": Status.LENT, "借出": Status.LENT, "待处置": Status.LEAVING, "待报废": Status.LEAVING, "拟报废": Status.LEAVING,
}  # fmt: skip


class Counted(int):
    """A number of pieces that remembers the measure word it was written with."""

    unit = ""


_whole = whole(least=1, most=MOST_PIECES)


def pieces(cell, unit: str = "") -> Reading:
    """40张 is forty, and 张 the unit."""
    reading = _whole(cell, unit)
    if reading.value is None:
        return reading
    counted = Counted(reading.value)
    counted.unit = reading.unit
    return Reading(counted, note=reading.note, unit=reading.unit)


def resolve(rows: list[Row], *, user) -> None:
    classes, rooms, people, departments, firms = ClassNames(), room_names(), person_names(), department_names(), firms_by_name()
    known = known_cards({row.values["number"] for row in rows if row.values.get("number")})
    seen: dict[tuple, Row] = {}
    serials: dict[str, Row] = {}
    for row in rows:
        row.existing = known.get(row.values.get("number", ""))
        if row.existing is None or "asset_class" in row.values:
            classes.put(row)
        rooms.put(row, "place")
        people.put(row, "custodian")
        departments.put(row, "department")
        take_firm(row, firms)
        take_unit(row)
        settle_cost(row)
        if row.existing:
            compare(row)
        else:
            tell_twins(row, seen, serials)
    refuse_doubles(rows, seen)


def known_cards(numbers: set[str]) -> dict[str, AssetCard]:
    wanted, found = sorted(numbers), {}
    for start in range(0, len(wanted), CHUNK):
        rows = AssetCard.objects.filter(number__in=wanted[start : start + CHUNK]).exclude(status=Status.VOID)
        found |= {card.number: card for card in rows.select_related("asset_class__life", "place", "department", "custodian", "partner")}
    return found


def take_firm(row: Row, firms: dict[str, Partner]) -> None:
    """A supplier that is on the list of firms is that firm; another one stays the text it is."""
    text = row.values.get("supplier")
    if text is None:
        return
    firm = firms.get(plain(text))
    row.values["partner"], row.values["supplier"] = firm, "" if firm else text
    if firm and firm.name != text:
        row.note("supplier", "认作往来单位里的这一家", shown=firm.name)


def take_unit(row: Row) -> None:
    """The measure word beside the number is the unit where no column says it."""
    quantity = row.values.get("quantity")
    if isinstance(quantity, Counted):
        if quantity.unit and quantity.unit in MEASURES and "unit" not in row.values:
            row.values["unit"] = quantity.unit
        row.values["quantity"] = int(quantity)


def settle_cost(row: Row) -> None:
    """Unit price and sum must agree; a sum that only rounding parts from them is the truth."""
    price, cost, quantity = (row.values.get(column) for column in ("price", "cost", "quantity"))
    quantity = quantity or (row.existing.quantity if row.existing else 1)
    if price is None and cost is None:
        if row.existing is None and not {"price", "cost"} & row.problems.keys() and row.values.get("value_kind") != ValueKind.NOMINAL:
            row.refuse("price", "单价和金额都空着，至少写一个。没有凭据的，价值类型写「名义金额」。")
    elif price is None or cost is None:
        row.values["cost"] = price * quantity if cost is None else cost
    elif price * quantity != cost:
        if abs(price * quantity - cost) <= quantity * Decimal("0.005"):
            row.note("cost", f"单价乘数量是 {price * quantity:,.2f}，只差在四舍五入，照金额记")
        else:
            row.refuse("cost", f"单价乘数量是 {price * quantity:,.2f}，和金额 {cost:,.2f} 对不上。", suggest=f"{price * quantity:.2f}")
    if "cost" in row.values:
        row.values.pop("price", None)


def compare(row: Row) -> None:
    """What a known card has of its own: its value and class change only by their own acts, its depreciation goes on by itself."""
    card = row.existing
    for column in BOOKED:
        row.values.pop(column, None)
    if not card.is_alive:
        row.refuse("number", f"「{card}」{card.get_status_display()}，不能再改。")
    for column in FIXED:
        if column in row.values and row.values[column] != getattr(card, column):
            label = AssetCard._meta.get_field(column).verbose_name
            shown = {"cost": f"{card.cost:,.2f}", "source": card.get_source_display()}.get(column, str(getattr(card, column)))
            row.refuse(
                column if column != "cost" or row.raw.get("cost") else "price", f"卡片上的{label}是「{shown}」。这一项不能用导入改，请到卡片上办。", suggest=""
            )


def tell_twins(row: Row, seen: dict[tuple, Row], serials: dict[str, Row]) -> None:
    """Rows that look like the same thing twice are noted; many desks do look alike."""
    serial = row.values.get("serial")
    if serial and serials.setdefault(serial, row) is not row:
        row.note("serial", f"序列号和{serials[serial].place}一样")
    if row.values.get("number"):
        return
    key = tuple(row.values.get(column) for column in ("name", "model", "serial", "quantity", "cost", "acquired_on", "place"))
    if key in seen and "name" in row.values:
        row.note("name", f"和{seen[key].place}完全一样，会各登记一张")
    seen.setdefault(key, row)


def refuse_doubles(rows: list[Row], seen: dict[tuple, Row]) -> None:
    """The same file once more would double the ledger: a row without a number that is just like a card is refused."""
    names = sorted({str(key[0]) for key in seen if key[0]})
    there: dict[tuple, str] = {}
    for start in range(0, len(names), CHUNK):
        rows_there = AssetCard.objects.filter(name__in=names[start : start + CHUNK], status__in=ALIVE)
        for number, *key in rows_there.values_list("number", "name", "model", "serial", "quantity", "cost", "acquired_on", "place"):
            there.setdefault((key[0], key[1] or None, key[2] or None, *key[3:]), f"{number} {key[0]}")
    for row in rows if there else ():
        if row.existing or row.values.get("number"):
            continue
        key = tuple(row.values.get(column) for column in ("name", "model", "serial", "quantity", "cost", "acquired_on", "place"))
        key = (*key[:3], key[3] or 1, *key[4:6], key[6] and key[6].pk)
        if key in there:
            row.refuse("name", f"和已有的卡片「{there[key]}」一样。确实是另一件的，请写上资产编号。")


@rule
def change_card(*, actor, at: datetime, record: AssetCard, **values) -> AssetCard:
    """Other words by the page's rule, another room or custodian as a move of today. Raises RuleViolation for what only its own act changes."""
    if wrong := [column for column in values if column in FIXED]:
        raise RuleViolation("这一项不能用导入改，请到卡片上办。", field=wrong[0])
    lock_books()
    words = {column: value for column, value in values.items() if column in KEPT}
    card = update_card(actor=actor, at=at, record=record, same_serial=True, **words) if words else record
    held = {column: values.get(column, getattr(record, column)) for column in HELD}
    if any(held[column] != getattr(record, column) for column in HELD):
        card = move_card(actor=actor, at=at, record=card, on=timezone.localdate(at), note="导入台账", **held)
    return card


@rule
def import_cards(*, actor, at: datetime, rows: Sequence[dict]) -> list[AssetCard]:
    """New cards of things the school has had; the ledger opens with them."""
    return create_cards(actor=actor, at=at, rows=rows)


DATE_HELP = "写到月也行，例如 2019.9、2019年9月"
ASSET_LEDGER = ImportTarget(
    key="assets",
    label="资产台账",
    permission=MANAGE,
    model="assets.AssetCard",
    icon="armchair",
    help="学校现有的 Excel 台账，一行一张卡片。资产编号相同的会更新，没有编号的会照规则编号。",
    after="请到资产台账核对合计，再打印标签。",
    totals=("quantity", "cost", "depreciation"),
    own_ties=((AssetEntry, {"kind": EntryKind.OPENING}),),
    columns=(
        ImportColumn("number", "资产编号", code(40), unique=True, aliases=("编号", "卡片编号", "资产编码", "固定资产编号", "设备编号", "卡片号"), example="ZC-0001"),
        ImportColumn("name", "名称", text(60), required=True, aliases=("资产名称", "品名", "设备名称", "物品名称", "固定资产名称", "财产名称"), example="学生课桌"),
        ImportColumn(
            "asset_class", "类别", text(80), fill_down=True,
            aliases=("资产类别", "分类代码", "资产分类", "类别名称", "国标分类", "资产分类代码", "分类", "国标代码", "国标分类代码", "资产分类名称"), example="A05010203",
        ),
        ImportColumn("brand", "品牌", text(40), example="联想"),
        ImportColumn("model", "规格型号", text(80), aliases=("型号", "规格", "型号规格", "规格及型号"), example="M4500"),
        ImportColumn("serial", "序列号", code(60), aliases=("SN", "出厂编号", "机身号", "序列号SN", "出厂号"), example=""),
        ImportColumn("quantity", "数量", pieces, aliases=("数量（单位）", "现有数量", "实有数", "账面数量", "件数"), numeric=True, example="40张"),
        ImportColumn("unit", "单位", text(8), aliases=("计量单位",), example="张"),
        ImportColumn("price", "单价", yuan(least=0, most=MOST), unit="元", aliases=("单价（元）", "单位价值", "原值单价"), numeric=True, example="120.00"),
        ImportColumn(
            "cost", "金额", yuan(least=0, most=MOST), unit="元", aliases=("原值", "总价", "总值", "价值", "资产原值", "账面原值", "账面价值", "总金额", "原值（元）"), numeric=True,
            example="4800.00",
        ),
        ImportColumn(
            "acquired_on", "取得日期", day(exact="month"), required=True, fill_down=True,
            aliases=("购置日期", "购入时间", "购置时间", "购入日期", "购买日期", "购买时间", "启用日期", "日期"), example="2019.9", help=DATE_HELP,
        ),
        ImportColumn("booked_on", "入账日期", day(exact="month"), aliases=("记账日期", "财务入账日期", "入账时间"), example="", help="空着是取得日期"),
        ImportColumn(
            "place", "存放地点", text(80), fill_down=True, aliases=("地点", "存放位置", "使用地点", "放置地点", "房间", "存放处", "位置"), example="教学楼A座305"
        ),
        ImportColumn("department", "使用部门", name(50), fill_down=True, aliases=("部门", "使用科室", "处室", "领用部门", "使用单位"), example="总务处"),
        ImportColumn(
            "custodian", "保管人", name(60), fill_down=True, aliases=("使用人", "责任人", "领用人", "管理人", "保管员", "使用（保管）人"), example="周建平",
            help="已经离职的空着，以后再定",
        ),
        ImportColumn("value_kind", "价值类型", choice({kind.label: kind.value for kind in ValueKind}), example="原值"),
        ImportColumn("depreciation", "累计折旧", yuan(least=0, most=MOST), unit="元", aliases=("已提折旧", "累计折旧（元）"), numeric=True, help="空着照年限算"),
        ImportColumn("life_years", "折旧年限", whole(least=1, most=100), aliases=("使用年限", "折旧年限（年）", "预计使用年限"), numeric=True, help="空着照类别"),
        ImportColumn("source", "取得方式", choice(SOURCES), aliases=("来源", "增加方式", "资产来源", "配置方式"), example="购置"),
        ImportColumn("status", "使用状况", choice(STATUSES), aliases=("状态", "使用状态", "现状", "资产状态"), example="在用"),
        ImportColumn("purpose", "使用方向", choice({one.label: one.value for one in Purpose}), aliases=("用途",), example="教学"),
        ImportColumn("voucher", "凭证号", code(40), aliases=("会计凭证号", "记账凭证号", "凭证"), example=""),
        ImportColumn("fund", "经费来源", text(60), aliases=("资金来源", "经费"), example=""),
        ImportColumn("maker", "生产厂家", text(60), aliases=("厂家", "制造商", "生产商"), example=""),
        ImportColumn("supplier", "供应商", text(60), aliases=("供货商", "销售商", "供货单位"), example=""),
        ImportColumn("warranty_until", "保修到", day(exact="month"), aliases=("保修期至", "质保到期"), example=""),
        ImportColumn("note", "备注", text(300), aliases=("说明",), example=""),
    ),
    resolve=resolve,
    create=import_cards,
    foresee=foresee_cards,
    change=change_card,
    remove_all=take_back_cards,
    hold=lock_books,
)  # fmt: skip
