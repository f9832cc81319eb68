"""What the folder special registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

from .rules import APPROVE, ASK, VIEW, YUAN

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看特供餐和接待餐", dict.fromkeys(("principal", "vice", "director", "canteen", "foodsafety", "accountant", "inspector"), ALL)),
    (ASK, "申请特供餐和接待餐，登记实际", dict.fromkeys(("canteen", "director"), ALL)),
    (APPROVE, "批准特供餐和接待餐", dict.fromkeys(("principal", "vice"), ALL)),
]
ACTS = [Act("create", "申请用餐", separation.REQUEST), Act("approve", "批准用餐", separation.APPROVE)]


def register() -> None:
    from .home import special_todos
    from .pages import SPECIALS
    from .prints import SPECIAL_PAPER
    from .rules import ASKING

    permissions.register("营养餐", PERMISSIONS)
    separation.register("canteen.specialmeal", "特供餐和接待餐", ACTS)
    limits.register(Limit(YUAN, "接待用餐每人最多", "元", 60, 10, 300, group="食堂", help="按当地会议用餐标准定。"))
    subjects.register(ASKING)
    registry.register(SPECIALS)
    documents.register(SPECIAL_PAPER)
    sources.todos.append(special_todos)
