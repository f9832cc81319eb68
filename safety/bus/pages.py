"""校车: lines, stops, riders, runs counted on and off, fees, the week (BUS-03, BUS-04)."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has, require
from logistics.platform.evidence.logs import asked_period, log_record, log_urls, paper_response
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, full_moment

from . import forms, prints, rules
from .models import RUN_TONES, BusFee, BusLine, BusRider, BusRun, BusStop, RunState
from .queries import by_stop, income, lines_visible_to, riders_visible_to, runs_listed, runs_visible_to, stops_visible_to, week_lines, week_of
from .rights import MANAGE, MONEY, VIEW

LINES = Record(
    model=BusLine,
    namespace="safety:bus-line",
    label="校车线路",
    icon="route",
    rows=lines_visible_to,
    columns=(
        Column("name", "线路", lambda one: one.name, lambda one: link(one.name, LINES.url("detail", one), one.vehicle.plate), css="key", sort="name"),
        Column("vehicle", "车辆", lambda one: one.vehicle.plate, css="only-wide nw"),
        Column("driver", "司机", lambda one: one.driver.name, css="nw"),
        Column("attendant", "照管员", lambda one: one.attendant.name, css="nw"),
        Column("is_active", "在用", lambda one: "在用" if one.is_active else "停用", lambda one: state_mark("在用", "done") if one.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.LineFilters,
    form=forms.LineForm,
    create=rules.save_line,
    update=rules.save_line,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("name", "pk"),
    detail_context=lambda line, user: {
        "stops": list(line.stops.filter(is_active=True).order_by("order", "pk")),
        "riders": list(BusRider.objects.filter(stop__line=line, until__gte=timezone.localdate()).select_related("stop", "student__school_class").order_by("stop__order", "student__number")[:80]),
        "may_manage": has(user, MANAGE),
    },
    empty="还没有校车线路。先登记校车和证件，再登记线路。",
)  # fmt: skip

STOPS = Record(
    model=BusStop,
    namespace="safety:bus-stop",
    label="校车站点",
    icon="map-pin",
    rows=stops_visible_to,
    columns=(
        Column("name", "站点", lambda s: s.name, lambda s: link(s.name, STOPS.url("detail", s), s.line.name), css="key", sort="name"),
        Column("line", "线路", lambda s: s.line.name, css="only-wide", sort="line__name"),
        Column("order", "第几站", lambda s: s.order, css="num", sort="order", kind="integer"),
        Column("morning_at", "早上几点到", lambda s: f"{s.morning_at:%H:%M}" if s.morning_at else "", css="nw"),
        Column("is_active", "在用", lambda s: "在用" if s.is_active else "停用", lambda s: state_mark("在用", "done") if s.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.StopFilters,
    form=forms.StopForm,
    create=rules.save_stop,
    update=rules.save_stop,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("line__name", "order", "pk"),
    empty="还没有站点。",
)  # fmt: skip


def riding(rider: BusRider) -> tuple[str, str]:
    today = timezone.localdate()
    return ("在乘", "done") if rider.since <= today <= rider.until else ("未开始", "wait") if rider.since > today else ("已结束", "void")


RIDERS = Record(
    model=BusRider,
    namespace="safety:bus-rider",
    label="乘车学生",
    icon="users",
    rows=riders_visible_to,
    columns=(
        Column("student", "学生", lambda r: r.student.name, lambda r: link(r.student, RIDERS.url("detail", r), str(r.student.school_class)), css="key", sort="student__pinyin"),
        Column("school_class", "班级", lambda r: str(r.student.school_class), css="only-wide", optional=True),
        Column("line", "线路", lambda r: r.stop.line.name, css="nw", sort="stop__line__name"),
        Column("stop", "站点", lambda r: r.stop.name),
        Column("since", "从哪天起", lambda r: r.since, lambda r: day(r.since), css="nw only-wide", sort="since", kind="date"),
        Column("until", "到哪天", lambda r: r.until, lambda r: day(r.until), css="nw only-wide", sort="until", kind="date"),
        Column("riding", "情况", lambda r: riding(r)[0], lambda r: state_mark(*riding(r)), css="tail"),
    ),
    filters=forms.RiderFilters,
    form=forms.RiderForm,
    create=rules.save_rider,
    update=rules.save_rider,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("stop__line__name", "stop__order", "student__number", "pk"),
    empty="还没有乘车学生。",
)  # fmt: skip


def run_context(run: BusRun, user) -> dict:
    stops = by_stop(run)
    rides = [ride for group in stops for ride in group.rides]
    return {
        "stops": stops,
        "rode": sum(ride.on_at is not None for ride in rides),
        "aboard": sum(ride.on_at is not None and ride.off_at is None for ride in rides),
        "to_come": sum(ride.on_at is None and not ride.absent_reason for ride in rides),
        "absent": sum(bool(ride.absent_reason) for ride in rides),
    }


RUNS = Record(
    model=BusRun,
    namespace="safety:bus-run",
    label="校车",
    icon="bus",
    rows=runs_visible_to,
    list_rows=runs_listed,
    columns=(
        Column("line", "班次", str, lambda r: link(f"{r.line} {r.get_direction_display()}", RUNS.url("detail", r), r.vehicle.plate), css="key", sort="line__name", width=26),
        Column("on", "日期", lambda r: r.on, lambda r: day(r.on), css="nw", sort="on", kind="date"),
        Column("direction", "方向", lambda r: r.get_direction_display(), css="nw only-wide"),
        Column("attendant", "照管员", lambda r: r.attendant.name, css="nw"),
        Column("driver", "司机", lambda r: r.driver.name, css="nw only-wide"),
        Column("rode", "乘车", lambda r: getattr(r, "rode", None), css="num", kind="integer"),
        Column("looked_at", "收车", lambda r: r.looked_at, lambda r: full_moment(r.looked_at)[-5:] if r.looked_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), RUN_TONES[RunState(r.state)]), css="tail", sort="state"),
    ),
    filters=forms.RunFilters,
    create_form=forms.StartForm,
    create=rules.start_run,
    check_view=rules.check_can_view,
    check_create=rules.check_can_start,
    views=lambda user: [
        ListView("全部", ""), ListView("今天", f"on={timezone.localdate()}"), ListView("运行中", f"state={RunState.RUNNING}"),
    ],
    facts=lambda r: [
        ("线路", r.line.name, False),
        ("日期", full_day(r.on), False),
        ("方向", r.get_direction_display(), False),
        ("车辆", r.vehicle.plate, False),
        ("司机", r.driver.name, False),
        ("照管员", r.attendant.name, False),
        ("发车", full_moment(r.created_at), False),
        ("收车", f"{full_moment(r.looked_at)} {r.looked_by.name}" if r.looked_by else "—", False),
        *([("备注", r.note, True)] if r.note else []),
        *([("取消原因", r.reason, True)] if r.reason else []),
    ],
    detail_context=run_context,
    order=("-on", "-pk"),
    actions=(
        Action("count_on", "上车点名", rules.count_on, rules.check_can_count_on, forms.OnForm, icon="log-in", tone="primary"),
        Action("count_off", "下车点名", rules.count_off, rules.check_can_count_off, forms.OffForm, icon="log-out", tone="primary"),
        Action(
            "close", "收车", rules.close_run, rules.check_can_close, forms.CloseForm, icon="scan-line", tone="primary",
            hint=lambda run, user: f"走到{run.vehicle}最后一排，每个座位、座位底下都看一眼，确认没有学生，再扫最后一排的标签。",
        ),
        Action("absent", "没有乘车", rules.mark_absent, rules.check_can_mark_absent, forms.AbsentForm, icon="user-x"),
        Action("cancel", "取消班次", rules.cancel_run, rules.check_can_cancel, forms.ReasonForm, icon="ban", tone="stop"),
    ),
    empty="还没有发过车。照管员点「新建」，检查完就能发车。",
)  # fmt: skip

FEES = log_record(
    BusFee,
    name="bus-fee",
    label="乘车费",
    icon="wallet",
    columns=(
        Column("student", "学生", lambda f: f.student.name, css="nw", sort="student__pinyin"),
        Column("line", "线路", lambda f: f.line.name, css="nw only-wide"),
        Column("since", "从哪天起", lambda f: f.since, lambda f: day(f.since), css="nw only-wide", kind="date"),
        Column("until", "到哪天", lambda f: f.until, lambda f: day(f.until), css="nw", kind="date"),
        Column("money", "金额（元）", lambda f: f.money, css="num", sort="money", kind="money"),
        Column("receipt", "票据号", lambda f: f.receipt, css="only-wide", optional=True),
    ),
    form=forms.FeeForm,
    create=rules.record_fee,
    joins=("student", "line"),
    search="student__name",
    empty="还没有记乘车费。",
)


def check_sees_week(user) -> None:
    if not has(user, VIEW):
        require(user, MONEY)


@require_safe
@never_cache
def week_page(request):
    """Riders against fees of one week, and the net income of the last twelve months."""
    check_sees_week(request.user)
    first, last = week_of(asked_period(request.GET).since)
    today = timezone.localdate()
    lines = week_lines(first, last)
    context = {
        "title": "校车每周核对",
        "first": first,
        "last": last,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7) if last < today else None,
        "lines": lines,
        "unpaid": sum(len(line.unpaid) for line in lines),
        "year": income(last - timedelta(days=364), last) if allowed(require, request.user, MONEY) else None,
    }
    return render(request, "safety/bus_week.html", context)


@require_safe
@never_cache
def week_print(request):
    """The week as a sheet."""
    require(request.user, MONEY)
    return paper_response(request, prints.WEEK, prints.WeekOf(week_of(asked_period(request.GET).since)[0]))


class RunList(RecordList):
    """With the way to lines, riders, fees and the week."""

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(sees_week=allowed(check_sees_week, user), keeps_fees=has(user, MONEY), **kwargs)


def bus_urls() -> list:
    """The routes of the school bus, under /safety/."""
    return [
        path("bus-week/", week_page, name="bus-week"),
        path("bus-week/print/", week_print, name="bus-week-print"),
        *record_urls(LINES),
        *record_urls(STOPS),
        *record_urls(RIDERS),
        *record_urls(RUNS, pages={"list": RunList}, without=("update",)),
        *log_urls(FEES),
    ]
