"""Every table of the repairs app, gathered for Django."""

from .figures.models import MonthReport
from .kind.models import FaultKind, Repairer, Trade
from .plan.models import PlanItem, PlanList, Preventive, PreventiveRun
from .project.models import Defect, Inspector, Milestone, Payment, Project, Quote
from .ticket.models import Follower, Material, Signature, Ticket, Wait

__all__ = [
    "Defect", "FaultKind", "Follower", "Inspector", "Material", "Milestone", "MonthReport", "Payment", "PlanItem", "PlanList", "Preventive",
    "PreventiveRun", "Project", "Quote", "Repairer", "Signature", "Ticket", "Trade", "Wait",
]  # fmt: skip
