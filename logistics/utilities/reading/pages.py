"""Readings, routes, rounds and their stops as lists and pages (UTL-01)."""

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.duties.queries import window_words
from logistics.platform.web.record_pages import RecordAction, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, stamp
from logistics.utilities.meter.dial import number_words
from logistics.utilities.meter.models import Reading, ReadingKind
from logistics.utilities.meter.queries import last_readings, words_of_last

from . import forms, overview_pages, round_rules, rules
from .models import STOP_TONES, ReadingRound, ReadingRoute, Stop, StopState
from .queries import (
    duties_of,
    known_words,
    meters_on,
    readings_visible_to,
    rounds_visible_to,
    routes_visible_to,
    standing_of,
    stops_of,
    stops_visible_to,
    written_times,
)


def standing_mark(reading: Reading) -> tuple[str, str]:
    if reading.kind == ReadingKind.VOID:
        return "作废", "void"
    if later := getattr(reading, "corrected_by", None):
        return ("已作废" if later.kind == ReadingKind.VOID else "已更正"), "void"
    return (reading.get_kind_display(), "wait") if reading.kind == ReadingKind.ESTIMATE else (reading.get_kind_display(), "done")


def reading_facts(reading: Reading) -> list[tuple]:
    meter, later = reading.device.meter, getattr(reading, "corrected_by", None)
    return [
        ("表计", link(meter, reverse("utilities:meter-detail", args=[meter.pk])), False),
        ("读数", f"{number_words(reading.value)} {meter.unit}" + (f"（走过头 {reading.turns} 次）" if reading.turns else ""), False),
        ("抄表时间", full_moment(reading.read_at), False),
        ("怎么来的", reading.get_kind_display(), False),
        ("登记", f"{reading.created_by.name}，{full_moment(reading.created_at)}", True),
        *([("说明", reading.note, True)] if reading.note else []),
        *([("更正的是", link(f"{number_words(reading.corrects.value)}", READINGS.url("detail", reading.corrects)), True)] if reading.corrects else []),
        *([("后来", link(f"{standing_mark(reading)[0]}：{number_words(later.value)}，{later.note}", READINGS.url("detail", later)), True)] if later else []),
    ]


READINGS = Record(
    model=Reading,
    namespace="utilities:reading",
    label="读数",
    icon="gauge",
    rows=readings_visible_to,
    columns=(
        Column("meter", "表计", lambda r: str(r.device.meter), lambda r: link(r.device.meter, READINGS.url("detail", r), str(r.device.meter.place)), css="key", sort="device__meter__name", width=26),
        Column("code", "编码", lambda r: r.device.meter.code, css="nw only-wide", optional=True),
        Column("value", "读数", lambda r: r.value, lambda r: number_words(r.value), css="num", kind="number"),
        Column("unit", "单位", lambda r: r.device.meter.unit, css="nw only-wide"),
        Column("read_at", "抄表时间", lambda r: r.read_at, lambda r: stamp(r.read_at), css="nw", sort="read_at", kind="datetime", width=17),
        Column("by", "谁登记", lambda r: r.created_by.name, css="nw only-wide"),
        Column("turns", "走过头", lambda r: r.turns or "", css="num only-wide", optional=True, kind="integer"),
        Column("note", "说明", lambda r: r.note, css="only-wide", width=30),
        Column("state", "情况", lambda r: standing_mark(r)[0], lambda r: state_mark(*standing_mark(r)), css="tail"),
    ),
    filters=forms.ReadingFilters,
    order=("-read_at", "-pk"),
    views=lambda user: [View("全部", ""), View("估读的", "kind=estimate"), View("导入的", "kind=import")],
    facts=reading_facts,
    detail_context=lambda reading, user: {"photos": list(attachments_of(reading, "photo")), "state_cell": state_mark(*standing_mark(reading))},
    stamp=lambda reading: f"{getattr(reading, 'corrected_by', None) is not None}",
    actions=(
        Action("correct", "更正", rules.correct_reading, rules.check_can_correct, forms.CorrectForm, icon="pencil", hint=lambda r, user: f"{r.device.meter}原来是 {number_words(r.value)} {r.device.meter.unit}。更正写成新的一条，原来的留着。"),
        Action("void", "作废", rules.void_reading, rules.check_can_void, forms.ReasonForm, icon="ban", tone="stop", hint=lambda r, user: "抄成别的表了才作废；数字不对的请更正。"),
    ),
    empty="还没有读数。",
)  # fmt: skip


def in_use(route: ReadingRoute) -> tuple[str, str]:
    return ("在用", "done") if route.is_active else ("停用", "void")


def route_detail(route: ReadingRoute, user) -> dict:
    now = timezone.now()
    return {
        "stops": meters_on(route),
        "duties": list(duties_of(route)[:10]),
        "rounds": [(one, state_mark(*standing_of(one, now))) for one in rounds_visible_to(user).filter(route=route).order_by("-pk")[:8]],
    }


ROUTES = Record(
    model=ReadingRoute,
    namespace="utilities:reading-route",
    label="抄表路线",
    icon="route",
    rows=routes_visible_to,
    columns=(
        Column("name", "路线", lambda r: r.name, lambda r: link(r.name, ROUTES.url("detail", r), r.note), css="key", sort="name", width=30),
        Column("n", "表数", lambda r: r.n, css="num", kind="integer"),
        Column("note", "说明", lambda r: r.note, css="only-wide", optional=True, width=40),
        Column("state", "情况", lambda r: in_use(r)[0], lambda r: state_mark(*in_use(r)), css="tail"),
    ),
    filters=forms.RouteFilters,
    form=forms.RouteForm,
    create=round_rules.save_route,
    update=round_rules.save_route,
    check_view=rules.check_can_view,
    check_create=round_rules.check_can_manage,
    check_update=round_rules.check_can_manage,
    order=("-is_active", "name"),
    detail_context=route_detail,
    stamp=lambda route: "",
    empty="还没有抄表路线。建一条，加上表，排好时间，到时候会自己排出来。",
    actions=(
        Action("add", "加表", round_rules.add_meters, round_rules.check_can_manage, forms.MetersForm, icon="plus", tone="primary", hint=lambda r, user: "改动从下一趟起用，已经排好的照旧。"),
        Action("plan", "排时间", round_rules.plan_route, round_rules.check_can_plan, forms.PlanForm, icon="calendar-plus"),
        Action("move", "调整顺序", round_rules.move_meter, round_rules.check_can_take_out, forms.MoveForm, icon="arrow-up-down"),
        Action("take_out", "去掉表", round_rules.take_out_meter, round_rules.check_can_take_out, forms.StopChoice, icon="minus", tone="stop"),
    ),
)  # fmt: skip


def round_detail(found: ReadingRound, user) -> dict:
    now = timezone.now()
    stops = stops_of(found)
    written = written_times(stops)
    left = [stop for stop in stops if stop.state == StopState.UNREAD]
    for stop in left:
        stop.round = found
    may_read = bool(left) and allowed(round_rules.check_can_read_stop, user, left[0])
    last = last_readings([stop.meter for stop in left])
    for stop in stops:
        stop.words = written.get(stop.pk, "")  # type: ignore[attr-defined]
        stop.before = words_of_last(last.get(stop.meter_id)) if stop.state == StopState.UNREAD else ""  # type: ignore[attr-defined]
    return {
        "groups": by_building(stops),
        "may_read": may_read,
        "next_stop": left[0] if left else None,
        "left": len(left),
        "is_ahead": found.occurrence.is_ahead(now),
        "is_missed": found.occurrence.state == OccurrenceState.MISSED,
        "window": window_words(found.occurrence.opens_at, found.occurrence.due_at),
        "state_cell": state_mark(*standing_of(found, now)),
    }


def by_building(stops: list[Stop]) -> list[tuple[str, list[Stop]]]:
    """Neighbours under one heading: rooms under their floor."""
    groups: list[tuple[str, list[Stop]]] = []
    for stop in stops:
        place = stop.meter.place
        head = str(place.parent) if place.level in ("room", "floor") and place.parent else str(place)
        if groups and groups[-1][0] == head:
            groups[-1][1].append(stop)
        else:
            groups.append((head, [stop]))
    return groups


def round_views(user) -> list[View]:
    first = timezone.localdate().replace(day=1)
    return [View("全部", ""), View("这个月", f"since={first}"), View("没做的", "state=missed"), View("有没抄成的", "state=short")]


ROUNDS = Record(
    model=ReadingRound,
    namespace="utilities:reading-round",
    label="抄表记录",
    icon="clipboard-list",
    rows=rounds_visible_to,
    columns=(
        Column("route", "路线", lambda r: r.route.name, lambda r: link(r.route.name, ROUNDS.url("detail", r), r.occurrence.owner_words), css="key", width=30),
        Column("opens_at", "时间", lambda r: r.occurrence.opens_at, lambda r: stamp(r.occurrence.opens_at), css="nw", sort="occurrence__opens_at", kind="datetime", width=17),
        Column("owner", "谁抄", lambda r: r.occurrence.owner_words, css="nw only-wide", optional=True),
        Column("done_by", "抄的人", lambda r: str(r.occurrence.done_by or ""), css="nw only-wide"),
        Column("finished_at", "抄完", lambda r: r.finished_at, lambda r: stamp(r.finished_at) if r.finished_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("seen", "抄了", lambda r: r.seen - r.skipped, lambda r: f"{r.seen - r.skipped} / {r.meters}", css="num nw", kind="integer"),
        Column("skipped", "没抄成", lambda r: r.skipped, css="num only-wide", sort="skipped", kind="integer"),
        Column("state", "情况", lambda r: standing_of(r, timezone.now())[0], lambda r: state_mark(*standing_of(r, timezone.now())), css="tail", width=20),
    ),
    filters=forms.RoundFilters,
    order=("-pk",),
    views=round_views,
    detail_context=round_detail,
    stamp=lambda found: f"{found.seen}",
    empty="还没有抄表。路线排了时间以后，一天前会自己排出来。",
)  # fmt: skip


def stop_facts(stop: Stop) -> list[tuple]:
    reading = stop.reading
    shown = link(f"{number_words(reading.value)} {stop.meter.unit}", READINGS.url("detail", reading)) if reading else "—"
    return [
        ("表计", link(stop.meter, reverse("utilities:meter-detail", args=[stop.meter_id])), False),
        ("哪一趟", link(stop.round, ROUNDS.url("detail", stop.round)), False),
        ("读数", shown, False),
        ("结果", state_mark(stop.get_state_display(), STOP_TONES[StopState(stop.state)]), False),
        ("谁抄的", f"{stop.done_by.name}，{full_moment(stop.done_at)}" if stop.done_by else "—", True),
        *([("说明", stop.note, True)] if stop.note else []),
    ]


STOPS = Record(
    model=Stop,
    namespace="utilities:stop",
    label="抄表点",
    icon="gauge",
    rows=stops_visible_to,
    columns=(
        Column("meter", "表计", lambda s: str(s.meter), lambda s: link(s.meter, STOPS.url("detail", s), str(s.meter.place)), css="key", width=26),
        Column("round", "哪一趟", lambda s: str(s.round), css="nw only-wide", width=26),
        Column("value", "读数", lambda s: s.reading.value if s.reading else None, lambda s: number_words(s.reading.value) if s.reading else "", css="num", kind="number"),
        Column("done_at", "时间", lambda s: s.done_at, lambda s: stamp(s.done_at) if s.done_at else "", css="nw", sort="done_at", kind="datetime", width=17),
        Column("done_by", "谁抄的", lambda s: str(s.done_by or ""), css="nw only-wide"),
        Column("note", "说明", lambda s: s.note, css="only-wide", width=30),
        Column("state", "结果", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), STOP_TONES[StopState(s.state)]), css="tail"),
    ),
    filters=forms.StopFilters,
    order=("-pk",),
    views=lambda user: [View("全部", ""), View("没抄成的", "state=skipped"), View("还没抄的", "state=todo")],
    facts=stop_facts,
    empty="还没有抄表点。",
    actions=(Action("read", "抄这块表", round_rules.read_stop, round_rules.check_can_read_stop, forms.StopForm, icon="check", tone="primary"),),
)  # fmt: skip


class StopAction(RecordAction):
    """The meter's form; afterwards the round, for the next meter."""

    def get_context_data(self, **kwargs):
        stop = self.object
        last = last_readings([stop.meter]).get(stop.meter_id)
        context = super().get_context_data(**kwargs)
        form = context["form"]
        ahead = form.look_ahead(last)
        about = ahead.about if last and not last.is_first else None
        return context | {
            "round_url": reverse("utilities:reading-round-detail", args=[stop.round_id]),
            "last_words": words_of_last(last),
            "about": number_words(about) if about is not None else "",
            "low": number_words(ahead.low) if ahead.low is not None else "",
            "high": number_words(ahead.high) if ahead.high is not None else "",
            "known": f"{known_words(form.known)} {stop.meter.unit}" if form.known else "",
            "device": last.device if last else None,
        }

    def run(self, **fields):
        return super().run(read_at=getattr(self.request.user, "wrote_at", None), **fields)

    def done(self, saved):
        overview_pages.say_done(self.request, saved)
        return redirect("utilities:reading-round-detail", saved.round_id)


def reading_urls() -> list:
    """The routes of readings and rounds, under /utilities/."""
    return [
        path("rounds/", overview_pages.Overview.as_view(), name="rounds"),
        path("rounds/begin/<int:pk>/", overview_pages.begin, name="reading-begin"),
        *record_urls(READINGS),
        *record_urls(ROUTES),
        *record_urls(ROUNDS),
        *record_urls(STOPS, pages={"action": StopAction}),
    ]
