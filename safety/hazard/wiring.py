"""What the folder hazard registers with the platform."""

from assets.public import handover_items
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from repairs.public import on_closed

from .queries import CLOSE, MANAGE, REPEAT_DAYS, REPORT, VIEW

ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (REPORT, "报隐患", {"*": OWN}),
    (VIEW, "看全部隐患", dict.fromkeys(("principal", "vice", "director", "safety", "inspector"), ALL)),
    (MANAGE, "隐患评级、派单和复查", dict.fromkeys(("vice", "director", "safety"), ALL)),
    (CLOSE, "重大隐患销号", dict.fromkeys(("principal", "vice"), ALL)),
]
LIMITS = [
    Limit("safety.hazard.general_days", "一般隐患最长几天整改", "天", 7, floor=1, ceiling=60, group="安全", help="派单时不写期限就按这个。"),
    Limit("safety.hazard.major_days", "重大隐患最长几天整改", "天", 30, floor=1, ceiling=180, group="安全"),
    Limit("safety.hazard.vice_days", "隐患逾期几天告诉分管副校长", "天", 3, floor=1, ceiling=60, group="安全", help="逾期第一天先告诉责任人和安全员。"),
    Limit("safety.hazard.principal_days", "隐患逾期几天告诉校长", "天", 7, floor=1, ceiling=90, group="安全"),
    Limit(REPEAT_DAYS, "同一地方同类隐患几天内算屡次", "天", 365, floor=30, ceiling=1095, group="安全"),
]  # fmt: skip


def register() -> None:
    from .closing_rules import ORIGIN, ticket_ended
    from .home import detail_of, hazard_todos, late_hazards, open_hazards, scan_choices, title_of, words_of
    from .pages import HAZARDS
    from .prints import LEDGER, SHEET
    from .rules import HAZARDS_TOLD

    permissions.register("巡查和隐患", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(HAZARDS_TOLD)
    registry.register(HAZARDS)
    documents.register(LEDGER, SHEET)
    on_closed(ORIGIN, ticket_ended)
    things.offer("platform.place", scan_choices)
    handover_items.append(open_hazards)
    sources.todos.append(hazard_todos)
    sources.late.append(late_hazards)
    index.register(
        Indexed(
            HAZARDS,
            words=words_of,
            title=title_of,
            detail=detail_of,
            order=45,
        )
    )
    menu.register(MenuItem("安全", "隐患", "triangle-alert", "/safety/hazard/", REPORT, 20))
