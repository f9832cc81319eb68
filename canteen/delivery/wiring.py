"""What the folder delivery registers with the platform."""

from canteen.rights import BUYING_VIEW, RECEIVE, SIGN_BUYER, SIGN_CHEF, SIGN_FINANCE, SIGN_OFFICER
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

HANDBOOK = "《餐饮服务食品安全操作规范》（市场监管总局公告 2018 年第 12 号）"
LIMITS = (
    Limit("canteen.receive.cold.max", "冷藏食材到货不高于", "℃", 8, floor=0, ceiling=8, force=GUIDANCE, group="食堂", basis=HANDBOOK),
    Limit("canteen.receive.frozen.max", "冷冻食材到货不高于", "℃", -12, floor=-40, ceiling=-12, force=GUIDANCE, group="食堂", basis=HANDBOOK),
)


def register() -> None:
    from .pages import DELIVERIES
    from .prints import DELIVERY_SHEET
    from .queries import delivery_todos, officer_late, waiting_for
    from .signing import DELIVERIES as TOLD

    limits.register(*LIMITS)
    subjects.register(TOLD)
    registry.register(DELIVERIES)
    documents.register(DELIVERY_SHEET)
    sources.todos.append(delivery_todos)
    sources.late.append(officer_late)
    register_belonging("要签的收货验收单", waiting_for)
    index.register(
        Indexed(
            DELIVERIES, words=lambda d: (d.number, d.driver, d.plate), title=lambda d: f"{d.supplier} {d.happened_at:%m-%d}",
            detail=lambda d: f"{d.number} · {d.get_state_display()}", shown=lambda rows: rows.select_related("supplier__partner"), order=74,
        )
    )  # fmt: skip
    menu.register(
        MenuItem("食堂", "收货验收", "package-check", "/canteen/delivery/", (BUYING_VIEW, RECEIVE, SIGN_BUYER, SIGN_FINANCE, SIGN_CHEF, SIGN_OFFICER), 22)
    )
