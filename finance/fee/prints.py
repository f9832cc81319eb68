"""收费公示表, 学生代收费结算表 and 退费清单 in their customary forms (FIN-08, GEN-04)."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finance.money import ZERO
from logistics.platform.access.rules import require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.templatetags.school import full_day

from .models import FeeCharge
from .queries import VIEW, charges_visible_to, dues_visible_to, public_items, refunds_visible_to
from .shares import RULE


@dataclass(frozen=True)
class FeeBoard:
    """The list as it stands on one day; no row of its own."""

    on: date


def fee_board(board: FeeBoard, user) -> dict:
    """What may be charged on the day."""
    items = public_items(board.on)
    return {
        "on": full_day(board.on),
        "rows": [
            {
                "kind": item.get_kind_display(), "name": str(item), "unit": f"元/生·{item.get_period_display()}", "amount": item.amount, "document": item.document,
                "authority": item.authority, "note": "；".join(filter(None, ["自愿" if item.is_voluntary else "", item.refund_rule])),
            }
            for item in items
        ],
    }  # fmt: skip


def board_of(paper: PrintedPaper) -> FeeBoard | None:
    try:
        return FeeBoard(date.fromisoformat(paper.number))
    except ValueError:
        return None


def _settled(charge: FeeCharge) -> None:
    if charge.spent is None:
        raise RuleViolation("还没有结算。")


def settlement_sheet(charge: FeeCharge, user) -> dict:
    """Every student in sight: charged, waived, paid, spent for him, given back."""
    _settled(charge)
    dues = list(dues_visible_to(user).filter(charge=charge.pk).select_related("refund").order_by("school_class__order", "school_class", "student__number"))
    rows = []
    for due in dues:
        back = due.refund.amount if hasattr(due, "refund") else ZERO
        rows.append(
            {
                "class": str(due.school_class), "number": due.student.number, "name": due.student.name, "consent": due.get_consent_display(), "amount": due.amount,
                "waived": due.waived, "paid": due.paid, "spent": due.paid - back, "back": back,
            }
        )  # fmt: skip
    names = ("waived", "paid", "spent", "back")
    return {
        "item": str(charge.item), "standard": charge.item.standard, "term": str(charge.term), "rows": rows, "rule": RULE, "spent": charge.spent,
        "spent_note": charge.spent_note, "total": {name: sum((row[name] for row in rows), ZERO) for name in names}, "is_agency": charge.needs_consent,
        "settled_on": full_day(charge.settled_at), "accountant": charge.settled_by.name if charge.settled_by else "",
    }  # fmt: skip


def refund_sheet(charge: FeeCharge, user) -> dict:
    """Who gets how much back, with a place to sign."""
    _settled(charge)
    rows = [
        {"class": str(one.due.school_class), "number": one.due.student.number, "name": one.due.student.name, "paid": one.due.paid, "back": one.amount,
         "state": one.get_state_display()}
        for one in refunds_visible_to(user).filter(charge=charge.pk).order_by("due__school_class__order", "due__school_class", "due__student__number")
    ]  # fmt: skip
    if not rows:
        raise RuleViolation("没有要退的。")
    return {"item": str(charge.item), "term": str(charge.term), "rows": rows, "rule": RULE, "total": sum((row["back"] for row in rows), ZERO)}


BOARD_SHEET = PrintDocument(
    kind="finance.feeitem.board", title="收费公示表", template="print/finance/fee_board.html", context=fee_board, number=lambda board: board.on.isoformat(),
    find=board_of,
)  # fmt: skip
SETTLEMENT_SHEET = PrintDocument(
    kind="finance.feecharge", title="学生收费结算表", template="print/finance/fee_settlement.html", context=settlement_sheet,
    number=lambda charge: charge.number, check=lambda user, charge: _settled(charge),
)  # fmt: skip
REFUND_SHEET = PrintDocument(
    kind="finance.feecharge.refunds", title="退费清单", template="print/finance/fee_refunds.html", context=refund_sheet, number=lambda charge: charge.number,
    find=lambda paper: FeeCharge.objects.filter(pk=paper.record_id).first(),
)  # fmt: skip


def _pdf(request, document: PrintDocument, record) -> HttpResponse:
    at, content = timezone.now(), document.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=document, record=record, content=content)
    pdf = paper_pdf(document=document, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


@require_safe
@never_cache
def print_board(request):
    """收费公示表 of today."""
    require(request.user, VIEW)
    return _pdf(request, BOARD_SHEET, FeeBoard(timezone.localdate()))


@require_safe
@never_cache
def print_refunds(request, pk: int):
    require(request.user, VIEW)
    return _pdf(request, REFUND_SHEET, get_object_or_404(charges_visible_to(request.user), pk=pk))
