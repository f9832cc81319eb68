"""What the folder price registers with the platform."""

from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

LIMITS = (
    Limit("canteen.price.over.percent", "食材比别处贵多少提醒", "%", 10, floor=0, ceiling=100, group="食堂", help="和最近的报价、市场价的平均数比。"),
    Limit("canteen.price.days", "食材比价看最近多少天", "天", 30, floor=7, ceiling=180, group="食堂"),
)


def register() -> None:
    from .pages import PRICES

    limits.register(*LIMITS)
    registry.register(PRICES)
    menu.register(MenuItem("食堂", "食材比价", "tags", "/canteen/prices/", (BUYING_VIEW, BUYING_MANAGE), 52))
