"""Reading the store's papers."""

from django.db.models import Count, Q, QuerySet

from assets.item.queries import VIEW
from assets.store.queries import APPROVE, KEEP
from logistics.platform.access.rules import has, require

from .models import Slip, SlipState


def check_can_view(user, record=None) -> None:
    """Whoever sees the stock; who received the goods reads that one paper."""
    if not has(user, VIEW) and not own_slips(user).exists():
        require(user, VIEW)


def own_slips(user) -> QuerySet[Slip]:
    return Slip.objects.filter(Q(person=user.pk) | Q(request__created_by=user.pk))


def slips_visible_to(user) -> QuerySet[Slip]:
    rows = Slip.objects.all() if has(user, VIEW) else own_slips(user)
    return rows.select_related("store", "to_store", "department", "person", "partner", "created_by", "booked_by", "request", "origin")


def slip_counts(user) -> dict[str, int]:
    """How many are to be booked and to be approved. One query."""
    rows = slips_visible_to(user).order_by()
    return rows.aggregate(draft=Count("pk", filter=Q(state=SlipState.DRAFT)), waiting=Count("pk", filter=Q(state=SlipState.WAITING)))


def waiting_for(user) -> QuerySet[Slip]:
    """Papers this person should approve."""
    if not has(user, APPROVE):
        return Slip.objects.none()
    return slips_visible_to(user).filter(state=SlipState.WAITING).exclude(created_by=user.pk).order_by("pk")


def drafts_of(user) -> QuerySet[Slip]:
    if not has(user, KEEP):
        return Slip.objects.none()
    return slips_visible_to(user).filter(state=SlipState.DRAFT, created_by=user.pk).order_by("pk")
