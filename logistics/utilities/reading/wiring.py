"""What the folder reading registers with the platform."""

from decimal import Decimal

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.duties import registry as duties
from logistics.platform.duties.registry import Producer
from logistics.platform.imports import targets
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem
from logistics.utilities.meter.queries import MANAGE, VIEW

from .models import PRODUCER
from .queries import CORRECT, RECORD

ALL = Scope.ALL
PERMISSIONS = [
    (RECORD, "抄表，登记读数", dict.fromkeys(("director", "repairer"), ALL)),
    (CORRECT, "更正别人抄的读数", dict.fromkeys(("director", "vice"), ALL)),
]
LIMITS = (
    Limit("utilities.reading.times", "读数比上一期多几倍要再看一眼", "倍", Decimal(2), Decimal("1.1"), 20, group="水电", places=1, help="上一期是前两次抄表之间。"),
    Limit(
        "utilities.reading.sigma", "读数离平时多远要再看一眼", "倍标准差", Decimal(3), Decimal(1), 10, group="水电", places=1, help="至少抄过 4 期才比，最多看 13 期。"
    ),
)  # fmt: skip


def register() -> None:
    from .home import scan_choices
    from .importing import READING_LIST
    from .pages import READINGS, ROUNDS, ROUTES, STOPS
    from .prints import ROUND_PAPER
    from .queries import check_has_rounds, kept_on_phone, start_url

    permissions.register("表计和抄表", PERMISSIONS)
    limits.register(*LIMITS)
    registry.register(READINGS, ROUTES, ROUNDS, STOPS)
    documents.register(ROUND_PAPER)
    targets.register(READING_LIST)
    duties.register(Producer(PRODUCER, "抄一趟表", start_url, "gauge", manage=MANAGE))
    offline.register(OfflineForm("utilities.reading", "抄表", STOPS, "read", check=check_has_rounds, pages=kept_on_phone))
    things.offer("utilities.meter", scan_choices)
    menu.register(MenuItem("宿舍和水电", "抄表", "scan-line", "/utilities/rounds/", (VIEW, RECORD), 61, also=("/utilities/reading", "/utilities/stop/")))
