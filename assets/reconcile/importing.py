"""The accountant's totals by category from a file or pasted cells, into the month that is being reconciled (AST-06)."""

import re

from assets.category.models import Kind
from assets.money import MOST, ZERO
from logistics.platform.imports.cells import text
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation

from .models import ReconcileState, Reconciliation, ReconciliationLine
from .queries import FILL, reconciliations_visible_to
from .rules import fill_line

OTHER_NAMES = {  # as account books and older rules call them
    Kind.BUILDING: ("房屋及构筑物", "房屋建筑物", "房屋"),
    Kind.EQUIPMENT: ("通用设备", "专用设备", "设备类"),
    Kind.RELIC: ("文物及陈列品", "文物陈列品"),
    Kind.BOOKS: ("图书及档案", "图书档案", "图书、档案", "图书"),
    Kind.FURNITURE: ("家具及用具", "家具用具", "家具、用具", "家具、用具、装具及动植物", "家具"),
    Kind.LIVING: ("动植物", "特种动植物类"),
    Kind.OTHER: ("其他固定资产",),
}
ACCOUNT = re.compile(r"^\s*\d[\d.]*\s*[-—_]?\s*")  # 160105 家具和用具
BEFORE = ("固定资产", "固定资产累计折旧")  # the ledger account a sub-account is written under


def kind_names(into: int) -> Names:
    names = Names("大类", go="请写成表上的大类名称。")
    for line in ReconciliationLine.objects.filter(reconciliation=into).select_related("reconciliation"):
        kind = Kind(line.kind)
        called = (kind.label, *OTHER_NAMES.get(kind, ()))
        names.add(line, [*called, *(f"{before}{name}" for before in BEFORE for name in called)], loosely=True)
    return names


def resolve_book(rows: list[Row], *, user, into: int) -> None:
    """Every row is a line of the month; a depreciation that is not written stays what it is, 0 at first."""
    names, first = kind_names(into), {}
    for row in rows:
        if "kind" in row.values:
            row.values["kind"] = ACCOUNT.sub("", row.values["kind"]) or row.values["kind"]
        names.put(row, "kind")
        line = row.values.get("kind")
        if line is None:
            continue
        row.existing, row.values["kind"] = line, line.kind
        if first.setdefault(line.kind, row) is not row:
            row.refuse("kind", f"和{first[line.kind].place}都是「{line}」，请合成一行。")
        if "book_depreciation" not in row.problems:
            row.values.setdefault("book_depreciation", line.book_depreciation or ZERO)


def open_months(user) -> list[tuple[int, str]]:
    return [(record.pk, str(record)) for record in reconciliations_visible_to(user).filter(state=ReconcileState.OPEN)]


def nothing_new(**given) -> list:
    """Every category has its line since the month was begun."""
    raise RuleViolation("这个月的核对表变了，请重新选月份再导入。", field="into")


def hold_open() -> None:
    """The month before its lines, as fill_book does."""
    list(Reconciliation.objects.filter(state=ReconcileState.OPEN).order_by("pk").select_for_update(of=("self",)))


BOOK_TOTALS = ImportTarget(
    key="assets-book",
    label="财务账固定资产余额",
    permission=FILL,
    model="assets.ReconciliationLine",
    icon="scale",
    help="一行一个大类：原值、累计折旧，月末余额。先在「资产账核对」里开始一个月，再把财务账的数导进去。",
    after="请到核对表看差额，没有写到的大类要填 0。",
    into=Into("核对哪个月", open_months),
    totals=("book_cost", "book_depreciation"),
    columns=(
        ImportColumn(
            "kind", "大类", text(40), required=True, unique=True, aliases=("资产大类", "资产类别", "类别", "科目名称", "科目", "明细科目", "固定资产"), example="设备"
        ),
        ImportColumn(
            "book_cost", "原值", yuan(most=MOST), required=True, unit="元", numeric=True, example="1284500.00",
            aliases=("固定资产原值", "账面原值", "原价", "财务账原值", "期末余额", "固定资产余额"),
        ),
        ImportColumn(
            "book_depreciation", "累计折旧", yuan(most=MOST), unit="元", numeric=True, example="325600.00",
            aliases=("固定资产累计折旧", "财务账累计折旧", "累计折旧余额", "折旧"), help="空着是 0；填过的不变",
        ),
    ),
    resolve=resolve_book,
    create=nothing_new,
    change=fill_line,
    hold=hold_open,
)  # fmt: skip
