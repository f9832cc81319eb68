"""What the folder cleaning registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .rights import PERMISSIONS, VIEW

LIMITS = (Limit("safety.cleaning.pass", "卫生低于几分要整改", "分", 80, 1, 100, group="卫生"),)


def register() -> None:
    from . import pages, queries, rules

    permissions.register("卫生和绿化", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.DIRTY)
    registry.register(pages.AREAS, pages.SCORES, pages.SUPPLIES)
    documents.register(pages.SCORE_SHEET.document, pages.SUPPLY_SHEET.document, pages.WEEK)
    sources.todos.append(queries.cleaning_todos)
    sources.late.append(queries.cleaning_late)
    menu.register(MenuItem("日常", "卫生", "brush-cleaning", "/safety/cleaning/", VIEW, 75))
