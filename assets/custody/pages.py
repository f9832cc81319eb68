"""责任书, 物品清单, 在我名下."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assets.card.pages import yuan_column
from assets.card.queries import MANAGE
from assets.signing import SignForm
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.terms.models import Term
from logistics.platform.web.lines import LinesAction
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .holdings import holdings
from .models import Pledge, PledgeState, Subject
from .prints import LIST_SHEET, Asked
from .queries import (
    BY,
    cards_of,
    check_can_view,
    check_can_view_list,
    check_can_view_lists,
    custodian_of,
    difference,
    pledge_counts,
    pledges_visible_to,
    progress,
    sees_all,
    subject_or_404,
    summary,
    this_term,
    unsigned,
)


def views(user) -> list[ListView]:
    n = pledge_counts(user)
    usual = [ListView("全部", ""), ListView("等我签", "wait=mine", n["mine"], pressing=True), ListView("已签", "state=signed", n["signed"])]
    if not sees_all(user):
        return usual
    return [*usual, ListView("等责任人", "wait=custodian", n["custodian"]), ListView("等学校一方", "wait=keeper", n["keeper"])]


def detail_context(pledge: Pledge, user) -> dict:
    marks = {file.role: file for file in attachments_of(pledge)}
    return {
        "lines": list(pledge.lines.order_by("pk")),
        "words": pledge.words.splitlines(),
        "marks": marks,
        "state_cell": state_mark(pledge.get_state_display(), pledge.tone),
        "changed": difference(pledge) if pledge.state in (PledgeState.OPEN, PledgeState.SIGNED) else "",
    }


def seen(pledge: Pledge) -> str:
    """The other side's signature does not make a page stale; a new version does."""
    return "current" if pledge.state in (PledgeState.OPEN, PledgeState.SIGNED) else pledge.state


PLEDGES = Record(
    model=Pledge,
    namespace="assets:pledge",
    label="财产责任书",
    icon="signature",
    rows=pledges_visible_to,
    columns=(
        Column(
            "name", "对象", lambda p: p.name, lambda p: link(p.name, reverse("assets:pledge-detail", args=[p.pk]), f"{p.get_subject_display()} · {p.number}"),
            css="key", sort="name", width=30,
        ),
        Column("number", "编号", lambda p: p.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("term", "学期", lambda p: str(p.term), css="only-wide", sort="term__start_on", width=24),
        Column("version", "版次", lambda p: p.version, css="num only-wide", sort="version", kind="integer", optional=True, width=6),
        Column("custodian", "责任人", lambda p: p.custodian.name, css="nw", sort="custodian__pinyin", width=10),
        Column("pieces", "件数", lambda p: p.pieces, css="num", sort="pieces", kind="integer", width=8),
        yuan_column("cost", "原值（元）", sort="cost", css="num only-wide"),
        Column("created_at", "出具", lambda p: p.created_at, lambda p: day(p.created_at), css="nw only-wide", sort="created_at", kind="datetime", width=16),
        Column("waits", "还差谁", lambda p: p.waits_for, css="only-wide", width=20),
        Column("keeper", "学校一方", lambda p: p.keeper.name if p.keeper else "", css="nw only-wide", optional=True, width=10),
        Column("state", "状态", lambda p: p.get_state_display(), lambda p: state_mark(p.get_state_display(), p.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.PledgeFilters,
    form=forms.PledgeForm,
    create=rules.draw_pledge,
    check_view=check_can_view,
    check_create=rules.check_can_draw,
    views=views,
    facts=lambda pledge: [],  # the page has its own
    detail_context=detail_context,
    stamp=seen,
    empty="还没有责任书。每学期开学，给各班、各专用室和保管人出一份。",
    actions=(
        Action(
            "sign", "签字", rules.sign_pledge, rules.check_can_sign, SignForm, icon="signature", tone="primary", bulk=True,
            hint=lambda p, user: f"{p.name}，{p.pieces} 件。签字表示：" + ("我看过清单，愿意照条款管好。" if user.pk == p.custodian_id else "学校照清单交付。"),
        ),
        Action("renew", "重新出一版", rules.renew_pledge, rules.check_can_renew, icon="refresh-cw"),
        Action("void", "作废", rules.void_pledge, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


@require_safe
@never_cache
def mine_page(request):
    """在我名下."""
    check_can_view(request.user)
    return render(request, "assets/mine.html", {"title": "在我名下", **holdings(request.user)})


@require_safe
@never_cache
def lists_page(request):
    """The lists of all rooms, classes, departments or persons."""
    check_can_view_lists(request.user)
    by = request.GET.get("by", "room")
    by = by if by in BY else "room"
    words = request.GET.get("q", "").strip()[:40]
    rows = [row for row in summary(by) if not words or words in str(row["one"]) or words in str(row["custodian"] or "")]
    shown = {"title": "物品清单", "by": by, "label": BY[by], "choices": BY.items(), "rows": rows[:300], "total": len(rows), "q": words}
    return render(request, "assets/custody_lists.html", shown)


def _asked(request, by: str, pk: int) -> Asked:
    one = subject_or_404(by, pk)
    check_can_view(request.user)
    check_can_view_list(request.user, by, one)
    return Asked(by, one)


@require_safe
@never_cache
def list_page(request, by: str, pk: int):
    """What one room, class, department or person has."""
    asked = _asked(request, by, pk)
    cards = list(cards_of(by, asked.one)[:1000])
    own = sees_all(request.user)
    shown = {"title": f"{asked.one}物品清单", "by": by, "one": asked.one, "label": BY[by], "cards": cards, "custodian": custodian_of(by, asked.one), "all": own}
    shown |= {"pieces": sum(card.quantity for card in cards), "cost": sum(card.cost for card in cards)}
    return render(request, "assets/custody_list.html", shown)


@require_safe
@never_cache
def list_pdf(request, by: str, pk: int):
    asked = _asked(request, by, pk)
    at, content = timezone.now(), LIST_SHEET.context(asked, request.user)
    paper = note_paper(actor=request.user, at=at, document=LIST_SHEET, record=asked, content=content)
    pdf = paper_pdf(document=LIST_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{asked.one}物品清单.pdf") or "inline"
    return response


@require_safe
@never_cache
def progress_page(request):
    """How far the term's signing is, and who is missing."""
    check_can_view_lists(request.user)
    asked = request.GET.get("term", "")
    term = get_object_or_404(Term, pk=int(asked)) if asked.isdecimal() and len(asked) < 10 else this_term(timezone.localdate())
    shown = {"title": "责任书签订进度", "term": term, "terms": Term.objects.all(), "can_draw": has(request.user, MANAGE)}
    if term:
        late = unsigned(term)
        shown |= {"rows": progress(term), "late": late[:100], "late_total": late.order_by().count()}
    return render(request, "assets/pledge_progress.html", shown)


@require_POST
@never_cache
def draw_all(request):
    """Statements for everyone of a kind who has none this term."""
    rules.check_can_draw(request.user)
    subject, asked = request.POST.get("subject", ""), request.POST.get("term", "")
    term = get_object_or_404(Term, pk=int(asked) if asked.isdecimal() and len(asked) < 10 else 0)
    if subject not in Subject.values:
        raise RuleViolation("请选给哪一类出责任书。")
    number = rules.draw_missing(actor=request.user, at=timezone.now(), subject=subject, term=term)
    words = f"出了 {number} 份{Subject(subject).label}责任书，已经通知责任人签字" if number else "都已经出过了，没有要新出的"
    messages.success(request, words)
    return redirect(f"{reverse('assets:pledge-progress')}?term={term.pk}")


def custody_urls() -> list:
    """The routes of lists and statements, under /assets/."""
    return [
        path("mine/", mine_page, name="mine"),
        path("custody/", lists_page, name="custody"),
        path("custody/<slug:by>/<int:pk>/", list_page, name="custody-list"),
        path("custody/<slug:by>/<int:pk>/print.pdf", list_pdf, name="custody-print"),
        path("pledge/progress/", progress_page, name="pledge-progress"),
        path("pledge/draw-all/", draw_all, name="pledge-draw-all"),
        *record_urls(PLEDGES, pages={"action": LinesAction}),
    ]
