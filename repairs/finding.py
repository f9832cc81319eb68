"""What of repairs the search box finds (GEN-02)."""

from logistics.platform.search.index import Indexed

from .figures.pages import REPORTS
from .plan.pages import PLANS
from .project.pages import PROJECTS
from .ticket.pages import TICKETS

SILENT = {"follow", "comment", "arrive", "wait", "resume", "call_back"}  # acts on a report that change none of its words

INDEXED = (
    Indexed(
        TICKETS,
        words=lambda ticket: ticket.search.split(),
        rows=lambda tickets: tickets.only("search"),
        touched=lambda events: {event.record_id for event in events if event.action not in SILENT},
        title=lambda ticket: ticket.title,
        detail=lambda ticket: f"{ticket.number} · {ticket.place} · {ticket.get_state_display()}",
        order=10,
    ),
    Indexed(PLANS, words=lambda plan: (plan.title, plan.number), detail=lambda plan: f"{plan.number or '未编号'} · {plan.get_state_display()}", order=20),
    Indexed(
        PROJECTS,
        words=lambda project: (project.number, project.title, project.firm, project.contract_number),
        title=lambda project: project.title,
        detail=lambda project: f"{project.number} · {project.place} · {project.get_state_display()}",
        order=25,
    ),
    Indexed(REPORTS, words=lambda report: (str(report),), order=30),
)
