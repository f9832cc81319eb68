"""维修计划表 in the customary landscape form with 编制, 审核, 批准 (REP-10, GEN-04)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import PlanList, PlanState
from .queries import items_of, totals_of


def sheet(plan: PlanList, user) -> dict:
    """Everything the paper says, as plain values; what is not known yet stays open for the pen."""
    items = list(items_of(plan))
    totals = totals_of(items)
    is_decided = plan.state in (PlanState.APPROVED, PlanState.DONE)
    return {
        "name": plan.title,
        "period": f"{full_day(plan.start_on)}至{full_day(plan.end_on)}",
        "rows": [_row(item) for item in items],
        "count": totals.count,
        "estimate": totals.estimate,
        "actual": totals.actual if totals.done else None,
        "author": plan.created_by.name,
        "written_on": full_day(plan.submitted_at or plan.created_at),
        "approver": plan.decided_by.name if is_decided else "",
        "approved_on": full_day(plan.decided_at) if is_decided else "",
        "opinion": plan.opinion if is_decided else "",
        "is_draft": not is_decided,
    }


def _row(item) -> dict:
    return {
        "where": item.where,
        "content": item.content,
        "quantity": f"{item.quantity.normalize():f}" if item.quantity else "",
        "unit": item.unit,
        "estimate": item.estimate,
        "trade": str(item.trade or ""),
        "owner": str(item.owner or ""),
        "finish_by": item.finish_by,
        "actual": item.actual,
        "done_on": item.done_on,
        "note": f"不做：{item.dropped}" if item.dropped else f"转入「{item.carried_to.plan}」" if hasattr(item, "carried_to") else item.note,
    }


PLAN_SHEET = PrintDocument(
    kind="repairs.planlist", title="维修计划表", template="print/repairs/planlist.html", context=sheet, number=lambda plan: plan.number or f"草稿 {plan.pk}"
)
