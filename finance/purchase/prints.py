"""请购单 in its customary form with the lines of its approval (FIN-02, GEN-04)."""

from logistics.platform.approvals.public import runs_of, signature_rows
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .lines import plain_number
from .models import PurchaseRequest
from .queries import lines_of

USUAL_STEPS = ("部门负责人", "总务", "财务", "分管领导", "校长")


def sheet(request: PurchaseRequest, user) -> dict:
    """Everything the paper says; a draft has empty boxes to sign by hand."""
    lines = lines_of(request)
    return {
        "department": str(request.department),
        "applicant": request.created_by.name,
        "asked_on": full_day(request.submitted_at or request.created_at),
        "needed_on": full_day(request.needed_on),
        "name": request.title,
        "reason": request.reason,
        "urgent": _urgency(request),
        "state": request.get_state_display(),
        "rows": [_row(line) for line in lines],
        "total": request.total,
        "funds": "；".join(dict.fromkeys(str(line.budget_line) for line in lines if line.budget_line)),
        "source": request.source_label,
        "signers": _signers(request),
        "buyer": request.buyer.name if request.buyer else "",
    }


def _row(line) -> dict:
    return {
        "name": line.name,
        "spec": line.spec,
        "unit": line.unit,
        "quantity": plain_number(line.quantity),
        "price": line.price,
        "amount": line.amount,
        "use": line.use,
        "destination": line.get_destination_display(),
    }


def _urgency(request: PurchaseRequest) -> str:
    if not request.is_urgent:
        return ""
    bought = f"{full_day(request.bought_on)}已先购买。" if request.bought_on else ""
    late = f"补办迟了的原因：{request.late_reason}" if request.late_reason else ""
    return f"{request.urgent_reason}　{bought}{late}".strip()


def _signers(request: PurchaseRequest) -> list[dict]:
    runs = runs_of(request)
    if not runs:
        return [{"step": step, "name": "", "at": None, "words": "", "mark": "", "mark_digest": ""} for step in USUAL_STEPS]
    found = signature_rows(runs[0])[1:]  # the applicant stands in the head of the paper
    return [
        {
            "step": row.step,
            "name": f"{row.name}（代{row.stands_for}）" if row.stands_for else row.name,
            "at": row.at,
            "words": row.opinion if row.opinion.startswith(row.act) else "：".join(filter(None, [row.act, row.opinion])),
            "mark": row.mark,
            "mark_digest": row.mark_digest,
        }
        for row in found
    ]


def number_of(request: PurchaseRequest) -> str:
    return request.number or f"草稿-{request.pk}"


REQUEST_SHEET = PrintDocument(kind="finance.purchaserequest", title="请购单", template="print/finance/purchase.html", context=sheet, number=number_of)
