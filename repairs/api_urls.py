"""The API of repairs, at /api/v1/repairs/."""

from django.urls import path

from logistics.platform.api.records import register

from .figures.api import FiguresView, MonthReportSerializer
from .figures.pages import REPORTS
from .kind.api import KindSerializer, RepairerSerializer, TradeSerializer
from .kind.pages import KINDS, REPAIRERS, TRADES
from .plan.api import PlanSerializer, PreventiveSerializer
from .plan.pages import PLANS, PREVENTIVES
from .project.api import ProjectSerializer
from .project.pages import PROJECTS
from .ticket.api import TicketSerializer
from .ticket.pages import TICKETS

register("repairs", "month-reports", REPORTS, MonthReportSerializer)
register("repairs", "tickets", TICKETS, TicketSerializer)
register("repairs", "trades", TRADES, TradeSerializer)
register("repairs", "kinds", KINDS, KindSerializer)
register("repairs", "repairers", REPAIRERS, RepairerSerializer)
register("repairs", "plans", PLANS, PlanSerializer)
register("repairs", "preventives", PREVENTIVES, PreventiveSerializer)
register("repairs", "projects", PROJECTS, ProjectSerializer)

urlpatterns = [path("repairs/figures/", FiguresView.as_view(), name="repairs-figures")]
