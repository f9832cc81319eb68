"""What the folder accompany registers with the platform."""

from canteen.evidence import VIEW
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .queries import ARRANGE, EAT

ALL = Scope.ALL
PERMISSIONS = [
    (EAT, "陪餐，记自己的陪餐", dict.fromkeys(("principal", "vice", "director"), ALL)),
    (ARRANGE, "安排陪餐，代记家长陪餐", dict.fromkeys(("director", "canteen", "foodsafety"), ALL)),
]


def register() -> None:
    from .home import accompany_todos, late_meals
    from .pages import ACCOMPANIED, ACCOMPANY_SHEET, ROTA_SHEET, TURNS
    from .rules import TURNS as TELLING

    permissions.register("陪餐和监督", PERMISSIONS)
    subjects.register(TELLING)
    registry.register(ACCOMPANIED, TURNS)
    documents.register(ACCOMPANY_SHEET.document, ROTA_SHEET)
    sources.todos.append(accompany_todos)
    sources.late.append(late_meals)
    menu.register(MenuItem("食堂", "陪餐", "utensils", "/canteen/accompany/", VIEW, 54))
