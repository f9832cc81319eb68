"""What the folder accident registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import LAW as BY_LAW
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

from .models import LAW
from .queries import CLOSE, HANDLE, PHONE, REPORT, WRITTEN

ALL = Scope.ALL
PERMISSIONS = [
    (REPORT, "报告事故", {"*": ALL}),
    (HANDLE, "记事故处置和上报", dict.fromkeys(("safety", "director", "vice", "principal", "nurse"), ALL)),
    (CLOSE, "事故结案", dict.fromkeys(("principal", "vice"), ALL)),
]
LIMITS = (
    Limit(PHONE, "事故最迟多少分钟电话报告", "分钟", 60, 5, 60, BY_LAW, LAW, group="安全", help="要立即报告，这是最迟的时间。"),
    Limit(WRITTEN, "事故最迟多少分钟书面报告", "分钟", 120, 30, 1440, group="安全"),
)


def register() -> None:
    from .pages import ACCIDENT_SHEET, ACCIDENTS
    from .prints import ACCIDENT_REPORT
    from .queries import accident_figures, accident_late, accident_todos
    from .rules import ALARM

    permissions.register("安全台账", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(ALARM)
    registry.register(ACCIDENTS)
    documents.register(ACCIDENT_REPORT, ACCIDENT_SHEET.document)
    sources.todos.append(accident_todos)
    sources.late.append(accident_late)
    sources.figures.append(accident_figures)
