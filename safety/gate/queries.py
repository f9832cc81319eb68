"""Reading the gate's books: who sees which, who is inside, who stays too long (SAF-06, SAF-09)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of

from .models import COMING, NIGHT_OPEN, Barred, GateVisit, NightVehicle, Parcel, ParcelState, VisitState

VIEW, RECORD, MANAGE = "safety.gate.view", "safety.gate.record", "safety.gate.manage"
SALT, LENGTH = "safety.gate.pass", 24


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_record(user, record=None) -> None:
    require(user, RECORD)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def visits_visible_to(user) -> QuerySet[GateVisit]:
    """All for the gate and leaders, otherwise those one receives or announced."""
    rows = GateVisit.objects.select_related("host__department", "created_by", "agreed_by", "in_by", "out_by")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL or has(user, RECORD):
        return rows
    return rows.filter(Q(host=user.pk) | Q(created_by=user.pk)) if scope else rows.none()


def parcels_visible_to(user) -> QuerySet[Parcel]:
    rows = Parcel.objects.select_related("recipient", "created_by", "ended_by")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL or has(user, RECORD):
        return rows
    return rows.filter(recipient=user.pk) if scope else rows.none()


def vehicles_visible_to(user) -> QuerySet[NightVehicle]:
    rows = NightVehicle.objects.select_related("owner", "place", "created_by", "left_by", "signed_before")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL or has(user, RECORD):
        return rows
    return rows.filter(Q(owner=user.pk) | Q(created_by=user.pk)) if scope else rows.none()


def barred_visible_to(user) -> QuerySet[Barred]:
    """For the gate, which must know, and whoever keeps the list."""
    rows = Barred.objects.select_related("created_by", "lifted_by")
    return rows if has(user, RECORD) or has(user, MANAGE) else rows.none()


def barred_among(on: date, *, id_digest: str = "", phone: str = "", plate: str = "") -> Barred | None:
    """The entry of the list that fits one of these on the day, None when nobody is meant. One query."""
    asked = [Q(**{name: value}) for name, value in (("id_digest", id_digest), ("phone", phone), ("plate", plate)) if value]
    if not asked:
        return None
    fits = asked[0]
    for more in asked[1:]:
        fits |= more
    return Barred.objects.filter(fits, lifted_at=None).filter(Q(until=None) | Q(until__gte=on)).order_by("pk").first()


def visit_counts(user, now: datetime) -> dict[str, int]:
    """The numbers above the list. One query."""
    inside, day = Q(state=VisitState.INSIDE), timezone.localdate(now)
    return (
        visits_visible_to(user)
        .order_by()
        .aggregate(
            inside=Count("pk", filter=inside),
            over=Count("pk", filter=inside & Q(leave_by__lt=now)),
            waiting=Count("pk", filter=Q(state=VisitState.WAITING)),
            today=Count("pk", filter=Q(state__in=COMING, expected_at__date=day)),
        )
    )


def inside_at(moment: datetime) -> QuerySet[GateVisit]:
    """Visitors who were on the premises at the moment."""
    came = GateVisit.objects.filter(in_at__lte=moment).filter(Q(out_at=None) | Q(out_at__gt=moment))
    return came.select_related("host").order_by("in_at", "pk")


def overstaying(now: datetime) -> QuerySet[GateVisit]:
    return GateVisit.objects.filter(state=VisitState.INSIDE, leave_by__lt=now).select_related("host").order_by("leave_by", "pk")


def cars_at(moment: datetime) -> QuerySet[NightVehicle]:
    """Cars registered to stay that had not driven off at the moment."""
    there = NightVehicle.objects.filter(signed_at__lte=moment).filter(Q(left_at=None) | Q(left_at__gt=moment))
    return there.select_related("owner", "place").order_by("plate")


def waiting_parcels(user) -> QuerySet[Parcel]:
    return Parcel.objects.filter(recipient=user.pk, state=ParcelState.WAITING).order_by("pk")


def cars_over(today: date) -> QuerySet[NightVehicle]:
    return NightVehicle.objects.filter(state__in=NIGHT_OPEN, until_on__lt=today).order_by("until_on", "pk")


def old_parcels(now: datetime, days: int) -> QuerySet[Parcel]:
    return Parcel.objects.filter(state=ParcelState.WAITING, created_at__lt=now - timedelta(days=days)).order_by("pk")


def code_of(visit: GateVisit) -> str:
    """The code of the visitor's pass. It is computed and stands in no table."""
    return f"{visit.pk}-{salted_hmac(SALT, str(visit.pk), algorithm='sha256').hexdigest()[:LENGTH]}"


def visit_by_code(code: str) -> GateVisit | None:
    """The visit whose pass this is; None for anything else."""
    number, _, _ = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    visit = GateVisit.objects.select_related("host__department").filter(pk=int(number)).first()
    return visit if visit and constant_time_compare(code_of(visit), code) else None
