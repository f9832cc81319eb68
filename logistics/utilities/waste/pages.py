"""Waste: a week on one page, the book, the keepers of the classes (UTL-04)."""

from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.board.models import PostState
from logistics.platform.evidence.logs import LogForm, LogList, LogSheet, asked_period, log_record, log_urls
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day
from logistics.utilities.nav import SAVING, tabs_for
from logistics.utilities.schedule.pages import SavingList

from . import forms, rules
from .models import EnergyKeeper, WasteFinding, WasteKind
from .queries import SIX, check_goes_round, keepers_visible_to, latest_week, monday_of, tallies

FINDINGS = replace(
    log_record(
        WasteFinding,
        name="waste-finding",
        label="浪费登记",
        icon="leaf",
        columns=(
            Column("place", "地点", lambda w: str(w.place), css="nw", sort="place__full_name", width=22),
            Column("kind", "种类", lambda w: w.get_kind_display(), css="nw", sort="kind"),
            Column("owner", "算谁的", lambda w: w.owner, css="nw"),
            Column("words", "看到的", lambda w: w.words, css="only-wide", width=30),
            Column("outside", "开放时间", lambda w: w.outside, css="only-wide", optional=True, width=30),
            Column("stopped", "当场关了", lambda w: "是" if w.stopped else "", css="nw only-wide", optional=True),
            Column("ticket", "报修", lambda w: w.ticket.number if w.ticket else "", css="nw only-wide", optional=True),
        ),
        form=forms.FindForm,
        create=rules.find_waste,
        joins=("place", "school_class", "department", "ticket"),
        empty="还没有登记过浪费。",
    ),
    filters=forms.FindingFilters,
    views=lambda user: [
        View("全部", ""),
        View("这一周", f"since={monday_of(timezone.localdate())}"),
        *(View(kind.label, f"kind={kind}") for kind in list(WasteKind)[:3]),
    ],
)
SHEET = LogSheet(
    FINDINGS,
    "浪费登记表",
    (("时间", False), ("地点", False), ("种类", False), ("班级（部门）", False), ("情况", False), ("处理", False), ("登记人", False)),
    lambda w: [
        f"{timezone.localtime(w.happened_at):%m-%d\u00a0%H:%M}", str(w.place), w.get_kind_display(), w.owner, "；".join(filter(None, [w.words, w.outside.partition("（")[0]])),
        "、".join(filter(None, ["已关" if w.stopped else "", f"报修 {w.ticket.number}" if w.ticket else ""])), w.created_by.name,
    ],
    ("登记人", "总务主任"),
)  # fmt: skip


def keeper_state(keeper: EnergyKeeper) -> tuple[str, str]:
    if keeper.until:
        return "已换", "void"
    return ("在任", "done") if keeper.is_in_class else ("不在这个班了，请换人", "late")


KEEPERS = Record(
    model=EnergyKeeper,
    namespace="utilities:energy-keeper",
    label="班级节约员",
    icon="leaf",
    rows=keepers_visible_to,
    columns=(
        Column("school_class", "班级", lambda k: str(k.school_class), lambda k: link(k.school_class, KEEPERS.url("detail", k), k.student.name), css="key", sort="school_class__order", width=20),
        Column("student", "学生", lambda k: k.student.name, css="nw only-wide"),
        Column("since", "从", lambda k: k.since, lambda k: day(k.since), css="nw only-wide", kind="date"),
        Column("until", "到", lambda k: k.until, lambda k: day(k.until) if k.until else "", css="nw only-wide", kind="date"),
        Column("state", "情况", lambda k: keeper_state(k)[0], lambda k: state_mark(*keeper_state(k)), css="tail"),
    ),
    filters=forms.KeeperFilters,
    form=forms.KeeperForm,
    create=rules.name_keeper,
    check_view=rules.check_can_view,
    check_create=rules.check_can_name,
    order=("school_class__order", "-since", "-pk"),
    facts=lambda k: [
        ("班级", k.school_class, False), ("学生", k.student.name, False), ("班主任", k.school_class.head_teacher or "—", False), ("从", day(k.since), False),
        ("到", day(k.until) if k.until else "—", False),
    ],
    stamp=lambda keeper: f"{keeper.until or ''}",
    empty="还没有班级节约员。班主任给自己的班定一名学生。",
    actions=(Action("end", "不再担任", rules.end_keeper, rules.check_can_end, icon="user-minus", tone="stop", confirm="从今天起不再是节约员。"),),
)  # fmt: skip


class FindingList(LogList):
    """The book among its neighbours."""

    def get_template_names(self):
        return ["utilities/finding_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=tabs_for(self.request.user, SAVING), here=self.record.url("list"), **kwargs)


@require_safe
@never_cache
def week_page(request):
    """A week: who wasted what how often, and whether the board says so."""
    rules.check_can_view(request.user)
    today = timezone.localdate()
    on = asked_period(request.GET).since
    monday = monday_of(on if 2000 <= on.year < 2200 else today)
    classes, offices, nobodys = tallies(monday, monday + SIX)
    week = latest_week(monday)
    rows = FINDINGS.rows(request.user).filter(on__gte=monday, on__lte=monday + SIX, struck_at=None)
    context = {
        "title": "节约用电用水",
        "monday": monday,
        "sunday": monday + SIX,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7) if monday + timedelta(days=7) <= today else None,
        "classes": classes,
        "offices": offices,
        "nobodys": nobodys,
        "total": sum(one.total for one in (*classes, *offices)) + nobodys,
        "rows": list(rows[:20]),
        "week": week,
        "is_on_board": bool(week and week.post.state == PostState.PUBLISHED and week.post.withdraw_on >= today),
        "may_record": allowed(rules.check_can_record, request.user),
        "form_is_kept": allowed(check_goes_round, request.user),
    }
    return render(request, "utilities/waste.html", context)


@require_safe
def export_week(request):
    """Counts by class and office over the days asked for, as Excel, for the evaluation of classes."""
    rules.check_can_view(request.user)
    period = asked_period(request.GET)
    classes, offices, _ = tallies(period.since, period.until)
    heads = [
        SheetColumn("按", 8),
        SheetColumn("班级或部门", 26),
        SheetColumn("合计", 10, "integer"),
        *(SheetColumn(str(kind.label), 14, "integer") for kind in WasteKind),
    ]
    lines = [
        [label, one.name, one.total, *(one.kinds.get(kind, 0) for kind in WasteKind)] for label, rows in (("班级", classes), ("部门", offices)) for one in rows
    ]
    return workbook_response("浪费登记统计", heads, lines, filters=period.words)


class FindForm(LogForm):
    """May be written without network; afterwards the week, for the next one."""

    offline, back = "utilities.waste", "/utilities/waste/"

    def done(self, saved):
        messages.success(self.request, f"登记了：{saved}" + (f"，算{saved.owner}的。" if saved.owner else "。"))
        return redirect(reverse("utilities:waste"))


def waste_urls() -> list:
    """The routes of waste, under /utilities/."""
    return [
        path("waste/", week_page, name="waste"),
        path("waste/export/", export_week, name="waste-export"),
        *log_urls(FINDINGS, SHEET, form=FindForm, list=FindingList),
        *record_urls(KEEPERS, pages={"list": SavingList}),
    ]
