"""The books of evidence as records: list, page, form, API and the customary printed sheet over a period, each described once."""

import re
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
from logistics.platform.web.record_pages import RecordDetail, RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import NOTHING, Column, link, state_mark
from logistics.platform.web.templatetags.school import full_day, full_moment, stamp

from .books import check_can_strike
from .rules import strike

LONGEST = 62  # days on one sheet
MOST_ROWS = 3000
WIDE = 24  # columns this wide take a whole line among the facts


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


def moment_cell(row, url: str, small: Callable | None = None):
    return link(stamp(row.happened_at), url, row.marks or (small(row) if small else row.created_by.name))


def log_record(
    model, *, name: str, label: str, icon: str, columns: Sequence[Column], form, create: Callable, empty: str, joins: Sequence[str] = (), search: str = "",
    check_create: Callable | None = None, actions: Sequence[Action] = (), state: Callable | None = None, order: Sequence[str] = ("-happened_at", "-pk"),
    strikes: bool = True, small: Callable | None = None,
) -> Record:  # fmt: skip
    """A book: `columns` between the moment and the writer; `state(row)` (word, tone) where an entry may be out of order.

    A book that keeps a balance does not strike (`strikes`): an opposite entry puts it right. Under the moment stands who wrote it, or `small(row)`.
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
                "happened_at", "时间", lambda row: row.happened_at, lambda row: moment_cell(row, record.url("detail", row), small), css="key", sort="happened_at",
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
        facts=lambda row: [("时间", full_moment(row.happened_at), False), *told(record.columns[1:], row)],
        detail_context=lambda row, user: {"photos": list(attachments_of(row, "photo"))},
        empty=empty,
    )  # fmt: skip
    return record


def told(columns: Sequence[Column], row) -> list[tuple]:
    """(label, cell, is wide) of what the entry says; what it leaves empty is not listed."""
    return [(column.label, column.html(row), (column.width or 0) >= WIDE) for column in columns if column.value(row) not in (None, "", NOTHING)]


STRIKE_HINT = "记录写下以后不能改，也不能删。写错了就划去这一条，写明原因，再按实际情况另写一条。"


@dataclass(frozen=True)
class Period:
    since: date
    until: date

    @property
    def number(self) -> str:
        """2026年11月21日, 2026年11月1日至11月21日: what people read on the paper, and what `period_of` reads again."""
        if self.since == self.until:
            return full_day(self.since)
        last = f"{self.until.month}月{self.until.day}日" if self.since.year == self.until.year else full_day(self.until)
        return f"{full_day(self.since)}至{last}"

    words = number


def period_of(paper: PrintedPaper) -> Period | None:
    return period_in(paper.number)


DAYS = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(\d{4})(\d{2})(\d{2})")  # the second as on papers of the first weeks: 20261121-20261121


def period_in(words: str) -> Period | None:
    year, days = 0, []
    for found in DAYS.findall(words):
        parts = found[:3] if found[1] else found[3:]
        year = int(parts[0] or year)
        try:
            days.append(date(year, int(parts[1]), int(parts[2])))
        except ValueError:
            return None
    return Period(days[0], days[-1]) if days else None


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
        if found.count() > MOST_ROWS:
            raise RuleViolation(f"{period.words}有 {MOST_ROWS} 条以上，一次打印不下，请分几段打印。")
        lines = [[*self.line(row), "；".join(filter(None, [row.note, row.marks]))] for row in found]
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


class LogForm(RecordForm):
    """A new entry; with `offline`, the key of a declaration, it may be written without network and then keeps the time of writing.

    `back` is where the person goes when it waits in the phone.
    """

    offline = back = ""

    def get_template_names(self):
        return ["evidence/log_form.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(offline_key=self.offline, offline_back=self.back, **kwargs)

    def run(self, **fields):
        if fields.get("happened_at", "") is None:
            fields["happened_at"] = getattr(self.request.user, "wrote_at", None)  # what came late was seen when it was written
        return super().run(**fields)


def log_urls(record: Record, sheet: LogSheet | None = None, **pages) -> list:
    """The routes of a book, its sheet at <name>/print/."""
    given = {"list": LogList if sheet else RecordList, "detail": LogDetail} | pages
    printed = [path(f"{record.name}/print/", sheet.view(), name=f"{record.name}-print")] if sheet else []
    return printed + record_urls(record, pages=given)
