"""用量: the page of figures with its workbook; the ledger of problems, leak tests, sizes and factors (UTL-02, UTL-03, UTL-06)."""

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.exports.workbook import XLSX, download
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.models import Term
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, stamp
from logistics.utilities.nav import tabs_for

from . import forms, problem_rules, rules
from .books import workbook
from .drawings import drawings_of
from .figures import asked, figures_of, read
from .models import PROBLEM_TONES, EnergyFactor, LeakTest, ProblemState, SchoolSize, UseProblem
from .months import Span, month_of, shifted
from .prints import LEDGER_VIEW
from .queries import (
    LOOK,
    check_can_manage,
    check_can_view,
    factors_visible_to,
    problem_counts,
    problems_visible_to,
    sizes_visible_to,
    tests_visible_to,
)
from .tables import shown, tables_of


class TabbedList(RecordList):
    """A list among the neighbours of the figures."""

    def get_template_names(self):
        return ["utilities/tabbed_list.html"]

    def get_context_data(self, **kwargs):
        ledger = reverse("utilities:use-problem-print") if self.record is PROBLEMS else ""
        return super().get_context_data(tabs=tabs_for(self.request.user), here=self.record.url("list"), ledger=ledger, **kwargs)


def number(value) -> str:
    """1,234.5 without the zeros a column of the table brings along."""
    return f"{value.normalize():,f}" if value is not None else ""


SIZES = Record(
    model=SchoolSize,
    namespace="utilities:size",
    label="面积和人数",
    icon="ruler",
    rows=sizes_visible_to,
    columns=(
        Column(
            "place", "哪里", lambda s: str(s.place or "全校"), lambda s: link(s.place or "全校", SIZES.url("detail", s), f"{s.since}起"), css="key", width=24
        ),
        Column("since", "从哪天起", lambda s: s.since, lambda s: day(s.since), css="nw only-wide", sort="since", kind="date"),
        Column("area", "建筑面积（m²）", lambda s: s.area, lambda s: number(s.area), css="num", sort="area", kind="number"),
        Column("pupils", "走读", lambda s: s.pupils, css="num", kind="integer"),
        Column("boarders", "住校", lambda s: s.boarders, css="num", kind="integer"),
        Column("staff", "教职工", lambda s: s.staff, css="num", kind="integer"),
        Column("note", "依据", lambda s: s.note, css="only-wide", optional=True, width=30),
    ),
    filters=forms.SizeFilters,
    form=forms.SizeForm,
    create=rules.save_size,
    update=rules.save_size,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("-since", "place_id", "-pk"),
    empty="还没有填全校的面积和人数，人均和每平方米算不出来。",
)

FACTORS = Record(
    model=EnergyFactor,
    namespace="utilities:factor",
    label="折标系数",
    icon="flame",
    rows=factors_visible_to,
    columns=(
        Column(
            "fuel", "能源", lambda f: f.get_fuel_display(), lambda f: link(f.get_fuel_display(), FACTORS.url("detail", f), f.source), css="key", sort="fuel"
        ),
        Column("kgce", "折标准煤", lambda f: f.kgce, lambda f: f"{number(f.kgce)} kgce/{f.unit}", css="num nw", kind="number"),
        Column("since", "从哪天起", lambda f: f.since, lambda f: day(f.since), css="nw", sort="since", kind="date"),
        Column("source", "出处", lambda f: f.source, css="only-wide", width=28),
        Column("year", "哪年的", lambda f: f.year, lambda f: f"{f.year} 年", css="nw only-wide", kind="integer"),
    ),
    filters=forms.FactorFilters,
    form=forms.FactorForm,
    create=rules.add_factor,
    check_view=check_can_view,
    check_create=check_can_manage,
    order=("fuel", "-since", "-pk"),
    empty="还没有学校自己的系数，现在按 GB/T 2589-2020 的常用值算。",
)


def check_can_see_tests(user, record=None) -> None:
    if not has(user, LOOK):
        check_can_view(user)


def leak_state(test: LeakTest) -> tuple[str, str]:
    return ("疑似漏损", "late") if test.is_suspicious else ("正常", "done")


TESTS = Record(
    model=LeakTest,
    namespace="utilities:leak-test",
    label="查漏",
    icon="droplets",
    rows=tests_visible_to,
    columns=(
        Column("meter", "表", lambda t: str(t.meter), lambda t: link(t.meter, TESTS.url("detail", t), f"{t.get_kind_display()}，{stamp(t.second_at)}"), css="key", sort="meter__name", width=24),
        Column("kind", "什么时候", lambda t: t.get_kind_display(), css="nw only-wide"),
        Column("first_at", "第一次", lambda t: t.first_at, lambda t: stamp(t.first_at), css="nw only-wide", kind="datetime", width=17),
        Column("first", "读数", lambda t: t.first, lambda t: number(t.first), css="num only-wide", kind="number"),
        Column("second_at", "第二次", lambda t: t.second_at, lambda t: stamp(t.second_at), css="nw only-wide", sort="second_at", kind="datetime", width=17),
        Column("second", "读数", lambda t: t.second, lambda t: number(t.second), css="num only-wide", kind="number"),
        Column("flow", "每小时", lambda t: t.flow, lambda t: f"{number(t.flow)} {t.meter.unit}", css="num nw", sort="flow", kind="number"),
        Column("most", "不该超过", lambda t: t.most, lambda t: f"{number(t.most)} {t.meter.unit}", css="num nw", kind="number"),
        Column("note", "说明", lambda t: t.note, css="only-wide", optional=True, width=30),
        Column("created_by", "谁看的表", lambda t: t.created_by.name, css="nw only-wide"),
        Column("state", "情况", lambda t: leak_state(t)[0], lambda t: state_mark(*leak_state(t)), css="tail"),
    ),
    filters=forms.LeakFilters,
    form=forms.LeakForm,
    create=rules.record_leak_test,
    check_view=check_can_see_tests,
    check_create=rules.check_can_look,
    order=("-second_at", "-pk"),
    stamp=lambda t: "",
    empty="还没有查过漏。夜里人走了抄一次，早上有人用以前再抄一次，就知道有没有漏。",
)  # fmt: skip


def standing(problem: UseProblem) -> tuple[str, str]:
    """(word, tone) of how it stands today."""
    if problem.is_late(timezone.localdate()):
        return "逾期", "late"
    return problem.get_state_display(), PROBLEM_TONES[ProblemState(problem.state)]


def problem_facts(problem: UseProblem) -> list[tuple]:
    rows = [
        ("种类", problem.get_kind_display(), False), ("地点", problem.place, False), ("表", problem.meter or "—", False),
        ("月份", f"{problem.month.year}年{problem.month.month}月", False), ("责任人", problem.owner or "还没有派人", False), ("期限", day(problem.due_on) if problem.due_on else "—", False),
        ("情况", problem.description, True),
    ]  # fmt: skip
    if problem.measure:
        rows.append(("整改措施", problem.measure, True))
    if problem.ticket:
        rows.append(("报修单", f"{problem.ticket.number}，{problem.ticket.get_state_display()}", True))
    if problem.outcome:
        rows.append(("结果", problem.outcome, True))
    if problem.fixed_at:
        rows.append(("整改", f"{problem.fixed_by}，{full_moment(problem.fixed_at)}", False))
    if problem.closed_at:
        rows.append(("复查", f"{problem.closed_by}，{full_moment(problem.closed_at)}", False))
    return rows


def problem_views(user) -> list[View]:
    now = problem_counts(user, timezone.localdate())
    return [
        View("全部", ""),
        View("没办结的", "state=open", now["open"]),
        View("待派人", "state=found", now["found"], pressing=True),
        View("待复查", "state=fixed", now["fixed"], pressing=True),
        View("逾期的", "state=late", now["late"], pressing=True),
    ]


PROBLEMS = Record(
    model=UseProblem,
    namespace="utilities:use-problem",
    label="消耗台账",
    icon="notebook-pen",
    rows=problems_visible_to,
    columns=(
        Column("description", "情况", lambda p: p.description, lambda p: link(p, PROBLEMS.url("detail", p), p.description), css="key", width=44),
        Column("month", "月份", lambda p: p.month, lambda p: f"{p.month:%Y-%m}", css="nw only-wide", sort="month", kind="date"),
        Column("kind", "种类", lambda p: p.get_kind_display(), css="nw only-wide", optional=True),
        Column("place", "地点", lambda p: str(p.place), css="only-wide", optional=True, width=24),
        Column("owner", "责任人", lambda p: str(p.owner or ""), css="nw", sort="owner__pinyin"),
        Column("due_on", "期限", lambda p: p.due_on, lambda p: day(p.due_on) if p.due_on else "", css="nw", sort="due_on", kind="date"),
        Column("measure", "整改措施", lambda p: p.measure, css="only-wide", optional=True, width=30),
        Column("outcome", "结果", lambda p: p.outcome, css="only-wide", width=30),
        Column("ticket", "报修单", lambda p: p.ticket.number if p.ticket else "", css="nw only-wide", optional=True, width=16),
        Column("closed_by", "复查人", lambda p: str(p.closed_by or ""), css="nw only-wide", optional=True),
        Column("state", "状态", lambda p: standing(p)[0], lambda p: state_mark(*standing(p)), css="tail", sort="state"),
    ),
    filters=forms.ProblemFilters,
    create_form=forms.ProblemForm,
    create=problem_rules.report_problem,
    check_create=problem_rules.check_can_report,
    order=("-month", "-pk"),
    views=problem_views,
    facts=problem_facts,
    stamp=lambda p: f"{p.state}.{p.owner_id}.{p.due_on}.{p.returned}",
    empty="还没有异常。每月自动找一次突增和总表分表不平的，也可以自己登记。",
    actions=(
        Action("assign", "派人整改", problem_rules.assign_problem, problem_rules.check_can_assign, forms.AssignForm, icon="user-check", tone="primary"),
        Action("fix", "登记结果", problem_rules.fix_problem, problem_rules.check_can_fix, forms.OutcomeForm, icon="check", tone="primary"),
        Action("check", "复查", problem_rules.check_problem, problem_rules.check_can_check, forms.CheckForm, icon="search-check", tone="primary", hint=lambda p, user: f"{p.fixed_by}：{p.outcome}"),
        Action("ticket", "转报修", problem_rules.open_problem_ticket, problem_rules.check_can_ticket, forms.TicketForm, icon="wrench", hint=lambda p, user: "报修单验收以后，这里自己记上结果，再由别人复查。"),
        Action("dismiss", "查过没问题", problem_rules.dismiss_problem, problem_rules.check_can_dismiss, forms.DismissForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def usual_spans(today) -> list[tuple[str, Span]]:
    """上月, 本月, this term, this year, last year: what people look at."""
    this = month_of(today)
    last, january = shifted(this, -1), this.replace(month=1)
    spans = [("上月", Span(last, last)), ("本月", Span(this, this)), ("近两个月", Span(shifted(this, -2), last))]
    term = Term.objects.filter(start_on__lte=today).order_by("-start_on").first()
    if term:
        spans.append(("本学期", Span(month_of(term.start_on), min(month_of(term.end_on), this))))
    return [*spans, ("今年", Span(january, this)), ("去年", Span(shifted(january, -12), shifted(january, -1)))]


@require_safe
@never_cache
def usage_page(request):
    """What was used in whole months, by building, department and meter."""
    check_can_view(request.user)
    today = timezone.localdate()
    form = forms.SpanForm(request.GET, today=today)
    context = {"title": "水电用量", "form": form, "tabs": tabs_for(request.user), "here": reverse("utilities:usage")}
    if form.is_valid():
        content = figures_of(asked(form.span, today))
        shown_months = {"first": f"{form.span.first:%Y-%m}", "last": f"{form.span.last:%Y-%m}"}
        context |= shown_figures(content) | {
            "form": forms.SpanForm(shown_months, today=today),
            "span": form.span,
            "spans": [(label, f"first={span.first:%Y-%m}&last={span.last:%Y-%m}", span == form.span) for label, span in usual_spans(today)],
            "query": f"first={form.span.first:%Y-%m}&last={form.span.last:%Y-%m}",
            "may_manage": allowed(check_can_manage, request.user),
        }
    return render(request, "utilities/usage.html", context)


def shown_figures(content: dict) -> dict:
    """What the page and a report have in common."""
    return {"content": content, "numbers": numbers_of(content), "charts": drawings_of(content), "tables": tables_of(content)}


def numbers_of(content: dict) -> list[tuple[str, str, str, str]]:
    """(label, number, unit, small print) of each medium and of the energy together."""
    found = []
    for row in content["media"]:
        change = f"比去年同期 {shown(read(row['change']), 'change')}" if row["change"] else "去年同期没有完整读数"
        found.append((row["name"], shown(read(row["used"])), row["unit"], change if row["is_whole"] else "读数不全，先看个大概"))
    coal = content["coal"]
    if content["media"]:
        each = f"人均 {shown(read(coal['per_user']))} kgce" if coal["per_user"] else "填了人数才有人均"
        found.append(("综合能耗", shown(read(coal["used"])), "kgce", each))
    return found


@require_safe
@never_cache
def usage_book(request):
    """The same as a workbook, with every meter."""
    check_can_view(request.user)
    today = timezone.localdate()
    form = forms.SpanForm(request.GET, today=today)
    if not form.is_valid():
        raise RuleViolation("；".join(error for errors in form.errors.values() for error in errors))
    content = figures_of(asked(form.span, today))
    at = timezone.now()
    return download(iter([workbook(content, title="水电用量", until=f"数字截至 {full_moment(at)}")]), XLSX, f"水电用量 {form.span.words}", at, "xlsx")


def usage_urls() -> list:
    """The routes of use, under /utilities/."""
    listed = {"pages": {"list": TabbedList}}
    return [
        path("usage/", usage_page, name="usage"),
        path("usage/excel/", usage_book, name="usage-excel"),
        path("use-problem/print/", LEDGER_VIEW, name="use-problem-print"),
        *record_urls(PROBLEMS, **listed),
        *record_urls(TESTS, **listed),
        *record_urls(SIZES, **listed),
        *record_urls(FACTORS, **listed),
    ]
