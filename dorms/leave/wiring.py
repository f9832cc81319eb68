"""What the folder leave registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .queries import GRANT, RETURN, VIEW

ALL, OWN = Scope.ALL, Scope.OWN
LEADERS = ("director", "vice", "principal", "safety")
PERMISSIONS = [
    (VIEW, "看住宿请假", {"headteacher": OWN, "dormkeeper": OWN, **dict.fromkeys((*LEADERS, "guard", "nurse", "inspector"), ALL)}),
    (GRANT, "给住校生准假", {"headteacher": OWN, **dict.fromkeys(("director", "vice"), ALL)}),
    (RETURN, "给住校生销假", {"headteacher": OWN, "dormkeeper": OWN, **dict.fromkeys(("director", "vice"), ALL)}),
]


def register() -> None:
    from . import home, rules
    from .pages import LEAVES
    from .prints import LEAVE_PAPER

    permissions.register("住宿请假", PERMISSIONS)
    subjects.register(rules.SUBJECT)
    limits.register(rules.HOURS, rules.LONGEST)
    registry.register(LEAVES)
    documents.register(LEAVE_PAPER)
    sources.todos.append(home.leave_todos)
    sources.late.append(home.late_leaves)
    index.register(
        Indexed(LEAVES, names=lambda x: (x.student.name,), words=lambda x: (x.number,), detail=lambda x: f"{x.school_class} {x.student.name}", order=84)
    )
    menu.register(MenuItem("宿舍和水电", "住宿请假", "luggage", "/dorms/leave/", VIEW, 30))
