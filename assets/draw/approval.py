"""Requests on their way through the school's approval chains (STK-02)."""

from django.urls import reverse

from assets.item.quantities import figure, in_words
from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import rules
from .models import StockRequest
from .queries import estimate, stock_by_item

FUND = "库存领用"  # what a chain may ask for, so that small things do not go to the principal
OVER = "超定额领用"  # the same of what goes over the department's quota (STK-09)


def facts_of(request: StockRequest) -> Facts:
    return Facts(estimate(request), request.department, OVER if request.over_quota else FUND, request.created_by)


def content_of(request: StockRequest) -> dict:
    """Everything a signer agrees to."""
    lines = [[line.item_id, figure(line.quantity), line.note] for line in request.lines.order_by("pk")]
    over = {"over": str(request.over_quota), "reason": request.over_reason} if request.over_quota else {}
    return {"store": request.store_id, "department": request.department_id, "purpose": request.purpose, "lines": lines} | over


def paper_of(request: StockRequest, user) -> dict:
    """What is asked for, beside what the store has."""
    stocks = stock_by_item(request)
    facts = [("用途", request.purpose), ("部门", str(request.department)), ("仓库", str(request.store))]
    if request.over_quota:
        facts.append(("超定额", f"这学期的定额超了约 {request.over_quota:,.2f} 元。理由：{request.over_reason}"))
    for line in request.lines.select_related("item").prefetch_related("item__packs").order_by("pk"):
        stock = stocks.get(line.item_id)
        there = in_words(line.item, stock.quantity) if stock else "没有"
        facts.append((str(line.item), f"{in_words(line.item, line.quantity)}，库存 {there}" + (f"；{line.note}" if line.note else "")))
    return {"facts": facts}


REQUESTS_TO_APPROVE = ApprovalKind(
    key="assets.request",
    label="领用申请",
    model="assets.StockRequest",
    facts=facts_of,
    content=content_of,
    title=lambda request: f"{request.department}领用：{request.purpose}",
    url=lambda request: reverse("assets:request-detail", args=[request.pk]),
    paper=paper_of,
    icon="package-open",
    **by_rules(approve=rules.allow, reject=rules.turn_down, reopen=rules.back_to_draft),
)
