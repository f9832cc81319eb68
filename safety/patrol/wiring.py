"""What the folder patrol registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.duties import registry as duties
from logistics.platform.duties.registry import Producer
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.school import first_run as beginnings
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

from .models import PRODUCER
from .queries import MANAGE, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看安全巡查", dict.fromkeys(("principal", "vice", "director", "safety", "guard", "dormkeeper", "inspector"), ALL)),
    (MANAGE, "管巡查路线和检查表", dict.fromkeys(("vice", "director", "safety"), ALL)),
]


def register() -> None:
    from .first_run import PRESET
    from .home import scan_choices
    from .pages import LISTS, ROUNDS, ROUTES, VISITS
    from .prints import ROUND_PAPER
    from .queries import check_has_rounds, kept_on_phone, start_url
    from .rules import NIGHT_LAW, NIGHT_ROUNDS

    permissions.register("巡查和隐患", PERMISSIONS)
    limits.register(
        Limit(
            NIGHT_ROUNDS,
            "寄宿生在校的夜里至少走几次防火巡查",
            "次",
            2,
            floor=2,
            ceiling=8,
            force=GUIDANCE,
            basis=NIGHT_LAW,
            group="安全",
            help="平时按每 2 小时一次排。",
        )
    )
    registry.register(LISTS, ROUTES, ROUNDS, VISITS)
    documents.register(ROUND_PAPER)
    duties.register(Producer(PRODUCER, "走一趟路线", start_url, "footprints", manage=MANAGE))
    offline.register(OfflineForm("safety.visit", "查点", VISITS, "check", check=check_has_rounds, pages=kept_on_phone))
    things.offer("platform.place", scan_choices)
    beginnings.register(PRESET)
    menu.register(MenuItem("安全", "巡查", "footprints", "/safety/patrol/", VIEW, 10))
