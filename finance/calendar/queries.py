"""The calendar's duties, what a month asks for, and what was filed (FIN-14)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.queries import MANAGE, own_q, standing
from logistics.platform.duties.rhythm import rhythm_of
from logistics.platform.duties.slots import Slot, occurrences
from logistics.platform.terms.queries import calendar as school_calendar

from .models import Filing
from .presets import BY_KEY, PRESETS, Statutory

VIEW = "finance.calendar.view"
PRODUCER, PREFIX = "finance.filing", "finance.calendar:"


def check_can_see_calendar(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, VIEW)


def check_can_view(user, record=None) -> None:
    """Whoever oversees the calendar, and whoever has or had something of it to do."""
    if has(user, VIEW) or has(user, MANAGE):
        return
    if not filings_visible_to(user).exists() and not waiting_for(user).exists():
        require(user, VIEW)


def filings_visible_to(user) -> QuerySet[Filing]:
    rows = Filing.objects.select_related("occurrence", "created_by")
    return rows if has(user, VIEW) or has(user, MANAGE) else rows.filter(created_by=user.pk)


def own_duties() -> dict[str, Duty]:
    """{preset key: its duty}, one query."""
    rows = Duty.objects.filter(subject__startswith=PREFIX).select_related("owner_person", "owner_post").order_by("is_active", "pk")
    return {duty.subject.removeprefix(PREFIX): duty for duty in rows}


def waiting_for(user) -> QuerySet[Occurrence]:
    """What of the calendar is open for this person, the nearest first; everybody's for whoever keeps the duties."""
    rows = Occurrence.objects.filter(duty__producer=PRODUCER, state=OccurrenceState.OPEN).select_related("duty").order_by("due_at", "pk")
    return rows if has(user, MANAGE) else rows.filter(own_q(user))


@dataclass(frozen=True)
class SetUp:
    """One preset and the duty that stands for it, None before anybody set it up."""

    preset: Statutory
    duty: Duty | None

    @property
    def when(self) -> str:
        """The preset's own words while its duty keeps them."""
        changed = self.duty is not None and self.duty.recurrence != rhythm_of(self.preset.rhythm)
        return self.duty.sentence if changed else self.preset.when

    @property
    def is_used(self) -> bool:
        return self.duty is not None and self.duty.is_active


def set_ups() -> list[SetUp]:
    duties = own_duties()
    return [SetUp(preset, duties.get(preset.key)) for preset in PRESETS]


@dataclass(frozen=True)
class Line:
    """One thing of a month: due on that day, by whom, how it stands; `occurrence` is None while it is not planned yet."""

    title: str
    owner: str
    due_on: date
    word: str
    tone: str
    occurrence: Occurrence | None
    filing: Filing | None


def month_lines(first: date, at: datetime) -> list[Line]:
    """What the month asks for by its deadlines, in order. Four queries whatever the rows."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    planned = Q(due_at__gte=_midnight(first), due_at__lt=_midnight(last + timedelta(days=1)))
    rows = Occurrence.objects.filter(planned, duty__subject__startswith=PREFIX).select_related("duty").order_by("due_at", "pk")
    known = {(row.duty_id, row.key): row for row in rows if row.state != OccurrenceState.CANCELLED or row.cancelled_by_id}
    filings = {filing.occurrence_id: filing for filing in Filing.objects.filter(occurrence__in=list(known.values()))}
    lines = [_planned(row, at, filings) for row in known.values()]
    school, today = school_calendar(), timezone.localdate(at)
    for duty in own_duties().values():
        if duty.is_active:
            until = duty.made_until or today
            slots = occurrences(duty.recurrence, max(first, until + timedelta(days=1)), last, school) if last > until else []
            lines += [_ahead(duty, slot) for slot in slots if (duty.pk, slot.key) not in known]
    return sorted(lines, key=lambda line: (line.due_on, line.title))


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def _planned(row: Occurrence, at: datetime, filings: dict[int, Filing]) -> Line:
    word, tone = standing(row, at)
    return Line(row.duty.title, row.owner_words, timezone.localdate(row.due_at), word, tone, row, filings.get(row.pk))


def _ahead(duty: Duty, slot: Slot) -> Line:
    return Line(duty.title, duty.owner_words, timezone.localdate(slot.due), "没到时间", "void", None, None)


def preset_of(key: str) -> Statutory | None:
    return BY_KEY.get(key)
