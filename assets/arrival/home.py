"""What goods that arrived show on the first page."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse

from assets.card.queries import MANAGE
from assets.store.queries import KEEP
from finance.public import Destination
from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .queries import lines_visible_to


def arrival_todos(user, at: datetime) -> list[Todo]:
    """How many lines wait for this keeper's own act. One query."""
    own = [destination for destination, right in ((Destination.ASSET, MANAGE), (Destination.STORE, KEEP)) if has(user, right)]
    if not own:
        return []
    found = lines_visible_to(user).filter(destination__in=own).order_by().aggregate(count=Count("pk"), first=Min("acceptance__accepted_at"))
    if not found["count"]:
        return []
    return [Todo("到货等着建卡、入库", f"{found['count']} 行，验收过了", reverse("assets:arrival-list"), "去办", "package-open")]
