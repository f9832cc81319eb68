"""Before the calendar changes: what the change would move, shown for a yes (SAF-02)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import chain

from django import forms
from django.shortcuts import render
from django.utils import timezone

from logistics.platform.terms.calendar import SchoolCalendar, SpecialDay
from logistics.platform.terms.changes import Shift, shifts_of
from logistics.platform.terms.models import CalendarDay, Term
from logistics.platform.terms.queries import calendar
from logistics.platform.web.templatetags.school import moment

from .base import SetupForm

MOST_SHOWN = 12


def with_days(before: SchoolCalendar, *, added: Iterable[tuple[date, str, str]] = (), removed: Iterable[date] = ()) -> SchoolCalendar:
    """The calendar with some special days more and some less."""
    special = {on: day for on, day in before.special.items() if on not in set(removed)}
    return replace(before, special=special | {on: SpecialDay(kind, name) for on, kind, name in added})


def with_term(before: SchoolCalendar, term: Term | None, *, instead_of: int | None = None) -> SchoolCalendar:
    """The calendar with this term, and without the stored one that it takes the place of."""
    terms = [known for known in before.terms if known.pk != instead_of] + ([term] if term else [])
    return replace(before, terms=tuple(sorted(terms, key=lambda known: known.start_on)))


def moves_between(before: SchoolCalendar, after: SchoolCalendar) -> list[Shift]:
    return [] if before == after else shifts_of(before, after, timezone.now())


def confirm_page(request, shifts: list[Shift], *, heading: str, back: str, can_go_back: bool = True):
    """What would move, with what was typed kept in hidden fields; saving means posting it again."""
    typed = [(name, value) for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "again") for value in values]
    shown = [
        (shift, [("取消", "late", shift.gone[:MOST_SHOWN], len(shift.gone)), ("多出", "doing", shift.new[:MOST_SHOWN], len(shift.new))]) for shift in shifts
    ]
    context = {"title": heading, "heading": heading, "shifts": shown, "typed": typed, "back_url": back, "can_go_back": can_go_back}
    return render(request, "cockpit/calendar_confirm.html", context)


def moves_in_words(shifts: list[Shift]) -> str:
    """定时任务取消 3 次，多出 2 次：… ; empty when nothing moves."""
    said = []
    for shift in shifts:
        some = [f"{move.title} {moment(move.at)}" for move in chain(shift.gone[:3], shift.new[:3])]
        said.append(f"{shift.what}{shift.words}，例如{'、'.join(some)}。")
    return "".join(said)


class ShowsMoves:
    """A form page of the calendar: when what it would save moves something, that is shown first and saved on the second post."""

    def calendar_after(self, before: SchoolCalendar, fields: dict) -> SchoolCalendar:
        """The calendar as it would be with what the form holds."""
        return before

    def back_url(self) -> str:
        return "/setup/calendar/"

    def post(self, request, *args, **kwargs):
        if "confirmed" in request.POST and "again" not in request.POST:
            return super().post(request, *args, **kwargs)
        form: forms.Form = self.get_form(request.POST)
        if form.is_valid():
            if "again" in request.POST:
                return self.render_to_response(self.get_context_data(form=form))
            before = calendar()
            shifts = moves_between(before, self.calendar_after(before, form.cleaned_data))
            if shifts:
                return confirm_page(request, shifts, heading=self.heading, back=self.back_url())
        return super().post(request, *args, **kwargs)


class TermPage(ShowsMoves, SetupForm):
    def calendar_after(self, before, fields):
        if not fields.get("start_on") or not fields.get("end_on"):
            return before
        pk = self.object.pk if self.object else None
        return with_term(before, Term(pk=pk, **fields), instead_of=pk)


def day_removed(record: CalendarDay, user) -> str:
    """What making this day an ordinary one moves, for the page that asks."""
    before = calendar()
    return moves_in_words(moves_between(before, with_days(before, removed=[record.on])))


def term_removed(record: Term, user) -> str:
    before = calendar()
    return moves_in_words(moves_between(before, with_term(before, None, instead_of=record.pk)))
