"""Disposals on their way through the school's approval chains, by the original cost of the batch (AST-07)."""

from django.db.models import Sum
from django.urls import reverse

from assets.money import ZERO
from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import rules
from .models import Disposal, DisposalState
from .queries import lines_of

KIND, FUND = "assets.disposal", "资产处置"
SHOWN = 30


def facts_of(disposal: Disposal) -> Facts:
    """By the original cost: frozen once it is sent, of the list as it stands before."""
    is_frozen = disposal.state not in (DisposalState.DRAFT, DisposalState.JUDGING)
    cost = disposal.cost if is_frozen else disposal.lines.aggregate(sum=Sum("cost"))["sum"] or ZERO
    return Facts(cost, disposal.department, FUND, disposal.created_by)


def content_of(disposal: Disposal) -> dict:
    """Everything a signer agrees to: what goes, how, and what the appraisers said."""
    lines = [[line.card_id, line.quantity, str(line.cost), str(line.depreciation)] for line in disposal.lines.order_by("pk")]
    judged = [[one.person_id, one.agrees, one.opinion] for one in disposal.appraisals.order_by("pk")]
    return {
        "kind": disposal.kind, "title": disposal.title, "department": disposal.department_id, "reason": disposal.reason, "receiver": disposal.receiver,
        "cost": str(disposal.cost), "depreciation": str(disposal.depreciation), "lines": lines, "judged": judged,
    }  # fmt: skip


def paper_of(disposal: Disposal, user) -> dict:
    """What whoever decides reads, whether he may see the ledger or not."""
    facts = [
        ("处置方式", disposal.get_kind_display()), ("申请部门", str(disposal.department)), ("原因", disposal.reason),
        ("合计", f"{disposal.pieces} 件，原值 {disposal.cost:,.2f} 元，净值 {disposal.net:,.2f} 元"),
    ]  # fmt: skip
    facts += [("要报上级", "学校批准以后，还要上级批复")] if disposal.needs_upper else []
    facts += [(f"鉴定 {one.person}", ("同意" if one.agrees else "不同意") + (f"：{one.opinion}" if one.opinion else "")) for one in judged(disposal)]
    lines = lines_of(disposal)
    facts += [
        (line.card.name, f"{line.card.number}，{line.quantity} {line.card.unit}，原值 {line.cost:,.2f} 元，净值 {line.net:,.2f} 元") for line in lines[:SHOWN]
    ]
    return {"facts": facts + ([("另有", f"{len(lines) - SHOWN} 张卡片，在处置单上看")] if len(lines) > SHOWN else [])}


def judged(disposal: Disposal) -> list:
    return list(disposal.appraisals.select_related("person").order_by("pk"))


DISPOSALS_TO_APPROVE = ApprovalKind(
    key=KIND,
    label="资产处置",
    model="assets.Disposal",
    facts=facts_of,
    content=content_of,
    title=lambda disposal: f"{disposal.get_kind_display()}：{disposal.title}",
    url=lambda disposal: reverse("assets:disposal-detail", args=[disposal.pk]),
    paper=paper_of,
    icon="recycle",
    **by_rules(approve=rules.allow, reject=rules.turn_down, reopen=rules.back_to_draft),
)
