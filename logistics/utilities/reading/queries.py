"""Reading rounds: whose they are, how they stand, what a phone keeps, which meters were not read (UTL-01)."""

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.audit.models import Event
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.phone import KEPT_AHEAD, does, does_now
from logistics.platform.duties.queries import own_q
from logistics.platform.duties.queries import standing as occurrence_standing
from logistics.platform.duties.rounds import open_to
from logistics.platform.kernel.errors import NotAllowed
from logistics.utilities.meter.dial import number_words
from logistics.utilities.meter.models import MeterDevice, Reading, ReadingKind
from logistics.utilities.meter.queries import VIEW, counting

from .models import PRODUCER, ReadingRound, ReadingRoute, RouteMeter, Stop, StopState
from .usual import day_of

RECORD, CORRECT = "utilities.reading.record", "utilities.reading.correct"
MOST_KEPT = 8  # rounds


def readings_visible_to(user) -> QuerySet[Reading]:
    """All for whoever sees the meters; otherwise what one has read."""
    rows = Reading.objects.select_related("device__meter__place", "created_by", "corrects", "corrected_by")
    return rows if has(user, VIEW) else rows.filter(created_by=user.pk)


def routes_visible_to(user) -> QuerySet[ReadingRoute]:
    rows = ReadingRoute.objects.annotate(n=Count("stops"))
    return rows if has(user, VIEW) else rows.none()


def meters_on(route: ReadingRoute) -> list[RouteMeter]:
    """Those still in use, in the order they are walked to."""
    return list(route.stops.filter(meter__until=None).select_related("meter__place").order_by("order", "pk"))


def duties_of(route: ReadingRoute) -> QuerySet[Duty]:
    return Duty.objects.filter(producer=PRODUCER, subject=route.subject).select_related("owner_person", "owner_post", "supervisor").order_by("-is_active", "pk")


def own_occurrences(user) -> QuerySet:
    return Occurrence.objects.filter(own_q(user) | Q(supervisor=user.pk), duty__producer=PRODUCER).values("pk")


def rounds_visible_to(user) -> QuerySet[ReadingRound]:
    """All for whoever sees the meters; otherwise one's own, one's post's, and those one supervises."""
    rows = ReadingRound.objects.select_related("route", "occurrence__duty", "occurrence__done_by")
    return rows if has(user, VIEW) else rows.filter(occurrence__in=own_occurrences(user))


def stops_visible_to(user) -> QuerySet[Stop]:
    rows = Stop.objects.select_related("meter__place", "round__route", "round__occurrence__duty", "done_by", "reading__corrected_by")
    return rows if has(user, VIEW) else rows.filter(round__occurrence__in=own_occurrences(user))


def standing_of(found: ReadingRound, at: datetime) -> tuple[str, str]:
    """(words, tone) of how a round stands, as its occurrence counts it."""
    words, tone = occurrence_standing(found.occurrence, at)
    state = found.occurrence.state
    if state not in (OccurrenceState.OPEN, OccurrenceState.MISSED):
        return words, tone
    if found.skipped == found.meters:
        return f"{words}，一块表也没抄成", "late"
    if state == OccurrenceState.MISSED and found.finished_at:
        return "没按时抄，后来补报", "late"
    return (f"{words}，抄了 {found.seen}/{found.meters}", tone) if found.seen else (words, tone)


def stops_of(found: ReadingRound) -> list[Stop]:
    return list(found.stops.select_related("meter__place__parent", "done_by", "reading__corrected_by").order_by("order", "pk"))


def missing_on(found: ReadingRound) -> list[Stop]:
    """The meters of a round that have no reading, with the reason where there is one; among them those whose reading was struck out."""
    return list(without_reading(found.stops.select_related("meter__place__parent", "done_by", "reading__corrected_by")).order_by("order", "pk"))


def without_reading(stops: QuerySet[Stop]) -> QuerySet[Stop]:
    """Those not read yet; those nobody reached, and those whose reading was struck out, also after a correction, while no other counts in the round's time."""
    struck = Q(reading__corrected_by__kind=ReadingKind.VOID) | Q(reading__corrected_by__corrected_by__kind=ReadingKind.VOID)
    since, until = OuterRef("round__occurrence__opens_at"), OuterRef("round__occurrence__closes_at")
    other = counting().exclude(kind=ReadingKind.ESTIMATE).filter(device__meter=OuterRef("meter"), read_at__gte=since, read_at__lt=until)
    return stops.filter(Q(state=StopState.UNREAD) | (Q(state=StopState.SKIPPED) | struck) & ~Exists(other))


def written_times(stops: Iterable[Stop]) -> dict[int, str]:
    """{stop id: 离线 11-20 22:10 填写} of those that came from a phone without network; one query."""
    found = Event.objects.filter(kind="utilities.stop", record_id__in=[stop.pk for stop in stops], action="read", source__startswith="离线 ")
    return {event.record_id: event.source.partition("，")[0] for event in found}


def start_url(occurrence: Occurrence) -> str:
    """Where the round of this occurrence is walked."""
    found = ReadingRound.objects.filter(occurrence=occurrence.pk).values_list("pk", flat=True).first()
    return reverse("utilities:reading-round-detail", args=[found]) if found else reverse("utilities:reading-begin", args=[occurrence.pk])


def check_has_rounds(user) -> None:
    """Whoever reads meters by duty, in person, by a post or as a substitute."""
    if not does(user, PRODUCER):
        raise NotAllowed("您名下没有抄表。")


def check_can_see(user) -> None:
    """Whoever sees the meters, and whoever reads them by duty."""
    if not has(user, VIEW) and not does_now(user, PRODUCER):
        raise NotAllowed("您名下没有抄表。")


def to_walk(user, at: datetime, *, ahead: timedelta = timedelta(0)) -> list[ReadingRound]:
    """One's own rounds that are open, or open within `ahead`, the first due first."""
    due = open_to(user, PRODUCER, at, ahead=ahead).values("pk")
    rows = ReadingRound.objects.filter(occurrence__in=due, finished_at=None).select_related("route", "occurrence__duty")
    return list(rows.order_by("occurrence__due_at", "pk")[:MOST_KEPT])


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the rounds that are open or open within a day, and of every meter still to be read."""
    at = timezone.now()
    rounds = to_walk(user, at, ahead=KEPT_AHEAD)
    left: dict[int, list[tuple[int, str]]] = {}
    newest = Reading.objects.filter(device__meter=OuterRef("meter")).order_by("-pk").values("pk")[:1]
    hangs = MeterDevice.objects.filter(meter=OuterRef("meter"), until_at=None).values("pk")[:1]
    rows = Stop.objects.filter(round__in=rounds, state=StopState.UNREAD).annotate(newest=Subquery(newest), hangs=Subquery(hangs)).order_by("order", "pk")
    for found, stop, reading, device in rows.values_list("round", "pk", "newest", "hangs"):
        # the page says what was read last of what hangs there, and what to expect today
        left.setdefault(found, []).append((stop, f"{timezone.localdate(at):%m%d}.{reading or 0}.{device or 0}"))
    pages = []
    for one in rounds:
        due = one.occurrence
        version = f"{zlib.crc32(repr((one.seen, due.opens_at, due.due_at, due.duty.title)).encode()):x}.{due.opens_at <= at:d}"
        pages += [(reverse("utilities:reading-round-detail", args=[one.pk]), version), (reverse("duties:occurrence-detail", args=[due.pk]), version)]
        pages += [(reverse("utilities:stop-action", args=[stop, "read"]), told) for stop, told in left.get(one.pk, ())]
    return [(reverse("utilities:rounds"), f"{timezone.localdate(at)} {zlib.crc32(repr(pages).encode()):x}"), *pages]


def read_that_day(meter: int, moment: datetime) -> Reading | None:
    """The real reading that counts on the day of `moment` of the device that hung there then: a new device is read although the old one was."""
    hangs = Q(device__until_at=None) | Q(device__until_at__gt=moment)
    rows = counting().exclude(kind=ReadingKind.ESTIMATE).filter(hangs, device__meter=meter, device__since_at__lte=moment, read_at__range=day_of(moment))
    return rows.select_related("device__meter", "created_by").order_by("read_at").last()


def known_words(reading: Reading) -> str:
    """11-21 08:00 王师傅已经抄过，读数 500"""
    return f"{timezone.localtime(reading.read_at):%m-%d %H:%M} {reading.created_by.name}已经抄过，读数 {number_words(reading.value)}"
