"""What tables name and filters offer, read in one query instead of one a table."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Level, Place
from repairs.kind.models import FaultKind
from repairs.ticket.models import Ticket

NONE = Value(0, output_field=BigIntegerField())


@dataclass(frozen=True)
class Names:
    """id -> name, in the order people expect. `rooms` is {place: class that has its room there}, `desks` {person: id as a repairer}."""

    kinds: dict[int, str]
    buildings: dict[int, str]
    repairers: dict[int, str]
    classes: dict[int, str]
    departments: dict[int, str]
    rooms: dict[int, int]
    desks: dict[int, int]


def _part(what: str, rows: QuerySet, order: str, extra=NONE) -> QuerySet:
    return rows.order_by().values_list(Value(what, output_field=CharField()), "pk", "name", Cast(F(order), CharField()), extra)


def _extra(number):
    return Coalesce(number, NONE, output_field=BigIntegerField())


def load_names() -> Names:
    """Kinds, buildings, everybody who repairs or has, classes in the school or with damage on record, departments."""
    repairs = Exists(Ticket.objects.filter(repairer=OuterRef("pk")))
    broke = Exists(Ticket.objects.filter(damage_class=OuterRef("pk")))
    parts = [
        _part("kinds", FaultKind.objects.all(), "order"),
        _part("buildings", Place.objects.filter(level=Level.BUILDING), "order"),
        _part("repairers", User.objects.filter(Q(repairer__isnull=False) | repairs), "pinyin", _extra(F("repairer__pk"))),
        _part("classes", SchoolClass.objects.filter(Q(is_active=True) | broke), "order", _extra(Case(When(is_active=True, then=F("room_id"))))),
        _part("departments", Department.objects.filter(is_active=True), "order"),
    ]
    found: dict[str, dict[int, str]] = {what: {} for what in ("kinds", "buildings", "repairers", "classes", "departments")}
    rooms: dict[int, int] = {}
    desks: dict[int, int] = {}
    for what, key, name, _, extra in sorted(parts[0].union(*parts[1:], all=True), key=_in_order):
        found[what][key] = name
        if extra and what == "repairers":
            desks[key] = extra
        elif extra:
            rooms.setdefault(extra, key)
    return Names(**found, rooms=rooms, desks=desks)


def _in_order(row) -> tuple:
    _, key, _, order, _ = row
    return (int(order), "", key) if order.isdecimal() else (0, order, key)
