"""Reading the roster: shifts with their people, what was missed, how fairly it is shared (SAF-08)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from logistics.platform.access.rules import has, require
from logistics.platform.terms.queries import calendar

from .fair import Account
from .models import CHANGE_OPEN, ChangeState, Handover, Shift, ShiftChange, ShiftKind, ShiftState, Watch, WatchRole, WatchState

VIEW, MANAGE = "safety.roster.view", "safety.roster.manage"
BEHIND = timedelta(days=90)  # how far back the account of a person reaches
EARLY = timedelta(minutes=60)  # how long before the start one may sign in, and before the end write the handover


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def kinds_visible_to(user) -> QuerySet[ShiftKind]:
    return ShiftKind.objects.select_related("place") if has(user, VIEW) else ShiftKind.objects.none()


def crew() -> Prefetch:
    """The people of each shift, leader first, in `shift.crew`."""
    return Prefetch("watches", Watch.objects.filter(state=WatchState.ON).select_related("person").order_by("-role", "pk"), to_attr="crew")


def shifts_visible_to(user) -> QuerySet[Shift]:
    """The roster is everybody's to read who may see it."""
    rows = Shift.objects.select_related("kind", "place", "created_by").prefetch_related(crew())
    return rows if has(user, VIEW) else rows.none()


def changes_visible_to(user) -> QuerySet[ShiftChange]:
    """All for whoever keeps the roster, otherwise one's own and those one is asked for."""
    rows = ShiftChange.objects.select_related(
        "watch__person", "watch__shift__kind", "substitute", "swap_with__person", "swap_with__shift__kind", "decided_by", "created_by"
    )
    if has(user, MANAGE):
        return rows
    return rows.filter(Q(created_by=user.pk) | Q(substitute=user.pk) | Q(watch__person=user.pk)) if has(user, VIEW) else rows.none()


def of_role(shift: Shift, role: str) -> list[Watch]:
    """The people of the shift in this role, from what the row already carries."""
    return [watch for watch in shift.crew if watch.role == role]


def leader_words(shift: Shift) -> str:
    return "、".join(watch.person.name for watch in of_role(shift, WatchRole.LEADER))


def duty_words(shift: Shift) -> str:
    return "、".join(watch.person.name for watch in of_role(shift, WatchRole.DUTY))


def mine(user) -> QuerySet[Watch]:
    """This person's shifts that stand."""
    rows = Watch.objects.filter(person=user.pk, state=WatchState.ON).exclude(shift__state=ShiftState.VOID)
    return rows.select_related("shift__kind", "shift__place").order_by("shift__starts_at", "pk")


def shift_counts(user, now: datetime) -> dict[str, int]:
    """The numbers above the list. One query."""
    own = Exists(Watch.objects.filter(shift=OuterRef("pk"), person=user.pk, state=WatchState.ON))
    return Shift.objects.alias(own=own).aggregate(
        now=Count("pk", filter=Q(starts_at__lte=now, ends_at__gt=now) & ~Q(state=ShiftState.VOID)),
        mine=Count("pk", filter=Q(own=True, ends_at__gt=now) & ~Q(state=ShiftState.VOID)),
        bare=Count("pk", filter=Q(state=ShiftState.OPEN, ends_at__lt=now)),
        missed=Count("pk", filter=Q(state=ShiftState.PLANNED, ends_at__lt=now)),
    )


def on_at(moment: datetime) -> list[Watch]:
    """Who is on at the moment."""
    rows = Watch.objects.filter(state=WatchState.ON, shift__starts_at__lte=moment, shift__ends_at__gt=moment).exclude(shift__state=ShiftState.VOID)
    return list(rows.select_related("person", "shift__kind", "shift__place").order_by("shift__kind__order", "-role", "pk"))


def leaders_at(moment: datetime) -> list:
    """Who leads the duty at the moment."""
    return [watch.person for watch in on_at(moment) if watch.role == WatchRole.LEADER]


def before(shift: Shift) -> Shift | None:
    """The shift at the same post that this one takes over from."""
    earlier = Shift.objects.filter(place=shift.place_id, starts_at__lt=shift.starts_at, ends_at__lte=shift.starts_at)
    return earlier.exclude(state=ShiftState.VOID).select_related("kind").order_by("-ends_at", "-pk").first()


def handover_of(shift: Shift) -> Handover | None:
    return Handover.objects.filter(shift=shift.pk).select_related("written_by", "taken_by").first()


def accounts_of(people: Iterable[int], first: date, last: date) -> dict[int, Account]:
    """What each has on the account and is busy with: the shifts of the last 90 days and all that are planned until after `last`. One query."""
    rows = Watch.objects.filter(person__in=list(people), state=WatchState.ON, shift__on__range=(first - BEHIND, last + timedelta(days=2)))
    found: dict[int, Account] = {}
    for person, start, end, weight in (
        rows.exclude(shift__state=ShiftState.VOID).order_by("pk").values_list("person", "shift__starts_at", "shift__ends_at", "shift__kind__weight")
    ):
        account = found.setdefault(person, Account())
        account.weight += weight
        account.busy.append((start, end))
    return found


@dataclass
class Share:
    """What one person had in a period; `missed` are shifts that are over without signing in."""

    name: str
    department: str
    planned: int = 0
    weight: int = 0
    leads: int = 0
    nights: int = 0
    off_days: int = 0
    signed: int = 0
    late: int = 0
    missed: int = 0
    gave_away: int = 0


def shares(first: date, last: date, now: datetime) -> list[Share]:
    """Everybody who was on the roster in the period, the most burdened first. A few queries whatever the rows."""
    rows = Watch.objects.filter(shift__on__range=(first, last)).exclude(shift__state=ShiftState.VOID).order_by("pk")
    days, found = calendar(), {}
    for watch in rows.select_related("person__department", "shift__kind"):
        share = found.setdefault(watch.person_id, Share(watch.person.name, str(watch.person.department or "")))
        if watch.state == WatchState.OFF:
            share.gave_away += 1
            continue
        shift = watch.shift
        share.planned += 1
        share.weight += shift.kind.weight
        share.leads += watch.role == WatchRole.LEADER
        share.nights += shift.kind.is_night
        share.off_days += not days.is_working_day(shift.on)
        share.signed += watch.signed_at is not None
        share.late += watch.is_late
        share.missed += watch.signed_at is None and shift.ends_at < now
    return sorted(found.values(), key=lambda share: (-share.weight, share.name))


def roster_rows(first: date, last: date) -> tuple[list[ShiftKind], list[tuple[date, list[Shift | None]]]]:
    """(shift kinds, a row per day with the shift of each kind or None). A few queries."""
    shifts = list(Shift.objects.filter(on__range=(first, last)).exclude(state=ShiftState.VOID).select_related("kind").prefetch_related(crew()))
    kinds = sorted({shift.kind for shift in shifts}, key=lambda kind: (kind.order, kind.pk))
    by_day: dict[date, dict[int, Shift]] = {}
    for shift in shifts:
        by_day.setdefault(shift.on, {})[shift.kind_id] = shift
    return kinds, [(on, [by_day[on].get(kind.pk) for kind in kinds]) for on in sorted(by_day)]


def waiting_changes(user, at: datetime) -> Sequence[ShiftChange]:
    """Changes that wait for this person: to agree as substitute, to approve as keeper of the roster."""
    asks = Q(state=ChangeState.ASKED, substitute=user.pk)
    if has(user, MANAGE):
        asks |= Q(state=ChangeState.AGREED) & ~Q(substitute=user.pk) & ~Q(created_by=user.pk)
    return list(changes_visible_to(user).filter(asks, state__in=CHANGE_OPEN, watch__shift__starts_at__gt=at).order_by("pk")[:10])
