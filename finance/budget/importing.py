"""Filling the budget from files: the ministry's list of items, and a year's budget sheet (FIN-01)."""

from collections.abc import Sequence
from datetime import datetime

from finance.money import MOST
from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import code, text
from logistics.platform.imports.figures import whole, yuan
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.references import department_names
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation

from .models import BudgetItem, BudgetLine, BudgetYear, Fund, Scheme, YearState
from .pages import ITEMS
from .queries import MANAGE, SETTINGS, years_visible_to
from .year_rules import create_line, edit_line

THIS_EDITION = 2025


def item_names() -> Names:
    """Items in use by code, name and both; a name that two editions share means the newer one."""
    names = Names("预算科目", go="请先在「预算科目」里加，或者改成已有的。")
    newest: dict[str, BudgetItem] = {}
    for item in BudgetItem.objects.filter(is_active=True).order_by("since_year", "pk"):
        newest[item.code] = item
    for item in newest.values():
        names.add(item, [item.code, item.name, str(item), f"{item.name}{item.code}"])
    return names


def fund_names() -> Names:
    names = Names("经费", go="请先在「经费来源」里加，或者改成已有的。")
    for fund in Fund.objects.filter(is_active=True):
        names.add(fund, [fund.name])
    return names


def resolve_items(rows: list[Row], *, user) -> None:
    known = {(item.scheme, item.since_year, item.code): item for item in BudgetItem.objects.all()}
    for row in rows:
        row.existing = known.get((Scheme.DEPARTMENT, row.values.get("since_year", THIS_EDITION), row.values.get("code")))


@rule
def import_items(*, actor, at: datetime, rows: Sequence[dict]) -> list[BudgetItem]:
    """New items, each by the page's own rule. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: ITEMS.create(actor=actor, at=at, **({"since_year": THIS_EDITION} | row)))


@rule
def change_item(*, actor, at: datetime, record: BudgetItem, **values) -> BudgetItem:
    return ITEMS.update(actor=actor, at=at, record=record, **values)


def resolve_lines(rows: list[Row], *, user, into: int) -> None:
    departments, items, funds = department_names(), item_names(), fund_names()
    known = {(line.department_id, line.item_id, line.fund_id): line for line in BudgetLine.objects.filter(year=into).select_related("year")}
    first: dict[tuple, Row] = {}
    for row in rows:
        departments.put(row, "department")
        items.put(row, "item")
        funds.put(row, "fund")
        found = [row.values.get(name) for name in ("department", "item", "fund")]
        if None in found:
            continue
        key = tuple(one.pk for one in found)
        if key in first:
            row.refuse("item", f"和{first[key].place}是同一个部门、科目和经费，请合成一行。")
        first.setdefault(key, row)
        row.existing = known.get(key)
        if not found[2].allows(found[1]):
            row.refuse("item", f"「{found[2]}」不能用于「{found[1]}」，它的可用科目是：{found[2].codes}。")


def draft_years(user) -> list[tuple[int, str]]:
    return [(year.pk, str(year)) for year in years_visible_to(user).filter(state=YearState.DRAFT)]


@rule
def import_lines(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[BudgetLine]:
    """Put the rows into the year, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    year = BudgetYear.objects.filter(pk=into).first()
    if year is None or year.state != YearState.DRAFT:
        raise RuleViolation("要导入的年度不在编制了，请重新选。", field="into")
    return one_by_one(rows, lambda row: create_line(actor=actor, at=at, year=year, **row))


@rule
def change_line(*, actor, at: datetime, record: BudgetLine, **values) -> BudgetLine:
    """Only the number and the explanation of a known line can differ."""
    kept = {"allotment": record.allotment, "note": record.note}
    return edit_line(actor=actor, at=at, record=record, **(kept | {name: value for name, value in values.items() if name in kept}))


@rule
def take_back(*, actor, at: datetime, record: BudgetLine) -> None:
    """An imported line cannot vanish, because its ledger stays; it is brought to nothing."""
    if record.allotment:
        edit_line(actor=actor, at=at, record=record, allotment=0, note=record.note)


ITEM_LIST = ImportTarget(
    key="finance-items",
    label="预算科目",
    permission=SETTINGS,
    model="finance.BudgetItem",
    icon="list",
    help="财政部每年公布的部门预算支出经济分类科目，一行一个科目。",
    columns=(
        ImportColumn("code", "科目编码", code(9), required=True, unique=True, aliases=("编码", "科目代码", "代码"), example="30201"),
        ImportColumn("name", "科目名称", text(40), required=True, aliases=("名称", "科目"), example="办公费"),
        ImportColumn("since_year", "哪年版", whole(least=2000, most=2100), aliases=("年度", "版本"), numeric=True, example="2025", help="空着是 2025 年版"),
    ),
    resolve=resolve_items,
    create=import_items,
    change=change_item,
)
BUDGET_SHEET = ImportTarget(
    key="finance-lines",
    label="年度预算表",
    permission=MANAGE,
    model="finance.BudgetLine",
    icon="wallet",
    help="一行一个指标：部门、科目、经费、金额。金额写在「万元」里的，对栏目时选单位。",
    after="请到年度页核对合计，再请校领导批准执行。",
    into=Into("年度", draft_years),
    columns=(
        ImportColumn("department", "部门", text(50), required=True, fill_down=True, aliases=("使用部门", "预算单位", "科室", "处室"), example="总务处"),
        ImportColumn("item", "科目", text(60), required=True, aliases=("科目名称", "科目编码", "预算科目", "经济分类", "支出科目"), example="30201 办公费"),
        ImportColumn("fund", "经费", text(40), required=True, fill_down=True, aliases=("经费来源", "资金来源", "资金性质"), example="公用经费"),
        ImportColumn(
            "allotment",
            "预算数",
            yuan(least=0, most=MOST),
            required=True,
            unit="元",
            aliases=("金额", "预算金额", "年初预算", "预算（元）", "预算（万元）", "年度预算"),
            numeric=True,
            example="12000.00",
        ),
        ImportColumn("note", "说明", text(200), aliases=("备注", "用途"), example=""),
    ),
    resolve=resolve_lines,
    create=import_lines,
    change=change_line,
    remove=take_back,
)
