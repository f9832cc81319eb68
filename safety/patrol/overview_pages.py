"""The day's rounds on one page, and what became of a month's (SAF-01 to SAF-03)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import TemplateView

from logistics.platform.access.rules import has, require
from logistics.platform.charts import Bar, hbars
from logistics.platform.duties.board_pages import month_asked
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.phone import KEPT_AHEAD
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.web.records import allowed
from logistics.platform.web.tables import state_mark

from . import rules
from .models import PRODUCER, Round, Visit, VisitState
from .queries import VIEW, Tally, own_occurrences, rounds_visible_to, standing, start_url, tallies, to_walk

MOST_BARS = 8


class Overview(TemplateView):
    """What this person must walk now and next; for whoever oversees, how today's rounds stand."""

    template_name = "safety/patrol.html"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_see(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        today = timezone.localdate(at)
        sees_all = has(user, VIEW)
        rows = list(rounds_visible_to(user).filter(occurrence__on=today).order_by("occurrence__opens_at", "pk")[:100]) if sees_all else []
        return super().get_context_data(
            title="巡查",
            walks=[(one, one.occurrence.is_ahead(at)) for one in to_walk(user, at, ahead=KEPT_AHEAD)],
            today=[(one, state_mark(*standing(one, at))) for one in rows],
            counts={
                "due": len(rows),
                "done": sum(one.occurrence.state in ("done", "late") for one in rows),
                "open": sum(one.occurrence.state == "open" and not one.occurrence.is_ahead(at) for one in rows),
                "missed": sum(one.occurrence.state == "missed" or one.occurrence.is_overdue(at) for one in rows),
                "bad": sum(one.bad for one in rows),
            },
            sees_all=sees_all,
            can_manage=allowed(rules.check_can_manage, user),
            **kwargs,
        )


class Figures(TemplateView):
    """Due, done, late and missed in a month, by route and by person."""

    template_name = "safety/patrol_figures.html"

    def dispatch(self, request, *args, **kwargs):
        require(request.user, VIEW)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        first, last, by_route, by_person = month_of(self.request)
        total = Tally("合计")
        for row in by_route:
            for name in ("total", "done", "late", "missed", "bad", "skipped"):
                setattr(total, name, getattr(total, name) + getattr(row, name))
        bad = sorted((row for row in by_route if row.missed or row.late), key=lambda row: -(row.missed + row.late))[:MOST_BARS]
        title = f"没走和迟走：{bad[0].name}最多，{bad[0].missed + bad[0].late} 次" if bad else "没走和迟走：一次也没有"
        return super().get_context_data(
            title="巡查统计",
            first=first,
            before=first - timedelta(days=1),
            after=last + timedelta(days=1),
            by_route=by_route,
            by_person=by_person,
            total=total,
            chart=hbars(
                [Bar(row.name, row.missed + row.late, note=f"没走 {row.missed}", late=row.missed > 0) for row in bad], title=title, unit="次", wide=False
            ),
            **kwargs,
        )


def month_of(request) -> tuple:
    """(first day, last day, by route, by person) of the month asked for."""
    at = timezone.now()
    first = month_asked(request.GET.get("month", ""), timezone.localdate(at))
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first, last, *tallies(first, last, at)


@require_safe
def export_figures(request):
    """The month's table as Excel."""
    require(request.user, VIEW)
    first, _, by_route, by_person = month_of(request)
    heads = [
        SheetColumn("按", 8),
        SheetColumn("路线或人", 26),
        *(SheetColumn(label, 10, "integer") for label in ("应走", "按时", "迟走", "没走", "有问题", "有点没查成")),
    ]
    lines = [
        [kind, row.name, row.total, row.done, row.late, row.missed, row.bad, row.skipped]
        for kind, rows in (("路线", by_route), ("人", by_person))
        for row in rows
    ]  # fmt: skip
    return workbook_response("巡查统计", heads, lines, filters=f"{first:%Y 年 %m 月}")


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, pk: int):
    """An occurrence whose round is not prepared yet, because its duty was just made or the clock stood still."""
    rows = Occurrence.objects.filter(duty__producer=PRODUCER).select_related("duty")
    if not has(request.user, VIEW):
        rows = rows.filter(pk__in=own_occurrences(request.user))
    occurrence = get_object_or_404(rows, pk=pk)
    if Round.objects.filter(occurrence=occurrence).exists():
        return redirect(start_url(occurrence))
    if request.method == "POST":
        found = rules.begin_round(actor=request.user, at=timezone.now(), record=occurrence)
        return redirect("safety:round-detail", found.pk)
    return render(request, "safety/round_begin.html", {"title": "巡查", "object": occurrence})


def say_done(request, visit: Visit) -> None:
    """The sentence above the round after a point."""
    visit = Visit.objects.select_related("place", "hazard", "round").get(pk=visit.pk)
    found = visit.round
    rest = f"还有 {found.points - found.seen} 个点" if found.points > found.seen else "这趟走完了"
    words = {VisitState.BAD: f"记下了，已报隐患 {visit.hazard.number if visit.hazard else ''}", VisitState.SKIPPED: "记下了，没查成"}.get(
        VisitState(visit.state), "查好了"
    )
    messages.success(request, f"{visit.place}{words}，{rest}。")
