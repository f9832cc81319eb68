"""The board of open tickets, and the repairer's own list on the phone."""

from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import require
from logistics.platform.web.record_pages import RecordList
from repairs.kind.models import Trade
from repairs.ticket.models import OPEN, Ticket
from repairs.ticket.pages import TICKETS, state_of
from repairs.ticket.queries import late_q, list_rows

from .queries import board_columns


class Board(TemplateView):
    """Open tickets by state; the trade narrows it."""

    template_name = "repairs/board.html"

    def get_context_data(self, **kwargs):
        require(self.request.user, "repairs.ticket.view")
        rows = list_rows(self.request.user)
        trade = self.request.GET.get("trade", "")
        if trade.isdecimal() and len(trade) < 9:
            rows = rows.filter(kind__trade=int(trade))
        return super().get_context_data(title="派工看板", columns=board_columns(rows), trades=Trade.objects.all(), trade=trade, **kwargs)


class MyWork(TemplateView):
    """What is in my hands, by place and deadline, and what nobody has taken in my trades."""

    template_name = "repairs/my_work.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        require(user, "repairs.ticket.work")
        mine = list(
            Ticket.objects.filter(repairer=user, state__in=OPEN)
            .exclude(state="finished")
            .select_related("place", "place__building", "kind")
            .order_by("place__path", "due_at")
        )
        free = Ticket.objects.filter(state="new", kind__trade__repairers__user=user).select_related("place", "kind").order_by("due_at")[:30]
        groups: dict[str, list] = {}
        for ticket in mine:
            groups.setdefault(str(ticket.place.building or ticket.place), []).append((ticket, state_of(ticket)))
        late = Ticket.objects.filter(late_q(timezone.now()), repairer=user).count()
        return super().get_context_data(title="我的维修", groups=groups, free=free, count=len(mine), late=late, **kwargs)


class TicketList(RecordList):
    """The list with the way to the board."""

    record = TICKETS

    def get_template_names(self):
        return ["repairs/ticket_list.html"]
