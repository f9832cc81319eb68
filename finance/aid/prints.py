"""资助名单公示 with masked names, and 发放表 with a place to sign (FIN-09, GEN-04)."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from finance.money import ZERO
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.templatetags.school import full_day

from .models import AidList, ListState
from .queries import VIEW, chosen_of, masked

SHOWN = (ListState.NOTICE, ListState.FINAL, ListState.PAID)


def check_published(user, listing: AidList) -> None:
    if listing.state not in SHOWN:
        raise RuleViolation(f"{listing.get_state_display()}，公示以后才能打印。")


def check_payable(user, listing: AidList) -> None:
    """Real names and amounts of the whole school: for who sees all of it, once the list is final."""
    if require(user, VIEW) != Scope.ALL:
        raise NotAllowed("发放表由会计或者出纳打印。")
    if listing.state not in (ListState.FINAL, ListState.PAID):
        raise RuleViolation(f"{listing.get_state_display()}，名单审定以后才能打印发放表。")


def notice_sheet(listing: AidList, user) -> dict:
    """The list as it hangs on the wall: masked names, no numbers, no reasons."""
    rows = [{"class": str(row.school_class), "name": masked(row.student.name), "level": row.level, "amount": row.amount} for row in chosen_of(listing)]
    return {
        "heading": str(listing), "document": listing.scheme.document, "from": full_day(listing.notice_from), "until": full_day(listing.notice_until), "rows": rows,
    }  # fmt: skip


def pay_sheet(listing: AidList, user) -> dict:
    rows = [
        {"class": str(row.school_class), "number": row.student.number, "name": row.student.name, "level": row.level, "amount": row.amount}
        for row in chosen_of(listing, "final", "paid")
    ]
    return {
        "heading": str(listing), "rows": rows, "total": sum((row["amount"] for row in rows), ZERO), "until": full_day(listing.notice_until),
        "decider": listing.decided_by.name if listing.decided_by else "", "paid_on": full_day(listing.paid_on),
        "cashier": listing.paid_by.name if listing.paid_by else "",
    }  # fmt: skip


NOTICE_SHEET = PrintDocument(
    kind="finance.aidlist", title="资助名单公示", template="print/finance/aid_notice.html", context=notice_sheet, number=lambda listing: listing.number,
    check=check_published,
)  # fmt: skip
PAY_SHEET = PrintDocument(
    kind="finance.aidlist.pay", title="资助发放表", template="print/finance/aid_pay.html", context=pay_sheet, number=lambda listing: listing.number,
    check=check_payable, find=lambda paper: AidList.objects.filter(pk=paper.record_id).first(),
)  # fmt: skip


def print_of(request, document: PrintDocument, record) -> HttpResponse:
    """A document whose address is not the record's own under /print/."""
    document.check(request.user, record)
    at, content = timezone.now(), document.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=document, record=record, content=content)
    pdf = paper_pdf(document=document, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response
