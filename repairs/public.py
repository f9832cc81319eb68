"""All that other apps may use of repairs."""

from django.db.models import QuerySet

from .kind.models import FaultKind
from .origins import on_closed
from .ticket.rules import open_ticket

__all__ = ["on_closed", "open_ticket", "repair_kinds"]


def repair_kinds() -> QuerySet[FaultKind]:
    """The kinds of faults a new ticket may have."""
    return FaultKind.objects.filter(is_active=True)
