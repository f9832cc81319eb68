"""Reading key places and special equipment: what runs out, who may operate (SAF-15)."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.papers.models import PaperKind, PaperState, StaffPaper
from logistics.platform.web.home import Late, Todo
from safety.evidence import MANAGE, VIEW

from .models import KeyPlace, SpecialEquipment, SpecialInspection, SpecialState

AHEAD = "safety.special.days"


def key_places_visible_to(user) -> QuerySet[KeyPlace]:
    rows = KeyPlace.objects.select_related("place", "responsible", "leader")
    return rows if has(user, VIEW) else rows.none()


def operation_paper(on: date, person) -> QuerySet[StaffPaper]:
    """Papers to operate special equipment in force on that day; `person` a user's key or an OuterRef."""
    rows = StaffPaper.objects.filter(person=person, kind=PaperKind.OPERATION, state=PaperState.CURRENT)
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=on))


def specials_visible_to(user) -> QuerySet[SpecialEquipment]:
    """With whether the operator holds a paper in force."""
    rows = SpecialEquipment.objects.select_related("place", "responsible", "operator", "key_place")
    if not has(user, VIEW):
        return rows.none()
    return rows.annotate(is_certified=Exists(operation_paper(timezone.localdate(), OuterRef("operator"))))


def inspections_of(equipment: SpecialEquipment) -> list[SpecialInspection]:
    return list(equipment.inspections.select_related("created_by").order_by("-done_on", "-pk")[:20])


def in_use() -> QuerySet[SpecialEquipment]:
    return SpecialEquipment.objects.filter(state=SpecialState.IN_USE)


def uncertified(today: date) -> QuerySet[SpecialEquipment]:
    """In use with an operator whose paper is missing or has run out."""
    return in_use().filter(~Exists(operation_paper(today, OuterRef("operator"))), operator__isnull=False)


def special_todos(user, at: datetime) -> list[Todo]:
    """Inspections to be asked for: a month before they run out, by law."""
    if not has(user, MANAGE):
        return []
    today = timezone.localdate(at)
    soon = today + timedelta(days=int(limit_shown(AHEAD, today)))
    rows = in_use().filter(due_on__gte=today, due_on__lte=soon).order_by("due_on")[:20]
    return [
        Todo(
            f"{row}检验快到期",
            f"{row.due_on.month}月{row.due_on.day}日到期，提前一个月申请检验",
            reverse("safety:special-detail", args=[row.pk]),
            "去申请",
            "badge-check",
        )
        for row in rows
    ]


def special_late(user, at: datetime) -> list[Late]:
    if not has(user, MANAGE):
        return []
    today, page = timezone.localdate(at), reverse("safety:special-list")
    over, service, people = in_use().filter(due_on__lt=today).count(), in_use().filter(serviced_due__lt=today).count(), uncertified(today).count()
    lines = [
        Late("特种设备检验过期还在用", "马上停用，申请检验", over, f"{page}?standing=expired"),
        Late("特种设备维保过期", "联系维保单位", service, f"{page}?standing=service"),
        Late("特种设备作业人员无证", "证件登记在人员的证件里", people, f"{page}?standing=people"),
    ]
    return [line for line in lines if line.count]
