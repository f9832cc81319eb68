"""What every round behind a duty shares, whoever walks it: a patrol (SAF-02), a meter reading (UTL-02), a night in the dormitory (DOR-04).

A round is another app's record of one occurrence of a duty with that app's producer. It may be walked without network, and then arrives late.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User

from .doing_rules import complete_occurrence, make_up
from .models import Occurrence, OccurrenceState
from .phone import KEPT_AHEAD, LATE_UP_TO
from .queries import own_q
from .watch_rules import mark_missed

EARLY = timedelta(minutes=10)  # how much a phone's clock may be behind
MOST_AT_ONCE = 500


def open_to(user, producer: str, at: datetime, *, ahead: timedelta = timedelta(0)) -> QuerySet[Occurrence]:
    """One's own occurrences of this producer that are open, or open within `ahead`."""
    return Occurrence.objects.filter(own_q(user), state=OccurrenceState.OPEN, duty__producer=producer, opens_at__lte=at + ahead, closes_at__gt=at)


def lock_without_round(producer: str, at: datetime, rounds: QuerySet, *, back: timedelta = timedelta(0)) -> list[Occurrence]:
    """The occurrences open within a day that have none of `rounds` yet, locked, the oldest first, MOST_AT_ONCE at the most. Three queries.

    With `back` those missed within it, too: what was due while the job stood still must not look as if it had never been due.
    One round an occurrence is a constraint of the app, so with this lock two workers or a second run make nothing twice.
    """
    states = (OccurrenceState.OPEN, OccurrenceState.MISSED) if back else (OccurrenceState.OPEN,)
    due = Occurrence.objects.filter(duty__producer=producer, state__in=states, opens_at__lte=at + KEPT_AHEAD, closes_at__gt=at - back)
    due = due.filter(~Exists(rounds.filter(occurrence=OuterRef("pk"))))
    keys = list(due.order_by("opens_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    rows = list(Occurrence.objects.select_for_update(of=("self",)).select_related("duty").filter(pk__in=keys, state__in=states).order_by("pk"))
    known = set(rounds.filter(occurrence__in=keys).values_list("occurrence", flat=True))
    return [row for row in rows if row.pk not in known]


def route_number(occurrence: Occurrence) -> int:
    """The key of the route that the duty's subject names, 0 without one."""
    number = occurrence.duty.subject.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def check_round_time(occurrence: Occurrence, at: datetime, *, written_at: datetime | None = None, name: str = "巡查") -> None:
    """Raises RuleViolation before it opens and when it is too late to send what was walked without network.

    `written_at` is when a phone without network says that it was filled in.
    """
    if at < occurrence.opens_at or (written_at and written_at + EARLY < occurrence.opens_at):
        raise RuleViolation(f"还没到时间，{timezone.localtime(occurrence.opens_at):%m-%d %H:%M} 开始。")
    if at >= occurrence.closes_at + LATE_UP_TO:
        raise RuleViolation(f"这趟{name}过去 {LATE_UP_TO.days} 天了，不能再补报。请在任务里写补做说明。")


def close_round(*, actor, at: datetime, occurrence: Occurrence, wrong: Iterable[dict], words: str, late_words: str, is_done: bool = True) -> Occurrence:
    """Settle the duty behind a round that has ended; the caller's rule has locked the round.

    What arrives after its last moment stays missed and says so in `late_words`. Where nothing at all was looked at (`is_done` false) nothing is done, and it
    is missed in its time.
    """
    if occurrence.state == OccurrenceState.OPEN and at >= occurrence.closes_at:
        mark_missed(actor=User.objects.system(), at=at)
        occurrence.refresh_from_db()
    if occurrence.state == OccurrenceState.OPEN and is_done:
        return complete_occurrence(actor=actor, at=at, record=occurrence, answers=list(wrong), note=words)
    if occurrence.state == OccurrenceState.MISSED:
        return make_up(actor=actor, at=at, record=occurrence, note=late_words)
    return occurrence
