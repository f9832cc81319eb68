"""合同审批表, 补充协议审批表 and 合同台账 (FIN-07, GEN-04)."""

from dataclasses import dataclass

from logistics.platform.approvals.public import runs_of, signature_rows
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .models import Contract, Supplement
from .queries import budget_of, ledger

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Ledger:
    """合同台账 of one year."""

    year: int
    pk: None = None

    @property
    def number(self) -> str:
        return f"HTTZ-{self.year}"

    def __str__(self):
        return f"{self.year}年合同台账"


def signatures(record) -> list[dict]:
    """Who has signed in the last approval, as rows of the paper."""
    runs = list(runs_of(record)[:1])
    if not runs:
        return []
    rows = signature_rows(runs[0])[1:]  # the applicant stands in the head of the paper
    return [{"step": row.step, "name": row.name, "on": full_day(row.at), "words": row.opinion or row.act, "mark": row.mark} for row in rows]


def contract_sheet(contract: Contract, user) -> dict:
    return {
        "kind": contract.get_kind_display(),
        "name": contract.title,
        "party": contract.party,
        "phone": contract.person_phone,
        "other_number": contract.other_number,
        "department": str(contract.department),
        "drafter": contract.created_by.name,
        "order": contract.order.number if contract.order else "",
        "amount": contract.amount,
        "price": f"每{contract.unit} {contract.unit_price:,.2f} 元，按实结算" if contract.unit else "",
        "term": f"{full_day(contract.start_on)}至{full_day(contract.end_on)}",
        "terms": contract.terms,
        "state": contract.get_state_display(),
        "signed_on": full_day(contract.signed_on),
        "budget": [{"line": str(row.budget_line), "item": row.budget_line.item.code, "amount": row.amount} for row in budget_of(contract)],
        "plan": [
            {"name": row.name, "on": full_day(row.due_on), "condition": row.condition, "amount": row.amount, "paid": row.paid}
            for row in contract.instalments.all()
        ],
        "end": f"{full_day(contract.ended_on)}{contract.get_state_display()}　{contract.end_reason}" if contract.ended_on else "",
        "rows": signatures(contract),
    }


def supplement_sheet(supplement: Supplement, user) -> dict:
    contract = supplement.contract
    return {
        "contract": contract.number,
        "name": contract.title,
        "party": contract.party,
        "reason": supplement.reason,
        "first": contract.first_amount,
        "change": supplement.change,
        "line": str(supplement.budget_line or ""),
        "due_on": full_day(supplement.due_on),
        "end_on": full_day(supplement.end_on),
        "drafter": supplement.created_by.name,
        "state": supplement.get_state_display(),
        "rows": signatures(supplement),
    }


def ledger_sheet(subject: Ledger, user) -> dict:
    """Every contract signed in the year that this person sees."""
    if not FIRST_YEAR <= subject.year <= LAST_YEAR:
        raise RuleViolation("年份在 2000 到 2100 之间。")
    rows = ledger(user, subject.year)
    if not rows:
        raise RuleViolation(f"{subject.year}年没有签订的合同，台账没有内容。")
    shown = [
        {
            "number": row.contract.number,
            "name": row.contract.title,
            "kind": row.contract.get_kind_display(),
            "party": row.contract.party,
            "signed_on": row.contract.signed_on.isoformat(),
            "end_on": row.contract.end_on.isoformat(),
            "amount": row.contract.amount,
            "paid": row.paid,
            "unpaid": row.unpaid,
            "department": str(row.contract.department),
            "drafter": row.contract.created_by.name,
            "state": row.contract.get_state_display(),
        }
        for row in rows
    ]
    totals = {name: sum(row[name] for row in shown) for name in ("amount", "paid", "unpaid")}
    return {"heading": f"{subject.year}年合同台账", "rows": shown, "count": len(shown), **totals}


def find_ledger(paper: PrintedPaper) -> Ledger:
    return Ledger(int(paper.number.rpartition("-")[2]))


CONTRACT_SHEET = PrintDocument(
    kind="finance.contract", title="合同审批表", template="print/finance/contract.html", context=contract_sheet, number=lambda contract: contract.number
)
SUPPLEMENT_SHEET = PrintDocument(
    kind="finance.supplement",
    title="补充协议审批表",
    template="print/finance/supplement.html",
    context=supplement_sheet,
    number=lambda supplement: supplement.number,
)
LEDGER_SHEET = PrintDocument(
    kind="finance.contract.ledger",
    title="合同台账",
    template="print/finance/contract_ledger.html",
    context=ledger_sheet,
    number=lambda subject: subject.number,
    find=find_ledger,
)
