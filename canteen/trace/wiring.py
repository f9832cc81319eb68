"""What the folder trace registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.printing import documents
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

from .queries import DRILL, MINUTES, TRACE

ALL = Scope.ALL
KEEPERS = {"canteen": ALL, "foodsafety": ALL}
READERS = dict.fromkeys(("principal", "vice", "director", "nurse", "inspector"), ALL)
PERMISSIONS = [
    (TRACE, "查食品追溯", {**KEEPERS, "chef": ALL, **READERS}),
    (DRILL, "做召回演练", KEEPERS),
]
LIMITS = (Limit(MINUTES, "召回演练多少分钟内完成", "分钟", 30, 5, 240, group="食品安全", help="学校自定。查清来源、去向、谁吃过、还剩多少。"),)


def register() -> None:
    from .pages import DRILLS, START_KINDS, trace_panel
    from .prints import DRILL_PAPER, TRACE_PAPER

    permissions.register("食品追溯", PERMISSIONS)
    limits.register(*LIMITS)
    registry.register(DRILLS)
    documents.register(TRACE_PAPER, DRILL_PAPER)
    panels.register(*(Panel(kind, "食品追溯", "canteen/trace_panel.html", trace_panel, order=90, side=True) for kind in START_KINDS))
    menu.register(
        MenuItem("食堂", "食品追溯", "route", "/canteen/trace/", TRACE, 62),
        MenuItem("食堂", "召回演练", "timer", "/canteen/drill/", TRACE, 63),
    )
