"""The school calendar as a month, the span form and the public holidays (ORG-03)."""

import re
from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.calendar import USUAL_HOURS, SchoolCalendar
from logistics.platform.terms.models import CalendarDay, DayKind, Term, WorkingHours
from logistics.platform.terms.public_holidays import known_years, public_days
from logistics.platform.terms.queries import calendar
from logistics.platform.terms.rules import LONGEST_SPAN, check_can_manage, load_public_holidays, save_calendar_span
from logistics.platform.web.forms import DayInput
from logistics.platform.web.record_pages import RecordList

from .base import RulePage, SetupForm
from .calendar_moves import ShowsMoves, confirm_page, moves_between, with_days

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Cell:
    """One day of the month's sheet; `is_out` for days of the months around it."""

    on: date
    is_out: bool
    is_today: bool
    is_working: bool
    kind: str  # holiday, makeup or empty
    name: str
    pk: int | None


@dataclass(frozen=True)
class WeekRow:
    number: int | None  # the teaching week
    cells: list[Cell]


def month_asked(text: str, today: date) -> date:
    """The first day of "2026-11"; this month for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def month_sheet(first: date, school: SchoolCalendar, today: date) -> list[WeekRow]:
    """The month's weeks, Monday first, with what each day is."""
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    special = {day.on: day for day in CalendarDay.objects.filter(on__gte=weeks[0][0], on__lte=weeks[-1][-1])}
    rows = []
    for week in weeks:
        cells = []
        for on in week:
            day = special.get(on)
            cells.append(
                Cell(
                    on,
                    on.month != first.month,
                    on == today,
                    school.is_working_day(on),
                    day.kind if day else "",
                    day.name if day else "",
                    day.pk if day else None,
                )
            )
        number = next((n for n in map(school.week_of, week) if n), None)
        rows.append(WeekRow(number, cells))
    return rows


class CalendarPage(RecordList):
    """The month; with a filter or ?list=1 the ordinary list of special days."""

    def is_sheet(self) -> bool:
        asked = self.request.GET
        return not any(asked.get(name) for name in (*self.record.filters.base_filters, "list", "sort", "page", "cols"))

    def get_template_names(self):
        return ["cockpit/calendar.html"] if self.is_sheet() else ["cockpit/setup_list.html"]

    def get_context_data(self, **kwargs):
        if not self.is_sheet():
            return super().get_context_data(**kwargs)
        today, school = timezone.localdate(), calendar()
        first = month_asked(self.request.GET.get("month", ""), today)
        hours = list(WorkingHours.objects.all())
        return super(RecordList, self).get_context_data(
            first=first,
            weeks=month_sheet(first, school, today),
            before=first - timedelta(days=1),
            after=first + timedelta(days=31),
            working_days=school.working_days_between(first - timedelta(days=1), _last_of(first)),
            terms=list(Term.objects.all()[:6]),
            term_now=school.term_of(today),
            hours=hours,
            usual_hours="、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in USUAL_HOURS),
            years=known_years(),
            **kwargs,
        )


def _last_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class DayPage(ShowsMoves, SetupForm):
    def calendar_after(self, before, fields):
        stored = CalendarDay.objects.filter(pk=self.object.pk).values_list("on", flat=True) if self.object else ()
        return with_days(before, removed=list(stored), added=[(fields["on"], fields["kind"], fields["name"])])

    def done(self, saved):
        messages.success(self.request, f"已保存：{saved}")
        return redirect(f"{self.record.url('list')}?month={saved.on:%Y-%m}")


class SpanForm(forms.Form):
    first_on = forms.DateField(label="从", widget=DayInput())
    last_on = forms.DateField(label="到", widget=DayInput())
    kind = forms.ChoiceField(label="类别", choices=DayKind.choices)
    name = forms.CharField(label="名称", max_length=30, help_text="例如 寒假。已经定过的日子不变。")


class SpanPage(ShowsMoves, RulePage):
    heading = "连着几天一起定"
    submit = "填进校历"
    back = "/setup/calendar/"
    back_label = "校历"

    def check(self):
        check_can_manage(self.request.user)

    def get_form(self, *args):
        return SpanForm(*args)

    def calendar_after(self, before, fields):
        days = min((fields["last_on"] - fields["first_on"]).days + 1, LONGEST_SPAN)
        free = [on for n in range(days) if (on := fields["first_on"] + timedelta(days=n)) not in before.special]
        return with_days(before, added=[(on, fields["kind"], fields["name"]) for on in free])

    def run(self, **fields):
        return fields["first_on"], save_calendar_span(actor=self.request.user, at=self.now, **fields)

    def done(self, result):
        first_on, count = result
        messages.success(self.request, f"填了 {count} 天")
        return redirect(f"{reverse('cockpit:calendar-list')}?month={first_on:%Y-%m}")


@require_POST
def load_holidays(request):
    year = request.POST.get("year", "")
    if not re.fullmatch(r"\d{4}", year):
        raise RuleViolation("请选年份。")
    if "confirmed" not in request.POST:
        check_can_manage(request.user)
        before = calendar()
        shifts = moves_between(before, with_days(before, added=[day for day in public_days(int(year)) if day[0] not in before.special]))
        if shifts:
            return confirm_page(request, shifts, heading=f"{year} 年法定节假日", back="/setup/calendar/", can_go_back=False)
    count = load_public_holidays(actor=request.user, at=timezone.now(), year=int(year))
    messages.success(request, f"{year} 年的法定节假日填好了，新填 {count} 天。" if count else f"{year} 年的法定节假日早就填好了。")
    return redirect(f"{reverse('cockpit:calendar-list')}?month={year}-01")
