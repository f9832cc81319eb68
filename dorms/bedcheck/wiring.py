"""What the folder bedcheck registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

from .rights import PERMISSIONS, VIEW


def register() -> None:
    from . import home, missing_rules, rules
    from .pages import CHECKS, MISSING, ROOMS, TIMES
    from .prints import NIGHT_PAPER
    from .queries import check_keeps, kept_on_phone, room_panel

    permissions.register("查寝", PERMISSIONS)
    subjects.register(missing_rules.ABSENT)
    subjects.register(missing_rules.LATE_ROOMS)
    limits.register(rules.MINUTES, missing_rules.SECOND, missing_rules.THIRD)
    registry.register(TIMES, CHECKS, ROOMS, MISSING)
    documents.register(NIGHT_PAPER)
    offline.register(OfflineForm("dorms.roomcheck", "点名", ROOMS, "check", check=check_keeps, pages=kept_on_phone))
    panels.register(Panel("dorms.dormroom", "查寝", "dorms/room_nights_panel.html", room_panel, order=30))
    sources.todos.append(home.night_todos)
    sources.late.insert(0, home.late_nights)  # a child nobody has found comes before every paper that is overdue
    menu.register(MenuItem("宿舍和水电", "查寝", "moon", "/dorms/tonight/", VIEW, 20, also=("/dorms/check", "/dorms/missing/", "/dorms/room-check/")))
