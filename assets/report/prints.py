"""资产清点核对报表 (AST-15, GEN-04)."""

from assets.card.statement import Row, Sums
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .figures import read
from .models import AssetReport, ReportState


def figures(sums: Sums, sign: int = 1) -> dict:
    return {"quantity": sign * sums.quantity, "cost": sign * sums.cost, "depreciation": sign * sums.depreciation, "net": sign * sums.net}


def row_of(row: Row) -> dict:
    return {
        "name": row.name, "before": figures(row.before), "more": figures(row.more), "less": figures(row.less, -1), "moved": row.moved.cost,
        "after": figures(row.after),
    }  # fmt: skip


def report_sheet(report: AssetReport, user) -> dict:
    """The figures as they were taken, with who drew them up and checked them."""
    if report.state == ReportState.VOID:
        raise RuleViolation("这份报表作废了，不能打印。")
    found = read(report.figures)
    return {
        "heading": f"资产{report.get_kind_display()}", "period": f"{full_day(report.since)}至{full_day(report.until)}",
        "state": "" if report.state in (ReportState.CHECKED, ReportState.FILED) else "未核对",
        "rows": [row_of(row) for row in found.kinds], "total": row_of(found.total),
        "more": [{"name": label, **figures(sums)} for label, sums in found.more],
        "less": [{"name": label, **figures(sums, -1)} for label, sums in found.less],
        "watched": [{"status": status, "kind": kind, **figures(sums)} for status, kind, sums in found.watched],
        "words": report.words, "keeper": report.created_by.name, "accountant": report.checked_by.name if report.checked_by else "",
    }  # fmt: skip


REPORT_SHEET = PrintDocument(
    kind="assets.assetreport",
    title="资产清点核对报表",
    template="print/assets/report.html",
    context=report_sheet,
    number=lambda report: f"ZCBB-{report.pk}",
)
