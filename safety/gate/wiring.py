"""What the folder gate registers with the platform."""

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

from .queries import MANAGE, RECORD, VIEW

ALL, OWN = Scope.ALL, Scope.OWN
KEEPERS = ("safety", "director")
PERMISSIONS = [
    (VIEW, "看来访、收发件、过夜车辆", {"*": OWN, **dict.fromkeys((*KEEPERS, "guard", "vice", "principal", "inspector"), ALL)}),
    (RECORD, "门卫登记：放行、收发、过夜车辆", dict.fromkeys((*KEEPERS, "guard"), ALL)),
    (MANAGE, "管不准进校名单，替被访人确认", dict.fromkeys((*KEEPERS, "vice"), ALL)),
]


def register() -> None:
    from . import book_rules, home, rules
    from .book_pages import BARRED, CAR_SHEET, CARS, PARCEL_SHEET, PARCELS
    from .inside import INSIDE_PAPER
    from .pages import VISIT_SHEET, VISITS
    from .prints import CAR_PAPER

    permissions.register("门卫和值班", PERMISSIONS)
    subjects.register(rules.SUBJECT, book_rules.SUBJECT)
    limits.register(*rules.LIMITS, book_rules.UNCLAIMED)
    registry.register(VISITS, BARRED, PARCELS, CARS)
    documents.register(VISIT_SHEET.document, PARCEL_SHEET.document, CAR_SHEET.document, CAR_PAPER, INSIDE_PAPER)
    sources.todos.append(home.gate_todos)
    sources.late.append(home.late_at_gate)
    index.register(
        Indexed(VISITS, names=lambda x: (x.name,), words=lambda x: (x.number, x.organisation, x.plate), title=lambda x: x.shown_name, detail=lambda x: f"找{x.host.name} · {x.number}", order=80),
        Indexed(PARCELS, names=lambda x: (x.who,), words=lambda x: (x.tracking, x.sender), detail=lambda x: f"{x.sender} {x.get_state_display()}", order=82),
        Indexed(CARS, names=lambda x: (x.who,), words=lambda x: (x.plate, x.number), detail=lambda x: f"{x.who} · {x.get_state_display()}", order=83),
        Indexed(BARRED, names=lambda x: (x.name,), words=lambda x: (x.plate,), detail=lambda x: x.reason, order=84),
    )  # fmt: skip
    menu.register(MenuItem("安全", "门卫和来访", "contact-round", "/safety/guest/", VIEW, 30))
