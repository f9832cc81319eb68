"""Whom to give a ticket to: trade, area, load (REP-02)."""

import zlib
from dataclasses import dataclass

from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from repairs.kind.models import Repairer
from repairs.ticket.models import OPEN, UNDONE, State, Ticket

MOST_KEPT = 60  # tickets on a repairer's phone


@dataclass(frozen=True)
class Proposal:
    """A repairer and why; `load` is the number of unfinished tickets."""

    repairer: Repairer
    has_trade: bool
    has_area: bool
    load: int

    @property
    def words(self) -> str:
        trades = "、".join(trade.name for trade in self.repairer.trades.all()) or "未定工种"
        area = "负责这一片" if self.has_area else "不负责这一片"
        return f"{trades} · {area} · 手上 {self.load} 件"


def proposals(*, place, trade, available_only: bool = True) -> list[Proposal]:
    """Repairers, the best first: right trade, then own area, then the fewest unfinished tickets."""
    rows = Repairer.objects.filter(user__is_active=True).select_related("user").prefetch_related("trades", "areas")
    if available_only:
        rows = rows.filter(is_available=True)
    rows = rows.annotate(load=Count("user__repairs", filter=Q(user__repairs__state__in=UNDONE)))
    found = [_proposal(repairer, place, trade) for repairer in rows]
    return sorted(found, key=lambda p: (not p.has_trade, not p.has_area, p.load, p.repairer.user.pinyin))


def _proposal(repairer: Repairer, place, trade) -> Proposal:
    areas = list(repairer.areas.all())
    has_area = not areas or any(place.path.startswith(area.path) for area in areas)
    return Proposal(repairer, trade in repairer.trades.all(), has_area, repairer.load)


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of what a repairer's phone keeps: the own list, each ticket in hand with its form for the finished work."""
    rows = Ticket.objects.filter(repairer=user.pk, state__in=UNDONE).order_by("due_at").values_list("pk", "state", "rework", "due_at")[:MOST_KEPT]
    tickets = [(pk, f"{state}.{rework}.{due_at:%m%d%H%M}") for pk, state, rework, due_at in rows]
    pages = [("/repairs/mine/", f"{timezone.localdate()} {zlib.crc32(repr(tickets).encode()):x}")]
    for pk, version in tickets:
        pages += [(f"/repairs/ticket/{pk}/", version), (f"/repairs/ticket/{pk}/finish/?ahead", version)]
    return pages


def proposals_for(ticket: Ticket) -> list[Proposal]:
    return proposals(place=ticket.place, trade=ticket.kind.trade)


def board_columns(rows, per_column: int = 40) -> list[tuple]:
    """(state, label, total, the most pressing tickets) for each open state, in two queries."""
    rows = rows.filter(state__in=OPEN).order_by()
    totals = dict(rows.values_list("state").annotate(n=Count("pk")))
    ranked = rows.annotate(rank=Window(RowNumber(), partition_by="state", order_by="due_at"))
    lanes: dict[str, list] = {}
    for ticket in rows.filter(pk__in=ranked.filter(rank__lte=per_column).values("pk")).order_by("due_at"):
        lanes.setdefault(ticket.state, []).append(ticket)
    return [(state, State(state).label, totals.get(state, 0), lanes.get(state, [])) for state in OPEN]
