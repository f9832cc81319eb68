"""What the folder category registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.school import first_run
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.menu import SetupCard

ALL = Scope.ALL
BASIS = "《事业单位财务规则》（财政部令第108号）"
LIMITS = [
    Limit("assets.threshold.general", "固定资产单价标准", "元", 1000, floor=1, ceiling=100000, group="家底", help="单价不到这个数的，记低值易耗品。"),
    Limit("assets.threshold.special", "专用设备单价标准", "元", 1000, floor=1, ceiling=100000, group="家底", help=f"有的地方仍按 1500 元；{BASIS}已不另定。"),
]
PERMISSIONS = [("assets.setting.manage", "资产类别、年限和编号", {"keeper": ALL, "director": ALL, "accountant": ALL})]


def register() -> None:
    from . import first_run as usual
    from .importing import CLASS_LIST
    from .pages import CLASSES, LIVES

    permissions.register("家底", PERMISSIONS)
    limits.register(*LIMITS)
    registry.register(CLASSES, LIVES)
    targets.register(CLASS_LIST)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    menu.register_cards(
        SetupCard("资产类别", "GB/T 14885 代码和本校常用的", "armchair", "/assets/class/", ("assets.setting.manage",)),
        SetupCard("折旧年限", "每类提几年折旧，国家最低几年", "hourglass", "/assets/life/", ("assets.setting.manage",)),
    )
