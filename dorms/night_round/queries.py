"""Reading the night's rounds: whose they are, how a night stands, what a phone keeps (DOR-05)."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from dorms.bed.models import DormBuilding
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.audit.models import Event
from logistics.platform.duties.models import Occurrence, OccurrenceState
from logistics.platform.duties.phone import KEPT_AHEAD, does
from logistics.platform.duties.queries import own_q
from logistics.platform.duties.queries import standing as occurrence_standing
from logistics.platform.duties.rounds import open_to
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.terms.calendar import ZONE
from logistics.platform.web.home import Late

from .models import PRODUCER, NightPlan, NightRound

VIEW, MANAGE = "dorms.night.view", "dorms.night.manage"
MOST_KEPT = 12
NOON = 12  # a night runs from noon to noon
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # nights asked for beyond are cut off here


def buildings_seen(user) -> QuerySet[DormBuilding]:
    """Every building for whoever oversees the nights, otherwise the buildings one keeps."""
    scope, rows = scope_of(user, VIEW), DormBuilding.objects.all()
    if scope == Scope.ALL:
        return rows
    return rows.filter(keepers=user.pk) if scope else rows.none()


def plans_visible_to(user) -> QuerySet[NightPlan]:
    return NightPlan.objects.filter(building__in=buildings_seen(user).values("pk")).select_related(
        "building__place", "owner_post", "owner_person", "supervisor", "duty"
    )


def own_occurrences(user) -> QuerySet:
    return Occurrence.objects.filter(own_q(user) | Q(supervisor=user.pk), duty__producer=PRODUCER).values("pk")


def rounds_visible_to(user) -> QuerySet[NightRound]:
    """Those of the buildings one sees, and one's own, one's post's, and those one supervises."""
    rows = NightRound.objects.select_related("building__place", "occurrence__duty", "occurrence__owner_person", "done_by")
    if scope_of(user, VIEW) == Scope.ALL:
        return rows
    return rows.filter(Q(building__in=buildings_seen(user).values("pk")) | Q(occurrence__in=own_occurrences(user)))


def standing(found: NightRound, at: datetime) -> tuple[str, str]:
    """(words, tone) of how a round stands, as its occurrence counts it."""
    words, tone = occurrence_standing(found.occurrence, at)
    if found.occurrence.state == OccurrenceState.MISSED:
        return ("没按时走，后来补报", "late") if found.done_at else ("没走", "late")
    if found.done_at and found.bad:
        return f"{words}，{found.bad} 项不正常", "late"
    return words, tone


def night_of(at: datetime) -> date:
    """The evening of the night that is going on, or of the one before during the day."""
    local = timezone.localtime(at)
    return local.date() if local.hour >= NOON else local.date() - timedelta(days=1)


def in_nights(since: date, until: date) -> Q:
    """Rounds of the nights that begin on these days, both included: one at midnight belongs to the evening before."""
    begins, ends = (datetime.combine(min(max(on, FIRST), LAST) + timedelta(days=n), time(NOON), ZONE) for on, n in ((since, 0), (until, 1)))
    return Q(occurrence__opens_at__gte=begins, occurrence__opens_at__lt=ends)


@dataclass(frozen=True)
class NightRow:
    building: DormBuilding
    plan: NightPlan | None
    rounds: list[NightRound]

    @property
    def missed(self) -> int:
        return sum(one.occurrence.state == OccurrenceState.MISSED for one in self.rounds)


def night_rows(user, on: date) -> list[NightRow]:
    """Every building in use one sees with its rounds of the night that begins on this day; three queries."""
    rounds: dict[int, list[NightRound]] = {}
    for one in rounds_visible_to(user).filter(in_nights(on, on)).exclude(occurrence__state=OccurrenceState.CANCELLED).order_by("occurrence__opens_at", "pk"):
        rounds.setdefault(one.building_id, []).append(one)
    plans = {plan.building_id: plan for plan in plans_visible_to(user)}
    buildings = buildings_seen(user).filter(is_active=True).select_related("place").order_by("order", "pk")
    return [NightRow(one, plans.get(one.pk), rounds.get(one.pk, [])) for one in buildings]


def written_times(rounds: list[NightRound]) -> dict[int, str]:
    """{round id: 离线 11-20 22:10 填写} of those that came from a phone without network; one query."""
    found = Event.objects.filter(kind="dorms.nightround", record_id__in=[one.pk for one in rounds], action="walk", source__startswith="离线 ")
    return {event.record_id: event.source.partition("，")[0] for event in found}


def start_url(occurrence: Occurrence) -> str:
    found = NightRound.objects.filter(occurrence=occurrence.pk).values_list("pk", flat=True).first()
    return reverse("dorms:night-round-detail", args=[found]) if found else reverse("dorms:night")


def check_has_rounds(user) -> None:
    """Whoever walks at night, in person, by a post or as a substitute."""
    if not does(user, PRODUCER):
        raise NotAllowed("您名下没有夜间巡查。")


def to_walk(user, at: datetime, *, ahead: timedelta = timedelta(0)) -> list[NightRound]:
    """One's own rounds that are open, or open within `ahead`, the first due first."""
    due = open_to(user, PRODUCER, at, ahead=ahead).values("pk")
    rows = NightRound.objects.filter(occurrence__in=due, done_at=None).select_related("building__place", "occurrence__duty")
    return list(rows.order_by("occurrence__due_at", "pk")[:MOST_KEPT])


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the overview and of each round of the coming night with its form."""
    at = timezone.now()
    pages = []
    for one in to_walk(user, at, ahead=KEPT_AHEAD):
        due = one.occurrence
        version = f"{zlib.crc32(repr((one.items, due.opens_at, due.due_at)).encode()):x}.{due.opens_at <= at:d}"
        pages += [(reverse("dorms:night-round-detail", args=[one.pk]), version), (reverse("dorms:night-round-action", args=[one.pk, "walk"]), version)]
    return [(reverse("dorms:night"), f"{timezone.localdate(at)} {zlib.crc32(repr(pages).encode()):x}"), *pages]


def missed_of(on: date) -> QuerySet[NightRound]:
    """Rounds of that night that nobody walked, nor sent later."""
    rows = NightRound.objects.filter(in_nights(on, on), occurrence__state=OccurrenceState.MISSED, done_at=None)
    return rows.select_related("building__place", "occurrence__duty").order_by("building__order", "occurrence__opens_at")


def missed_words(rounds: list[NightRound]) -> str:
    """一号宿舍楼 00:00、02:00；二号宿舍楼 04:00"""
    named: dict[str, list[str]] = {}
    for one in rounds:
        named.setdefault(str(one.building), []).append(f"{timezone.localtime(one.occurrence.opens_at):%H:%M}")
    return "；".join(f"{name} {'、'.join(times)}" for name, times in named.items())


def night_late(user, at: datetime) -> list[Late]:
    """What of the last night nobody walked, for whoever oversees it."""
    if not has(user, VIEW):
        return []
    on = night_of(at)
    rows = list(missed_of(on).filter(building__in=buildings_seen(user).values("pk"))[:50])
    return [Late("夜间巡查没走", missed_words(rows)[:120], len(rows), f"{reverse('dorms:night')}?on={on}")] if rows else []
