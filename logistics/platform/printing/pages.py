"""Printing one record, and the public page where anybody checks a paper."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.web.middleware import address_of
from logistics.platform.web.registry import record_for

from .content import tidy_code
from .documents import document_for
from .pdf import paper_pdf
from .queries import Standing, base_address, changes_shown_to, last_change_of, paper_by_code, standing_of
from .rules import note_paper

CHECKS_A_MINUTE = 30


@require_safe
@never_cache
def print_record(request, kind: str, pk: int):
    """The record's paper as a PDF in the browser; 404 for records this person does not see."""
    document, described = document_for(kind), record_for(kind)
    if document is None or described is None:
        raise Http404(kind)
    try:
        described.check_view(request.user)
    except NotAllowed as refusal:
        raise Http404(kind) from refusal
    record = described.rows(request.user).filter(pk=pk).first()
    if record is None:
        raise Http404(f"{kind} {pk}")
    document.check(request.user, record)
    at, content = timezone.now(), document.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=document, record=record, content=content)
    pdf = paper_pdf(document=document, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}".strip() + ".pdf") or "inline"
    return response


@login_not_required
@require_safe
def verify_form(request):
    """Where a code is typed by hand."""
    code = tidy_code(request.GET.get("code", ""))
    return redirect(f"/verify/{quote(code, safe='')}/") if code else render(request, "platform/verify.html", {"code": ""})


@login_not_required
@require_safe
@never_cache
def verify(request, code: str):
    """What the paper with this code is, and whether the record still says the same; strangers learn no more of the record than the day it changed."""
    if _asks_too_often(request):
        return render(request, "platform/verify.html", {"code": tidy_code(code), "too_often": True}, status=429)
    paper = paper_by_code(code)
    standing = standing_of(paper) if paper else None
    changed = standing is Standing.CHANGED
    context = {
        "code": paper.code if paper else tidy_code(code),
        "paper": paper,
        "unknown": paper is None,
        "same": standing is Standing.SAME,
        "changed": changed,
        "changed_on": last_change_of(paper) if paper and changed else None,
        "changes": changes_shown_to(request.user, paper) if paper and changed else [],
        "checked_at": timezone.now(),
    }
    return render(request, "platform/verify.html", context, status=200 if paper else 404)


def _asks_too_often(request) -> bool:
    key = f"verify:{address_of(request)}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > CHECKS_A_MINUTE
    except ValueError:  # the entry went between the two calls
        return False
