"""What the folder survey registers with the platform."""

from canteen.evidence import VIEW
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

from .queries import GOAL, KEEP

LIMITS = (Limit(GOAL, "食堂满意度目标", "%", 95, 50, 100, basis="学校伙食管理考核目标", group="食堂", help="从开始那天的数字算，结果页和公示上写有没有达到。"),)


def register() -> None:
    from .pages import SURVEYS

    permissions.register("陪餐和监督", [(KEEP, "开满意度测评，公示结果", dict.fromkeys(("director", "canteen", "foodsafety"), Scope.ALL))])
    limits.register(*LIMITS)
    registry.register(SURVEYS)
    menu.register(MenuItem("食堂", "满意度测评", "smile", "/canteen/survey/", VIEW, 56))
