"""The rounds one has to walk, and how this month's stand (UTL-01)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.phone import KEPT_AHEAD
from logistics.platform.web.records import allowed
from logistics.platform.web.tables import state_mark
from logistics.utilities.meter.dial import number_words

from . import round_rules, rules
from .models import PRODUCER, ReadingRound, Stop, StopState
from .queries import VIEW, check_can_see, own_occurrences, rounds_visible_to, standing_of, start_url, stops_visible_to, to_walk, without_reading

MOST = 60


class Overview(TemplateView):
    """What this person must read now and next; for whoever sees the meters, the rounds of this month and what was not read."""

    template_name = "utilities/rounds.html"

    def dispatch(self, request, *args, **kwargs):
        if not allowed(rules.check_can_read, request.user):
            check_can_see(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        first = timezone.localdate(at).replace(day=1)
        sees_all = has(user, VIEW)
        rows = list(rounds_visible_to(user).filter(occurrence__on__gte=first).order_by("-occurrence__opens_at", "-pk")[:MOST]) if sees_all else []
        missing = (
            without_reading(stops_visible_to(user).filter(round__in=[row.pk for row in rows if row.occurrence.opens_at <= at])) if rows else Stop.objects.none()
        )
        return super().get_context_data(
            title="抄表",
            walks=[(one, one.occurrence.is_ahead(at)) for one in to_walk(user, at, ahead=KEPT_AHEAD)],
            rounds=[(one, state_mark(*standing_of(one, at))) for one in rows],
            missing=list(missing.order_by("round", "order")[:30]),
            missing_count=missing.count() if rows else 0,
            counts={
                "due": sum(one.meters for one in rows),
                "read": sum(one.seen - one.skipped for one in rows),
                "skipped": sum(one.skipped for one in rows),
                "late": sum(one.occurrence.state == "missed" or one.occurrence.is_overdue(at) for one in rows),
            },
            sees_all=sees_all,
            can_manage=allowed(round_rules.check_can_manage, user),
            can_read=allowed(rules.check_can_read, user),
            **kwargs,
        )


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, pk: int):
    """An occurrence whose round is not prepared yet, because its duty was just made or the clock stood still."""
    rows = Occurrence.objects.filter(duty__producer=PRODUCER).select_related("duty")
    if not has(request.user, VIEW):
        rows = rows.filter(pk__in=own_occurrences(request.user))
    occurrence = get_object_or_404(rows, pk=pk)
    if ReadingRound.objects.filter(occurrence=occurrence).exists():
        return redirect(start_url(occurrence))
    if request.method == "POST":
        found = round_rules.begin_reading(actor=request.user, at=timezone.now(), record=occurrence)
        return redirect("utilities:reading-round-detail", found.pk)
    return render(request, "utilities/reading_begin.html", {"title": "抄表", "object": occurrence})


def say_done(request, stop: Stop) -> None:
    """The sentence above the round after a meter."""
    stop = Stop.objects.select_related("meter", "round", "reading").get(pk=stop.pk)
    found = stop.round
    rest = f"还有 {found.meters - found.seen} 块" if found.meters > found.seen else "这趟抄完了"
    words = f"记下 {number_words(stop.reading.value)} {stop.meter.unit}" if stop.reading else "记下了，没抄成"
    if stop.reading and stop.reading.created_at != stop.done_at:
        words = f"今天已经抄过（{number_words(stop.reading.value)} {stop.meter.unit}），算抄了"
    if stop.state == StopState.UNREAD:
        return
    messages.success(request, f"{stop.meter}{words}，{rest}。")
