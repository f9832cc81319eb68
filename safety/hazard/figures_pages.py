"""Hazards of a period by kind, place and month, and where the same came up again (SAF-04)."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import path
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import require
from logistics.platform.charts import Bar, hbars, stacked
from logistics.platform.duties.board_pages import period_asked

from .models import HazardKind, State
from .queries import VIEW, between, late_q, repeated

MOST_BARS = 10
BACK = 182  # days


class Figures(TemplateView):
    """The last half year unless other days are asked for."""

    template_name = "safety/hazard_figures.html"

    def dispatch(self, request, *args, **kwargs):
        require(request.user, VIEW)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        given = self.request.GET if self.request.GET.get("since") else {"since": f"{(today - timedelta(days=BACK)).replace(day=1)}", "until": f"{today}"}
        first, last = period_asked(given, today)
        rows = between(user, first, last).order_by()
        total = rows.aggregate(
            all=Count("pk"),
            major=Count("pk", filter=Q(level="major")),
            closed=Count("pk", filter=Q(state=State.CLOSED)),
            late=Count("pk", filter=late_q(today)),
            again=Count("pk", filter=Q(postponed__gt=0) | Q(returned__gt=0)),
        )
        return super().get_context_data(
            title="隐患统计",
            first=first,
            last=last,
            total=total,
            share=total["closed"] / total["all"] if total["all"] else None,
            charts=[by_kind(rows), by_place(rows), by_month(rows, first, last)] if total["all"] else [],
            repeated=[one | {"kind": HazardKind(one["kind"]).label} for one in repeated(user, first, last)],
            **kwargs,
        )


def by_kind(rows) -> tuple[str, str]:
    found = list(rows.values("kind").annotate(n=Count("pk"), open=Count("pk", filter=~Q(state=State.CLOSED))).order_by("-n"))
    title = f"{HazardKind(found[0]['kind']).label}最多，{found[0]['n']} 件"
    bars = [Bar(HazardKind(one["kind"]).label, one["n"], note=f"没有销号 {one['open']}" if one["open"] else "", late=False) for one in found[:MOST_BARS]]
    return "按类别", hbars(bars, title=title, unit="件", wide=False)


def by_place(rows) -> tuple[str, str]:
    """By building, or by the place itself outdoors."""
    found: Counter = Counter()
    for building, name, n in rows.values_list("place__building__name", "place__full_name").annotate(n=Count("pk")):
        found[building or name] += n
    worst = found.most_common(MOST_BARS)
    return "按地点", hbars([Bar(name, n) for name, n in worst], title=f"{worst[0][0]}最多，{worst[0][1]} 件", unit="件", wide=False)


def by_month(rows, first: date, last: date) -> tuple[str, str]:
    found = {one["month"].date(): one for one in rows.annotate(month=TruncMonth("found_at")).values("month").annotate(
        n=Count("pk"), closed=Count("pk", filter=Q(state=State.CLOSED)))}  # fmt: skip
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    months = months[-12:]
    closed = [found[month]["closed"] if month in found else 0 for month in months]
    still = [found[month]["n"] - found[month]["closed"] if month in found else 0 for month in months]
    title = f"每月发现的隐患，还没有销号的 {sum(still)} 件"
    return "按月", stacked([f"{month.month}月" for month in months], [("已销号", closed), ("没有销号", still)], title=title, unit="件", wide=False)


def figures_urls() -> list:
    return [path("hazard/figures/", Figures.as_view(), name="hazard-figures")]
