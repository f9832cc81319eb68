"""The hours and the exceptions as lists and pages (UTL-08)."""

from django.utils import timezone

from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, stamp
from logistics.utilities.nav import SAVING, tabs_for

from . import forms, rules
from .hours import days_words, hours_words, season_words
from .models import ASK_TONES, AskState, RunException, RunRule
from .queries import degrees_words, exceptions_visible_to, rules_visible_to


def in_use(row) -> tuple[str, str]:
    return ("在用", "done") if row.is_active else ("停用", "void")


def ask_state(found: RunException) -> tuple[str, str]:
    """(words, tone); what nobody decided in time is over."""
    if found.state == AskState.ASKED and found.to_at <= timezone.now():
        return "没有审批，时间已过", "void"
    return found.get_state_display(), ASK_TONES[AskState(found.state)]


RULES = Record(
    model=RunRule,
    namespace="utilities:run-rule",
    label="开放时间",
    icon="thermometer",
    rows=rules_visible_to,
    columns=(
        Column("use", "管什么", lambda r: r.get_use_display(), lambda r: link(r.get_use_display(), RULES.url("detail", r), r.where), css="key", sort="use", width=24),
        Column("where", "哪里", lambda r: r.where, css="only-wide", optional=True, width=30),
        Column("season", "季节", lambda r: season_words(r.first, r.last), css="nw", sort="first", width=20),
        Column("weekdays", "星期几", lambda r: days_words(r.weekdays), css="nw only-wide", width=14),
        Column("hours", "时间", lambda r: hours_words(r.starts, r.until), css="nw", width=18),
        Column("degrees", "温度", lambda r: degrees_words(r.degrees), css="nw"),
        Column("note", "说明", lambda r: r.note, css="only-wide", optional=True, width=30),
        Column("state", "情况", lambda r: in_use(r)[0], lambda r: state_mark(*in_use(r)), css="tail"),
    ),
    filters=forms.RunRuleFilters,
    form=forms.RunRuleForm,
    create=rules.save_run_rule,
    update=rules.save_run_rule,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("use", "first", "pk"),
    facts=lambda r: [
        ("管什么", r.get_use_display(), False), ("哪里", r.where, True), ("季节", season_words(r.first, r.last), False), ("星期几", days_words(r.weekdays), False),
        ("时间", hours_words(r.starts, r.until), False), ("温度", degrees_words(r.degrees) or "—", False), ("说明", r.note or "—", True),
    ],
    stamp=lambda row: "",
    empty="还没有开放时间。在「开始使用」里可以装入常用的。",
)  # fmt: skip

EXCEPTIONS = Record(
    model=RunException,
    namespace="utilities:run-exception",
    label="延时使用申请",
    icon="clock-plus",
    rows=exceptions_visible_to,
    columns=(
        Column("place", "地点", lambda e: str(e.place), lambda e: link(e.place, EXCEPTIONS.url("detail", e), e.reason), css="key", sort="place__full_name", width=28),
        Column("use", "用什么", lambda e: e.get_use_display(), css="nw", sort="use"),
        Column("from_at", "从", lambda e: e.from_at, lambda e: stamp(e.from_at), css="nw", sort="from_at", kind="datetime", width=17),
        Column("to_at", "到", lambda e: e.to_at, lambda e: stamp(e.to_at), css="nw only-wide", kind="datetime", width=17),
        Column("reason", "为什么", lambda e: e.reason, css="only-wide", optional=True, width=30),
        Column("created_by", "申请人", lambda e: e.created_by.name, css="nw only-wide"),
        Column("decided_by", "审批人", lambda e: str(e.decided_by or ""), css="nw only-wide"),
        Column("state", "情况", lambda e: ask_state(e)[0], lambda e: state_mark(*ask_state(e)), css="tail", sort="state"),
    ),
    filters=forms.RunExceptionFilters,
    form=forms.AskForm,
    create=rules.ask_exception,
    check_view=rules.check_can_ask,
    check_create=rules.check_can_ask,
    order=("-pk",),
    views=lambda user: [View("全部", ""), View("等审批", "state=asked"), View("同意的", "state=approved")],
    facts=lambda e: [
        ("地点", e.place, False), ("用什么", e.get_use_display(), False), ("从", full_moment(e.from_at), False), ("到", full_moment(e.to_at), False), ("为什么", e.reason, True),
        ("申请人", e.created_by.name, False), ("情况", ask_state(e)[0], False), ("审批人", e.decided_by or "—", False), ("意见", e.words or "—", False),
    ],
    empty="还没有延时使用申请。",
    actions=(
        Action("approve", "同意", rules.approve_exception, rules.check_can_decide, forms.ApproveForm, icon="check", tone="primary"),
        Action("refuse", "不同意", rules.refuse_exception, rules.check_can_decide, forms.RefuseForm, icon="x", tone="stop"),
        Action("withdraw", "撤回", rules.withdraw_exception, rules.check_can_withdraw, icon="undo-2", confirm="撤回以后，这段时间不能再延时使用。"),
    ),
)  # fmt: skip


class SavingList(RecordList):
    """A list among the neighbours of saving."""

    def get_template_names(self):
        return ["utilities/tabbed_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=tabs_for(self.request.user, SAVING), here=self.record.url("list"), **kwargs)


def schedule_urls() -> list:
    """The routes of hours and exceptions, under /utilities/."""
    return [*record_urls(RULES, pages={"list": SavingList}), *record_urls(EXCEPTIONS, pages={"list": SavingList})]
