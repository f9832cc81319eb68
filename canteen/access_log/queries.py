"""Who was in kitchen and store (CAN-25)."""

from django.db.models import QuerySet

from canteen.rights import ACCESS, BUYING_VIEW
from logistics.platform.access.rules import has, require

from .models import AccessEntry


def check_can_view(user, record=None) -> None:
    if not has(user, ACCESS):
        require(user, BUYING_VIEW)


def entries_visible_to(user) -> QuerySet[AccessEntry]:
    rows = AccessEntry.objects.select_related("allowed_by", "created_by")
    return rows if has(user, ACCESS) or has(user, BUYING_VIEW) else rows.none()
