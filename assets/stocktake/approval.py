"""Stocktakes on their way through the school's approval chains (AST-05)."""

from decimal import Decimal

from django.urls import reverse

from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules
from logistics.platform.kernel.money import money

from .booking_rules import carry_out
from .models import Decision, Difference, Stocktake
from .queries import progress_of
from .settling_rules import back_to_settling
from .summary import rate_of

FUND = "盘点"  # what a chain may ask for
MOST_SHOWN = 60


def worth(row: Difference) -> Decimal:
    """What the decision takes off or brings onto the books."""
    if row.decision == Decision.SHORTAGE:
        return money(row.line.cost * row.quantity / row.line.quantity)
    if row.decision == Decision.BOOK:
        return (row.price or Decimal(1)) * row.quantity
    return Decimal(0)


def rows_of(stocktake: Stocktake) -> list[Difference]:
    return list(stocktake.differences.select_related("line__sheet__place", "line__custodian", "card", "place", "asset_class").order_by("kind", "pk"))


def facts_of(stocktake: Stocktake) -> Facts:
    """The sum of what goes and comes decides the chain's tier."""
    total = sum((worth(row) for row in rows_of(stocktake)), Decimal(0))
    sender = stocktake.submitted_by or stocktake.created_by
    return Facts(total, sender.department, FUND, sender)


def content_of(stocktake: Stocktake) -> dict:
    """Everything a signer agrees to."""
    rows = [
        [row.kind, row.card_id, row.code, row.name, row.quantity, row.place_id, row.decision, row.reason, row.asset_class_id, str(row.price or "")]
        for row in stocktake.differences.order_by("pk")
    ]
    return {"number": stocktake.number, "title": stocktake.title, "differences": rows}


def paper_of(stocktake: Stocktake, user) -> dict:
    """The outcome in figures, then every difference with what shall become of it."""
    progress = progress_of(stocktake)
    rows = rows_of(stocktake)
    facts = [
        ("盘点", str(stocktake)), ("范围", stocktake.scope), ("账面", f"{progress['lines']} 张卡片，原值 {progress['cost']:,.2f} 元"),
        ("复盘", rate_of(progress).words), ("盘亏", _sum(rows, Decision.SHORTAGE)), ("盘盈", _sum(rows, Decision.BOOK)),
    ]  # fmt: skip
    facts += [(f"{row.get_kind_display()}：{row.name}", difference_words(row)) for row in rows[:MOST_SHOWN]]
    if len(rows) > MOST_SHOWN:
        facts.append(("其余", f"还有 {len(rows) - MOST_SHOWN} 条，见差异清单。"))
    return {"facts": facts}


def _sum(rows: list[Difference], decision: str) -> str:
    some = [row for row in rows if row.decision == decision]
    return f"{len(some)} 条，{sum((worth(row) for row in some), Decimal(0)):,.2f} 元" if some else "没有"


def difference_words(row: Difference) -> str:
    """One difference in a line: number, pieces, from where to where, decision, reason."""
    number = row.card.number if row.card else row.code
    place = f"{row.place or '没有地点'}"
    if row.kind == "elsewhere":
        place = f"{(row.line.sheet.place if row.line else row.card.place) or '没有地点'} → {place}"
    unit = row.card.unit if row.card else "件"
    value = f"，{worth(row):,.2f} 元" if worth(row) else ""
    reason = f"，{row.reason}" if row.reason else ""
    return f"{f'{number}，' if number else ''}{row.quantity} {unit}，{place}；{row.get_decision_display()}{value}{reason}"


STOCKTAKES_TO_APPROVE = ApprovalKind(
    key="assets.stocktake",
    label="盘点结果",
    model="assets.Stocktake",
    facts=facts_of,
    content=content_of,
    title=lambda stocktake: f"{stocktake.title}的盘盈盘亏",
    url=lambda stocktake: reverse("assets:stocktake-detail", args=[stocktake.pk]),
    paper=paper_of,
    icon="scan-line",
    **by_rules(approve=carry_out, reject=back_to_settling, reopen=back_to_settling),
)
