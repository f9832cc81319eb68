"""Contracts and their supplements on their way through the school's approval chains (FIN-03, FIN-07)."""

from django.urls import reverse

from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import rules, supplement_rules
from .models import Contract, Supplement
from .queries import budget_of


def fund_of(contract: Contract) -> str:
    """The special fund among those that pay, otherwise the first; of the purchase order where one holds the money."""
    lines = [row.budget_line for row in budget_of(contract)]
    if contract.order_id:
        ordered = contract.order.lines.select_related("request_line__budget_line__fund")
        lines = [row.request_line.budget_line for row in ordered] or lines
    special = [line for line in lines if line.fund.is_special]
    return str((special or lines)[0].fund) if lines else ""


def facts_of(contract: Contract) -> Facts:
    return Facts(contract.amount, contract.department, fund_of(contract), contract.created_by)


def content_of(contract: Contract) -> dict:
    """Everything an approver agrees to."""
    names = ("kind", "title", "partner_id", "person_name", "department_id", "order_id", "unit", "other_number", "terms")
    return {name: getattr(contract, name) for name in names} | {
        "amount": f"{contract.amount:.2f}",
        "unit_price": f"{contract.unit_price:.2f}" if contract.unit_price else "",
        "start_on": contract.start_on.isoformat(),
        "end_on": contract.end_on.isoformat(),
        "plan": [[row.name, row.due_on.isoformat(), row.condition, f"{row.amount:.2f}"] for row in contract.instalments.all()],
        "budget": [[row.budget_line_id, f"{row.amount:.2f}"] for row in contract.lines.order_by("budget_line")],
    }


def paper_of(contract: Contract, user) -> dict:
    """The terms, where the money comes from, and when it goes."""
    price = f"，每{contract.unit} {contract.unit_price:,.2f} 元，按实结算" if contract.unit else ""
    facts = [
        ("合同", f"{contract.get_kind_display()}　{contract.title}"),
        ("对方", contract.party),
        ("金额", f"{contract.amount:,.2f} 元{price}"),
        ("期限", f"{contract.start_on} 至 {contract.end_on}"),
        ("经办", f"{contract.department}　{contract.created_by.name}"),
    ]
    if contract.order_id:
        facts.append(("采购单", str(contract.order)))
    facts += [("经费", f"{row.budget_line}，出 {row.amount:,.2f} 元，指标可用 {row.budget_line.available:,.2f} 元") for row in budget_of(contract)]
    facts += [(row.name, f"{row.due_on}　{row.amount:,.2f} 元　{row.condition}") for row in contract.instalments.all()]
    return {"facts": [*facts, *([("主要约定", contract.terms)] if contract.terms else [])]}


CONTRACT_APPROVAL = ApprovalKind(
    key="finance.contract",
    label="合同",
    model="finance.Contract",
    facts=facts_of,
    content=content_of,
    title=lambda contract: f"{contract.get_kind_display()}合同 {contract.amount:,.2f} 元：{contract.title}，{contract.party}",
    url=lambda contract: reverse("finance:contract-detail", args=[contract.pk]),
    paper=paper_of,
    icon="file-pen-line",
    **by_rules(approve=rules.approve_contract, reject=rules.reject_contract, reopen=rules.back_to_draft),
)


def supplement_content(supplement: Supplement) -> dict:
    return {
        "contract": supplement.contract_id,
        "reason": supplement.reason,
        "change": f"{supplement.change:.2f}",
        "budget_line": supplement.budget_line_id,
        "due_on": supplement.due_on.isoformat() if supplement.due_on else "",
        "end_on": supplement.end_on.isoformat() if supplement.end_on else "",
    }


def supplement_facts(supplement: Supplement) -> Facts:
    contract = supplement.contract
    fund = str(supplement.budget_line.fund) if supplement.budget_line else fund_of(contract)
    return Facts(abs(supplement.change), contract.department, fund, supplement.created_by)


def supplement_paper(supplement: Supplement, user) -> dict:
    contract = supplement.contract
    facts = [
        ("合同", f"{contract}，{contract.party}"),
        ("改什么，为什么", supplement.reason),
        ("金额", f"原合同 {contract.first_amount:,.2f} 元，现在 {contract.amount:,.2f} 元，改后 {contract.amount + supplement.change:,.2f} 元"),
    ]
    if supplement.budget_line:
        facts.append(("经费", f"{supplement.budget_line}，可用 {supplement.budget_line.available:,.2f} 元"))
    if supplement.end_on:
        facts.append(("到期", f"{contract.end_on} 改到 {supplement.end_on}"))
    return {"facts": facts}


SUPPLEMENT_APPROVAL = ApprovalKind(
    key="finance.supplement",
    label="补充协议",
    model="finance.Supplement",
    facts=supplement_facts,
    content=supplement_content,
    title=lambda supplement: f"补充协议：{supplement.contract.title}，{supplement.reason[:40]}",
    url=lambda supplement: reverse("finance:supplement-detail", args=[supplement.pk]),
    paper=supplement_paper,
    icon="file-plus",
    **by_rules(approve=supplement_rules.carry_out, reject=supplement_rules.turn_down_supplement, reopen=supplement_rules.supplement_back),
)
