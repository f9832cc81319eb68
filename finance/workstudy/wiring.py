"""What the folder workstudy registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

ALL = Scope.ALL
SEES_ALL = dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "financegroup", "inspector"), ALL)
LIMITS = [
    Limit(
        "finance.work.hours", "勤工俭学每月最多", "小时", 40, floor=1, ceiling=40, force=GUIDANCE, basis="《高等学校学生勤工助学管理办法》参照", group="经费",
        help="一名学生各岗位合计。",
    ),
]  # fmt: skip
PERMISSIONS = [
    ("finance.work.view", "看勤工俭学", SEES_ALL),
    ("finance.work.manage", "办理勤工俭学", {"director": ALL}),
    ("finance.work.approve", "核准勤工俭学工时", {"vice": ALL}),
    ("finance.work.pay", "发放勤工俭学报酬", {"cashier": ALL}),
]
ACTS = [Act("note", "登记工时", separation.REQUEST), Act("approve", "核准", separation.APPROVE), Act("pay", "发放", separation.PAY)]


def register() -> None:
    from .home import work_todos
    from .pages import POSTS, SHEETS
    from .prints import WORK_SHEET

    permissions.register("资助和勤工", PERMISSIONS)
    separation.register("finance.worksheet", "勤工俭学工时", ACTS)
    limits.register(*LIMITS)
    registry.register(POSTS, SHEETS)
    documents.register(WORK_SHEET)
    sources.todos.append(work_todos)
