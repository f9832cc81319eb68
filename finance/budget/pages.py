"""预算: the lines with their ledger, the years with the execution report, changes, and the two dictionaries."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.approvals.public import approval_panel
from logistics.platform.exports.workbook import XLSX
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.school.models import school
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import RecordDetail, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import money, stamp

from . import change_rules, forms, rules, year_rules
from .books import workbook
from .drawings import by_row, over_months, spent_by_month
from .execution import Execution, execution, last_month
from .models import BudgetChange, BudgetItem, BudgetLine, BudgetYear, Fund
from .prints import EXECUTION_SHEET
from .queries import (
    MANAGE,
    SETTINGS,
    changes_visible_to,
    check_can_view,
    check_can_view_changes,
    holders_on,
    line_counts,
    lines_visible_to,
    months_of,
    totals_of,
    years_visible_to,
)
from .telling import WARN

ITEMS = dictionary(
    BudgetItem,
    namespace="finance:item",
    fields=["code", "name", "scheme", "since_year", "is_active"],
    permission=SETTINGS,
    order=("code", "pk"),
    optional=("scheme", "since_year"),
)
FUNDS = dictionary(
    Fund,
    namespace="finance:fund",
    fields=["name", "is_special", "purpose", "codes", "document", "order", "is_active"],
    permission=SETTINGS,
    icon="wallet",
    optional=("document", "order"),
)


def bar(line: BudgetLine):
    """How much is gone, as a bar and a number; red from the limit on."""
    percent = line.percent
    tone = "late" if percent >= 100 else "wait" if percent >= limit_shown(WARN, timezone.localdate()) else "doing"
    words = '<progress class="{}" max="100" value="{}" aria-label="已用 {}%"></progress><span class="two">{}%</span>'
    return format_html(words, tone, min(percent, 100), percent, percent)


def line_name(line: BudgetLine):
    return link(line.item.name, reverse("finance:line-detail", args=[line.pk]), f"{line.department} · {line.fund}")


def yuan_column(name: str, label: str, *, value=None, css: str = "num", sort: str = "", optional: bool = False) -> Column:
    read = value or (lambda row: getattr(row, name))
    return Column(name, label, read, lambda row: money(read(row)), css=css, sort=sort or name, kind="money", width=15, optional=optional)


def line_views(user) -> list[ListView]:
    n = line_counts(user)
    return [
        ListView("全部", ""),
        ListView("执行中", "state=open", n["all"]),
        ListView("快用完", "state=open&tight=1", n["tight"], pressing=True),
        ListView("超支", "state=open&over=1", n["over"], pressing=True),
    ]


def line_context(line: BudgetLine, user) -> dict:
    spent = months_of(line)
    month = last_month(line.year, timezone.localdate())
    holders = [row | {"label": rules.label_of(rules.Ref(row["document_kind"], row["document_id"])), "url": document_url(row)} for row in holders_on(line)]
    entries = list(line.entries.select_related("by").order_by("-pk")[:200])
    urls = {(entry.document_kind, entry.document_id): "" for entry in entries}
    for kind, pk in urls:
        urls[(kind, pk)] = document_url({"document_kind": kind, "document_id": pk})
    for entry in entries:
        entry.url = urls[(entry.document_kind, entry.document_id)]
    return {
        "entries": entries,
        "overrides": [entry for entry in entries if entry.kind == "override"],
        "chart": spent_by_month(spent, month),
        "holders": holders,
        "bar": bar(line),
        "can_ask": line.year.state == "open",
        "month": month,
    }


def document_url(row: dict) -> str:
    """The page of the document an entry names, empty when it has none."""
    described = record_for(row["document_kind"])
    if described is None or not described.has_page("detail"):
        return ""
    return reverse(f"{described.namespace}-detail", args=[row["document_id"]])


LINES = Record(
    model=BudgetLine,
    namespace="finance:line",
    label="预算",
    icon="wallet",
    rows=lines_visible_to,
    columns=(
        Column("item", "科目", lambda line: line.item.name, line_name, css="key", sort="item__code", width=22),
        Column("code", "科目编码", lambda line: line.item.code, css="nw only-wide", sort="item__code", optional=True, width=10),
        Column("department", "部门", lambda line: str(line.department), css="only-wide", sort="department__order", optional=True, width=16),
        Column("fund", "经费", lambda line: str(line.fund), css="only-wide", sort="fund__order", optional=True, width=18),
        Column("year", "年度", lambda line: line.year.year, css="num only-wide", sort="year__year", kind="integer", width=8),
        yuan_column("allotment", "预算（元）"),
        yuan_column("held", "已占用（元）", css="num only-wide", sort="committed"),
        yuan_column("reserved", "申请占用（元）", css="num only-wide", optional=True),
        yuan_column("committed", "订购占用（元）", css="num only-wide", optional=True),
        yuan_column("spent", "已支出（元）", css="num only-wide"),
        yuan_column("available", "可用（元）", sort="left"),
        Column("percent", "已用", lambda line: line.percent, bar, css="w-bar", sort="used", kind="integer", width=8),
        Column("note", "说明", lambda line: line.note, css="only-wide", optional=True, width=30),
    ),
    filters=forms.LineFilters,
    form=forms.LineEditForm,
    create_form=forms.LineForm,
    create=year_rules.create_line,
    update=year_rules.edit_line,
    check_view=check_can_view,
    check_create=year_rules.check_can_manage,
    check_update=year_rules.check_can_edit_line,
    views=line_views,
    detail_context=line_context,
    order=("-year__year", "department__order", "department", "item__code", "pk"),
    stamp=lambda line: f"{line.allotment}.{line.held}.{line.spent}.{line.overdraft}",
    empty="还没有预算指标。先建年度，再导入预算表或者一条一条加。",
    actions=(
        Action(
            "override", "批准超支", rules.override, rules.check_can_override, forms.OverrideForm, icon="triangle-alert", tone="stop",
            hint=lambda line, user: f"{line}：预算 {line.allotment:,.2f} 元，可用 {line.available:,.2f} 元。能调剂的，先办预算调整。",
        ),
    ),
)  # fmt: skip


class LineList(RecordList):
    """The list with the sums of what is shown above it."""

    def filtered(self):
        self.shown = super().filtered()
        return self.shown

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"totals": totals_of(self.shown)}


YEARS = Record(
    model=BudgetYear,
    namespace="finance:year",
    icon="calendar-range",
    rows=years_visible_to,
    columns=(
        Column("year", "年度", lambda y: y.year, lambda y: link(str(y), reverse("finance:year-detail", args=[y.pk]), y.note), css="key", sort="year", kind="integer"),
        Column("state", "状态", lambda y: y.get_state_display(), lambda y: state_mark(y.get_state_display(), y.tone), css="tail", sort="state"),
        Column("opened_by", "批准", lambda y: y.opened_by.name if y.opened_by else "", css="nw"),
        Column("opened_at", "批准时间", lambda y: y.opened_at, lambda y: stamp(y.opened_at), css="nw only-wide", kind="datetime", width=18),
        Column("closed_at", "关账时间", lambda y: y.closed_at, lambda y: stamp(y.closed_at), css="nw only-wide", kind="datetime", width=18),
    ),
    filters=forms.YearFilters,
    form=forms.YearForm,
    create=year_rules.create_year,
    update=year_rules.update_year,
    check_view=check_can_view,
    check_create=year_rules.check_can_manage,
    check_update=year_rules.check_can_edit_year,
    order=("-year",),
    empty="还没有年度预算。",
    actions=(
        Action(
            "open", "批准执行", year_rules.open_year, year_rules.check_can_open, icon="check", tone="primary",
            confirm="批准以后，各部门就能用款。预算数只能通过预算调整改。",
        ),
        Action("close", "关账", year_rules.close_year, year_rules.check_can_close, icon="lock", confirm="关账以后，这一年的指标不能再用。"),
        Action("reopen", "重新开账", year_rules.reopen_year, year_rules.check_can_reopen, forms.ReasonForm, icon="lock-open", tone="stop"),
    ),
)  # fmt: skip


def asked_month(year: BudgetYear, query) -> int:
    """The month the address asks for, otherwise the last one that has begun. 404 for anything else."""
    form = forms.MonthForm(query)
    if not form.is_valid():
        raise Http404("month")
    return form.cleaned_data["month"] or last_month(year, timezone.localdate())


def seen_execution(user, year: BudgetYear, month: int) -> Execution:
    return execution(year, lines_visible_to(user), month=month)


class YearDetail(RecordDetail):
    """The year with its execution report up to a month."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        year = context["object"]
        month = asked_month(year, self.request.GET)
        found = seen_execution(self.request.user, year, month)
        warned = int(limit_shown(WARN, timezone.localdate()))
        return context | {
            "found": found,
            "month_form": forms.MonthForm(initial={"month": month}),
            "month": month,
            "warned": warned,
            "chart": over_months(found, wide=False) if found.total.allotment else "",
            "by_department": by_row(found.departments, "各部门", warned=warned, wide=False),
            "by_item": by_row(found.items, "各科目", warned=warned, wide=False),
            "tables": [("按科目", "科目", found.items), ("按部门", "部门", found.departments), ("按经费", "经费", found.funds)],
            "can_import": year.state == "draft" and has(self.request.user, MANAGE),
        }


class YearBook(RecordDetail):
    """The same as a workbook."""

    def get(self, request, *args, **kwargs):
        year = self.get_object()
        found = seen_execution(request.user, year, asked_month(year, request.GET))
        if not found.items:
            raise RuleViolation("还没有指标，执行表没有内容。")
        response = HttpResponse(workbook(found, school=school().name, at=timezone.now()), content_type=XLSX)
        response["Content-Disposition"] = content_disposition_header(True, f"{found.name}预算执行表.xlsx")
        return response


@require_safe
@never_cache
def print_execution(request, pk: int):
    """预算执行表 up to the asked month as a PDF."""
    YEARS.check_view(request.user)
    year = get_object_or_404(years_visible_to(request.user), pk=pk)
    year.asked_month = asked_month(year, request.GET)
    at, content = timezone.now(), EXECUTION_SHEET.context(year, request.user)
    paper = note_paper(actor=request.user, at=at, document=EXECUTION_SHEET, record=year, content=content)
    pdf = paper_pdf(document=EXECUTION_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


def change_views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("待批", "state=submitted", changes_visible_to(user).filter(state="submitted").count(), pressing=True)]


CHANGES = Record(
    model=BudgetChange,
    namespace="finance:change",
    icon="arrow-left-right",
    rows=changes_visible_to,
    columns=(
        Column(
            "line", "指标", lambda c: str(c.line), lambda c: link(str(c.line), reverse("finance:change-detail", args=[c.pk]), c.reason), css="key", width=34
        ),
        Column("number", "单号", lambda c: c.number, css="nw only-wide", sort="number"),
        Column("kind", "办什么", lambda c: c.get_kind_display(), css="nw"),
        Column("to_line", "调入", lambda c: str(c.to_line) if c.to_line else "", css="only-wide", width=30),
        yuan_column("amount", "金额（元）"),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), c.tone), css="tail", sort="state"),
        Column("created_by", "申请人", lambda c: c.created_by.name, css="nw only-wide"),
        Column(
            "submitted_at",
            "送批时间",
            lambda c: c.submitted_at,
            lambda c: stamp(c.submitted_at),
            css="nw only-wide",
            sort="submitted_at",
            kind="datetime",
            width=18,
        ),
    ),
    filters=forms.ChangeFilters,
    form=forms.ChangeForm,
    create=change_rules.create_change,
    update=change_rules.update_change,
    check_view=check_can_view_changes,
    check_create=change_rules.check_can_ask,
    check_update=change_rules.check_can_edit,
    views=change_views,
    empty="还没有预算调整。预算不够或者要换用途时，在这里申请。",
    facts=lambda c: [
        ("办什么", c.get_kind_display(), False),
        ("金额", f"{c.amount:,.2f} 元", False),
        ("调出指标" if c.to_line_id else "指标", link(str(c.line), reverse("finance:line-detail", args=[c.line_id])), True),
        *([("调入指标", link(str(c.to_line), reverse("finance:line-detail", args=[c.to_line_id])), True)] if c.to_line_id else []),
        ("理由", c.reason, True),
        ("申请人", c.created_by.name, False),
        *([("批准人", f"{c.decided_by.name}　{c.opinion}", False)] if c.decided_by else []),
    ],
    detail_context=lambda c, user: {"state_cell": state_mark(c.get_state_display(), c.tone), "panel_data": approval_panel(c, user)},
    actions=(
        Action("submit", "送批", change_rules.submit_change, change_rules.check_can_submit, icon="send", tone="primary"),
        Action("withdraw", "撤回", change_rules.withdraw_change, change_rules.check_can_withdraw, icon="undo-2"),
    ),
)


def budget_urls() -> list:
    """The routes of the budget, under /finance/."""
    return [
        path("year/<int:pk>/excel/", YearBook.as_view(record=YEARS), name="year-excel"),
        path("year/<int:pk>/execution.pdf", print_execution, name="year-execution"),
        *record_urls(LINES, pages={"list": LineList}),
        *record_urls(YEARS, pages={"detail": YearDetail}),
        *record_urls(CHANGES),
        *record_urls(ITEMS, without=("detail",)),
        *record_urls(FUNDS, without=("detail",)),
    ]
