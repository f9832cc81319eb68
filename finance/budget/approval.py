"""Changes of the budget on their way through the school's approval chains (FIN-01, FIN-03)."""

from django.urls import reverse

from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import change_rules
from .models import BudgetChange


def facts_of(change: BudgetChange) -> Facts:
    return Facts(abs(change.amount), change.line.department, str(change.line.fund), change.created_by)


def content_of(change: BudgetChange) -> dict:
    """Everything an approver agrees to."""
    return {
        "kind": change.kind,
        "line": change.line_id,
        "to_line": change.to_line_id,
        "amount": f"{change.amount:.2f}",
        "reason": change.reason,
    }


def paper_of(change: BudgetChange, user) -> dict:
    """What the change would do to both lines, as they stand now."""
    facts = [("办什么", change.get_kind_display()), ("金额", f"{change.amount:,.2f} 元"), ("理由", change.reason)]
    facts.append(("调出指标" if change.to_line else "指标", f"{change.line}，预算 {change.line.allotment:,.2f} 元，可用 {change.line.available:,.2f} 元"))
    if change.to_line:
        facts.append(("调入指标", f"{change.to_line}，预算 {change.to_line.allotment:,.2f} 元，可用 {change.to_line.available:,.2f} 元"))
    return {"facts": facts}


BUDGET_CHANGES = ApprovalKind(
    key="finance.change",
    label="预算调整",
    model="finance.BudgetChange",
    facts=facts_of,
    content=content_of,
    title=lambda change: f"{change.get_kind_display()} {change.amount:,.2f} 元：{change.line}",
    url=lambda change: reverse("finance:change-detail", args=[change.pk]),
    paper=paper_of,
    icon="arrow-left-right",
    **by_rules(approve=change_rules.carry_out, reject=change_rules.turn_down, reopen=change_rules.back_to_draft),
)
