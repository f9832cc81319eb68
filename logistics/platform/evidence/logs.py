"""The books of evidence as records: list, page, form, API and the customary printed sheet over a period, each described once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.record_pages import RecordDetail, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_day, stamp

from .books import check_can_strike
from .rules import strike

LONGEST = 62  # days on one sheet
MOST_ROWS = 3000


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class LogFilters(filters.FilterSet):
    """Between two days; books with words to search add `q`."""

    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=DayInput())


def log_filters(model, search: str = "") -> type[filters.FilterSet]:
    body: dict = {"Meta": type("Meta", (), {"model": model, "fields": []})}
    if search:
        body["q"] = filters.CharFilter(field_name=search, lookup_expr="icontains", label="找")
    return type(f"{model.__name__}Filters", (LogFilters,), body)


def moment_cell(row, url: str):
    two = row.marks or row.created_by.name
    return link(stamp(row.happened_at), url, two)


def log_record(
    model, *, name: str, label: str, icon: str, columns: Sequence[Column], form, create: Callable, empty: str, joins: Sequence[str] = (), search: str = "",
    check_create: Callable | None = None, actions: Sequence[Action] = (), state: Callable | None = None, order: Sequence[str] = ("-happened_at", "-pk"),
    strikes: bool = True,
) -> Record:  # fmt: skip
    """A book: `columns` between the moment and the writer; `state(row)` (word, tone) where an entry may be out of order.

    A book that keeps a balance does not strike (`strikes`): an opposite entry puts it right.
    """
    books = model.books
    strike_out = Action("strike", "划去", strike, check_can_strike, ReasonForm, icon="eraser", tone="stop", hint=lambda row, user: STRIKE_HINT)

    def rows(user):
        return model._default_manager.select_related("created_by", *joins) if has(user, books.view) else model._default_manager.none()

    def standing(row) -> tuple[str, str]:
        return ("已划去", "void") if row.is_struck else state(row) if state else ("已记", "done")

    record = Record(
        model=model,
        namespace=f"{model._meta.app_label}:{name}",
        label=label,
        icon=icon,
        rows=rows,
        columns=(
            Column(
                "happened_at", "时间", lambda row: row.happened_at, lambda row: moment_cell(row, record.url("detail", row)), css="key", sort="happened_at",
                kind="datetime", width=17,
            ),
            *columns,
            Column("note", "备注", lambda row: row.note, css="only-wide", optional=True, width=24),
            Column("created_by", "记录人", lambda row: row.created_by.name, css="nw only-wide"),
            Column("created_at", "填写时间", lambda row: row.created_at, lambda row: stamp(row.created_at), css="nw only-wide", optional=True, kind="datetime", width=17),
            Column("marks", "补记和更正", lambda row: row.marks, css="only-wide", optional=True, width=30),
            Column("standing", "情况", lambda row: standing(row)[0], lambda row: state_mark(*standing(row)), css="tail", width=10),
        ),
        filters=log_filters(model, search),
        form=form,
        create=create,
        check_view=books.check_can_view,
        check_create=check_create or books.check_can_record,
        order=order,
        stamp=lambda row: f"{getattr(row, 'state', '')}{row.struck_at}",
        actions=(*actions, strike_out) if strikes else tuple(actions),
        detail_context=lambda row, user: {"photos": list(attachments_of(row, "photo"))},
        empty=empty,
    )  # fmt: skip
    return record


STRIKE_HINT = "记录写下以后不能改，也不能删。写错了就划去这一条，写明原因，再按实际情况另写一条。"


@dataclass(frozen=True)
class Period:
    since: date
    until: date

    @property
    def number(self) -> str:
        return f"{self.since:%Y%m%d}-{self.until:%Y%m%d}"

    @property
    def words(self) -> str:
        return full_day(self.since) if self.since == self.until else f"{full_day(self.since)}至{full_day(self.until)}"


def period_of(paper: PrintedPaper) -> Period | None:
    try:
        since, until = (date(int(text[:4]), int(text[4:6]), int(text[6:8])) for text in paper.number.split("-"))
    except ValueError:
        return None
    return Period(since, until)


class PeriodForm(forms.Form):
    since = forms.DateField(label="从", widget=DayInput(), required=False)
    until = forms.DateField(label="到", widget=DayInput(), required=False)


def asked_period(query) -> Period:
    """The days asked for, today when nothing is said. Raises RuleViolation for days that are none, the wrong way round, or too many."""
    form = PeriodForm(query)
    if not form.is_valid():
        raise RuleViolation("日期写成 2026-11-20 这样。")
    until = form.cleaned_data["until"] or form.cleaned_data["since"] or timezone.localdate()
    since = form.cleaned_data["since"] or until
    if since > until:
        raise RuleViolation("日期反了，早的写在前面。")
    if until - since > timedelta(days=LONGEST):
        raise RuleViolation(f"一次最多打印 {LONGEST} 天。")
    return Period(since, until)


@dataclass(frozen=True)
class LogSheet:
    """The customary form of a book: `heads` (label, is a number), `line(row)` its cells as text; the remark with its marks comes by itself."""

    record: Record
    title: str
    heads: Sequence[tuple[str, bool]]
    line: Callable
    signers: Sequence[str]
    day: str = "happened_at__date"
    order: Sequence[str] = ("happened_at", "pk")
    note: str = ""
    prefetch: Sequence[str] = ()
    more: Callable | None = None  # (period) -> cells of rows that belong on the sheet although no entry stands behind them

    @property
    def document(self) -> PrintDocument:
        return PrintDocument(
            kind=f"{self.record.kind}.sheet",
            title=self.title,
            template="print/evidence/log.html",
            context=self.context,
            number=lambda p: p.number,
            find=period_of,
        )

    def context(self, period: Period, user) -> dict:
        found = self.record.rows(user).prefetch_related(*self.prefetch)
        found = found.filter(**{f"{self.day}__gte": period.since, f"{self.day}__lte": period.until}).order_by(*self.order)
        lines = [[*self.line(row), "；".join(filter(None, [row.note, row.marks]))] for row in found[:MOST_ROWS]]
        lines += self.more(period) if self.more else []
        rows = [[str(n), *cells] for n, cells in enumerate(lines, 1)]
        return {
            "heading": self.title,
            "sub": period.words,
            "table": {"columns": [("序", True), *self.heads, ("备注", False)], "rows": rows},
            "count": len(rows),
            "law": self.note,
            "signers": [(label, "") for label in self.signers],
        }

    def view(self):
        @require_safe
        @never_cache
        def printed(request):
            self.record.check_view(request.user)
            return paper_response(request, self.document, asked_period(request.GET))

        return printed


def paper_response(request, document: PrintDocument, record) -> HttpResponse:
    """The paper of a record or a period as a PDF, noted under its check code."""
    at, content = timezone.now(), document.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=document, record=record, content=content)
    pdf = paper_pdf(document=document, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


class LogList(RecordList):
    """The list with its sheet to print; the days of the filter go along."""

    def get_template_names(self):
        return ["evidence/log_list.html"]

    def get_context_data(self, **kwargs):
        days = "&".join(f"{name}={self.request.GET[name]}" for name in ("since", "until") if self.request.GET.get(name, "").replace("-", "").isdecimal())
        return super().get_context_data(days=days, **kwargs)


class LogDetail(RecordDetail):
    def get_template_names(self):
        return ["evidence/log_detail.html"]


def log_urls(record: Record, sheet: LogSheet | None = None, **pages) -> list:
    """The routes of a book, its sheet at <name>/print/."""
    given = {"list": LogList if sheet else RecordList, "detail": LogDetail} | pages
    printed = [path(f"{record.name}/print/", sheet.view(), name=f"{record.name}-print")] if sheet else []
    return printed + record_urls(record, pages=given)
