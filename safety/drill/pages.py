"""Plans, drills and their problems: lists, forms, pages (SAF-10)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day
from safety.evidence import check_can_manage, check_can_view
from safety.words import stamp_of

from . import forms, rules
from .models import LAW, Drill, DrillProblem, EmergencyPlan, PlanState, ProblemState
from .queries import for_detail, months_of_term, plans_visible_to, problems_visible_to, versions_with_drills


def plan_state(plan: EmergencyPlan) -> tuple[str, str]:
    if plan.state == PlanState.WITHDRAWN:
        return ("已废止", "void")
    return ("要修改", "late") if getattr(plan, "needs_revision", False) else ("现行", "done")


PLANS = Record(
    model=EmergencyPlan,
    namespace="safety:plan",
    label="应急预案",
    icon="book-open-check",
    rows=plans_visible_to,
    columns=(
        Column("title", "名称", lambda p: p.title, lambda p: link(p.title, reverse("safety:plan-detail", args=[p.pk])), css="key", sort="title", width=34),
        Column("kind", "种类", lambda p: p.get_kind_display(), css="nw", sort="kind"),
        Column("version", "版次", lambda p: p.current.number, lambda p: f"第 {p.current.number} 版", css="nw", kind="integer"),
        Column("effective_on", "施行日期", lambda p: p.current.effective_on, lambda p: day(p.current.effective_on), css="nw", sort="current__effective_on", kind="date"),
        Column("state", "情况", lambda p: plan_state(p)[0], lambda p: state_mark(*plan_state(p)), css="tail"),
    ),
    filters=forms.PlanFilters,
    create_form=forms.PlanForm,
    create=rules.save_plan,
    check_view=check_can_view,
    check_create=check_can_manage,
    order=("kind", "title", "pk"),
    facts=lambda p: [],  # the page has its own
    stamp=lambda p: f"{p.state}{p.current_id}",
    detail_context=lambda p, user: {"versions": versions_with_drills(p), "state_cell": state_mark(*plan_state(p))},
    empty="还没有应急预案。先写火灾疏散、地震、防暴、防踩踏几个，演练都按预案来。",
    actions=(
        Action("revise", "修订", rules.revise_plan, rules.check_can_revise, forms.ReviseForm, icon="pencil", tone="primary"),
        Action("withdraw", "废止", rules.withdraw_plan, rules.check_can_withdraw, ReasonForm, icon="archive", tone="stop"),
    ),
)  # fmt: skip


def drill_state(drill: Drill) -> tuple[str, str]:
    return ("超过目标", "wait") if drill.is_slow else ("已记", "done")


DRILLS = log_record(
    Drill,
    name="drill",
    label="应急演练",
    icon="siren",
    columns=(
        Column("name", "演练名称", lambda d: d.name, width=26),
        Column("plan", "预案", lambda d: str(d.version), css="only-wide", width=26),
        Column("mode", "方式", lambda d: d.get_mode_display(), css="nw only-wide"),
        Column("number", "人数", lambda d: d.staff + d.students, css="num nw", kind="integer"),
        Column("seconds", "用时（秒）", lambda d: d.seconds, css="num nw", sort="seconds", kind="integer"),
        Column("target", "目标（秒）", lambda d: d.target, css="num nw only-wide", kind="integer", optional=True),
        Column("commander", "总指挥", lambda d: d.commander.name, css="nw only-wide", optional=True),
    ),
    form=forms.DrillForm,
    create=rules.record_drill,
    joins=("version__plan", "commander"),
    search="name",
    state=drill_state,
    actions=(
        Action("problem", "加问题", rules.add_problem, rules.check_can_add, forms.ProblemForm, icon="message-square-plus", tone="primary"),
        Action(
            "hazard",
            "登记隐患",
            rules.open_drill_hazard,
            rules.check_can_add,
            forms.HazardForm,
            icon="triangle-alert",
            hint=lambda d, user: "设施坏了、通道堵了这类要复查销号的，登记成隐患；安排上的问题，加问题就行。",
        ),
    ),
    empty="还没有演练记录。中小学每月至少演练一次，按预案来，演练完当天写。",
)
DRILL_SHEET = LogSheet(
    DRILLS,
    "应急演练台账",
    (("时间", False), ("演练名称", False), ("预案", False), ("方式", False), ("教职工", True), ("学生", True), ("用时（秒）", True), ("问题", False)),
    lambda d: [
        stamp_of(d.happened_at), d.name, str(d.version), d.get_mode_display(), str(d.staff), str(d.students), str(d.seconds or ""),
        "；".join(f"{row.problem}（{row.owner.name}，{row.get_state_display()}）" for row in d.problems.all()),
    ],
    ("安全员", "分管副校长"),
    prefetch=("problems__owner",),
    note=f"依据：{LAW}。",
)  # fmt: skip


def problem_state(row: DrillProblem) -> tuple[str, str]:
    if row.state == ProblemState.OPEN and row.due_on < timezone.localdate():
        return ("已逾期", "late")
    return (row.get_state_display(), row.tone)


PROBLEMS = Record(
    model=DrillProblem,
    namespace="safety:drill-problem",
    label="演练问题",
    icon="circle-alert",
    rows=problems_visible_to,
    columns=(
        Column("problem", "问题", lambda p: p.problem, lambda p: link(p.problem, reverse("safety:drill-problem-detail", args=[p.pk]), p.drill.name), css="key", width=36),
        Column("measure", "措施", lambda p: p.measure, css="only-wide", width=30),
        Column("owner", "谁来办", lambda p: p.owner.name, css="nw"),
        Column("due_on", "期限", lambda p: p.due_on, lambda p: day(p.due_on), css="nw", sort="due_on", kind="date"),
        Column("done_words", "怎么办的", lambda p: p.done_words, css="only-wide", optional=True, width=30),
        Column("state", "情况", lambda p: problem_state(p)[0], lambda p: state_mark(*problem_state(p)), css="tail"),
    ),
    filters=forms.ProblemFilters,
    views=lambda user: [ListView("全部", ""), ListView("整改中", "state=open")],
    order=("state", "due_on", "pk"),
    empty="没有演练问题。在演练记录里点「加问题」，交给人办。",
    actions=(Action("finish", "已整改", rules.mend_problem, rules.check_can_mend, forms.MendForm, icon="check", tone="primary"),),
)  # fmt: skip


class DrillList(LogList):
    def get_template_names(self):
        return ["safety/drill_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(months=months_of_term(timezone.localdate()), law=LAW, **kwargs)


class DrillDetail(LogDetail):
    def get_template_names(self):
        return ["safety/drill_detail.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**for_detail(self.get_object()), **kwargs)


class DrillPage(RecordForm):
    """Every class stands in the form with its pupils; the page is one long sheet."""

    def get_template_names(self):
        return ["safety/drill_form.html"]

    def get_form(self, *args):
        if args:
            return super().get_form(*args)
        given = {name: self.request.GET[name] for name in ("plan", "name") if name in self.request.GET}
        return forms.DrillForm(initial={"classes": forms.rows_of_classes()} | given)

    def post(self, request, *args, **kwargs):
        if "classes-more" in request.POST:
            return self.render_to_response(self.get_context_data(form=more_rows(forms.DrillForm, request.POST)))
        return super().post(request, *args, **kwargs)


def drill_urls() -> list:
    """The routes of plans and drills, under /safety/."""
    return [
        *record_urls(PLANS),
        *log_urls(DRILLS, DRILL_SHEET, list=DrillList, detail=DrillDetail, form=DrillPage),
        *record_urls(PROBLEMS),
    ]
