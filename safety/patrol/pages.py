"""Check lists, routes, rounds and visits as lists and pages (SAF-01 to SAF-03, SAF-05)."""

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of, attachments_of_many
from logistics.platform.duties.checklist import limits_of
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.duties.queries import window_words
from logistics.platform.web.record_pages import RecordAction, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp
from safety.hazard.queries import hazards_visible_to

from . import forms, overview_pages, rules
from .models import VISIT_TONES, CheckList, Round, Route, Visit, VisitState
from .queries import (
    VIEW,
    by_floor,
    duties_of,
    lists_visible_to,
    points_of,
    rounds_visible_to,
    routes_visible_to,
    standing,
    visits_of,
    visits_visible_to,
    written_times,
)


def check_can_view(user) -> None:
    rules.require(user, VIEW)


def in_use(row) -> tuple[str, str]:
    return ("在用", "done") if row.is_active else ("停用", "void")


LISTS = Record(
    model=CheckList,
    namespace="safety:checklist",
    label="检查表",
    icon="list-checks",
    rows=lists_visible_to,
    columns=(
        Column("name", "名称", lambda c: c.name, lambda c: link(c.name, reverse("safety:checklist-detail", args=[c.pk]), c.basis), css="key", sort="name", width=30),
        Column("place_kind", "用在", lambda c: c.get_place_kind_display() or "哪里都能用", css="nw"),
        Column("items", "项目", lambda c: len(c.items), css="num", kind="integer"),
        Column("used", "用在几个点", lambda c: c.used, css="num only-wide", kind="integer"),
        Column("basis", "依据", lambda c: c.basis, css="only-wide", optional=True, width=40),
        Column("state", "情况", lambda c: in_use(c)[0], lambda c: state_mark(*in_use(c)), css="tail"),
    ),
    filters=forms.ListFilters,
    form=forms.ListForm,
    create=rules.save_list,
    update=rules.save_list,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("-is_active", "name"),
    detail_context=lambda found, user: {"items": [(item, limits_of(item)) for item in found.items]},
    stamp=lambda found: "",
    empty="还没有检查表。在「开始使用」里可以装入常用的。",
)  # fmt: skip


def route_detail(route: Route, user) -> dict:
    return {
        "points": points_of(route),
        "duties": list(duties_of(route)[:10]),
        "rounds": [(one, state_mark(*standing(one, timezone.now()))) for one in rounds_visible_to(user).filter(route=route).order_by("-pk")[:8]],
    }


ROUTES = Record(
    model=Route,
    namespace="safety:route",
    label="巡查路线",
    icon="route",
    rows=routes_visible_to,
    columns=(
        Column("name", "路线", lambda r: r.name, lambda r: link(r.name, reverse("safety:route-detail", args=[r.pk]), r.basis), css="key", sort="name", width=30),
        Column("purpose", "哪种检查", lambda r: r.get_purpose_display(), css="nw", sort="purpose"),
        Column("n", "点数", lambda r: r.n, css="num", kind="integer"),
        Column("basis", "依据", lambda r: r.basis, css="only-wide", optional=True, width=40),
        Column("state", "情况", lambda r: in_use(r)[0], lambda r: state_mark(*in_use(r)), css="tail"),
    ),
    filters=forms.RouteFilters,
    form=forms.RouteForm,
    create=rules.save_route,
    update=rules.save_route,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("-is_active", "purpose", "name"),
    detail_context=route_detail,
    stamp=lambda route: "",
    empty="还没有路线。建一条路线，加上点，再排时间。",
    actions=(
        Action("points", "加点", rules.add_points, rules.check_can_manage, forms.PointsForm, icon="map-pin-plus", tone="primary", hint=lambda r, user: "改动从明天的巡查起用，已经排好的巡查照旧。"),
        Action("plan", "排时间", rules.plan_route, rules.check_can_plan, forms.PlanForm, icon="calendar-plus"),
        Action("move", "调整顺序", rules.move_point, rules.check_can_take_out, forms.MoveForm, icon="arrow-up-down"),
        Action("take_out", "去掉点", rules.take_out_point, rules.check_can_take_out, forms.PointForm, icon="map-pin-x", tone="stop"),
    ),
)  # fmt: skip


def round_detail(found: Round, user) -> dict:
    at = timezone.now()
    visits = visits_of(found)
    written = written_times(visits)
    may_walk = bool(visits) and any(visit.state == VisitState.UNSEEN for visit in visits) and allowed(rules.check_can_visit, user, _todo(visits))
    left = [visit for visit in visits if visit.state == VisitState.UNSEEN]
    for visit in visits:
        visit.words = written.get(visit.pk, "")  # type: ignore[attr-defined]
    return {
        "groups": by_floor(visits),
        "may_walk": may_walk,
        "is_ahead": found.occurrence.is_ahead(at),
        "is_missed": found.occurrence.state == OccurrenceState.MISSED,
        "next_visit": left[0] if left else None,
        "window": window_words(found.occurrence.opens_at, found.occurrence.due_at),
        "state_cell": state_mark(*standing(found, at)),
        "share": found.seen / found.points,
    }


def _todo(visits: list[Visit]) -> Visit:
    return next(visit for visit in visits if visit.state == VisitState.UNSEEN)


def round_views(user) -> list[View]:
    today = timezone.localdate()
    return [View("全部", ""), View("今天", f"since={today}&until={today}"), View("没做的", "state=missed"), View("有问题的", "state=bad")]


ROUNDS = Record(
    model=Round,
    namespace="safety:round",
    label="巡查记录",
    icon="footprints",
    rows=rounds_visible_to,
    columns=(
        Column("route", "巡查", str, lambda r: link(r.route.name, reverse("safety:round-detail", args=[r.pk]), r.occurrence.owner_words), css="key", width=30),
        Column("opens_at", "时间", lambda r: r.occurrence.opens_at, lambda r: stamp(r.occurrence.opens_at), css="nw", sort="occurrence__opens_at", kind="datetime", width=17),
        Column("owner", "谁走", lambda r: r.occurrence.owner_words, css="nw only-wide", optional=True),
        Column("done_by", "走的人", lambda r: str(r.occurrence.done_by or ""), css="nw only-wide"),
        Column("finished_at", "走完", lambda r: r.finished_at, lambda r: stamp(r.finished_at) if r.finished_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("seen", "查了", lambda r: r.seen, lambda r: f"{r.seen} / {r.points}", css="num nw", kind="integer"),
        Column("bad", "有问题", lambda r: r.bad, css="num", sort="bad", kind="integer"),
        Column("skipped", "没查成", lambda r: r.skipped, css="num only-wide", sort="skipped", kind="integer"),
        Column("state", "情况", lambda r: standing(r, timezone.now())[0], lambda r: state_mark(*standing(r, timezone.now())), css="tail", width=20),
    ),
    filters=forms.RoundFilters,
    order=("-pk",),
    views=round_views,
    detail_context=round_detail,
    stamp=lambda found: f"{found.seen}",
    empty="还没有巡查。路线排了时间以后，一天前会自己排出来。",
)  # fmt: skip


def visit_detail(visit: Visit, user) -> dict:
    photos = attachments_of_many([visit]).get(visit.pk, [])
    lines = [(line, [photo for photo in photos if photo.role == f"item{n}"]) for n, line in enumerate(visit.lines)]
    return {
        "lines": lines,
        "photos": list(attachments_of(visit, "photo")),
        "words": written_times([visit]).get(visit.pk, ""),
        "state_cell": state_mark(visit.get_state_display(), VISIT_TONES[VisitState(visit.state)]),
        "sees_hazard": bool(visit.hazard) and hazards_visible_to(user).filter(pk=visit.hazard_id).exists(),
    }


VISITS = Record(
    model=Visit,
    namespace="safety:visit",
    label="巡查点记录",
    icon="map-pin-check",
    rows=visits_visible_to,
    columns=(
        Column("place", "地点", lambda v: str(v.place), lambda v: link(v.place, reverse("safety:visit-detail", args=[v.pk]), v.round.route.name), css="key", width=30),
        Column("round", "巡查", lambda v: str(v.round), css="nw only-wide", width=26),
        Column("done_at", "时间", lambda v: v.done_at, lambda v: stamp(v.done_at) if v.done_at else "", css="nw", sort="done_at", kind="datetime", width=17),
        Column("done_by", "谁查的", lambda v: str(v.done_by or ""), css="nw"),
        Column("found", "情况", lambda v: v.hazard.description if v.hazard else v.note, css="only-wide", width=36),
        Column("hazard", "隐患", lambda v: v.hazard.number if v.hazard else "", css="nw only-wide", optional=True),
        Column("state", "结果", lambda v: v.get_state_display(), lambda v: state_mark(v.get_state_display(), VISIT_TONES[VisitState(v.state)]), css="tail"),
    ),
    filters=forms.VisitFilters,
    order=("-pk",),
    views=lambda user: [View("全部", ""), View("有问题的", "state=bad"), View("没查成的", "state=skipped")],
    detail_context=visit_detail,
    empty="还没有巡查点记录。",
    actions=(Action("check", "查这里", rules.check_point, rules.check_can_visit, forms.VisitForm, icon="check", tone="primary"),),
)  # fmt: skip


class VisitAction(RecordAction):
    """The point's form; afterwards the round, for the next point."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        found = self.object.round
        context["round_url"] = reverse("safety:round-detail", args=[found.pk])
        context["bad_form"] = bool(context["form"].errors)
        return context

    def done(self, saved):
        overview_pages.say_done(self.request, saved)
        return redirect("safety:round-detail", saved.round_id)


def patrol_urls() -> list:
    """The routes of rounds, under /safety/."""
    return [
        path("patrol/", overview_pages.Overview.as_view(), name="patrol"),
        path("patrol/figures/", overview_pages.Figures.as_view(), name="patrol-figures"),
        path("patrol/figures/export/", overview_pages.export_figures, name="patrol-figures-export"),
        path("patrol/begin/<int:pk>/", overview_pages.begin, name="round-begin"),
        *record_urls(LISTS),
        *record_urls(ROUTES),
        *record_urls(ROUNDS),
        *record_urls(VISITS, pages={"action": VisitAction}),
    ]
