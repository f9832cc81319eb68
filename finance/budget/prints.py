"""预算执行表, 预算明细账 and 预算调整申请单 in their customary forms (FIN-01, GEN-04)."""

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .drawings import over_months
from .execution import Row, execution
from .models import BudgetChange, BudgetLine, BudgetYear
from .queries import lines_visible_to


def _figures(row: Row) -> dict:
    names = ("code", "name", "opening", "changes", "allotment", "month", "spent", "held", "available", "rate")
    return {name: getattr(row, name) for name in names}


def execution_sheet(year: BudgetYear, user) -> dict:
    """Everything the table says of the lines this person sees, up to the end of `year.asked_month`."""
    found = execution(year, lines_visible_to(user), month=year.asked_month)
    if not found.items:
        raise RuleViolation("还没有指标，执行表没有内容。")
    return {
        "heading": f"{found.name}预算执行表",
        "until": full_day(found.until),
        "total": _figures(found.total),
        "items": [_figures(row) for row in found.items],
        "departments": [_figures(row) for row in found.departments],
        "funds": [_figures(row) for row in found.funds],
        "chart": over_months(found),
        "caption": f"图 1　{found.year.year}年累计支出和均衡进度（万元）",
    }


def number_of(year: BudgetYear) -> str:
    return f"{year.year}-{year.asked_month:02d}"


def year_of(paper: PrintedPaper) -> BudgetYear | None:
    year = BudgetYear.objects.filter(pk=paper.record_id).first()
    if year:
        year.asked_month = int(paper.number.rpartition("-")[2])
    return year


def ledger_sheet(line: BudgetLine, user) -> dict:
    """预算明细账: every entry with what was available after it."""
    left, rows = money(0), []
    for entry in line.entries.select_related("by").order_by("pk"):
        left += entry.to_available
        rows.append(
            {
                "on": full_day(entry.at),
                "kind": entry.get_kind_display(),
                "document": entry.document_label,
                "note": entry.note,
                "allotment": entry.to_allotment,
                "held": entry.to_reserved + entry.to_committed,
                "spent": entry.to_spent,
                "left": left,
                "by": entry.by.name,
            }
        )
    return {
        "heading": f"{line.year.year}年预算明细账",
        "department": str(line.department),
        "item": str(line.item),
        "fund": str(line.fund),
        "rows": rows,
        "allotment": line.allotment,
        "held": line.held,
        "spent": line.spent,
        "left": line.available,
    }


def change_sheet(change: BudgetChange, user) -> dict:
    return {
        "kind": change.get_kind_display(),
        "is_transfer": change.to_line_id is not None,
        "year": change.line.year.year,
        "department": str(change.line.department),
        "line": f"{change.line.item}（{change.line.fund}）",
        "to_line": f"{change.to_line.department} {change.to_line.item}（{change.to_line.fund}）" if change.to_line else "",
        "amount": change.amount,
        "reason": change.reason,
        "asker": change.created_by.name,
        "asked_on": full_day(change.submitted_at),
        "state": change.get_state_display(),
        "decider": change.decided_by.name if change.decided_by else "",
        "decided_on": full_day(change.decided_at),
        "opinion": change.opinion,
    }


EXECUTION_SHEET = PrintDocument(
    kind="finance.budgetyear.execution",
    title="预算执行表",
    template="print/finance/execution.html",
    context=execution_sheet,
    number=number_of,
    find=year_of,
)
LEDGER_SHEET = PrintDocument(
    kind="finance.budgetline",
    title="预算明细账",
    template="print/finance/budget_ledger.html",
    context=ledger_sheet,
    number=lambda line: f"{line.year.year}-{line.item.code}-{line.pk}",
)
CHANGE_SHEET = PrintDocument(
    kind="finance.budgetchange",
    title="预算调整申请单",
    template="print/finance/budget_change.html",
    context=change_sheet,
    number=lambda change: change.number,
)
