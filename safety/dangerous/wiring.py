"""What the folder dangerous registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

from .models import KEEP, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看危险品和进出台账", dict.fromkeys(("safety", "director", "vice", "principal", "storekeeper", "keeper", "inspector"), ALL)),
    (KEEP, "收发危险品，当第二人", dict.fromkeys(("safety", "storekeeper", "director"), ALL)),
]


def register() -> None:
    from .pages import GOODS, MOVE_SHEET, MOVES
    from .queries import dangerous_todos
    from .rules import CONFIRM

    permissions.register("安全台账", PERMISSIONS)
    subjects.register(CONFIRM)
    registry.register(GOODS, MOVES)
    documents.register(MOVE_SHEET.document)
    sources.todos.append(dangerous_todos)
