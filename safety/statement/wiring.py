"""What the folder statement registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

from .queries import MANAGE

PERMISSIONS = [(MANAGE, "发安全责任书，催签", dict.fromkeys(("safety", "director", "vice", "principal"), Scope.ALL))]


def register() -> None:
    from .pages import SIGNATURES, STATEMENTS
    from .prints import OVERVIEW, SIGNED
    from .queries import statement_late, statement_todos
    from .rules import SIGN

    permissions.register("安全台账", PERMISSIONS)
    subjects.register(SIGN)
    registry.register(STATEMENTS, SIGNATURES)
    documents.register(SIGNED, OVERVIEW)
    sources.todos.append(statement_todos)
    sources.late.append(statement_late)
