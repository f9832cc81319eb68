"""值班: shifts with their people and handover, kinds of shift, changes (SAF-08)."""

from django.utils import timezone

from logistics.platform.web.lines import LinesAction
from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import WEEKDAYS, day, moment, stamp

from . import change_rules, forms, rules
from .figure_pages import figure_urls, roster_tabs
from .models import CHANGE_TONES, ChangeState, Shift, ShiftChange, ShiftKind
from .queries import (
    changes_visible_to,
    check_can_manage,
    check_can_view,
    duty_words,
    handover_of,
    kinds_visible_to,
    leader_words,
    shift_counts,
    shifts_visible_to,
)


def views(user) -> list[View]:
    n = shift_counts(user, timezone.now())
    found = [View("全部", ""), View("现在值班", "now=true", n["now"]), View("我的", "mine=true", n["mine"])]
    return [*found, View("没写交班", "bare=true", n["bare"], pressing=True), View("没有人签到", "missed=true", n["missed"], pressing=True)]


def standing_cell(shift: Shift):
    return state_mark(*shift.standing(timezone.now()))


def shift_cell(shift: Shift):
    words = f"{day(shift.on)} 周{WEEKDAYS[shift.on.weekday()]}"
    return link(words, SHIFTS.url("detail", shift), f"{shift.kind.name} {timezone.localtime(shift.starts_at):%H:%M}–{timezone.localtime(shift.ends_at):%H:%M}")


def shift_context(shift: Shift, user) -> dict:
    changed = ShiftChange.objects.filter(watch__shift=shift.pk, state=ChangeState.APPROVED).select_related("watch__person", "substitute").order_by("pk")
    return {
        "standing": standing_cell(shift),
        "handover": handover_of(shift),
        "changed": list(changed),
        "is_mine": any(watch.person_id == user.pk for watch in shift.crew),
    }


SHIFTS = Record(
    model=Shift,
    namespace="safety:shift",
    label="值班",
    icon="calendar-clock",
    rows=shifts_visible_to,
    columns=(
        Column("on", "哪天", lambda x: x.on, shift_cell, css="key nw", sort="starts_at", kind="date", width=14),
        Column("kind", "班次", lambda x: x.kind.name, css="nw only-wide", optional=True, width=14),
        Column("place", "值班点", lambda x: str(x.place), css="only-wide", width=20),
        Column("leader", "带班领导", leader_words, css="nw", width=12),
        Column("people", "值班人", duty_words, width=24),
        Column("signed", "已签到", lambda x: sum(w.signed_at is not None for w in x.crew), lambda x: f"{sum(w.signed_at is not None for w in x.crew)} / {len(x.crew)}", css="num nw only-wide", kind="integer", width=8),
        Column("state", "状态", lambda x: x.standing(timezone.now())[0], standing_cell, css="tail nw", sort="state", width=12),
    ),
    filters=forms.ShiftFilters,
    order=("-starts_at", "-pk"),
    form=forms.ShiftForm,
    create=rules.add_shift,
    check_view=check_can_view,
    check_create=check_can_manage,
    views=views,
    detail_context=shift_context,
    empty="还没有排班。",
    stamp=lambda x: f"{x.state}.{x.crew and [w.pk for w in x.crew]}",
    actions=(
        Action("sign_in", "签到", rules.sign_in, rules.check_can_sign_in, forms.SignInForm, icon="scan-line", tone="primary"),
        Action("hand_over", "写交班记录", rules.hand_over, rules.check_can_hand_over, forms.HandoverForm, icon="notebook-pen", tone="primary"),
        Action("void", "取消这一班", rules.void_shift, rules.check_can_void, forms.WhyForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip

KINDS = Record(
    model=ShiftKind,
    namespace="safety:shift-kind",
    label="班次",
    icon="clock",
    rows=kinds_visible_to,
    columns=(
        Column("name", "班次", lambda x: x.name, lambda x: link(x.name, KINDS.url("update", x), x.hours), css="key", sort="name", width=16),
        Column("hours", "时间", lambda x: x.hours, css="nw only-wide", optional=True, width=20),
        Column("days", "哪些天", ShiftKind.get_days_display, css="nw", width=14),
        Column("place", "值班点", lambda x: str(x.place), width=22),
        Column("needs", "值班人数", lambda x: x.needs, css="num only-wide", kind="integer", width=9),
        Column("needs_leader", "带班领导", lambda x: "要" if x.needs_leader else "不用", css="nw only-wide", width=9),
        Column("weight", "折算次数", lambda x: x.weight, css="num only-wide", kind="integer", width=9),
        Column("is_active", "在用", lambda x: "在用" if x.is_active else "停用", lambda x: state_mark("在用", "done") if x.is_active else state_mark("停用", "void"), css="tail", width=8),
    ),
    filters=forms.KindFilters,
    order=("order", "pk"),
    form=forms.KindForm,
    create=rules.save_kind,
    update=rules.save_kind,
    check_view=check_can_manage,
    check_create=check_can_manage,
    check_update=check_can_manage,
    stamp=lambda x: f"{x.is_active}.{x.start}.{x.end}",
    empty="还没有班次。先写白班、夜班、节假日班各从几点到几点、在哪里。",
)  # fmt: skip


def change_views(user) -> list[View]:
    rows = changes_visible_to(user).order_by()
    asked, agreed = (rows.filter(state=state).count() for state in (ChangeState.ASKED, ChangeState.AGREED))
    return [View("全部", ""), View("等对方答应", "state=asked", asked), View("等批准", "state=agreed", agreed, pressing=True)]


def change_cell(change: ShiftChange):
    return state_mark(change.get_state_display(), CHANGE_TONES[ChangeState(change.state)])


CHANGES = Record(
    model=ShiftChange,
    namespace="safety:shift-change",
    label="换班",
    icon="arrow-left-right",
    rows=changes_visible_to,
    columns=(
        Column("who", "谁", lambda x: x.watch.person.name, lambda x: link(x.watch.person.name, CHANGES.url("detail", x), str(x.watch.shift)), css="key", width=12),
        Column("shift", "哪一班", lambda x: str(x.watch.shift), css="nw only-wide", optional=True, width=20),
        Column("substitute", "谁来顶", lambda x: x.substitute.name, css="nw", width=12),
        Column("swap_with", "换对方哪一班", lambda x: str(x.swap_with.shift) if x.swap_with else "", css="nw", width=20),
        Column("reason", "为什么", lambda x: x.reason, css="only-wide", width=24),
        Column("agreed_at", "对方答应", lambda x: x.agreed_at, lambda x: stamp(x.agreed_at), css="nw only-wide", kind="datetime", width=17),
        Column("decided_by", "批准人", lambda x: x.decided_by.name if x.decided_by else "", css="nw only-wide", width=12),
        Column("words", "意见", lambda x: x.words, css="only-wide", optional=True, width=20),
        Column("created_at", "申请", lambda x: x.created_at, lambda x: moment(x.created_at), css="nw only-wide", optional=True, kind="datetime", width=17),
        Column("state", "状态", ShiftChange.get_state_display, change_cell, css="tail nw", sort="state", width=12),
    ),
    filters=forms.ChangeFilters,
    form=forms.ChangeForm,
    create=change_rules.ask_change,
    check_view=check_can_view,
    check_create=change_rules.check_can_ask,
    views=change_views,
    empty="还没有人换班。",
    actions=(
        Action("agree", "答应顶班", change_rules.agree_change, change_rules.check_can_agree, icon="check", tone="primary"),
        Action("approve", "批准", change_rules.approve_change, change_rules.check_can_approve, forms.DecideForm, icon="check", tone="primary"),
        Action("refuse", "不行", change_rules.refuse_change, change_rules.check_can_refuse, forms.RefuseForm, icon="x", tone="stop"),
        Action("withdraw", "撤回", change_rules.withdraw_change, change_rules.check_can_withdraw, icon="undo-2"),
    ),
)  # fmt: skip


class RosterList(RecordList):
    """One of the lists of the roster with the tabs to its neighbours."""

    def get_template_names(self):
        return ["safety/roster_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=roster_tabs(self.request.user), **kwargs)


class ChangeNew(RecordForm):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "请假或换班", "submit": "送出"}


def roster_urls() -> list:
    """The routes of the roster, under /safety/."""
    return [
        *figure_urls(),
        *record_urls(SHIFTS, pages={"list": RosterList, "action": LinesAction}),
        *record_urls(KINDS, pages={"list": RosterList}, without=("detail",)),
        *record_urls(CHANGES, pages={"list": RosterList, "form": ChangeNew}),
    ]
