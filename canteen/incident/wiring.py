"""What the folder incident registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import LAW, Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import LATEST_MINUTES
from .models import LAW as ARTICLES
from .queries import CLOSE, MINUTES, REPORT

ALL = Scope.ALL
PERMISSIONS = [
    (REPORT, "报告疑似食物中毒，记处置经过", dict.fromkeys(("canteen", "chef", "foodsafety", "nurse", "principal", "vice", "director"), ALL)),
    (CLOSE, "疑似食物中毒结案", dict.fromkeys(("principal", "vice"), ALL)),
]
LIMITS = (
    Limit(
        MINUTES,
        "发现疑似食物中毒最迟多少分钟上报",
        "分钟",
        LATEST_MINUTES,
        5,
        LATEST_MINUTES,
        LAW,
        ARTICLES,
        group="食品安全",
        help="要立即报告，这是最迟的时间。",
    ),
)


def register() -> None:
    from canteen.pantry.rules import issued, returned
    from canteen.sample.rules import holds

    from .pages import INCIDENTS
    from .prints import INCIDENT_REPORT
    from .queries import held_by_incident, incident_late, incident_todos
    from .rules import ALARM, seal_issued, seal_returned

    permissions.register("食物中毒报告", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(ALARM)
    registry.register(INCIDENTS)
    documents.register(INCIDENT_REPORT)
    holds.append(held_by_incident)
    issued.append(seal_issued)
    returned.append(seal_returned)
    sources.todos.append(incident_todos)
    sources.late.append(incident_late)
    menu.register(MenuItem("食堂", "疑似食物中毒", "siren", "/canteen/incident/", (REPORT, CLOSE), 61))
