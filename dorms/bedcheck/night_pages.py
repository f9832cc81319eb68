"""The night on one page, and what a month of nights came to (DOR-02)."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from dorms.leave.models import DormLeave
from dorms.leave.queries import VIEW as LEAVE_VIEW
from dorms.leave.queries import away_q, leaves_visible_to, night_of
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.duties.board_pages import month_asked
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.web.tables import state_mark

from .figures import month_of_nights
from .models import MARK_TONES, Mark, MissingState
from .queries import AHEAD, check_can_view, checks_listed, kept_buildings, missing_visible_to, night_marks_of_classes, to_check, unprepared
from .rights import MANAGE, VIEW

MOST = 60


def tonight() -> date:
    return night_of(timezone.now())


def tabs(user) -> list[tuple[str, str]]:
    """The neighbours of the night this person may open."""
    found = [("今晚", reverse("dorms:checks"))]
    sees_nights = scope_of(user, VIEW) == Scope.ALL or kept_buildings(user, VIEW).exists()  # a head teacher keeps none and would find empty lists
    if sees_nights:
        found += [("查寝记录", reverse("dorms:check-list")), ("宿舍点名", reverse("dorms:room-check-list"))]
    if has(user, VIEW):
        found.append(("没归寝", reverse("dorms:missing-list")))
    if sees_nights:
        found.append(("统计", reverse("dorms:check-figures")))
    if has(user, LEAVE_VIEW):
        found.append(("住宿请假", reverse("dorms:leave-list")))
    if has(user, MANAGE):
        found.append(("查寝时间", reverse("dorms:check-time-list")))
    return found


class Tonight(TemplateView):
    """What the keeper must check, who is missing, who is on leave, how the buildings stand."""

    template_name = "dorms/tonight.html"

    def dispatch(self, request, *args, **kwargs):
        check_can_view(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        night = night_of(at)
        checks = list(checks_listed(user).filter(on=night).order_by("starts_at", "building__order", "pk")[:MOST])
        own = to_check(user, at, ahead=AHEAD)
        away = (
            leaves_visible_to(user).filter(away_q(night)).order_by("school_class__order", "student__number")
            if has(user, LEAVE_VIEW)
            else DormLeave.objects.none()
        )
        return super().get_context_data(
            title="查寝",
            night=night,
            tabs=tabs(user),
            here=reverse("dorms:checks"),
            unprepared=unprepared(user, at),
            own=[(one, one.starts_at > at, one.is_late(at)) for one in own],
            missing=[(one, one.minutes(at)) for one in missing_visible_to(user).filter(state=MissingState.OPEN)[:20]],
            checks=[(one, state_mark(*one.standing(at))) for one in checks],
            marks=[(one, state_mark(one.get_mark_display(), MARK_TONES[Mark(one.mark)])) for one in night_marks_of_classes(user, night)],
            away=list(away[:MOST]),
            away_count=away.count(),
            **kwargs,
        )


class Figures(TemplateView):
    """Checks in time, and boarders' exceptions in a month, by building and by class."""

    template_name = "dorms/check_figures.html"

    def dispatch(self, request, *args, **kwargs):
        require(request.user, VIEW)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        first, last, buildings, classes = month(self.request)
        return super().get_context_data(
            title="查寝统计",
            tabs=tabs(self.request.user),
            here=reverse("dorms:check-figures"),
            first=first,
            before=first - timedelta(days=1),
            after=last + timedelta(days=1),
            buildings=buildings,
            classes=classes,
            checks=sum(one.checks for one in buildings),
            in_time=sum(one.in_time for one in buildings),
            unmade=[one for one in buildings if one.unmade],
            missing=sum(one.missing for one in classes),
            leave=sum(one.leave for one in buildings),
            late=sum(one.late for one in buildings),
            **kwargs,
        )


def month(request) -> tuple:
    """(first day, last day, by building, by class) of the month asked for."""
    first = month_asked(request.GET.get("month", ""), timezone.localdate())
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first, last, *month_of_nights(request.user, first, last, timezone.now())


@require_safe
def export_figures(request):
    """The month's tables as Excel."""
    require(request.user, VIEW)
    first, _, buildings, classes = month(request)
    labels = ("查寝次数", "按时点完", "没排出来", "应到人次", "没到", "晚归", "请假", "有去向", "没归寝次数", "平均几分钟找到")
    heads = [SheetColumn("按", 8), SheetColumn("楼或班", 20), *(SheetColumn(label, 10, "integer") for label in labels)]
    lines = [["楼", one.name, one.checks, one.in_time, one.unmade, one.people, one.absent, one.late, one.leave, one.elsewhere, None, None] for one in buildings]
    for one in classes:
        marks = [one.marks[name] for name in (Mark.ABSENT, Mark.LATE, Mark.LEAVE, Mark.ELSEWHERE)]
        lines.append(["班", one.name, None, None, None, None, *marks, one.missing, one.average])
    return workbook_response("查寝统计", heads, lines, filters=f"{first:%Y 年 %m 月}")
