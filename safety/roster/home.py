"""What the roster shows on the first page, in the calendar, at the post's label (SAF-08)."""

from datetime import date, datetime, timedelta
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.notices.feed import FeedEntry
from logistics.platform.places.models import Place
from logistics.platform.web.home import Late, Todo

from .models import Shift, ShiftState, WatchState
from .queries import EARLY, MANAGE, VIEW, mine, waiting_changes
from .rules import page_of

LIVE = (ShiftState.PLANNED, ShiftState.OPEN)


def roster_todos(user, at: datetime) -> list[Todo]:
    """One's own shift that begins or runs, the handover to write, changes to answer."""
    rows = mine(user).filter(shift__state__in=LIVE, shift__starts_at__lte=at + timedelta(hours=12), shift__ends_at__gte=at - timedelta(days=3))
    found = []
    for watch in rows[:5]:
        shift = watch.shift
        if watch.signed_at is None and shift.ends_at > at:
            found.append(Todo(f"{shift.place}值班", f"{shift.kind.name}，到岗扫标签签到", page_of(shift), "去签到", "calendar-clock", shift.starts_at))
        elif watch.signed_at and shift.state == ShiftState.OPEN and at >= shift.ends_at - EARLY:
            found.append(Todo(f"写{shift}的交班记录", "写好以后下一班才能开始", page_of(shift), "去写", "notebook-pen", shift.ends_at))
    for change in waiting_changes(user, at) if has(user, VIEW) else ():
        verb = "批准" if change.agreed_at else "答应"
        url = reverse("safety:shift-change-detail", args=[change.pk])
        found.append(Todo(f"{change.watch.person.name}请{change.substitute.name}顶班", str(change.watch.shift), url, verb, "arrow-left-right"))
    return found


def late_shifts(user, at: datetime) -> list[Late]:
    """Shifts nobody came to, shifts without a handover, of the last week."""
    if not has(user, MANAGE):
        return []
    rows = Shift.objects.filter(ends_at__range=(at - timedelta(days=7), at)).order_by()
    missed, bare = rows.filter(state=ShiftState.PLANNED).count(), rows.filter(state=ShiftState.OPEN).count()
    url = reverse("safety:shift-list")
    return [Late("值班没有人签到", "", missed, f"{url}?missed=true"), Late("值班没写交班记录", "", bare, f"{url}?bare=true")]


def shift_feed(user, first: date, last: date) -> list[FeedEntry]:
    """One's shifts for the phone's calendar."""
    rows = mine(user).filter(shift__on__range=(first, last))
    return [
        FeedEntry(f"safety.watch:{one.pk}", f"{one.shift.kind.name}（{one.get_role_display()}）", one.shift.starts_at, one.shift.ends_at, page_of(one.shift), str(one.shift.place))
        for one in rows
    ]  # fmt: skip


def label_choices(user, place: Place) -> list[Choice]:
    """At the post's label: sign in to the shift that begins or runs."""
    now = timezone.now()
    rows = mine(user).filter(shift__place=place.pk, signed_at=None, shift__state__in=LIVE, shift__starts_at__lte=now + EARLY, shift__ends_at__gt=now)
    return [
        Choice(
            "值班签到", str(one.shift), "calendar-clock", f"{reverse('safety:shift-action', args=[one.shift_id, 'sign_in'])}?code={quote(place.code)}", rank=5
        )
        for one in rows[:2]
    ]


def shifts_to_come(person):
    """What a leaver must have changed first."""
    ahead = Q(state=ShiftState.PLANNED, starts_at__gt=timezone.now(), watches__person=person.pk, watches__state=WatchState.ON)
    return Shift.objects.filter(ahead).select_related("kind").order_by("starts_at")
