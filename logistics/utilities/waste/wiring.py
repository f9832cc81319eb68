"""What the folder waste registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem
from logistics.utilities.late import LIMITS
from repairs.public import on_closed

from .models import PERMISSIONS, VIEW


def register() -> None:
    from . import pages, queries, rules

    permissions.register("浪费登记", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.FOUND)
    registry.register(pages.FINDINGS, pages.KEEPERS)
    documents.register(pages.SHEET.document)
    offline.register(
        OfflineForm("utilities.waste", "浪费登记", route="utilities:waste-finding-create", check=queries.check_goes_round, pages=queries.kept_on_phone)
    )
    things.offer("platform.place", queries.scan_choices)
    on_closed("utilities.wastefinding", rules.handle_closed)
    menu.register(
        MenuItem(
            "宿舍和水电",
            "节约用电用水",
            "leaf",
            "/utilities/waste/",
            VIEW,
            60,
            also=("/utilities/waste-finding/", "/utilities/energy-keeper/", "/utilities/run-"),
        )
    )
