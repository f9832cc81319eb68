"""入库单, 出库单, 盘点表 and the other papers of the store in their customary forms (STK-01, STK-02, GEN-04)."""

from base64 import b64encode

from assets.item.pages import price_words
from assets.item.quantities import NONE, figure, unit_price
from assets.money import ZERO
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Slip, SlipKind, SlipLine, SlipState

SIGNERS = {
    SlipKind.RECEIPT: ("采购", "验收", "保管", "记账"),
    SlipKind.RECOVER: ("交来人", "验收", "保管", "记账"),
    SlipKind.ISSUE: ("领用人", "部门负责人", "保管", "记账"),
    SlipKind.RETURN: ("退库人", "部门负责人", "保管", "记账"),
    SlipKind.TRANSFER: ("调出保管", "调入保管", "批准", "记账"),
    SlipKind.LOSS: ("保管", "鉴定", "批准", "记账"),
    SlipKind.COUNT: ("盘点", "监盘", "保管", "批准"),
}
OTHERS = {
    SlipKind.RECEIPT: "供应商", SlipKind.RECOVER: "来源", SlipKind.ISSUE: "领用部门", SlipKind.RETURN: "退库部门", SlipKind.TRANSFER: "调入仓库",
    SlipKind.LOSS: "原因", SlipKind.COUNT: "范围",
}  # fmt: skip


def slip_sheet(slip: Slip, user) -> dict:
    """Everything the paper says; amounts are the ledger's. Raises RuleViolation for a draft without a number."""
    if not slip.number:
        raise RuleViolation("还没有记账，没有单号，不能打印。")
    lines = list(slip.lines.select_related("item", "batch").order_by("pk"))
    return {
        "kind": slip.get_kind_display(),
        "is_count": slip.kind == SlipKind.COUNT,
        "state": "" if slip.state == SlipState.BOOKED else slip.get_state_display(),
        "number": slip.number,
        "on": full_day(slip.on),
        "store": str(slip.store),
        "other_label": OTHERS[SlipKind(slip.kind)],
        "other": _other(slip),
        "reason": slip.reason,
        "rows": [_row(line) for line in lines],
        "total": sum((line.amount or NONE for line in lines), ZERO),
        "signers": [{"label": label, "name": name} for label, name in zip(SIGNERS[SlipKind(slip.kind)], _names(slip), strict=True)],
        "mark": signature_of(slip),
    }


def _other(slip: Slip) -> str:
    if slip.kind == SlipKind.COUNT:
        return "全面盘点" if slip.is_whole else "抽盘"
    if slip.kind == SlipKind.TRANSFER:
        return str(slip.to_store)
    if slip.department_id:
        return str(slip.department)
    return str(slip.partner) if slip.partner_id else slip.source_words or slip.reason


def _row(line: SlipLine) -> dict:
    amount = None if line.amount is None else line.amount
    quantity = line.quantity
    return {
        "item": line.item.name,
        "spec": line.item.spec,
        "unit": line.item.unit,
        "quantity": figure(quantity),
        "price": price_words(unit_price(abs(amount), quantity)) if amount else "",
        "amount": amount,
        "batch": line.batch_number or (line.batch.number if line.batch else ""),
        "expires_on": f"{line.expires_on:%Y-%m-%d}" if line.expires_on else "",
        "book": figure(line.book),
        "counted": figure(line.counted),
        "difference": figure(line.difference) if line.difference is not None else "",
        "old_parts": figure(line.old_parts),
        "note": line.note,
    }


def _names(slip: Slip) -> tuple[str, str, str, str]:
    """The names the system knows, under the four customary signatures; the rest is written by hand."""
    keeper, booker = slip.created_by.name, slip.booked_by.name if slip.booked_by else ""
    if slip.kind in (SlipKind.ISSUE, SlipKind.RETURN):
        return (slip.person.name if slip.person else "", "", keeper, "")
    if slip.kind == SlipKind.TRANSFER:
        return (keeper, "", "", "")
    if slip.kind == SlipKind.LOSS:
        return (keeper, "", booker, "")
    return (keeper, "", "", booker) if slip.kind == SlipKind.COUNT else ("", "", keeper, "")


def signature_of(slip: Slip) -> str:
    """The drawn signature as a picture for paper; empty without one."""
    file = next((one for one in attachments_of(slip) if one.role == "signature" and one.file), None)
    if file is None:
        return ""
    with file.file.open("rb") as picture:
        data = b64encode(picture.read()).decode()
    return f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'


SLIP_SHEET = PrintDocument(kind="assets.slip", title="库房单据", template="print/assets/slip.html", context=slip_sheet, number=lambda slip: slip.number)
