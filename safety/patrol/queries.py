"""Reading rounds: whose they are, how they stand, what a phone keeps, the counts of a month (SAF-01 to SAF-03)."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.audit.models import Event
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.phone import KEPT_AHEAD, does
from logistics.platform.duties.queries import MANAGE as DUTIES_MANAGE
from logistics.platform.duties.queries import own_q
from logistics.platform.duties.queries import standing as occurrence_standing
from logistics.platform.duties.rounds import open_to
from logistics.platform.kernel.errors import NotAllowed

from .models import PRODUCER, CheckList, Point, Round, Route, Visit, VisitState

VIEW, MANAGE = "safety.patrol.view", "safety.patrol.manage"
MOST_KEPT = 8  # rounds


def lists_visible_to(user) -> QuerySet[CheckList]:
    rows = CheckList.objects.annotate(used=Count("points", filter=Q(points__is_active=True)))
    return rows if has(user, VIEW) else rows.none()


def routes_visible_to(user) -> QuerySet[Route]:
    rows = Route.objects.annotate(n=Count("points", filter=Q(points__is_active=True)))
    return rows if has(user, VIEW) else rows.none()


def points_of(route: Route) -> list[Point]:
    """Those in use, in the order they are walked."""
    return list(route.points.filter(is_active=True).select_related("place", "checklist").order_by("order", "pk"))


def duties_of(route: Route) -> QuerySet[Duty]:
    return Duty.objects.filter(producer=PRODUCER, subject=route.subject).select_related("owner_person", "owner_post", "supervisor").order_by("-is_active", "pk")


def own_occurrences(user) -> QuerySet:
    return Occurrence.objects.filter(own_q(user) | Q(supervisor=user.pk), duty__producer=PRODUCER).values("pk")


def rounds_visible_to(user) -> QuerySet[Round]:
    """All for whoever oversees the rounds; otherwise one's own, one's post's, and those one supervises."""
    rows = Round.objects.select_related("route", "occurrence__duty", "occurrence__done_by")
    return rows if has(user, VIEW) else rows.filter(occurrence__in=own_occurrences(user))


def visits_visible_to(user) -> QuerySet[Visit]:
    """Those of the rounds one sees, and the one behind a hazard one must put right."""
    rows = Visit.objects.select_related("place", "point", "round__route", "round__occurrence__duty", "done_by", "hazard")
    return rows if has(user, VIEW) else rows.filter(Q(round__occurrence__in=own_occurrences(user)) | Q(hazard__owner=user.pk))


def standing(found: Round, at: datetime) -> tuple[str, str]:
    """(words, tone) of how a round stands, as its occurrence counts it."""
    words, tone = occurrence_standing(found.occurrence, at)
    if found.skipped == found.points and found.occurrence.state in (OccurrenceState.OPEN, OccurrenceState.MISSED):
        return f"{words}，一个点也没查成", "late"
    if found.occurrence.state == OccurrenceState.MISSED and found.finished_at:
        return "没按时做，后来补报", "late"
    if found.occurrence.state in (OccurrenceState.OPEN, OccurrenceState.MISSED) and found.seen:
        return f"{words}，查了 {found.seen}/{found.points}", tone
    return words, tone


def visits_of(found: Round) -> list[Visit]:
    return list(found.visits.select_related("place__parent", "point", "done_by", "hazard").order_by("order", "pk"))


def by_floor(visits: list[Visit]) -> list[tuple[str, list[Visit]]]:
    """Neighbours under one heading: rooms under their floor, floors under their building, whole buildings and grounds together."""
    groups: list[tuple[str, list[Visit]]] = []
    for visit in visits:
        place = visit.place
        head = str(place.parent) if place.level in ("room", "floor") and place.parent else "整栋和室外"
        if groups and groups[-1][0] == head:
            groups[-1][1].append(visit)
        else:
            groups.append((head, [visit]))
    return groups


def written_times(visits: list[Visit]) -> dict[int, str]:
    """{visit id: 离线 11-20 22:10 填写} of those that came from a phone without network; one query."""
    found = Event.objects.filter(kind="safety.visit", record_id__in=[visit.pk for visit in visits], action="check", source__startswith="离线 ")
    return {event.record_id: event.source.partition("，")[0] for event in found}


def start_url(occurrence: Occurrence) -> str:
    """Where the round of this occurrence is walked."""
    found = Round.objects.filter(occurrence=occurrence.pk).values_list("pk", flat=True).first()
    return reverse("safety:round-detail", args=[found]) if found else reverse("safety:round-begin", args=[occurrence.pk])


def check_has_rounds(user) -> None:
    """Whoever walks rounds, in person, by a post or as a substitute."""
    if not does(user, PRODUCER):
        raise NotAllowed("您名下没有巡查。")


def to_walk(user, at: datetime, *, ahead: timedelta = timedelta(0)) -> list[Round]:
    """One's own rounds that are open, or open within `ahead`, the first due first."""
    due = open_to(user, PRODUCER, at, ahead=ahead).values("pk")
    rows = Round.objects.filter(occurrence__in=due, finished_at=None).select_related("route", "occurrence__duty")
    return list(rows.order_by("occurrence__due_at", "pk")[:MOST_KEPT])


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the rounds that are open or open within a day, and of every point still to be looked at."""
    at = timezone.now()
    rounds = to_walk(user, at, ahead=KEPT_AHEAD)
    left: dict[int, list[int]] = {}
    for found, visit in Visit.objects.filter(round__in=rounds, state=VisitState.UNSEEN).order_by("order", "pk").values_list("round", "pk"):
        left.setdefault(found, []).append(visit)
    pages = []
    for one in rounds:
        due = one.occurrence
        version = f"{zlib.crc32(repr((one.seen, due.opens_at, due.due_at, due.duty.title)).encode()):x}.{due.opens_at <= at:d}"
        pages += [(reverse("safety:round-detail", args=[one.pk]), version), (reverse("duties:occurrence-detail", args=[due.pk]), version)]
        pages += [(reverse("safety:visit-action", args=[visit, "check"]), "1") for visit in left.get(one.pk, ())]
    return [(reverse("safety:patrol"), f"{timezone.localdate(at)} {zlib.crc32(repr(pages).encode()):x}"), *pages]


@dataclass
class Tally:
    """Times due in a period, by what came of them."""

    name: str
    total: int = 0
    done: int = 0
    late: int = 0
    missed: int = 0
    bad: int = 0
    skipped: int = 0

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None


def tallies(first: date, last: date, at: datetime) -> tuple[list[Tally], list[Tally]]:
    """(by route, by who was to do it or did it) for rounds whose time is over; a missed one counts for whoever had it. Two queries."""
    over = ~Q(state=OccurrenceState.OPEN) | Q(due_at__lt=at)
    rows = Occurrence.objects.filter(over, duty__producer=PRODUCER, on__gte=first, on__lte=last).exclude(state=OccurrenceState.CANCELLED)
    names = {route.subject: route.name for route in Route.objects.all()}
    routes: dict[str, Tally] = {}
    people: dict[str, Tally] = {}
    counted = rows.order_by().values_list("duty__subject", "owner_words", "done_by__name", "state").annotate(n=Count("pk"), bad=Count("round", filter=Q(round__bad__gt=0)), skipped=Count("round", filter=Q(round__skipped__gt=0)))  # fmt: skip
    for subject, owner, doer, state, n, bad, skipped in counted:
        for tally in (routes.setdefault(subject, Tally(names.get(subject, "已删的路线"))), people.setdefault(doer or owner, Tally(doer or owner))):
            _add(tally, state, n, bad, skipped)
    return sorted(routes.values(), key=lambda one: one.name), sorted(people.values(), key=lambda one: (-one.missed, one.name))


def _add(tally: Tally, state: str, n: int, bad: int, skipped: int) -> None:
    tally.total += n
    tally.bad += bad
    tally.skipped += skipped
    if state == OccurrenceState.DONE:
        tally.done += n
    elif state == OccurrenceState.LATE:
        tally.late += n
    else:
        tally.missed += n


def may_manage_duties(user) -> bool:
    return has(user, DUTIES_MANAGE)
