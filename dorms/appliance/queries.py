"""Finds of banned appliances one may see, how often before, what lies in keeping (DOR-05)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dorms.bed.models import DormRoom, Stay
from dorms.bed.queries import in_charge_of, keeps
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of

from .models import Appliance, ApplianceState
from .rights import RECORD, VIEW

JOINS = ("room__building__place", "room__place__parent", "student__school_class__head_teacher", "school_class", "returned_by")
REPEATED = "dorms.appliance.repeated"


def appliances_visible_to(user) -> QuerySet[Appliance]:
    """All for leaders; a keeper's buildings; for a head teacher the own class, and what nobody is named for in a room where it sleeps."""
    rows = Appliance.objects.select_related("created_by", *JOINS)
    scope = scope_of(user, VIEW)
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    slept = Stay.objects.filter(bed__room=OuterRef("room"), student__school_class__head_teacher=user.pk, since__lte=OuterRef("on"))
    shared = Q(student=None, school_class=None) & Exists(slept.filter(Q(left_on=None) | Q(left_on__gte=OuterRef("on"))))
    return rows.filter(keeps(user, "room__building__") | Q(school_class__head_teacher=user.pk) | shared)


def rooms_to_search(user) -> QuerySet[DormRoom]:
    """Rooms in use where this person may record a find."""
    rows = DormRoom.objects.filter(is_active=True, building__is_active=True).select_related("building__place", "place__parent")
    rows = rows.order_by("building__order", "building", "place__path")
    scope = scope_of(user, RECORD)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(keeps(user, "building__"))


def year_begins(on: date) -> date:
    """The first of September before `on`: finds are counted by the school year."""
    return date(on.year if on.month >= 9 else on.year - 1, 9, 1)


def found_before(*, room: DormRoom, student, on: date) -> int:
    """Finds of this pupil, or of the room where nobody is named, in the school year up to `on`; one query."""
    rows = Appliance.objects.filter(struck_at=None, on__gte=year_begins(on), on__lte=on)
    return (rows.filter(student=student) if student else rows.filter(room=room)).count()


def nth_now(row: Appliance) -> int:
    """Which time it is by what stands today: one struck out since, or written late, is counted as it is. One query."""
    rows = Appliance.objects.filter(struck_at=None, on__gte=year_begins(row.on)).filter(Q(on__lt=row.on) | Q(on=row.on, pk__lt=row.pk))
    return (rows.filter(student=row.student_id) if row.student_id else rows.filter(room=row.room_id)).count() + 1


def room_panel(room: DormRoom, user) -> dict | None:
    """What was found in a room this school year, for its page."""
    if not has(user, VIEW):
        return None
    rows = list(appliances_visible_to(user).filter(room=room, struck_at=None, on__gte=year_begins(timezone.localdate()))[:6])
    may = room.is_active and room.building.is_active and in_charge_of(user, room, RECORD)
    return {"rows": rows, "may_record": may, "kept": sum(row.state == ApplianceState.KEPT for row in rows)} if rows or may else None


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the book and its form, for whoever keeps a building."""
    rooms = rooms_to_search(user).filter(keeps(user, "building__")).count()
    return [("/dorms/appliance/", f"{timezone.localdate()}"), ("/dorms/appliance/new/", f"{rooms}")] if rooms else []
