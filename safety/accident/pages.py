"""Accidents: list with the days of peace, page with clocks and steps (SAF-14)."""

from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.evidence.logs import LogList, LogSheet
from logistics.platform.web.lines import LinesAction
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp
from safety.words import stamp_of

from . import forms, rules
from .models import LAW, SCHOOL_LAW, Accident, AccidentState
from .queries import accidents_visible_to, check_can_report, check_can_view, clocks_of, peace


def detail_context(accident: Accident, user) -> dict:
    steps, now = list(accident.steps.select_related("created_by")), timezone.now()
    clocks = clocks_of(accident, steps)
    missing = [clock for clock in clocks if clock.step is None]
    return {
        "steps": steps,
        "clocks": clocks,
        "missing": missing,
        "is_over": any(clock.by < now for clock in missing),
        "law": LAW,
        "now": now,
        "state_cell": state_mark(accident.get_state_display(), accident.tone),
    }


ACCIDENTS = Record(
    model=Accident,
    namespace="safety:accident",
    label="事故",
    icon="siren",
    rows=accidents_visible_to,
    columns=(
        Column("number", "编号", lambda a: a.number, lambda a: link(a.number, reverse("safety:accident-detail", args=[a.pk]), a.summary[:60]), css="key", sort="number", width=34),
        Column("happened_at", "发生", lambda a: a.happened_at, lambda a: stamp(a.happened_at), css="nw", sort="happened_at", kind="datetime", width=17),
        Column("kind", "种类", lambda a: a.get_kind_display(), css="nw", sort="kind"),
        Column("level", "等级", lambda a: a.get_level_display(), css="nw", sort="level"),
        Column("where", "地点", lambda a: a.where, css="only-wide", width=20),
        Column("injured", "伤", lambda a: a.injured, css="num only-wide", kind="integer"),
        Column("dead", "亡", lambda a: a.dead, css="num only-wide", kind="integer"),
        Column("summary", "经过", lambda a: a.summary, css="only-wide", optional=True, width=40),
        Column("cause", "原因", lambda a: a.cause, css="only-wide", optional=True, width=30),
        Column("created_by", "报告人", lambda a: a.created_by.name, css="nw only-wide", optional=True),
        Column("late", "补记", lambda a: a.late, css="only-wide", optional=True, width=26),
        Column("state", "状态", lambda a: a.get_state_display(), lambda a: state_mark(a.get_state_display(), a.tone), css="tail", sort="state"),
    ),
    filters=forms.AccidentFilters,
    create_form=forms.AccidentForm,
    create=rules.open_accident,
    check_view=check_can_view,
    check_create=check_can_report,
    facts=lambda a: [],  # the page has its own
    views=lambda user: [ListView("全部", ""), ListView("处置中", f"state={AccidentState.OPEN}")],
    detail_context=detail_context,
    order=("-happened_at", "-pk"),
    empty="没有发生过事故。出了事先救人，马上在这里报告，领导立刻知道，上报的时限自动算好。",
    actions=(
        Action("step", "记一步", rules.log_step, rules.check_is_open, forms.StepForm, icon="phone", tone="primary"),
        Action("level", "改等级和伤亡", rules.change_level, rules.check_is_open, forms.LevelForm, icon="pencil"),
        Action(
            "close", "结案", rules.close_accident, rules.check_can_close, forms.CloseForm, icon="check",
            hint=lambda a, user: "原因没查清、责任人没处理、措施没落实、有关人员没受到教育，都不结案。结案以后不能再记。",
        ),
    ),
)  # fmt: skip

ACCIDENT_SHEET = LogSheet(
    ACCIDENTS,
    "事故登记表",
    (("发生时间", False), ("编号", False), ("种类和等级", False), ("地点", False), ("伤亡", False), ("经过", False), ("原因", False), ("整改措施", False)),
    lambda a: [
        stamp_of(a.happened_at), a.number, f"{a.get_kind_display()}，{a.get_level_display()}", a.where, f"伤 {a.injured} 亡 {a.dead}", a.summary[:200], a.cause[:100],
        a.measure[:100],
    ],
    ("安全员", "校长"),
    note=f"依据：{SCHOOL_LAW}。",
)  # fmt: skip


class AccidentList(LogList):
    def get_template_names(self):
        return ["safety/accident_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(peace=peace(timezone.localdate()), **kwargs)


class AccidentAction(LinesAction):
    """One call after another."""

    again = frozenset({"step"})


def accident_urls() -> list:
    """The routes of accidents, under /safety/."""
    return [
        path("accident/print/", ACCIDENT_SHEET.view(), name="accident-print"),
        *record_urls(ACCIDENTS, pages={"list": AccidentList, "action": AccidentAction}, without=("update",)),
    ]
