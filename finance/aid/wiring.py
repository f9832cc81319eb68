"""What the folder aid registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL, CLASS = Scope.ALL, Scope.CLASS
SEES_ALL = dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "financegroup", "inspector"), ALL)
LIMITS = [
    Limit(
        "finance.aid.notice", "资助名单公示", "个工作日", 5, floor=5, ceiling=30, force=GUIDANCE, basis="教育部等六部门《关于做好家庭经济困难学生认定工作的指导意见》",
        group="经费", help="按校历数，公示当天不算。",
    ),
    Limit("finance.aid.members", "资助评议至少几人", "人", 3, floor=3, ceiling=30, group="经费", help="登记申请的人不算。"),
]  # fmt: skip
PERMISSIONS = [
    ("finance.aid.view", "看资助名单", {**SEES_ALL, "headteacher": CLASS}),
    ("finance.aid.apply", "登记资助申请", {"headteacher": CLASS, "director": ALL}),
    ("finance.aid.manage", "办理资助", {"director": ALL}),
    ("finance.aid.decide", "审定资助名单", {"principal": ALL, "vice": ALL}),
    ("finance.aid.pay", "发放资助", {"cashier": ALL}),
]
ACTS = [
    Act("create", "建名单", separation.REQUEST),
    Act("propose", "成拟资助名单", separation.REQUEST),
    Act("finalize", "审定名单", separation.APPROVE),
    Act("pay", "发放", separation.PAY),
]


def register() -> None:
    from .home import aid_todos
    from .pages import APPLICATIONS, LISTS, SCHEMES, WHYS
    from .prints import NOTICE_SHEET, PAY_SHEET
    from .rules import AID

    permissions.register("资助和勤工", PERMISSIONS)
    separation.register("finance.aidlist", "资助名单", ACTS)
    limits.register(*LIMITS)
    subjects.register(AID)
    registry.register(SCHEMES, LISTS, APPLICATIONS, WHYS)
    documents.register(NOTICE_SHEET, PAY_SHEET)
    index.register(
        Indexed(
            LISTS,
            names=lambda listing: (listing.scheme.name,),
            words=lambda listing: (listing.number,),
            detail=lambda listing: f"{listing.number} · {listing.get_state_display()}",
            rows=lambda rows: rows.select_related("scheme", "term"),
            order=53,
        )
    )
    sources.todos.append(aid_todos)
    menu.register(MenuItem("经费", "资助", "hand-heart", "/finance/aid-list/", "finance.aid.view", 80))
