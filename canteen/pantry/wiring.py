"""What the folder pantry registers with the platform."""

from canteen.rights import BUYING_VIEW, PANTRY, PANTRY_BOOK
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

LIMITS = (Limit("canteen.pantry.warn.days", "食材保质期还剩多少天提醒", "天", 3, floor=0, ceiling=60, group="食堂"),)
SEEING = (BUYING_VIEW, PANTRY, PANTRY_BOOK)


def register() -> None:
    from .pages import BATCHES, COUNTS, ISSUES, MOVES
    from .prints import COUNT_SHEET, ISSUE_SHEET
    from .queries import pantry_late, pantry_todos

    limits.register(*LIMITS)
    registry.register(BATCHES, MOVES, ISSUES, COUNTS)
    documents.register(ISSUE_SHEET, COUNT_SHEET)
    sources.todos.append(pantry_todos)
    sources.late.append(pantry_late)
    menu.register(
        MenuItem("食堂", "食材出库", "hand-platter", "/canteen/issue/", SEEING, 23),
        MenuItem("食堂", "食材库", "warehouse", "/canteen/batch/", SEEING, 24),
        MenuItem("食堂", "食材盘点", "clipboard-list", "/canteen/pantry-count/", SEEING, 25),
    )
