"""What transfers show on the first page and among what is in one's name."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.web.home import Line, Lines, Todo

from .models import TransferState
from .queries import to_sign, transfers_visible_to

SHOWN = 5


def transfer_todos(user, at: datetime) -> list[Todo]:
    """Papers that wait for this person's signature. One query."""
    waiting = transfers_visible_to(user).filter(to_sign(user)).order_by("pk")[:SHOWN]
    return [Todo(f"签{one}", f"{one.giver}交{one.receiver}", reverse("assets:transfer-detail", args=[one.pk]), "签字", "signature") for one in waiting]


def transfers_in_hand(user) -> Lines | None:
    """What is on its way from or to this person."""
    rows = [one for one in transfers_visible_to(user).filter(state=TransferState.OPEN)[:50] if user.pk in (one.giver_id, one.receiver_id)]
    lines = [
        Line(f"{one.giver}交{one.receiver}", str(one), reverse("assets:transfer-detail", args=[one.pk]), "arrow-left-right", one.get_state_display(), one.tone)
        for one in rows
    ]
    return Lines("正在交接的", lines, f"{reverse('assets:transfer-list')}?state=open", "") if lines else None
