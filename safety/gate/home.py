"""What the gate shows on the first page (SAF-06, SAF-09)."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .book_rules import UNCLAIMED
from .models import GateVisit, NightState, NightVehicle, Parcel, VisitState
from .queries import MANAGE, RECORD, cars_over, old_parcels, overstaying, waiting_parcels


def gate_todos(user, at: datetime) -> list[Todo]:
    """Visitors at the gate who wait for this person's word, parcels to fetch, a statement to sign."""
    waiting = GateVisit.objects.filter(host=user.pk, state=VisitState.WAITING).order_by("pk")[:5]
    found = [Todo(f"{one.name}在门口找您", one.reason, reverse("safety:guest-detail", args=[one.pk]), "见不见", "contact-round", at) for one in waiting]
    found += [_parcel_todo(one) for one in waiting_parcels(user)[:5]]
    for one in NightVehicle.objects.filter(owner=user.pk, state=NightState.WAITING).order_by("pk")[:3]:
        url = reverse("safety:night-action", args=[one.pk, "sign"])
        found.append(Todo(f"签 {one.plate} 的过夜责任书", f"{one.from_on} 至 {one.until_on}", url, "去签", "pen-line"))
    return found


def _parcel_todo(parcel: Parcel) -> Todo:
    title = f"取{parcel.get_kind_display()} {parcel.quantity} 件"
    return Todo(title, parcel.kept or "在门卫室", reverse("safety:parcel-detail", args=[parcel.pk]), "去取", "package")


def late_at_gate(user, at: datetime) -> list[Late]:
    """Who should have left, cars and parcels that stay too long, for the gate and whoever answers for it."""
    if not (has(user, RECORD) or has(user, MANAGE)):
        return []
    today = timezone.localdate(at)
    over, cars = list(overstaying(at)[:50]), cars_over(today).count()
    parcels = old_parcels(at, limit_shown(UNCLAIMED.code, today)).count()
    found = [Late("来访超时未离校", f"{over[0].name}找{over[0].host.name}" if over else "", len(over), f"{reverse('safety:guest-list')}?over=true")]
    found.append(Late("过夜车辆超期", "", cars, f"{reverse('safety:night-list')}?over=true"))
    return [*found, Late("收发件没有人领", "", parcels, f"{reverse('safety:parcel-list')}?state=waiting")]
