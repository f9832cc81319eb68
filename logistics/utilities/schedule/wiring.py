"""What the folder schedule registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import subjects
from logistics.platform.school import first_run as beginnings
from logistics.platform.web import panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.panels import Panel

from .queries import ASK, DECIDE, MANAGE, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看空调、供暖、热水和照明的开放时间", {"*": ALL, "inspector": ALL}),
    (ASK, "申请延时使用", {"*": ALL}),
    (DECIDE, "审批延时使用", dict.fromkeys(("vice", "director"), ALL)),
    (MANAGE, "定开放时间", dict.fromkeys(("director",), ALL)),
]


def register() -> None:
    from . import pages, queries, rules
    from .first_run import PRESET

    permissions.register("节能", PERMISSIONS)
    limits.register(
        Limit(rules.COOLEST, "空调制冷不低于", "℃", 26, floor=26, ceiling=30, force=GUIDANCE, basis=rules.LAW, group="水电"),
        Limit(rules.WARMEST, "制热和供暖不高于", "℃", 20, floor=16, ceiling=20, force=GUIDANCE, basis=rules.LAW, group="水电"),
    )
    subjects.register(rules.SUBJECT)
    registry.register(pages.RULES, pages.EXCEPTIONS)
    panels.register(Panel("platform.place", "开放时间", "utilities/place_panel.html", queries.place_panel, order=120))
    things.offer("platform.place", queries.scan_choices)
    sources.todos.append(queries.run_todos)
    beginnings.register(PRESET)
