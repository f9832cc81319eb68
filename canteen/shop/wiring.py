"""What the folder shop registers with the platform."""

from decimal import Decimal

from canteen.evidence import VIEW
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import LAW, Goods, GoodsIntake, Outlet
from .queries import CHECK_DAYS, DRINK_SUGAR, FAT, SODIUM, SUGAR, WARN_DAYS

OWN = "规定没有给数字，学校自己定；照包装上的营养成分表。"
LIMITS = [
    Limit(CHECK_DAYS, "小卖部多少天查一次", "天", 7, 1, 14, group="小卖部"),
    Limit(WARN_DAYS, "商品到期前多少天提醒", "天", 7, 1, 60, group="小卖部"),
    Limit(SUGAR, "食品每 100 克最多的糖", "克", Decimal(15), Decimal(1), Decimal(30), basis=LAW, group="小卖部", help=OWN, places=1),
    Limit(DRINK_SUGAR, "饮料每 100 毫升最多的糖", "克", Decimal(5), Decimal(0), Decimal(12), basis=LAW, group="小卖部", help=OWN, places=1),
    Limit(SODIUM, "食品每 100 克最多的钠", "毫克", Decimal(600), Decimal(120), Decimal(2000), basis=LAW, group="小卖部", help=OWN, places=0),
    Limit(FAT, "食品每 100 克最多的脂肪", "克", Decimal(20), Decimal(3), Decimal(40), basis=LAW, group="小卖部", help=OWN, places=1),
]


def move_firm(source, target) -> int:
    moved = Outlet.objects.filter(firm=source).update(firm=target) + Goods.objects.filter(supplier=source).update(supplier=target)
    return moved + GoodsIntake.objects.filter(supplier=source).update(supplier=target)


def register() -> None:
    from .pages import CHECK_SHEET, CHECKS, GOODS, INTAKE_SHEET, INTAKES, OUTLETS
    from .prints import GOODS_PAPER
    from .queries import late_outlets, shop_todos

    limits.register(*LIMITS)
    registry.register(OUTLETS, GOODS, INTAKES, CHECKS)
    documents.register(INTAKE_SHEET.document, CHECK_SHEET.document, GOODS_PAPER)
    index.register(Indexed(GOODS, names=lambda g: (g.name,), words=lambda g: (g.maker,), detail=lambda g: g.get_state_display(), order=86))
    on_merge("小卖部", move_firm)
    sources.todos.append(shop_todos)
    sources.late.append(late_outlets)
    menu.register(MenuItem("食堂", "小卖部", "store", "/canteen/outlet/", VIEW, 59))
