"""What the folder drill registers with the platform."""

from logistics.platform.duties.registry import Producer
from logistics.platform.duties.registry import register as register_producer
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources
from safety.evidence import MANAGE

from .models import LAW

LIMITS = (
    Limit("safety.drill.seconds", "疏散演练的目标用时", "秒", 120, 30, 600, GUIDANCE, LAW, group="安全", help="四层以下的教学楼一般在 2 分钟以内。"),
    Limit("safety.drill.monthly", "每月至少演练几次", "次", 1, 1, 10, GUIDANCE, LAW, group="安全"),
)


def register() -> None:
    from .pages import DRILL_SHEET, DRILLS, PLANS, PROBLEMS
    from .prints import DRILL_RECORD, PLAN_PAPER
    from .queries import PRODUCER, drill_late, drill_todos
    from .rules import TASK

    limits.register(*LIMITS)
    subjects.register(TASK)
    registry.register(PLANS, DRILLS, PROBLEMS)
    documents.register(DRILL_RECORD, PLAN_PAPER, DRILL_SHEET.document)
    register_producer(Producer(PRODUCER, "应急演练", lambda row: "/safety/drill/new/", "siren", manage=MANAGE))
    sources.todos.append(drill_todos)
    sources.late.append(drill_late)
