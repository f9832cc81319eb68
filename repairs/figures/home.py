"""What the figures put on the first page of who may see them (GEN-05)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.charts import bars, hbars
from logistics.platform.terms.calendar import SchoolCalendar, Week
from logistics.platform.terms.models import Term
from logistics.platform.web.home import Figure
from repairs.ticket.models import OPEN, State, Ticket

from . import sql
from .links import LIST
from .periods import month_of
from .queries import VIEW
from .tallies import STARS, Tally
from .words import percent, stars

WEEKS = 8
KINDS_SHOWN = 6
DAY = timedelta(days=1)


def _sees_all(user) -> bool:
    return scope_of(user, VIEW) == Scope.ALL


def figures_for(user, at: datetime) -> list[Figure]:
    """在修, 今日新报, and of this month 当天修好 and the mean rating. One query."""
    if not _sees_all(user):
        return []
    today = timezone.localdate(at)
    month = month_of(today)
    found = _counts(today, month)
    total = Tally(reported=found["valid"], same_day=found["same_day"], stars=[found[f"star{n}"] for n in range(1, STARS + 1)])
    page = f"/repairs/figures/?since={month}&until={today}"
    return [
        Figure("在修", f"{found['open']:,}", "件", f"其中待验收 {found['unsigned']} 件" if found["unsigned"] else "都没到验收", f"{LIST}?state=open"),
        Figure("今日新报", f"{found['today']:,}", "件", f"昨天 {found['yesterday']} 件", f"{LIST}?since={today}&until={today}"),
        Figure("当天修好", percent(total.same_day_share).removesuffix("%"), "%" if total.valid else "", f"本月报修 {total.valid} 件", page),
        Figure(
            "本月评分",
            stars(total.rating),
            "分" if total.rated else "",
            f"{total.rated} 件，{percent(total.satisfaction)} 满意" if total.rated else "还没有评分",
            page,
        ),
    ]


def _counts(today: date, month: date) -> dict[str, int]:
    start, end = sql.moments(month, today)
    day, yesterday = sql.midnight(today), sql.midnight(today - DAY)
    valid, closed = sql.reported_in(start, end) & sql.is_valid(), sql.closed_in(start, end)
    rows = Ticket.objects.order_by().filter(pk__in=sql.touched(min(start, yesterday), end))
    return rows.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        unsigned=Count("pk", filter=Q(state=State.FINISHED)),
        today=Count("pk", filter=sql.reported_in(day, end)),
        yesterday=Count("pk", filter=sql.reported_in(yesterday, day)),
        valid=Count("pk", filter=valid),
        same_day=Count("pk", filter=valid & sql.done_same_day()),
        **{f"star{n}": Count("pk", filter=closed & Q(rating=n)) for n in range(1, STARS + 1)},
    )


def weeks_until(today: date) -> list[Week]:
    """The last weeks with their teaching number, in a term; outside, weeks without a number that end with this one. One query."""
    term = Term.objects.filter(start_on__lte=today, end_on__gte=today).first()
    if term:
        return [week for week in SchoolCalendar(terms=(term,)).term_weeks(term) if week.monday <= today][-WEEKS:]
    monday = today - DAY * today.weekday()
    return [Week(0, monday - DAY * 7 * n, monday - DAY * (7 * n - 6)) for n in range(WEEKS - 1, -1, -1)]


def charts_for(user, at: datetime) -> list:
    """每周报修 with the late part in red, and the kinds of this month: (title, svg, legend). Three queries."""
    if not _sees_all(user):
        return []
    weeks = weeks_until(timezone.localdate(at))
    edges = [sql.midnight(week.monday) for week in weeks] + [sql.midnight(weeks[-1].sunday + DAY)]
    valid = sql.is_valid() & sql.was_late(at)
    rows = Ticket.objects.order_by().filter(sql.reported_in(edges[0], edges[-1])).values(week=sql.span_of("reported_at", edges))
    counts = {
        week: (reported, late)
        for week, reported, late in rows.annotate(reported=Count("pk"), late=Count("pk", filter=valid)).values_list("week", "reported", "late")
    }
    reported, late = zip(*(counts.get(n, (0, 0)) for n in range(len(weeks))), strict=True)
    labels = [str(week.number) if week.number else f"{week.monday.month}-{week.monday.day}" for week in weeks]
    labels[-1] = f"{labels[-1]} 周" if weeks[-1].number else labels[-1]
    this = f"第 {weeks[-1].number} 周" if weeks[-1].number else "本周"
    title = f"每周报修件数：{this} {reported[-1]} 件，其中超时 {late[-1]} 件"
    weekly = bars(labels, reported, over=late, over_name="超时", title=title, unit="件")
    return [("每周报修", weekly, [("late", "超时")]), ("本月各类报修", kinds_chart(month_of(timezone.localdate(at)), edges[-1]), [])]


def kinds_chart(month: date, end: datetime) -> str:
    """The kinds most reported since the month began."""
    rows = Ticket.objects.order_by().filter(sql.reported_in(sql.midnight(month), end) & sql.is_valid())
    counts = list(rows.values_list("kind__name").annotate(count=Count("pk")).order_by("-count", "kind__name")[:KINDS_SHOWN])
    most = f"{counts[0][0]}最多，{counts[0][1]} 件" if counts else "还没有"
    return hbars(counts, title=f"本月各类报修：{most}", unit="件", wide=False)
