"""What the folder committee registers with the platform."""

from canteen.evidence import VIEW
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

from .queries import ATTEND, KEEP

ALL = Scope.ALL
PERMISSIONS = [
    (KEEP, "管膳食委员会委员，公示活动", dict.fromkeys(("director", "canteen", "foodsafety"), ALL)),
    (ATTEND, "记膳食委员会活动和意见", dict.fromkeys(("director", "canteen", "foodsafety", "committee"), ALL)),
]


def register() -> None:
    from .pages import ACTIVITIES, ACTIVITY_SHEET, MEMBERS

    permissions.register("陪餐和监督", PERMISSIONS)
    registry.register(MEMBERS, ACTIVITIES)
    documents.register(ACTIVITY_SHEET.document)
    menu.register(MenuItem("食堂", "膳食委员会", "users-round", "/canteen/committee/", VIEW, 55))
