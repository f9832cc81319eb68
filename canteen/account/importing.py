"""Entries of the meal account from the accountant's own list; what is no meal is refused at its row (CAN-13)."""

from django.db.models import Sum

from canteen.amounts import MOST_AMOUNT
from logistics.platform.imports.cells import choice, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import CENT, money

from .models import COSTS, AccountEntry, Book, Purpose
from .purposes import stranger_in
from .queries import WRITE, last_closed
from .rules import book_for, import_entries, take_back

WORDS = {
    "学生伙食费": Purpose.PUPIL_FEE, "幼儿伙食费": Purpose.PUPIL_FEE, "伙食费": Purpose.PUPIL_FEE, "教职工伙食费": Purpose.STAFF_FEE, "教工伙食费": Purpose.STAFF_FEE,
    "其他人员伙食费": Purpose.GUEST_FEE, "营养改善补助": Purpose.NUTRITION, "营养餐补助": Purpose.NUTRITION, "财政和学校补贴": Purpose.SUBSIDY, "补贴": Purpose.SUBSIDY,
    "其他收入": Purpose.SIDE, "直送食材": Purpose.DIRECT, "人员经费": Purpose.LABOUR, "人工": Purpose.LABOUR, "工资": Purpose.LABOUR, "燃料": Purpose.FUEL,
    "燃气": Purpose.FUEL, "煤气": Purpose.FUEL, "水费": Purpose.WATER, "电费": Purpose.POWER, "炊具设备维修": Purpose.REPAIR, "维修": Purpose.REPAIR,
    "餐具清洁用品": Purpose.SUPPLIES, "低值易耗品": Purpose.SUPPLIES, "手续费": Purpose.BANK, "其他伙食支出": Purpose.OTHER, "退伙食费": Purpose.REFUND,
    "幼儿退款": Purpose.REFUND, "退款": Purpose.REFUND,
}  # fmt: skip
BOOKS = {
    "学生": Book.PUPIL, "学生账": Book.PUPIL, "学生伙食账": Book.PUPIL, "幼儿": Book.PUPIL, "教职工": Book.STAFF, "教工": Book.STAFF, "教职工账": Book.STAFF,
    "教职工伙食账": Book.STAFF, "共同": Book.BOTH, "两本账共同": Book.BOTH,
}  # fmt: skip


def known_in(days: set) -> set[tuple]:
    """Entries of those days that still count: what was taken back may come again. One query."""
    found = AccountEntry.objects.filter(on__in=days, corrects=None).annotate(back=Sum("corrections__amount"))
    return {(one.on, one.purpose, one.amount, one.summary) for one in found if one.amount + money(one.back or 0)}


def resolve(rows: list[Row], *, user) -> None:
    """What the rule would refuse, at its cell; an entry that stands there already is no second one."""
    closed = last_closed()
    known = known_in({row.values["on"] for row in rows if "on" in row.values})
    for row in rows:
        given = row.values
        if purpose := given.get("purpose"):
            try:
                given["book"] = book_for(purpose, given.get("book", ""))
            except RuleViolation as refusal:
                row.refuse("book", refusal.message)
        if purpose in COSTS and (words := stranger_in(given.get("summary", ""), given.get("payee", ""))):
            row.refuse("summary", words)
        if closed and given.get("on") and given["on"] <= closed.last_on:
            row.refuse("on", f"{closed}已经定了，这一天不能再记。")
        if (given.get("on"), purpose, given.get("amount"), given.get("summary")) in known:
            row.refuse("amount", "这一笔账上已经有了。请去掉这一行。")


ACCOUNT_SHEET = ImportTarget(
    key="canteen-account",
    label="伙食账流水",
    permission=WRITE,
    model="canteen.AccountEntry",
    icon="wallet",
    help="会计的伙食账一行一笔。食材从食材库取，不用导入。整张的「伙食收支明细表」请新建那个月的月报，点「读入 Excel 表」。",
    after="到「伙食账」里看这个月的月报。",
    columns=(
        ImportColumn("on", "日期", day(), required=True, aliases=("记账日期", "发生日期", "时间"), example="2026-11-05"),
        ImportColumn("purpose", "项目", choice(WORDS), required=True, aliases=("收支项目", "科目", "类别", "名称"), example="电费"),
        ImportColumn("book", "哪本账", choice(BOOKS), aliases=("账本", "账别", "账"), help="伙食费可以空着。", example="共同"),
        ImportColumn("amount", "金额", yuan(least=CENT, most=MOST_AMOUNT - CENT), required=True, unit="元", aliases=("发生额", "收支金额"), numeric=True, example="1286.40"),
        ImportColumn("summary", "摘要", text(120), required=True, aliases=("说明", "用途", "内容"), example="10 月食堂电费"),
        ImportColumn("payee", "对方", text(80), aliases=("收款人", "付款人", "对方单位"), example="市供电公司"),
        ImportColumn("voucher", "凭证号", text(30), aliases=("凭证", "凭证编号"), example="记-12"),
    ),
    totals=("amount",),
    resolve=resolve,
    create=import_entries,
    remove=take_back,
)  # fmt: skip
