"""资产账与财务账核对表 (AST-06, GEN-04)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .balance import Side, total
from .models import ReconcileState, Reconciliation
from .queries import balances_of, standing_in


def side_of(side: Side) -> dict:
    return {"ledger": side.ledger, "book": side.book, "difference": side.difference, "unexplained": side.unexplained}


def reconciliation_sheet(record: Reconciliation, user) -> dict:
    """Both books by category, the differences that stand, and who agreed."""
    rows = [row for row in balances_of(record) if row.cost.ledger or row.cost.book or row.depreciation.ledger or row.depreciation.book]
    return {
        "month": f"{record.month.year}年{record.month.month}月末",
        "state": "" if record.state == ReconcileState.DONE else record.get_state_display(),
        "rows": [{"name": row.name, "quantity": row.quantity, "cost": side_of(row.cost), "depreciation": side_of(row.depreciation)} for row in rows],
        "cost": side_of(total([row.cost for row in rows])),
        "depreciation": side_of(total([row.depreciation for row in rows])),
        "differences": [
            {
                "kind": one.get_kind_display(), "reason": one.get_reason_display(), "cost": one.signed[0], "depreciation": one.signed[1],
                "text": f"{one.words}（{one.card.number}）" if one.card else one.words, "since": f"{one.since:%Y-%m}",
            }
            for one in standing_in(record.month).select_related("card")
        ],
        "accountant": record.sent_by.name if record.sent_by else "",
        "sent_on": full_day(record.sent_at),
        "keeper": record.agreed_by.name if record.agreed_by else "",
        "agreed_on": full_day(record.agreed_at),
    }  # fmt: skip


RECONCILIATION_SHEET = PrintDocument(
    kind="assets.reconciliation",
    title="资产账与财务账核对表",
    template="print/assets/reconciliation.html",
    context=reconciliation_sheet,
    number=lambda record: f"{record.month:%Y-%m}",
)
