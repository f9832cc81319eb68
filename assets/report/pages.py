"""资产上报: the list, one report with its figures, its workbook."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.exports.workbook import XLSX
from logistics.platform.school.models import school
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms, rules
from .book import workbook
from .figures import read
from .models import AssetReport, ReportState
from .queries import check_can_view, report_counts, reports_visible_to

NEXT = {ReportState.DRAFT: "会计核对", ReportState.CHECKED: "上报以后，点「登记上报」"}


def views(user) -> list[ListView]:
    n = report_counts(user)
    return [
        ListView("全部", ""),
        ListView("等核对", "state=draft", n["draft"], pressing=True),
        ListView("等上报", "state=checked", n["checked"], pressing=True),
    ]


def total_cost(report: AssetReport):
    return read(report.figures).total.after.cost


def detail_context(report: AssetReport, user) -> dict:
    found = read(report.figures)
    return {
        "found": found,
        "idle": found.of_status("闲置"),
        "state_cell": state_mark(report.get_state_display(), report.tone),
        "next_words": NEXT.get(report.state, ""),
    }


REPORTS = Record(
    model=AssetReport,
    namespace="assets:report",
    icon="file-chart-column",
    rows=reports_visible_to,
    columns=(
        Column("name", "报表", str, lambda r: link(str(r), reverse("assets:report-detail", args=[r.pk])), css="key", sort="until", width=34),
        Column("since", "从", lambda r: r.since, lambda r: day(r.since), css="nw only-wide", kind="date"),
        Column("until", "到", lambda r: r.until, lambda r: day(r.until), css="nw only-wide", sort="until", kind="date"),
        Column("cost", "期末原值（元）", total_cost, lambda r: money(total_cost(r)), css="num", kind="money", width=16),
        Column("created_by", "制表", lambda r: r.created_by.name, css="nw only-wide"),
        Column("checked_by", "核对", lambda r: str(r.checked_by or ""), css="nw only-wide"),
        Column("filed_on", "上报", lambda r: r.filed_on, lambda r: day(r.filed_on) if r.filed_on else "", css="nw only-wide", sort="filed_on", kind="date"),
        Column("filed_to", "报给", lambda r: r.filed_to, css="only-wide", optional=True, width=20),
        Column("state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), r.tone), css="tail", sort="state"),
    ),
    filters=forms.ReportFilters,
    form=forms.ReportEditForm,
    create_form=forms.ReportForm,
    create=rules.save_report,
    update=rules.save_report,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    order=("-until", "-pk"),
    stamp=lambda r: f"{r.state}.{stamp(r.taken_at)}",
    facts=lambda r: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有报表。六月和年底清点以后，在这里制表、核对、上报。",
    actions=(
        Action("take_again", "重新取数", rules.take_again, rules.check_can_edit, icon="refresh-cw"),
        Action("check", "核对无误", rules.check_report, rules.check_can_check, icon="check", tone="primary"),
        Action("file", "登记上报", rules.file_report, rules.check_can_file, forms.FileForm, icon="send", tone="primary"),
        Action("send_back", "退回修改", rules.send_back, rules.check_can_send_back, forms.ReasonForm, icon="undo-2"),
        Action("take_back", "上级退回了", rules.take_back, rules.check_can_take_back, forms.ReasonForm, icon="corner-up-left"),
        Action("void", "作废", rules.void_report, rules.check_can_edit, forms.ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip


@require_safe
@never_cache
def report_book(request, pk: int):
    check_can_view(request.user)
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    response = HttpResponse(workbook(report, school=school().name), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"资产{report}.xlsx") or "attachment"
    return response


def report_urls() -> list:
    """The routes of reports, under /assets/."""
    return [path("report/<int:pk>/excel/", report_book, name="report-excel"), *record_urls(REPORTS)]
