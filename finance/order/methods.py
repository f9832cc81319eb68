"""How something may be bought at a given amount, and what must be written down for it. Pure; the numbers come from the school's limits (FIN-04)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from logistics.platform.limits.queries import limits_on

from .models import Method

DIRECT, GOVERNMENT, QUOTES_LEAST, OVER = "finance.purchase.direct", "finance.purchase.government", "finance.purchase.quotes", "finance.purchase.over"
WITH_REASON = {
    Method.SINGLE: "单一来源要写理由，例如：原设备配件，只有原厂能供；当天抢修，来不及询价。",
    Method.FRAMEWORK: "请写是哪一份框架协议，例如：区教育局 2026 年办公用品框架协议 3 号。",
    Method.GOVERNMENT: "请写属于集中采购目录的哪一项或者限额标准，以及批复、项目编号。",
}
SHORTEST_REASON = 8


@dataclass(frozen=True)
class Lines:
    """The school's numbers: up to `direct` without quotes, from `government` on by government procurement, `least` firms to compare."""

    direct: Decimal
    government: Decimal
    least: int = 3
    over: Decimal = Decimal(5)


def lines_on(on: date) -> Lines:
    """The numbers in force on that day. One query."""
    found = limits_on(on, DIRECT, GOVERNMENT, QUOTES_LEAST, OVER)
    return Lines(Decimal(found[DIRECT]), Decimal(found[GOVERNMENT]), int(found[QUOTES_LEAST]), Decimal(found[OVER]))


def methods_for(amount: Decimal, lines: Lines) -> tuple[Method, ...]:
    """The methods allowed at this amount, the usual one first."""
    if amount >= lines.government:
        return (Method.GOVERNMENT, Method.FRAMEWORK)
    if amount > lines.direct:
        return (Method.QUOTES, Method.FRAMEWORK, Method.SINGLE, Method.GOVERNMENT)
    return (Method.DIRECT, Method.QUOTES, Method.FRAMEWORK, Method.SINGLE, Method.GOVERNMENT)


def method_refusal(method: Method, amount: Decimal, lines: Lines) -> str:
    """Why this method may not be used at this amount; empty when it may."""
    if method in methods_for(amount, lines):
        return ""
    if amount >= lines.government:
        return f"{amount:,.2f} 元到了政府采购的限额（{lines.government:,.0f} 元），要用政府采购或者框架协议。"
    return f"{amount:,.2f} 元超过了直接采购的上限（{lines.direct:,.0f} 元），请三家比价；用别的方式要写理由。"


def reason_needed(method: Method, reason: str) -> str:
    """What still has to be written for this method; empty when it is there."""
    return WITH_REASON[method] if method in WITH_REASON and len(reason) < SHORTEST_REASON else ""


def choice_needs(*, quotes: int, least: int, over: Decimal) -> list[tuple[str, str]]:
    """[(field, sentence)] a choice among quotes must explain: fewer firms than needed, dearer than the lowest by `over` yuan."""
    needs = []
    if quotes < least:
        needs.append(("few_reason", f"只有 {quotes} 家报价，不到 {least} 家，请写为什么。"))
    if over > 0:
        needs.append(("choice_reason", f"比最低的报价高 {over:,.2f} 元，请写为什么选它。"))
    return needs
