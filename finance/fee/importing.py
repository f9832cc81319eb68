"""Payments from the bank's or the cashier's Excel list, one line a student (FIN-08)."""

from collections.abc import Sequence
from datetime import datetime

from finance.money import MOST
from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import code, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain

from .cash_rules import collect, reverse_payment
from .models import ChargeState, FeeCharge, FeeDue, FeePayment
from .queries import COLLECT, charges_visible_to


def resolve(rows: list[Row], *, user, into: int) -> None:
    """The student's due of the charge; a name that does not fit the number, or no consent, is a problem of its cell."""
    dues = {plain(due.student.number): due for due in FeeDue.objects.filter(charge=into).select_related("student", "charge__item")}
    for row in rows:
        number = row.values.pop("number", None)
        if number is None:
            continue
        due = dues.get(plain(number))
        if due is None:
            row.refuse("number", "这名学生不在这张收费单里，请核对学号。")
            continue
        name = row.values.pop("name", "")
        if name and plain(name) != plain(due.student.name):
            row.refuse("name", f"学号 {due.student.number} 是「{due.student.name}」，不是「{name[:20]}」。")
        if not due.is_asked:
            row.refuse("number", f"{due.student.name}：{due.get_consent_display()}，不能收。")
        elif row.values.get("amount") and row.values["amount"] > due.owed:
            row.refuse("amount", f"{due.student.name}还欠 {due.owed:,.2f} 元。")
        row.values["due"] = due


def open_charges(user) -> list[tuple[int, str]]:
    return [(charge.pk, f"{charge} {charge.term}") for charge in charges_visible_to(user).filter(state=ChargeState.ISSUED)]


@rule
def import_payments(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[FeePayment]:
    """Each row by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    if not FeeCharge.objects.filter(pk=into).exists():
        raise RuleViolation("要导入的收费单没有了，请重新选。", field="into")
    return one_by_one(rows, lambda row: _collect(actor, at, row, into))


def _collect(actor, at: datetime, row: dict, into: int) -> FeePayment:
    due = row["due"]
    if due.charge_id != into:
        raise RuleViolation("这名学生不在这张收费单里。")
    given = {name: row[name] for name in ("amount", "receipt", "note") if name in row}
    return collect(actor=actor, at=at, record=due, paid_on=row["paid_on"], **given)


@rule
def take_back(*, actor, at: datetime, record: FeePayment) -> None:
    reverse_payment(actor=actor, at=at, record=record, reason="撤回导入")


PAYMENT_LIST = ImportTarget(
    key="finance-fee-payments",
    label="学生缴费",
    permission=COLLECT,
    model="finance.FeePayment",
    icon="banknote",
    help="银行代收或者扫码平台导出的名单，一名学生一行。",
    after="请出纳在收费单里入账。",
    into=Into("收费单", open_charges),
    columns=(
        ImportColumn("number", "学号", code(30), required=True, unique=True, aliases=("学生编号", "学籍号"), example="2026070101"),
        ImportColumn("name", "姓名", text(50), aliases=("学生姓名", "学生"), help="和学号核对用", example="李明"),
        ImportColumn("amount", "金额", yuan(most=MOST), required=True, unit="元", aliases=("缴费金额", "实缴金额", "实缴", "交易金额"), numeric=True, example="403.00"),
        ImportColumn("paid_on", "缴费日期", day(), required=True, aliases=("日期", "交易日期", "缴费时间", "交易时间"), example="2026-11-20"),
        ImportColumn("receipt", "票据号", text(30), aliases=("票据号码", "流水号", "订单号", "收据号"), example="SJ00123"),
        ImportColumn("note", "说明", text(200), aliases=("备注",), example=""),
    ),
    resolve=resolve,
    create=import_payments,
    remove=take_back,
)  # fmt: skip
