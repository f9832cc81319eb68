"""What the folder appliance registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

from .rights import PERMISSIONS, VIEW

LIMITS = (Limit("dorms.appliance.repeated", "违章电器一学年第几次起报告总务处", "次", 2, 1, 20, group="宿舍"),)


def register() -> None:
    from . import pages, queries, rules

    permissions.register("宿舍违章电器", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.FOUND)
    registry.register(pages.APPLIANCES)
    documents.register(pages.APPLIANCE_SHEET.document)
    offline.register(OfflineForm("dorms.appliance", "登记违章电器", route="dorms:appliance-create", check=rules.check_can_record, pages=queries.kept_on_phone))
    menu.register(MenuItem("宿舍和水电", "违章电器", "plug-zap", "/dorms/appliance/", VIEW, 45))
    panels.register(Panel("dorms.dormroom", "违章电器", "dorms/appliance_panel.html", queries.room_panel, order=50))
