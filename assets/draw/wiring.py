"""What the folder draw registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
ASKERS = ("director", "keeper", "canteen", "safety", "dormkeeper", "nurse", "headteacher")
PERMISSIONS = [("assets.request.ask", "申请领用", dict.fromkeys(ASKERS, ALL))]
ACTS = [
    Act("create", "申请领用", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("allow", "批准领用", separation.APPROVE),
    Act("hand_over", "发料", separation.DO),
]


def register() -> None:
    from .approval import REQUESTS_TO_APPROVE
    from .pages import REQUESTS
    from .prints import REQUEST_SHEET

    permissions.register("库房", PERMISSIONS)
    separation.register("assets.stockrequest", "领用申请", ACTS)
    approvals.register(REQUESTS_TO_APPROVE)
    registry.register(REQUESTS)
    documents.register(REQUEST_SHEET)
    index.register(Indexed(REQUESTS, words=lambda request: (request.number, request.purpose), title=lambda request: request.purpose, order=64))
    menu.register(MenuItem("家底", "领用申请", "package-open", "/assets/request/", ("assets.request.ask", "assets.stock.view"), 21))
