"""What the folder night_round registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.duties import registry as duties
from logistics.platform.duties.registry import Producer
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from repairs.public import on_closed

from .models import PRODUCER
from .queries import MANAGE, VIEW

PERMISSIONS = [
    (VIEW, "看宿舍夜间巡查", dict.fromkeys(("principal", "vice", "director", "safety", "inspector"), Scope.ALL) | {"dormkeeper": Scope.OWN}),
    (MANAGE, "排宿舍夜间巡查", dict.fromkeys(("vice", "director", "safety"), Scope.ALL)),
]


def register() -> None:
    from .pages import PLANS, ROUNDS
    from .prints import NIGHT_PAPER
    from .queries import check_has_rounds, kept_on_phone, night_late, start_url
    from .rules import LAW, MISSED, handle_closed
    from .rules import ROUNDS as LEAST

    permissions.register("宿舍夜间巡查", PERMISSIONS)
    limits.register(
        Limit(LEAST, "宿舍每晚至少走几次夜间巡查", "次", 2, floor=2, ceiling=8, force=GUIDANCE, basis=LAW, group="宿舍", help="平时按每 2 小时一次排。")
    )
    subjects.register(MISSED)
    registry.register(PLANS, ROUNDS)
    documents.register(NIGHT_PAPER)
    duties.register(Producer(PRODUCER, "走一趟宿舍", start_url, "moon", manage=MANAGE))
    offline.register(OfflineForm("dorms.night", "夜间巡查", ROUNDS, "walk", check=check_has_rounds, pages=kept_on_phone))
    sources.late.append(night_late)
    on_closed("dorms.nightround", handle_closed)
    menu.register(MenuItem("宿舍和水电", "夜间巡查", "flashlight", "/dorms/night/", VIEW, 30, also=("/dorms/night-",)))
