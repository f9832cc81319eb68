"""The team's board, the month, and the counts of a period (SAF-02, SAF-03)."""

import re
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.generic import TemplateView
from django_filters import FilterSet

from logistics.platform.charts import Bar, hbars
from logistics.platform.org.models import Post
from logistics.platform.org.queries import people
from logistics.platform.terms.queries import calendar
from logistics.platform.web.record_pages import RecordDetail, RecordForm
from logistics.platform.web.records import allowed
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import render_rows

from .models import Occurrence
from .overview import Chosen, Tally, board_counts, board_rows, month_of, tallies, total_of
from .pages import OCCURRENCES
from .queries import open_for, preview, sees_all, window_words
from .rules import check_can_manage

ROWS_A_PAGE = 100
MOST_BARS = 8
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_PERIOD = timedelta(days=400)
ON_BOARD = ("duty", "owner", "opens_at", "due_at", "done", "state")


class WhoFilters(FilterSet):
    """Whose occurrences; nothing chosen means everybody's."""

    post = KeptModelChoiceFilter(kept="posts", label="岗位", queryset=Post.objects.all(), empty_label="全部岗位")
    person = KeptModelChoiceFilter(kept="duty-people", label="人", queryset=people(), empty_label="全部的人")


class DutyPage(TemplateView):
    """What the three pages share: whose occurrences are shown, and the way between them."""

    def chosen(self) -> Chosen:
        self.who = WhoFilters(self.request.GET, queryset=Occurrence.objects.none()).form if sees_all(self.request.user) else None
        if self.who is None or not self.who.is_valid():
            return Chosen()
        return Chosen(self.who.cleaned_data["post"], self.who.cleaned_data["person"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(who=self.who, sees_all=sees_all(self.request.user), **kwargs)


class Board(DutyPage):
    """Today or this week: who, what, how it stands; late ones first."""

    template_name = "platform/duties/board.html"

    def get_context_data(self, **kwargs):
        user, at, chosen = self.request.user, timezone.now(), self.chosen()
        whole_week = self.request.GET.get("span") == "week"
        rows = board_rows(user, at, chosen=chosen, whole_week=whole_week)
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        columns = [column for column in OCCURRENCES.columns if column.name in ON_BOARD]
        return super().get_context_data(
            title="任务",
            counts=board_counts(rows, at),
            page=page,
            columns=columns,
            body=render_rows(columns, page.object_list, pick=False),
            whole_week=whole_week,
            own=list(open_for(user, at)[:6]),
            can_manage=allowed(check_can_manage, user),
            **kwargs,
        )


class Month(DutyPage):
    template_name = "platform/duties/month.html"

    def get_context_data(self, **kwargs):
        at, chosen = timezone.now(), self.chosen()
        first = month_asked(self.request.GET.get("month", ""), timezone.localdate(at))
        school = calendar()
        weeks = month_of(self.request.user, first, at, school, chosen)
        return super().get_context_data(
            title="任务月历",
            first=first,
            weeks=[(next((n for n in (school.week_of(cell.on) for cell in week) if n), None), week) for week in weeks],
            days=[cell for week in weeks for cell in week if not cell.is_out and cell.lines],
            before=first - timedelta(days=1),
            after=first + timedelta(days=31),
            query=f"post={chosen.post.pk if chosen.post else ''}&person={chosen.person.pk if chosen.person else ''}",
            **kwargs,
        )


def month_asked(text: str, today: date) -> date:
    """The first day of "2026-11"; this month for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


class OccurrencePage(RecordDetail):
    """The page of one occurrence; the button that leads to the checklist is left out where it stands on the page or is not due."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["form"] or context["is_ahead"]:
            context["actions"] = [action for action in context["actions"] if action.name != "finish"]
        return context


class DutyEditor(RecordForm):
    """The form of a duty, with what its stored rhythm leads to."""

    def get_context_data(self, **kwargs):
        now = timezone.now()
        stored = self.object if self.request.method == "GET" else None  # a form shown again has written what it holds on the object
        slots = [(slot, window_words(slot.start, slot.due)) for slot in preview(stored, calendar(), now)] if stored else []
        return super().get_context_data(next_slots=slots, **kwargs)


class Figures(DutyPage):
    """Done, late and missed in a period, by duty, by owner and by who did it."""

    template_name = "platform/duties/figures.html"

    def get_context_data(self, **kwargs):
        at, chosen = timezone.now(), self.chosen()
        first, last = period_asked(self.request.GET, timezone.localdate(at))
        by_duty, by_owner, by_doer = tallies(self.request.user, first, last, at, chosen)
        return super().get_context_data(
            title="任务统计",
            first=first,
            last=last,
            by_duty=by_duty,
            by_owner=by_owner,
            by_doer=by_doer,
            total=total_of(by_duty),
            chart=trouble_chart(by_duty),
            **kwargs,
        )


def period_asked(given, today: date) -> tuple[date, date]:
    """The days asked for, in order and not too many; the month so far for anything else."""
    try:
        first, last = parse_date(given.get("since", "")), parse_date(given.get("until", ""))
    except ValueError:
        first = last = None
    last = last or today
    first = first or last.replace(day=1)
    if last < first:
        first, last = last, first
    return max(first, last - LONGEST_PERIOD) if last.year > FIRST_YEAR else first, last


def trouble_chart(rows: list[Tally]):
    """The duties that were late or missed most often."""
    bad = sorted((row for row in rows if row.trouble), key=lambda row: -row.trouble)[:MOST_BARS]
    title = f"没做和迟做：{bad[0].name}最多，{bad[0].trouble} 次" if bad else "没做和迟做：一次也没有"
    return hbars([Bar(row.name, row.trouble, note=f"没做 {row.missed}", late=row.missed > 0) for row in bad], title=title, unit="次", wide=False)
