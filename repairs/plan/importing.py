"""Filling a plan from a list as schools write them (REP-10): amounts in prose, 万元 and 元 mixed, places only in words."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import Reading, narrow, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import figure_in, number, yuan
from logistics.platform.imports.grid import Cell, cell_from_json
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.references import person_names, place_names
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.places.models import Place
from logistics.platform.places.queries import match_place
from repairs.kind.models import Trade

from .models import PLAN_EDITABLE, PlanItem, PlanList
from .queries import MANAGE, plans_visible_to
from .rules import add_item, remove_item

LONGEST = 300
TEN_THOUSAND = Decimal(10_000)
SMALL = Decimal(1_000)  # an estimate below it, in a column that other rows show to be in 万元, is one too
ABOUT = re.compile(r"^(大?约|近|大概|预计)|(左右|上下|以内)$")
SUM_IN_WORDS = re.compile(r"(?:总计|合计|共计|总价|造价|约需|需|约)[:：]?\s*(\d+(?:\.\d+)?)\s*(万元|万|元)")
COUNT_IN_WORDS = re.compile(r"数量[:：]\s*(\d+(?:\.\d+)?)")
PRICE_IN_WORDS = re.compile(r"单价[:：]\s*(\d+(?:\.\d+)?)\s*元?")
read_yuan = yuan(most=Decimal(9999999999))


def estimate(cell: Cell, unit: str = "") -> Reading:
    """An amount; 约1.2万元 is a problem with 1.2万元 as the suggestion."""
    reading = read_yuan(cell, unit)
    if reading.problem and isinstance(cell, str):
        bare = ABOUT.sub("", narrow(cell).strip(" 。."))
        if bare != narrow(cell) and not read_yuan(bare, unit).problem:
            return Reading(problem=reading.problem, suggest=bare)
    return reading


def sum_in(words: str) -> tuple[Decimal, str] | None:
    """The total that prose names, in yuan and as it was written: 总计:1.6万元 is 16000."""
    found = SUM_IN_WORDS.search(narrow(words))
    if not found:
        return None
    value = Decimal(found.group(1)) * (TEN_THOUSAND if found.group(2).startswith("万") else 1)
    return value, f"{found.group(1)}{found.group(2)}"


def product_in(words: str) -> Decimal | None:
    """数量 × 单价 of prose."""
    count, price = COUNT_IN_WORDS.search(narrow(words)), PRICE_IN_WORDS.search(narrow(words))
    return Decimal(count.group(1)) * Decimal(price.group(1)) if count and price else None


def resolve(rows: list[Row], *, user, into: int) -> None:
    places, people, trades = place_names(), person_names(), trade_names()
    looked_up: dict[str, Place | None] = {}
    known = {(plain(item.where), plain(item.content)): item for item in PlanItem.objects.filter(plan=into).select_related("place")}
    for row in rows:
        people.put(row, "owner")
        trades.put(row, "trade")
        settle_place(row, places, looked_up)
        settle_content(row)
        settle_quantity(row)
        where = str(row.values.get("place") or row.values.get("place_text", ""))
        row.existing = known.get((plain(where), plain(row.values.get("content", ""))))
    check_sums(rows)


def settle_place(row: Row, places: Names, known: dict[str, Place | None]) -> None:
    """The school's own place where the words name one; otherwise the words, and the preview says so."""
    typed = row.values.get("place")
    if typed is None:
        return
    place = places.find(typed).record or fitting_place(typed, known)
    if place is None:
        row.values["place_text"] = row.values.pop("place")
        row.note("place", "学校地点里没有对上，先照文字记")
        return
    row.values["place"] = place
    if plain(typed) not in (plain(place.full_name), plain(place.code)):
        row.note("place", "写法不同，认作这一个", shown=str(place))


def fitting_place(typed: str, known: dict[str, Place | None]) -> Place | None:
    """The one place a page's own field would take these words for; each text is looked up once."""
    if typed not in known:
        try:
            known[typed] = match_place(typed)
        except (ValidationError, RuleViolation):
            known[typed] = None
    return known[typed]


def settle_content(row: Row) -> None:
    """Name and description of a work in one text."""
    detail = row.values.pop("detail", "")
    row.values.setdefault("words", f"{row.values.get('content', '')} {detail}")
    if detail and "content" in row.values:
        row.values["content"] = f"{row.values['content']}：{detail}"
    if len(row.values.get("content", "")) > LONGEST:
        row.refuse("detail" if detail else "content", f"内容和说明合起来有 {len(row.values['content'])} 个字，最多 {LONGEST} 个，请写短一点。")


def settle_quantity(row: Row) -> None:
    """The measure word written beside the figure, where the file has no column for it."""
    if "quantity" in row.values and "unit" not in row.values:
        unit = figure_in(cell_from_json(row.raw.get("quantity"))).unit
        if unit:
            row.values["unit"] = unit[:10]


def check_sums(rows: Iterable[Row]) -> None:
    """Amounts that contradict the words beside them: a wrong unit is a problem, another sum a remark."""
    rows, in_ten_thousands = list(rows), False
    for row in rows:
        words, read = row.values.pop("words", ""), row.values.get("estimate")
        said, product = sum_in(words), product_in(words)
        if read is None:
            continue
        if said and read and said[0] == read * TEN_THOUSAND:
            in_ten_thousands = True
            row.refuse("estimate", f"说明里写的是 {said[1]}，这里读成了 {read:,.2f} 元。整栏都是万元的话，请回上一步选「万元」。", suggest=said[1])
        elif said and said[0] != read:
            row.note("estimate", f"说明里写的是 {said[1]}，和预算对不上，请核对", shown=f"{read:,.2f}")
        elif product is not None and product != read:
            row.note("estimate", f"数量乘单价是 {product:,.2f} 元，和预算对不上，请核对", shown=f"{read:,.2f}")
    for row in rows if in_ten_thousands else ():
        if 0 < row.values.get("estimate", 0) < SMALL and not figure_in(cell_from_json(row.raw.get("estimate"))).unit:
            row.refuse("estimate", "别的行看得出这一栏是万元。请回上一步，把这一栏的单位选「万元」。", suggest=f"{row.values['estimate'].normalize():f}万元")


def trade_names() -> Names:
    names = Names("工种", go="可以空着，以后再定。")
    for trade in Trade.objects.all():
        names.add(trade, [trade.name])
    return names


def editable_plans(user) -> list[tuple[int, str]]:
    return [(plan.pk, plan.title) for plan in plans_visible_to(user).filter(state__in=PLAN_EDITABLE).order_by("-pk")]


@rule
def import_items(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[PlanItem]:
    """Put the rows on the plan, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    plan = PlanList.objects.filter(pk=into).first()
    if plan is None:
        raise RuleViolation("要导入的计划没有了，请重新选。", field="into")
    return one_by_one(rows, lambda row: add_item(actor=actor, at=at, record=plan, **row))


@rule
def take_back(*, actor, at: datetime, record: PlanItem) -> None:
    remove_item(actor=actor, at=at, record=record.plan, item=record)


PLAN_ITEMS = ImportTarget(
    key="plan-items",
    label="维修计划项目",
    permission=MANAGE,
    model="repairs.PlanItem",
    icon="clipboard-list",
    help="一行一项。预算写在「万元」里的，对栏目时选单位；地点对不上学校的，照文字记。",
    after="请到计划里核对合计，再送批。",
    into=Into("计划", editable_plans),
    columns=(
        ImportColumn(
            "place",
            "地点",
            text(100),
            required=True,
            fill_down=True,
            aliases=("维修地点", "施工地点", "位置", "部位", "楼栋", "场所", "使用单位"),
            example="教学楼A座 305",
        ),
        ImportColumn(
            "content",
            "维修内容",
            text(LONGEST),
            required=True,
            aliases=("内容", "项目名称", "项目", "维修项目", "工程名称", "工程内容", "事项", "名称"),
            example="更换日光灯",
        ),
        ImportColumn("detail", "说明", text(1000), aliases=("工程描述", "描述", "维修方案", "具体内容", "做法", "情况说明"), help="会接在内容后面"),
        ImportColumn("quantity", "数量", number(above=0, most=Decimal(99999999)), aliases=("工程量", "数目"), numeric=True, example="12"),
        ImportColumn("unit", "单位", text(10), aliases=("计量单位",), example="盏"),
        ImportColumn(
            "estimate",
            "预算",
            estimate,
            required=True,
            unit="元",
            aliases=("预算金额", "预算（元）", "预算（万元）", "概算", "估价", "金额", "造价", "费用", "所需资金", "预计费用"),
            numeric=True,
            example="1200.00",
        ),
        ImportColumn("trade", "工种", text(20), fill_down=True, example="电工"),
        ImportColumn("owner", "负责人", text(50), fill_down=True, aliases=("责任人", "经办人", "落实人"), example="周建平"),
        ImportColumn("finish_by", "完成期限", day(), aliases=("完成时间", "期限", "计划完成", "工期"), example="2027-08-20"),
        ImportColumn("note", "备注", text(200), aliases=("备考",), example=""),
    ),
    resolve=resolve,
    create=import_items,
    remove=take_back,
)
