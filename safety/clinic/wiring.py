"""What the folder clinic registers with the platform. Nothing of it is found by the search box."""

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .rights import CLASS, PERMISSIONS, VIEW

LIMITS = (
    Limit("safety.cluster.count", "同班同症状几人告警", "人", 3, 2, 10, group="校医"),
    Limit("safety.cluster.days", "同班同症状几天内算一起", "天", 3, 1, 14, group="校医"),
    Limit("safety.medicine.warn.days", "药品到期前几天提醒", "天", 30, 0, 180, group="校医"),
)


def register() -> None:
    from . import pages, queries, rules

    permissions.register("校医", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.ALARM)
    registry.register(pages.VISITS, pages.MEDICINES, pages.BATCHES, pages.MOVES, pages.CHECKS, pages.ILLNESSES, pages.CLUSTERS)
    documents.register(pages.VISIT_SHEET.document, pages.CHECK_SHEET.document, pages.ILL_SHEET.document)
    sources.todos.append(queries.clinic_todos)
    sources.late.append(queries.clinic_late)
    menu.register(MenuItem("安全", "校医", "stethoscope", "/safety/clinic/", (VIEW, CLASS), 70))
