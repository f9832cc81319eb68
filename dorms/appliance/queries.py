"""Finds of banned appliances one may see, how often before, what lies in keeping (DOR-05)."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from dorms.bed.models import DormRoom
from dorms.bed.queries import keeps
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of

from .models import Appliance, ApplianceState
from .rights import RECORD, VIEW

JOINS = ("room__building__place", "room__place__parent", "student__school_class__head_teacher", "school_class", "returned_by")
REPEATED = "dorms.appliance.repeated"


def appliances_visible_to(user) -> QuerySet[Appliance]:
    """All for leaders; a keeper's buildings; the own class for a head teacher."""
    rows = Appliance.objects.select_related("created_by", *JOINS)
    scope = scope_of(user, VIEW)
    if scope is None:
        return rows.none()
    return rows if scope == Scope.ALL else rows.filter(keeps(user, "room__building__") | Q(school_class__head_teacher=user.pk))


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


def room_panel(room: DormRoom, user) -> dict | None:
    """What was found in a room this school year, for its page."""
    if not has(user, VIEW):
        return None
    rows = list(appliances_visible_to(user).filter(room=room, struck_at=None, on__gte=year_begins(timezone.localdate()))[:6])
    may = rooms_to_search(user).filter(pk=room.pk).exists()
    return {"rows": rows, "may_record": may, "kept": sum(row.state == ApplianceState.KEPT for row in rows)} if rows or may else None


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the book and its form, for whoever keeps a building."""
    rooms = rooms_to_search(user).filter(keeps(user, "building__")).count()
    return [("/dorms/appliance/", f"{timezone.localdate()}"), ("/dorms/appliance/new/", f"{rooms}")] if rooms else []
