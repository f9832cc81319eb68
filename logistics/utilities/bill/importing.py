"""Bills from a list, one a row (UTL-07)."""

from datetime import date
from decimal import Decimal

from logistics.platform.imports.cells import choice, code, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import number, yuan
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.money import CENT
from logistics.platform.org.models import Department

from .models import METERED, Bill, BillState, CostKind, ShareBy
from .queries import RECORD
from .rules import import_bills, take_back

WORDS = {
    "电费": CostKind.POWER, "电": CostKind.POWER, "水费": CostKind.WATER, "水": CostKind.WATER, "自来水": CostKind.WATER, "燃气费": CostKind.GAS, "燃气": CostKind.GAS,
    "天然气": CostKind.GAS, "热力费": CostKind.HEAT, "热力": CostKind.HEAT, "取暖费": CostKind.HEAT, "汽油费": CostKind.PETROL, "汽油": CostKind.PETROL,
    "柴油费": CostKind.DIESEL, "柴油": CostKind.DIESEL, "液化气费": CostKind.LPG, "液化气": CostKind.LPG, "煤费": CostKind.COAL, "煤": CostKind.COAL,
    "电话费": CostKind.PHONE, "电话": CostKind.PHONE, "网络费": CostKind.NETWORK, "网费": CostKind.NETWORK, "宽带": CostKind.NETWORK,
    "印刷复印费": CostKind.PRINTING, "印刷": CostKind.PRINTING, "复印": CostKind.PRINTING, "其他费用": CostKind.OTHER, "其他": CostKind.OTHER,
}  # fmt: skip
MOST = Decimal(10) ** 10 - CENT


def resolve(rows: list[Row], *, user) -> None:
    """What the rule would refuse, at its cell. Two queries."""
    departments = {one.name: one for one in Department.objects.filter(is_active=True)}
    months = {row.values["month"].replace(day=1) for row in rows if "month" in row.values}
    months |= {row.values["until"].replace(day=1) for row in rows if "until" in row.values}
    stored = Bill.objects.filter(month__in=months, kind__in=METERED).exclude(state=BillState.VOID)
    known: dict[tuple, list[tuple]] = {}
    for kind, account, paid_in, since, until in stored.values_list("kind", "account", "month", "since", "until"):
        known.setdefault((kind, account, paid_in), []).append((since, until))
    for row in rows:
        given = row.values
        if name := given.pop("department", None):
            if name in departments:
                given |= {"department": departments[name], "share_by": ShareBy.ONE}
            else:
                row.refuse("department", f"没有「{name}」这个部门。")
        month = given.get("month") or given.get("until")
        if month is None:
            row.refuse("month", "请写计入哪个月，或者写账单到的日期。")
        elif any(_meets(given, *days) for days in known.get((given.get("kind"), given.get("account", "").replace(" ", ""), month.replace(day=1)), [])):
            row.refuse("month", "这个户号这个月的账单已经有了。请去掉这一行。")


def _meets(given: dict, since: date | None, until: date | None) -> bool:
    """Whether a bill of these days and the row's are of the same days; without days it is the whole month."""
    first, last = given.get("since"), given.get("until")
    return not (since and until and first and last) or (since <= last and first <= until)


BILL_LIST = ImportTarget(
    key="utilities-bills",
    label="水电账单",
    permission=RECORD,
    model="utilities.Bill",
    icon="receipt-text",
    help="一行一张账单。左边是月份、上面是水费电费的费用表，请到「费用台账」点「读入费用表」。",
    after="到「账单」里请另一位核对。",
    columns=(
        ImportColumn("kind", "费用", choice(WORDS), required=True, aliases=("类别", "种类", "费用名称", "项目"), example="电费"),
        ImportColumn("account", "户号", code(40), aliases=("号码", "用户编号", "客户编号", "用户号"), example="0571001234"),
        ImportColumn("month", "月份", day(exact="month"), aliases=("计入月份", "所属月份", "账期"), example="2026-10"),
        ImportColumn("since", "从", day(), aliases=("起始日期", "上次抄表日期", "开始日期"), example="2026-10-01"),
        ImportColumn("until", "到", day(), aliases=("截止日期", "本次抄表日期", "结束日期"), example="2026-10-31"),
        ImportColumn("quantity", "用量", number(least=0, most=MOST), aliases=("电量", "水量", "气量", "用电量", "用水量", "数量"), numeric=True, example="18240"),
        ImportColumn("peak", "峰", number(least=0, most=MOST), aliases=("峰段", "峰电量"), numeric=True),
        ImportColumn("flat", "平", number(least=0, most=MOST), aliases=("平段", "平电量"), numeric=True),
        ImportColumn("valley", "谷", number(least=0, most=MOST), aliases=("谷段", "谷电量"), numeric=True),
        ImportColumn("amount", "金额", yuan(least=CENT, most=MOST), required=True, unit="元", aliases=("应付金额", "费用金额", "合计金额"), numeric=True, example="12840.55"),
        ImportColumn("number", "账单号", code(40), aliases=("票号", "发票号码", "单号"), example="DF202610"),
        ImportColumn("payee", "付给谁", text(80), aliases=("收款单位", "供应单位"), example="市供电公司"),
        ImportColumn("department", "归哪个部门", text(50), aliases=("部门", "使用部门")),
        ImportColumn("note", "备注", text(200), aliases=("说明", "摘要")),
    ),
    totals=("amount",),
    resolve=resolve,
    create=import_bills,
    remove=take_back,
)  # fmt: skip
