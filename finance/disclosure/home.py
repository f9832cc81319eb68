"""What statements show on the first page (FIN-10)."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import Disclosure, DisclosureState
from .queries import BOARD, CHECK


def disclosure_todos(user, at: datetime) -> list[Todo]:
    """Statements to check or to publish. One query for those who do, none for others."""
    wanted = [state for code, state in ((CHECK, DisclosureState.CHECKING), (BOARD, DisclosureState.CHECKED)) if has(user, code)]
    if not wanted:
        return []
    rows = Disclosure.objects.filter(state__in=wanted).order_by("sent_at")[:10]
    own = [row for row in rows if row.state == DisclosureState.CHECKED or row.created_by_id != user.pk]
    words = {DisclosureState.CHECKING: ("和账核对以后审核", "审核"), DisclosureState.CHECKED: ("审核过了，贴到公示栏", "公开")}
    return [
        Todo(str(row), words[DisclosureState(row.state)][0], reverse("finance:disclosure-detail", args=[row.pk]), words[DisclosureState(row.state)][1],
             "book-open-check")
        for row in own
    ]  # fmt: skip
