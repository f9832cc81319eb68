"""勤工俭学发放表 with a place to sign (FIN-09, GEN-04)."""

from logistics.platform.access.rules import require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import SheetState, WorkSheet
from .queries import VIEW, rows_of, total_of


def check_approved(user, sheet: WorkSheet) -> None:
    require(user, VIEW)
    if sheet.state == SheetState.OPEN:
        raise RuleViolation("核准以后才能打印发放表。")


def pay_sheet(sheet: WorkSheet, user) -> dict:
    rows = list(rows_of(sheet))
    return {
        "heading": str(sheet),
        "rows": [
            {
                "class": str(row.placement.student.school_class), "name": row.placement.student.name, "post": str(row.placement.post), "hours": row.hours, "pay": row.pay,
                "amount": row.amount,
            }
            for row in rows
        ],
        "total": total_of(rows), "approver": sheet.approved_by.name if sheet.approved_by else "", "cashier": sheet.paid_by.name if sheet.paid_by else "",
        "paid_on": full_day(sheet.paid_on),
    }  # fmt: skip


WORK_SHEET = PrintDocument(
    kind="finance.worksheet", title="勤工俭学发放表", template="print/finance/work_pay.html", context=pay_sheet, number=lambda sheet: f"{sheet.month:%Y-%m}",
    check=check_approved,
)  # fmt: skip
