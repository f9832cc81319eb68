"""维修统计: the page of figures with its workbook, and the months' reports (REP-09, REP-12)."""

from dataclasses import replace
from datetime import date

import django_filters as filters
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import TemplateView, View

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.web.record_pages import RecordAction, RecordDetail, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, render_rows
from logistics.platform.web.templatetags.school import full_moment, stamp

from . import rules
from .books import workbook, workbook_download
from .drawings import drawings_of, over_time
from .forms import FiguresForm
from .links import tickets_url, trouble_url
from .models import MonthReport
from .names import Names, load_names
from .periods import begun_terms, periods
from .queries import VIEW, Asked, figures, tickets_counted_for
from .report import corrections, latest_issue, opened
from .tables import LABELS, MEASURES, SHORT, Measure, Table, numbers_of, short_tables_of, tables_of
from .tallies import Figures, Row, Tally, thawed_tally
from .words import percent, stars, yuan

MOST_ROWS = 10  # of places and classes; all are in the workbook
MOST_TROUBLES = 8
NARROWED_BY = {"kinds": "kind", "buildings": "building", "repairers": "repairer", "classes": "school_class"}


class Question:
    """What this request asks for; the page, its workbook and the API put it alike."""

    def __init__(self, user, query, at):
        require(user, VIEW)
        self.user, self.at, self.today = user, at, timezone.localdate(at)
        self.names = load_names()
        self.periods = periods(begun_terms(self.today), self.today)
        self.form = FiguresForm(query, names=self.names, usual=self.periods[0])

    def answer(self) -> Figures:
        """Of a valid form."""
        return figures(tickets_counted_for(self.user), self.form.asked, at=self.at, names=self.names)


class Links:
    """The way from a number in a table to its repairs."""

    def __init__(self, asked: Asked, names: Names, today: date):
        self.asked, self.names, self.today = asked, names, today

    def of_total(self, measure: str) -> str:
        return tickets_url(measure, self.asked, self.names, today=self.today)

    def of_row(self, table: Table, measure: str, row: Row, found: Figures) -> str:
        if table.name == "times":
            span = found.times[row.key][0]
            asked = replace(self.asked, since=span.since, until=span.until)
        elif row.key and table.name in NARROWED_BY:
            asked = replace(self.asked, **{NARROWED_BY[table.name]: row.key})
        else:
            return ""
        return tickets_url(measure, asked, self.names, today=self.today)


def columns_of(table: Table, measures, url) -> list[Column]:
    """`url(measure, row)` may be empty; every number that has one leads there."""

    def column(measure: Measure) -> Column:
        def cell(row: Row):
            words, target = measure.words(row.tally), url(measure.name, row)
            return format_html('<a href="{}">{}</a>', target, words) if target and words not in ("—", "0") else words

        css = "num" if measure.on_card else "num only-wide"
        return Column(measure.name, LABELS[measure.name], lambda row: measure.value(row.tally), cell, css=css)

    return [Column("name", table.first, lambda row: row.name, css="key"), *map(column, measures)]


def shown_tables(found: Figures, links: Links | None = None) -> list[dict]:
    """Title, headings, rows and total of every table, ready for the page."""
    return [_shown(table, MEASURES, found, links) for table in tables_of(found)]


def _shown(table: Table, measures, found: Figures, links: Links | None) -> dict:
    columns = columns_of(table, measures, lambda measure, row: links.of_row(table, measure, row, found) if links else "")
    rows = table.rows[:MOST_ROWS] if measures is SHORT else table.rows
    return {
        "name": table.name,
        "title": table.title,
        "columns": columns,
        "body": render_rows(columns, rows, pick=False),
        "total": [measure.words(table.total) for measure in measures] if table.total else [],
        "more": len(table.rows) - len(rows),
    }


def shown_figures(found: Figures, links: Links | None = None) -> dict:
    """What page and monthly report have in common."""
    numbers = [(number, links.of_total(number.name) if links else "") for number in numbers_of(found.total)]
    return {
        "found": found,
        "numbers": [numbers[:4], numbers[4:]],
        "charts": drawings_of(found),
        "tables": shown_tables(found, links),
        "short_tables": [_shown(table, SHORT, found, links) for table in short_tables_of(found)],
        "repeated": [(trouble, trouble_url(trouble, links.today) if links else "") for trouble in found.repeated[:MOST_TROUBLES]],
    }


class FiguresPage(TemplateView):
    template_name = "repairs/figures.html"

    def get_context_data(self, **kwargs):
        question = Question(self.request.user, self.request.GET, timezone.now())
        form = question.form
        context = super().get_context_data(title="维修统计", form=form, sees_reports=scope_of(self.request.user, VIEW) == Scope.ALL, **kwargs)
        if not form.is_valid():
            return context | {"periods": [(period, False) for period in question.periods]}
        asked = form.asked
        context["periods"] = [(period, (period.since, period.until) == (asked.since, asked.until)) for period in question.periods]
        links = Links(asked, question.names, question.today)
        return context | shown_figures(question.answer(), links) | {"is_narrowed": asked.is_narrowed, "query": self.request.GET.urlencode()}


class FiguresBook(View):
    """The same as a workbook."""

    def get(self, request):
        question = Question(request.user, request.GET, timezone.now())
        form = question.form
        if not form.is_valid():
            raise RuleViolation("；".join(error for errors in form.errors.values() for error in errors))
        content = workbook(question.answer(), title="维修统计", at=question.at, filters=form.words)
        return workbook_download(content, f"维修统计 {form.asked.since} 至 {form.asked.until}")


def check_can_view(user) -> None:
    if require(user, VIEW) != Scope.ALL:
        raise NotAllowed("月报是全校的数字，您看得到的是其中一部分。请看维修统计。")


def _total(report: MonthReport) -> Tally:
    return thawed_tally(report.figures["month"]["total"])


def years() -> list[tuple[int, str]]:
    return [(day.year, f"{day.year}年") for day in MonthReport.objects.dates("month", "year", order="DESC")]


class ReportFilters(filters.FilterSet):
    year = filters.ChoiceFilter(field_name="month__year", label="哪一年", choices=years, empty_label="全部年份")

    class Meta:
        model = MonthReport
        fields: list[str] = []


REPORTS = Record(
    model=MonthReport,
    namespace="repairs:month-report",
    label="维修月报",
    icon="file-chart-column",
    rows=lambda user: MonthReport.objects.all() if scope_of(user, VIEW) == Scope.ALL else MonthReport.objects.none(),
    columns=(
        Column("name", "月份", str, lambda report: link(report, f"/repairs/month-report/{report.pk}/"), css="key", sort="month", width=30),
        Column("reported", "报修（件）", lambda report: _total(report).reported, css="num", kind="integer"),
        Column("finished", "修好（件）", lambda report: _total(report).finished, css="num only-wide", kind="integer"),
        Column("late", "超时率", lambda report: percent(_total(report).late_share), css="num"),
        Column("rating", "评分", lambda report: stars(_total(report).rating), css="num only-wide"),
        Column("cost", "费用（元）", lambda report: _total(report).cost, lambda report: yuan(_total(report).cost), css="num", kind="money"),
        Column(
            "made_at",
            "生成时间",
            lambda report: report.made_at,
            lambda report: stamp(report.made_at),
            css="nw only-wide",
            sort="made_at",
            kind="datetime",
            width=18,
        ),
    ),
    filters=ReportFilters,
    order=("-month", "-version"),
    check_view=check_can_view,
    empty="还没有月报。每月 1 日自动出上个月的。",
    stamp=lambda report: str(report.version),
    actions=(
        Action("reissue", "重出月报", rules.reissue, rules.check_can_issue, icon="rotate-ccw", confirm="会按现在的数字出一个新的版次，原来这一版也留着。"),
    ),
)


class ReportDetail(RecordDetail):
    def get_template_names(self):
        return ["repairs/figures_report.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        report = context["object"]
        issue, latest = opened(report), latest_issue(report.month)
        trend = over_time(issue.trend, wide=False) if len(issue.trend) > 1 else ""
        more = {"sentences": issue.sentences, "trend": trend, "corrections": corrections(report), "newer": latest if latest.pk != report.pk else None}
        return context | shown_figures(issue.figures) | more | {"made": full_moment(report.made_at)}


class Reissue(RecordAction):
    def run(self, **fields):
        return rules.reissue(actor=self.request.user, at=timezone.now(), record=self.object)

    def done(self, saved):
        return redirect(reverse("repairs:month-report-detail", args=[saved.pk]))


class ReportBookPage(RecordDetail):
    """The frozen figures as a workbook."""

    def get(self, request, *args, **kwargs):
        report = self.get_object()
        issue = opened(report)
        content = workbook(issue.figures, title=str(report), at=report.made_at, sentences=issue.sentences, trend=issue.trend)
        return workbook_download(content, str(report))


def figures_urls() -> list:
    return [
        path("figures/", FiguresPage.as_view(), name="figures"),
        path("figures/excel/", FiguresBook.as_view(), name="figures-excel"),
        path("month-report/<int:pk>/excel/", ReportBookPage.as_view(record=REPORTS), name="month-report-excel"),
        *record_urls(REPORTS, pages={"detail": ReportDetail, "action": Reissue}),
    ]
