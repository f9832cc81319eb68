"""What the folder bus registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .rights import MANAGE, MONEY, PERMISSIONS, RUN, VIEW

LIMITS = (
    Limit("safety.bus.minutes", "校车发车多久没有收车就告警", "分钟", 90, 20, 240, group="校车"),
    Limit("safety.bus.net", "校车净收入不低于收费的", "%", 10, 0, 100, group="校车"),
)


def register() -> None:
    from safety.vehicle.rules import fuel_guards

    from . import pages, prints, queries, rules

    permissions.register("校车", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.LEFT_OPEN)
    subjects.register(rules.NOT_COME)
    registry.register(pages.LINES, pages.STOPS, pages.RIDERS, pages.RUNS, pages.FEES)
    documents.register(prints.RUN_PAPER, prints.WEEK)
    sources.todos.append(queries.bus_todos)
    sources.late.append(queries.bus_late)
    fuel_guards.append(queries.refuel_guard)
    menu.register(MenuItem("安全", "校车", "bus", "/safety/bus-run/", (VIEW, MANAGE, MONEY, RUN), 61))
