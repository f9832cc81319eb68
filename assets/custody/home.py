"""What statements show on the first page."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.web.home import Todo

from .queries import pledges_visible_to, to_sign

SHOWN = 3


def pledge_todos(user, at: datetime) -> list[Todo]:
    """Statements that wait for this person's signature; one line each, or one for all when there are many. One query or two."""
    waiting = pledges_visible_to(user).filter(to_sign(user)).order_by("pk")
    some = list(waiting[: SHOWN + 1])
    if len(some) > SHOWN:
        number = waiting.order_by().count()
        return [Todo(f"{number} 份财产管理责任书等您签字", "在列表里勾选，可以一起签", f"{reverse('assets:pledge-list')}?wait=mine", "签字", "signature")]
    return [
        Todo(f"签财产管理责任书：{one.name}", f"{one.term}，{one.pieces} 件", reverse("assets:pledge-detail", args=[one.pk]), "签字", "signature")
        for one in some
    ]
