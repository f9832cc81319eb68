"""课桌凳: the table of all classes, counting a classroom, the proposal of a reallocation (AST-11)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import View

from assets.card.pages import day_column
from logistics.platform.access.rules import has
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import add_refusal, record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link

from . import forms, rules
from .models import DeskCount, DeskKind
from .prints import DESK_SHEET, Asked
from .queries import (
    MANAGE,
    check_can_count,
    check_can_propose,
    check_can_view,
    classes_visible_to,
    counts_visible_to,
    digest,
    kinds_in_use,
    month_counted,
    proposal,
    table,
    totals,
)

KINDS = dictionary(
    DeskKind, namespace="assets:desk-kind", fields=["name", "codes", "seats", "spare", "order", "is_active"], permission=MANAGE, icon="armchair",
)  # fmt: skip
COUNTS = Record(
    model=DeskCount,
    namespace="assets:desk-count",
    label="课桌凳清点",
    icon="clipboard-check",
    rows=counts_visible_to,
    columns=(
        Column(
            "school_class", "班级", lambda c: c.school_class.name, lambda c: link(c.school_class.name, "", c.words),
            css="key", sort="school_class__order", width=18,
        ),
        Column("kind", "种类", lambda c: c.kind.name, css="nw", sort="kind__order", width=10),
        day_column("on", "清点日期", css="nw"),
        Column("counted", "实有", lambda c: c.counted, css="num", sort="counted", kind="integer", width=8),
        Column("book", "账上", lambda c: c.book, css="num only-wide", kind="integer", width=8),
        Column("differs", "多少", lambda c: c.counted - c.book, lambda c: f"{c.counted - c.book:+d}".replace("-", "−") if c.counted != c.book else "相符", css="num nw", kind="integer", width=8),
        Column("damaged", "损坏", lambda c: c.damaged, css="num", sort="damaged", kind="integer", width=8),
        Column("words", "说明", lambda c: c.words, css="only-wide", optional=True, width=30),
        Column("by", "清点人", lambda c: c.created_by.name, css="nw only-wide", width=10),
    ),
    filters=forms.CountFilters,
    check_view=check_can_view,
    order=("-on", "-pk"),
    stamp=lambda c: "",
    empty="还没有班级清点过。",
)  # fmt: skip


def shown_table(user) -> dict:
    kinds = kinds_in_use()
    rows = table(classes_visible_to(user), kinds)
    counted = month_counted(timezone.localdate())
    for row in rows:
        row.is_counted = row.school_class.pk in counted
    return {"kinds": kinds, "rows": rows, "totals": totals(rows, kinds), "uncounted": sum(not row.is_counted for row in rows)}


@require_safe
@never_cache
def table_page(request):
    """Every class one sees; a head teacher counts from here."""
    check_can_view(request.user)
    found = shown_table(request.user)
    lacking = [row for row in found["rows"] if any(cell.missing for cell in row.cells)]
    only = request.GET.get("only") == "missing"
    found |= {"title": "课桌凳", "lacking": len(lacking), "only": only, "shown": lacking if only else found["rows"], "manages": has(request.user, MANAGE)}
    return render(request, "assets/desks.html", found)


@require_safe
@never_cache
def table_book(request):
    check_can_view(request.user)
    found = shown_table(request.user)
    if not found["rows"] or not found["kinds"]:
        raise RuleViolation("还没有班级或者课桌凳的种类，没有可以导出的。")
    heads = [SheetColumn("班级", 16), SheetColumn("班主任", 10), SheetColumn("教室", 24), SheetColumn("学生", 8, "integer")]
    for kind in found["kinds"]:
        heads += [SheetColumn(f"{kind}{word}", 10, "integer") for word in ("账上", "需要", "损坏", "缺", "多")]
    lines = [
        [row.school_class.name, str(row.school_class.head_teacher or ""), str(row.school_class.room), row.pupils]
        + [value for cell in row.cells for value in (cell.have, cell.needed, cell.damaged, cell.missing, cell.surplus)]
        for row in found["rows"]
    ]
    return workbook_response("课桌凳统计表", heads, lines, filters="", at=timezone.now())


@require_safe
@never_cache
def table_pdf(request):
    check_can_view(request.user)
    at = timezone.now()
    asked = Asked(timezone.localdate(at))
    content = DESK_SHEET.context(asked, request.user)
    paper = note_paper(actor=request.user, at=at, document=DESK_SHEET, record=asked, content=content)
    pdf = paper_pdf(document=DESK_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"课桌凳统计表 {asked.on}.pdf") or "inline"
    return response


class CountPage(View):
    """A head teacher writes what stands in the classroom."""

    def dispatch(self, request, *args, pk: int, **kwargs):
        check_can_view(request.user)
        self.school_class = get_object_or_404(classes_visible_to(request.user), pk=pk)
        check_can_count(request.user, self.school_class)
        self.kinds = kinds_in_use()
        [self.row] = table([self.school_class], self.kinds)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self.shown(forms.CountForm(kinds=self.kinds, cells=self.row.cells))

    def post(self, request):
        form = forms.CountForm(request.POST, kinds=self.kinds, cells=self.row.cells)
        if form.is_valid():
            try:
                rules.save_counts(actor=request.user, at=timezone.now(), school_class=self.school_class, rows=form.rows())
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"{self.school_class}清点好了")
                return redirect("assets:desks")
        return self.shown(form, status=422)

    def shown(self, form, status: int = 200):
        found = {"title": f"清点{self.school_class}", "form": form, "row": self.row, "kinds": self.kinds}
        return render(self.request, "assets/desks_count.html", found, status=status)


@require_safe
@never_cache
def proposal_page(request):
    """What should go where; one tap makes transfers of it."""
    check_can_propose(request.user)
    moves = proposal()
    can = sum(not move.trouble for move in moves)
    return render(request, "assets/desks_proposal.html", {"title": "调剂方案", "moves": moves, "can": can, "seen": digest(moves)})


@require_POST
@never_cache
def carry_out(request):
    check_can_propose(request.user)
    try:
        transfers = rules.carry_out(actor=request.user, at=timezone.now(), seen=request.POST.get("seen", "")[:32])
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("assets:desks-proposal")
    messages.success(request, f"开了 {len(transfers)} 张调拨单，已经送双方签字")
    return redirect(f"{reverse('assets:transfer-list')}?state=open")


@require_POST
@never_cache
def ask_counts(request):
    check_can_propose(request.user)
    try:
        number = rules.ask_counts(actor=request.user, at=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已经通知 {number} 个班清点" if number else "这个月都清点过了")
    return redirect("assets:desks")


def desk_urls() -> list:
    """The routes of desks and chairs, under /assets/."""
    return [
        path("desks/", table_page, name="desks"),
        path("desks/excel/", table_book, name="desks-excel"),
        path("desks/print.pdf", table_pdf, name="desks-print"),
        path("desks/count/<int:pk>/", CountPage.as_view(), name="desks-count"),
        path("desks/proposal/", proposal_page, name="desks-proposal"),
        path("desks/carry-out/", carry_out, name="desks-carry-out"),
        path("desks/ask/", ask_counts, name="desks-ask"),
        *record_urls(KINDS, without=("detail",)),
        *record_urls(COUNTS, without=("detail",)),
    ]
