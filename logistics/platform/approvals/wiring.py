"""What approvals register with the other services of the platform; called from the platform's wiring."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.web import context, menu, readiness, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard

from .engine import APPROVALS
from .home import STEP, approval_late, approval_todos
from .pages import RUNS
from .prints import SHEET
from .queries import DECIDE, MANAGE, VIEW, held_by, waiting_count
from .usual_rules import LIMITS, PRESET

ALL = Scope.ALL
PERMISSIONS = [
    (MANAGE, "设审批流程", {"director": ALL, "principal": ALL}),
    (VIEW, "看全部审批", dict.fromkeys(("principal", "vice", "inspector", "accountant"), ALL)),
    (DECIDE, "审批（可以请人代）", {"*": Scope.OWN}),
]


def register() -> None:
    permissions.register("审批", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(APPROVALS)
    first_run.register(PRESET)
    registry.register(RUNS)
    documents.register(SHEET)
    context.badges["approvals"] = waiting_count
    sources.todos.append(approval_todos)
    sources.late.append(approval_late)
    menu.register(MenuItem("", "审批", "stamp", "/approvals/", order=12))
    menu.register_cards(SetupCard("审批流程", "多大的金额由谁批，先模拟再发布", "stamp", "/approvals/chains/", (MANAGE,)))
    readiness.register(STEP)
    register_belonging("等他审批的单", held_by)
