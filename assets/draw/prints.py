"""领料单 in its customary form (STK-02, GEN-04)."""

from assets.item.quantities import figure
from assets.slip.models import SlipState
from assets.slip.prints import signature_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import StockRequest


def request_sheet(request: StockRequest, user) -> dict:
    """What was asked for and handed over, with who asked, decided, kept and received."""
    if not request.number:
        raise RuleViolation("还没有送批，没有单号，不能打印。")
    slips = [slip for slip in request.slips.select_related("person", "created_by").order_by("pk") if slip.state == SlipState.BOOKED]
    last = slips[-1] if slips else None
    return {
        "number": request.number,
        "department": str(request.department),
        "store": str(request.store),
        "purpose": request.purpose,
        "on": full_day(request.submitted_at),
        "state": request.get_state_display(),
        "rows": [
            {
                "item": line.item.name, "spec": line.item.spec, "unit": line.item.unit, "quantity": figure(line.quantity),
                "issued": figure(line.issued) if line.issued else "", "note": line.note,
            }
            for line in request.lines.select_related("item").order_by("pk")
        ],
        "slips": "、".join(slip.number for slip in slips),
        "asker": request.created_by.name,
        "decider": request.decided_by.name if request.decided_by else "",
        "decided_on": full_day(request.decided_at),
        "keeper": last.created_by.name if last else "",
        "receiver": last.person.name if last else "",
        "mark": signature_of(last) if last else "",
    }  # fmt: skip


REQUEST_SHEET = PrintDocument(
    kind="assets.stockrequest", title="领料单", template="print/assets/request.html", context=request_sheet, number=lambda request: request.number
)
