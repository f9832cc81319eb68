"""固定资产折旧表 of a month (AST-12)."""

from assets.card.prints import figures
from logistics.platform.printing.documents import PrintDocument

from .models import DepreciationRun
from .queries import classes_of


def depreciation_sheet(run: DepreciationRun, user) -> dict:
    """The month's depreciation by class."""
    rows = classes_of(run.month)
    return {
        "month": f"{run.month.year}年{run.month.month}月",
        "rows": [{"code": row.code, "name": row.name, **figures(row.after), "month": row.month} for row in rows],
        "cards": run.cards, "amount": run.amount, "cost": run.cost, "depreciation": run.depreciation, "net": run.cost - run.depreciation,
    }  # fmt: skip


RUN_SHEET = PrintDocument(
    kind="assets.depreciationrun",
    title="固定资产折旧表",
    template="print/assets/depreciation.html",
    context=depreciation_sheet,
    number=lambda run: f"{run.month:%Y-%m}",
)
