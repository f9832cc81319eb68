"""What the folder student_pass registers with the platform."""

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

from .queries import ASK, GUARD, MANAGE, VIEW

ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (
        VIEW,
        "看学生出门证",
        {"headteacher": OWN, **dict.fromkeys(("guard", "nurse", "safety", "dormkeeper", "director", "vice", "principal", "inspector"), ALL)},
    ),
    (ASK, "给学生办出门证", {"headteacher": OWN, **dict.fromkeys(("nurse", "safety", "director", "vice"), ALL)}),
    (GUARD, "门卫一方：核对、放行、返校", dict.fromkeys(("guard", "safety"), ALL)),
    (MANAGE, "班主任不在时代为确认，作废出门证", dict.fromkeys(("vice", "director"), ALL)),
]


def register() -> None:
    from . import home, rules
    from .pages import PASSES
    from .prints import PASS_PAPER

    permissions.register("门卫和值班", PERMISSIONS)
    subjects.register(rules.SUBJECT)
    limits.register(rules.HOURS)
    registry.register(PASSES)
    documents.register(PASS_PAPER)
    sources.todos.append(home.pass_todos)
    sources.late.append(home.late_passes)
    index.register(
        Indexed(PASSES, names=lambda x: (x.student.name,), words=lambda x: (x.number,), detail=lambda x: f"{x.school_class} {x.student.name}", order=81)
    )
    menu.register(MenuItem("安全", "学生出校", "door-open", "/safety/pass/", VIEW, 31))
