"""A supplier list brought in from a file."""

import re
from collections.abc import Sequence
from datetime import datetime

from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import Parser, Reading, code, parser, phone, text, words_of
from logistics.platform.imports.grid import Cell
from logistics.platform.imports.school_targets import one_by_one, stored_by
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row

from .credit_code import fault_of, tidy_code
from .models import Partner, PartnerKind, PartnerState
from .queries import known_firms, similar_to
from .rules import save_partner

WORDS = {kind.label: kind.value for kind in PartnerKind} | {
    "供应商": "supplier", "供货商": "supplier", "供货单位": "supplier", "物资": "supplier", "食材": "food", "食品": "food", "配送": "food", "配餐": "caterer",
    "维修": "repair", "施工": "builder", "建筑": "builder", "运输": "transport", "物流": "transport", "检测": "testing", "保洁": "service", "保安": "service",
    "物业": "service", "垃圾清运": "waste",
}  # fmt: skip


@parser
def kinds(cell: Cell, unit: str) -> Reading:
    """One or several kinds in words, between commas or 、; the value is as it is stored."""
    reading = words_of(cell)
    if reading.problem:
        return reading
    parts = [part for part in re.split(r"[、，,;；/\s]+", reading.value) if part]
    strange = next((part for part in parts if part not in WORDS), "")
    if strange:
        return Reading(problem=f"「{strange[:20]}」不在可选的里面。可以填：{'、'.join(PartnerKind.labels)}。")
    chosen = {WORDS[part] for part in parts}
    return Reading(f",{','.join(code for code in PartnerKind.values if code in chosen)},")


def credit_code() -> Parser:
    """Eighteen characters with their check character."""
    inner = code(30)

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = inner(cell, unit)
        if reading.problem or not reading.value:
            return reading
        value = tidy_code(reading.value)
        fault = fault_of(value)
        return Reading(problem=fault) if fault else Reading(value, note=reading.note)

    return parse


def resolve(rows: list[Row], *, user) -> None:
    """A firm is known by its credit code, otherwise by its name; a similar name is noted."""
    codes = stored_by(Partner, "credit_code", (row.values.get("credit_code") for row in rows))
    names = stored_by(Partner, "name", (row.values.get("name") for row in rows))
    firms = known_firms()
    for row in rows:
        found = codes.get(row.values.get("credit_code")) or names.get(row.values.get("name"))
        row.existing = found if found and found.state != PartnerState.MERGED else None
        if row.existing is None and "name" in row.values:
            alike = similar_to(row.values["name"], firms=firms)
            if alike:
                row.note("name", f"和「{alike[0]}」名字相近，请看看是不是同一家", shown=row.values["name"])


@rule
def save_partners(*, actor, at: datetime, rows: Sequence[dict]) -> list[Partner]:
    """New firms, each by the page's own rule. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: save_partner(actor=actor, at=at, is_another=True, **({"kinds": ["supplier"]} | row)))


PARTNERS = ImportTarget(
    key="partners",
    label="往来单位",
    permission="platform.partners.manage",
    model="platform.Partner",
    icon="building-2",
    help="统一社会信用代码或名称相同的会更新，没有的会新建。没写类别的算物资供应商。",
    after="证照要一家一家登记，好到期提醒。",
    columns=(
        ImportColumn(
            "name",
            "单位名称",
            text(80),
            required=True,
            unique=True,
            aliases=("名称", "供应商名称", "供应商", "公司名称", "企业名称"),
            example="青禾绿源配送公司",
        ),
        ImportColumn("short_name", "简称", text(20), aliases=("供应商简称",), example="绿源"),
        ImportColumn("kinds", "类别", kinds, aliases=("供应商类别", "类型", "单位类别"), example="食材供应商"),
        ImportColumn("credit_code", "统一社会信用代码", credit_code(), unique=True, aliases=("信用代码", "税号", "社会信用代码", "纳税人识别号"), example=""),
        ImportColumn("contact", "联系人", text(30), aliases=("联系人姓名", "负责人", "业务员"), example="李强"),
        ImportColumn("phone", "电话", phone(), aliases=("联系电话", "手机", "联系方式", "手机号"), example="13800000000"),
        ImportColumn("address", "地址", text(120), aliases=("单位地址", "经营地址"), example="建设路 18 号"),
        ImportColumn("bank_holder", "户名", text(80), aliases=("开户名", "账户名称"), example=""),
        ImportColumn("bank_name", "开户行", text(80), aliases=("开户银行", "银行"), example="农业银行城东支行"),
        ImportColumn("bank_account", "账号", code(40), aliases=("银行账号", "银行账户", "收款账号"), example=""),
    ),
    resolve=resolve,
    create=save_partners,
    change=save_partner,
)
