"""Whose duties a person sees, what is due for them, and the entries of their calendar (SAF-02, GEN-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.org.models import Post, User
from logistics.platform.terms.calendar import SchoolCalendar
from logistics.platform.web.home import Late, Todo

from .models import Duty, DutySubstitute, Occurrence, OccurrenceState
from .registry import own_page, producer_of
from .slots import Slot, occurrences

VIEW, MANAGE = "platform.duties.view", "platform.duties.manage"
MOST = 20
MISSED_FOR = timedelta(days=7)  # how long a missed one stands among what is late
AHEAD = 14  # days planned


STANDS = ~Q(state=OccurrenceState.CANCELLED) | Q(cancelled_by__isnull=False)  # in the plan, or taken out by a person
OPENED = Case(When(opens_at__lte=Now(), then=Value(1)), default=Value(0))  # what lies ahead stands below in lists


def sees_all(user) -> bool:
    return has(user, MANAGE) or has(user, VIEW)


def posts_of(user) -> QuerySet:
    return Post.objects.filter(holders=user.pk).values("pk")


def duties_visible_to(user) -> QuerySet[Duty]:
    """All for whoever keeps or oversees them; otherwise those one does, stands in for or supervises."""
    duties = Duty.objects.select_related("owner_person", "owner_post", "supervisor", "created_by")
    if sees_all(user):
        return duties
    stands_in = DutySubstitute.objects.filter(duty=OuterRef("pk"), person=user.pk, is_void=False)
    return duties.filter(Q(owner_person=user.pk) | Q(owner_post__in=posts_of(user)) | Q(supervisor=user.pk) | Exists(stands_in))


def held_by(person) -> QuerySet[Duty]:
    """The duties a leaver must hand over; those of a post stay with the post."""
    return Duty.objects.filter(is_active=True, owner_person=person)


def stands_in_for(user) -> Exists:
    """The person stands in on the day of the occurrence."""
    on_that_day = DutySubstitute.objects.filter(duty=OuterRef("duty"), first_on__lte=OuterRef("on"), last_on__gte=OuterRef("on"), is_void=False)
    return Exists(on_that_day.filter(person=user.pk))


def own_q(user) -> Q:
    """Occurrences this person may do: their own, their post's, or those they stand in for."""
    return Q(owner_person=user.pk) | Q(owner_post__in=posts_of(user)) | Q(stands_in_for(user))


def occurrences_visible_to(user) -> QuerySet[Occurrence]:
    found = Occurrence.objects.select_related("duty", "done_by", "supervisor").annotate(opened=OPENED)
    return found if sees_all(user) else found.filter(own_q(user) | Q(supervisor=user.pk))


def occurrence_list_rows(user) -> QuerySet[Occurrence]:
    return occurrences_visible_to(user).defer("duty__rhythm", "duty__checklist", "duty__ladder")


def may_do(user, occurrence: Occurrence) -> bool:
    return Occurrence.objects.filter(own_q(user), pk=occurrence.pk).exists()


def standing(occurrence: Occurrence, at: datetime) -> tuple[str, str]:
    """(words, tone) of how one occurrence stands at that moment."""
    if occurrence.state == OccurrenceState.OPEN:
        if occurrence.due_at < at:
            return "超时", "late"
        return ("没到时间", "void") if occurrence.opens_at > at else ("该做了", "wait")
    tone = {"done": "done", "late": "wait", "missed": "late", "cancelled": "void"}[occurrence.state]
    return occurrence.get_state_display(), tone


def window_words(opens_at: datetime, due_at: datetime) -> str:
    """07:30 至 08:30; with the day when it ends on another."""
    begins, ends = timezone.localtime(opens_at), timezone.localtime(due_at)
    if begins.date() == ends.date() or (ends - begins < timedelta(days=1) and ends.hour < 12):
        return f"{begins:%H:%M} 至 {ends:%H:%M}"
    return f"{begins:%H:%M} 至 {ends.month}月{ends.day}日 {ends:%H:%M}"


def substitutes_on(rows: Iterable[Occurrence]) -> dict[int, User]:
    """{occurrence id: who stands in that day}, in one query."""
    rows = list(rows)
    known = DutySubstitute.objects.filter(duty__in={row.duty_id for row in rows}, is_void=False).select_related("person").order_by("id")
    found = {}
    for stand_in in known:
        for row in rows:
            if row.duty_id == stand_in.duty_id and stand_in.first_on <= row.on <= stand_in.last_on:
                found[row.pk] = stand_in.person
    return found


def doers_of(rows: Iterable[Occurrence]) -> dict[int, list[User]]:
    """{occurrence id: who is to do it}: the substitute of that day, else the person, else everybody who holds the post. At most three queries."""
    rows = list(rows)
    standing_in = substitutes_on(rows)
    holders = Prefetch("holders", User.objects.filter(is_active=True), to_attr="people")
    posts = {post.pk: post.people for post in Post.objects.filter(pk__in={row.owner_post_id for row in rows}).prefetch_related(holders)}
    people = User.objects.in_bulk({row.owner_person_id for row in rows if row.owner_person_id})
    found = {}
    for row in rows:
        own = [people[row.owner_person_id]] if row.owner_person_id else posts.get(row.owner_post_id or 0, [])
        found[row.pk] = [standing_in[row.pk]] if row.pk in standing_in else own
    return found


def preview(duty: Duty, calendar: SchoolCalendar, after: datetime, count: int = 5) -> list[Slot]:
    """The next times it comes round, computed from its rhythm; none for one that is not in use."""
    if not duty.is_active:
        return []
    return next_slots(duty, calendar, after, count)


def next_slots(duty: Duty, calendar: SchoolCalendar, after: datetime, count: int) -> list[Slot]:
    first, found = max(timezone.localdate(after) - timedelta(days=1), duty.starts_on), []
    for days in (40, 400):  # most come round within weeks, a few once a year
        found = [slot for slot in occurrences(duty.recurrence, first, first + timedelta(days=days), calendar) if slot.start > after]
        if len(found) >= count:
            break
    return found[:count]


def open_for(user, at: datetime) -> QuerySet[Occurrence]:
    """What this person must do now, the first due first."""
    found = Occurrence.objects.filter(own_q(user), state=OccurrenceState.OPEN, opens_at__lte=at, closes_at__gt=at)
    return found.select_related("duty").order_by("due_at", "pk")


def duty_todos(user, at: datetime) -> list[Todo]:
    """Own occurrences whose window is open or that are late; one query."""
    return [_todo(found) for found in open_for(user, at)[:MOST]]


def _todo(found: Occurrence) -> Todo:
    by = producer_of(found.duty.producer)
    return Todo(found.duty.title, f"{window_words(found.opens_at, found.due_at)} · {found.owner_words}", own_page(found), "去做", by.icon, found.due_at)


def duty_late(user, at: datetime) -> list[Late]:
    """What others should have done, for whoever oversees or supervises it; two queries when there is something."""
    late = Q(state=OccurrenceState.OPEN, due_at__lt=at) | Q(state=OccurrenceState.MISSED, due_at__gte=at - MISSED_FOR)
    found = Occurrence.objects.filter(late)
    if not sees_all(user):
        found = found.filter(supervisor=user.pk)
    count = found.count()
    worst = found.select_related("duty").order_by("due_at").first() if count else None
    if worst is None:
        return []
    return [Late("定时任务没按时做", f"{worst.duty}（{worst.owner_words}）", count, "/duties/occurrence/?state=trouble")]


def occurrence_counts(user, at: datetime) -> dict[str, int]:
    """The numbers above the list, in one query."""
    return occurrences_visible_to(user).aggregate(
        now=Count("pk", filter=Q(state=OccurrenceState.OPEN, opens_at__lte=at)),
        trouble=Count("pk", filter=trouble_q(at)),
    )


def trouble_q(at: datetime) -> Q:
    """Late and open, or missed within the last week."""
    return Q(state=OccurrenceState.OPEN, due_at__lt=at) | Q(state=OccurrenceState.MISSED, due_at__gte=at - MISSED_FOR)


@dataclass(frozen=True)
class CalendarEntry:
    """One line of a person's own calendar; `uid` never changes, `url` is a path of this site."""

    uid: str
    title: str
    start: datetime
    end: datetime
    url: str
    text: str


def calendar_entries(user, first: date, last: date) -> list[CalendarEntry]:
    """What this person has to do on those days, planned, open and done; for the personal calendar feed. One query."""
    found = Occurrence.objects.filter(own_q(user), on__gte=first, on__lte=last).exclude(state=OccurrenceState.CANCELLED).select_related("duty")
    return [
        CalendarEntry(f"duty-{row.duty_id}-{row.key}", row.duty.title, row.opens_at, row.due_at, own_page(row), row.duty.basis)
        for row in found.order_by("opens_at", "pk")
    ]


def waiting_interval_days(rows: Iterable[Duty]) -> dict[int, tuple[str, date]]:
    """{duty id: (state, day it was done or counted for)} of the newest occurrence of each; what the plan took back does not count,
    what a person cancelled does, for the next one follows it. One query."""
    newest: dict[int, tuple[str, date]] = {}
    found = Occurrence.objects.filter(STANDS, duty__in=rows).order_by("opens_at")
    for duty, state, on, done_at in found.values_list("duty", "state", "on", "done_at"):
        newest[duty] = (state, timezone.localdate(done_at) if done_at else on)
    return newest
