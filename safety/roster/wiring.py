"""What the folder roster registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.notices import feed, subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .queries import MANAGE, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看值班表，值自己的班", {"*": ALL, "inspector": ALL}),
    (MANAGE, "排班、批换班、代写交班记录", dict.fromkeys(("safety", "director", "vice"), ALL)),
]


def register() -> None:
    from dorms.public import register_leaders

    from . import home, queries, rules
    from .pages import CHANGES, KINDS, SHIFTS
    from .prints import ROSTER_SHEET, SHIFT_PAPER

    permissions.register("门卫和值班", PERMISSIONS)
    subjects.register(rules.SUBJECT)
    limits.register(rules.LATE)
    registry.register(SHIFTS, KINDS, CHANGES)
    documents.register(SHIFT_PAPER, ROSTER_SHEET)
    sources.todos.append(home.roster_todos)
    sources.late.append(home.late_shifts)
    feed.sources.append(home.shift_feed)
    things.offer("platform.place", home.label_choices)
    register_belonging("还没值的班", home.shifts_to_come)
    register_leaders(queries.leaders_at)
    index.register(
        Indexed(
            CHANGES,
            names=lambda x: (x.watch.person.name, x.substitute.name),
            words=lambda x: (x.reason,),
            detail=lambda x: f"{x.watch.shift} · {x.get_state_display()}",
            order=85,
        )
    )
    menu.register(MenuItem("安全", "值班", "calendar-clock", "/safety/roster/", VIEW, 32))
