"""财务公开表 from the frozen content alone (FIN-10, GEN-04)."""

from decimal import Decimal

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Disclosure

SUMS = ("opening", "income", "outgo", "balance", "allotment", "spent", "period", "amount")


def numbers(row: dict) -> dict:
    """The row with its texts of yuan as Decimals."""
    return {name: Decimal(value) if name in SUMS else value for name, value in row.items()}


def tables_of(content: dict) -> dict:
    """The frozen content as the templates read it, with the totals of each list."""
    shown = {name: [numbers(row) for row in content[name]] for name in ("accounts", "items", "departments", "purchases")}
    return shown | {
        "total": numbers(content["total"]),
        "above": Decimal(content["above"]),
        "spent_total": _summed(shown["items"]),
        "bought_total": sum((row["amount"] for row in shown["purchases"]), Decimal(0)),
    }


def _summed(rows: list[dict]) -> dict:
    sums = {name: sum((row[name] for row in rows), Decimal(0)) for name in ("allotment", "spent", "period")}
    return sums | {"rate": f"{int(sums['spent'] * 100 / sums['allotment'])}%" if sums["allotment"] else ""}


def sheet(disclosure: Disclosure, user) -> dict:
    return tables_of(disclosure.content) | {
        "heading": f"{disclosure.name}财务公开表",
        "span": f"{full_day(disclosure.first_on)}至{full_day(disclosure.last_on)}",
        "year": disclosure.last_on.year,
        "note": disclosure.note,
        "maker": disclosure.created_by.name,
        "checker": disclosure.checked_by.name if disclosure.checked_by else "",
    }


def check_frozen(user, disclosure: Disclosure) -> None:
    if not disclosure.content:
        raise RuleViolation("还在编制，送审以后才能打印。")


DISCLOSURE_SHEET = PrintDocument(
    kind="finance.disclosure",
    title="财务公开表",
    template="print/finance/disclosure.html",
    context=sheet,
    number=lambda disclosure: f"GK-{disclosure.first_on:%Y%m}-{disclosure.pk}",
    check=check_frozen,
)
