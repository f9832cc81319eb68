"""Reading quotas: all of them for the store room and the leaders, one's own department's for its head (STK-09)."""

from django.db.models import Q, QuerySet

from assets.item.queries import VIEW, heads_a_department
from logistics.platform.access.rules import has, require

from .models import Quota

MANAGE = "assets.quota.manage"


def check_can_view(user, record=None) -> None:
    if not heads_a_department(user):
        require(user, VIEW)


def quotas_visible_to(user) -> QuerySet[Quota]:
    rows = Quota.objects.select_related("term", "department", "kind", "created_by")
    return rows if has(user, VIEW) else rows.filter(Q(department__head=user.pk))
