"""What the folder meter registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.labels import things
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

from .queries import MANAGE, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看表计和读数", dict.fromkeys(("principal", "vice", "director", "accountant", "inspector", "repairer"), ALL)),
    (MANAGE, "管表计和抄表路线", dict.fromkeys(("director", "vice"), ALL)),
]


def register() -> None:
    from .importing import METER_LIST
    from .pages import DEVICES, METER_THING, METERS, meter_choices

    permissions.register("表计和抄表", PERMISSIONS)
    registry.register(METERS, DEVICES)
    targets.register(METER_LIST)
    things.register(METER_THING)
    things.offer(METER_THING.kind, meter_choices)
    index.register(
        Indexed(METERS, names=lambda meter: (meter.name,), words=lambda meter: (meter.code, meter.account), detail=lambda meter: meter.code, order=64)
    )
    menu.register(MenuItem("宿舍和水电", "表计", "gauge", "/utilities/tree/", VIEW, 60, also=("/utilities/meter/", "/utilities/device/")))
