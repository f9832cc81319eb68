"""资产台账: the state on any day by class, department or place, with what came and went; as a page, a workbook, a print."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.exports.workbook import XLSX
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.school.models import school

from .books import workbook
from .forms import StatementForm
from .prints import STATEMENT_SHEET, Asked
from .queries import check_can_view_books
from .statement import Statement, statement


def asked(query) -> tuple[StatementForm, Statement | None]:
    """The form, and the statement it asks for; None while the form is wrong."""
    form = StatementForm(query)
    if not form.is_valid():
        return form, None
    given = form.cleaned_data
    return form, statement(by=given["by"], until=given["until"], since=given["since"], today=timezone.localdate())


@require_safe
@never_cache
def statement_page(request):
    check_can_view_books(request.user)
    form, found = asked(request.GET)
    if found:
        shown = {"until": found.until, "since": found.since, "by": found.by}
        form = StatementForm(initial=shown)
    return render(
        request, "assets/statement.html", {"title": "资产台账", "form": form, "found": found, "query": request.GET.urlencode()}, status=200 if found else 422
    )


def found_or_404(query) -> Statement:
    _, found = asked(query)
    if found is None:
        raise Http404("period")
    if not found.rows:
        raise RuleViolation("这一天还没有资产，台账没有内容。")
    return found


@require_safe
@never_cache
def statement_book(request):
    check_can_view_books(request.user)
    found = found_or_404(request.GET)
    response = HttpResponse(workbook(found, school=school().name, at=timezone.now()), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"资产台账 {found.until}.xlsx") or "attachment"
    return response


@require_safe
@never_cache
def statement_pdf(request):
    check_can_view_books(request.user)
    found = found_or_404(request.GET)
    record = Asked.of(found)
    at, content = timezone.now(), STATEMENT_SHEET.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=STATEMENT_SHEET, record=record, content=content)
    pdf = paper_pdf(document=STATEMENT_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


def statement_urls() -> list[tuple]:
    return [
        ("statement/", statement_page, "statement"),
        ("statement/excel/", statement_book, "statement-excel"),
        ("statement/print.pdf", statement_pdf, "statement-print"),
    ]
