"""What a school's store room begins with: the usual kinds and goods, and a chain for requests (STK-01, STK-02)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .models import Item, ItemKind
from .pages import KINDS
from .queries import MANAGE
from .rules import add_pack, save_item

USUAL = {  # kind: (name, spec, unit, minimum, maximum, keeps expiry, old for new, pack, holds)
    "办公用品": (
        ("打印纸", "A4 70g", "包", 40, 300, False, False, "箱", 8), ("中性笔", "黑 0.5", "支", 50, 400, False, False, "盒", 12),
        ("白板笔", "黑", "支", 40, 300, False, False, "盒", 10), ("粉笔", "无尘 白", "盒", 30, 300, False, False, "箱", 50),
        ("文件夹", "A4", "个", 20, 150, False, False, "", 0), ("硒鼓", "通用 388A", "个", 4, 20, False, True, "", 0),
    ),
    "清洁用品": (
        ("扫把", "塑料", "把", 20, 120, False, False, "", 0), ("拖把", "棉线", "把", 20, 120, False, False, "", 0),
        ("垃圾袋", "80×100", "卷", 30, 300, False, False, "箱", 20), ("洗手液", "500 mL", "瓶", 30, 200, True, False, "箱", 12),
        ("84消毒液", "500 mL", "瓶", 30, 150, True, False, "箱", 30),
    ),
    "维修材料": (
        ("LED灯管", "T8 16W", "支", 20, 150, False, True, "箱", 25), ("水龙头", "4分 快开", "个", 10, 60, False, True, "", 0),
        ("角阀", "4分", "个", 10, 60, False, False, "", 0), ("电线", "BV 2.5", "米", 100, 600, False, False, "卷", 100),
        ("门锁", "球形", "把", 8, 40, False, True, "", 0),
    ),
    "教学用品": (),
    "卫生防疫": (("口罩", "医用外科", "只", 200, 3000, True, False, "盒", 50),),
    "回收旧件": (),
}  # fmt: skip


def preset_lines(beginning: Beginning) -> list[str]:
    """Nothing when the school has items or kinds of its own already."""
    if Item.objects.exists() or ItemKind.objects.exists():
        return []
    return [f"库存物品：{'、'.join(USUAL)}，共 {sum(map(len, USUAL.values()))} 种常用的"]


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """The usual kinds and items, where there are none."""
    if not preset_lines(beginning):
        return
    for order, (kind, items) in enumerate(USUAL.items()):
        made = KINDS.create(actor=actor, at=at, name=kind, order=order, is_active=True)
        for name, spec, unit, least, most, keeps_expiry, is_old_for_new, pack, holds in items:
            item = save_item(
                actor=actor, at=at, name=name, spec=spec, unit=unit, kind=made, minimum=least, maximum=most, keeps_expiry=keeps_expiry,
                is_old_for_new=is_old_for_new,
            )  # fmt: skip
            if pack:
                add_pack(actor=actor, at=at, record=item, name=pack, holds=holds)


def items_standing() -> Progress:
    count = Item.objects.filter(is_active=True).count()
    return Progress(1, f"{count} 种物品") if count else Progress(0, "还没有物品目录")


PRESET = Preset("assets.items", "库存物品", "package", preset_lines, make_usual)
STEPS = (Step("assets.items", "库存物品", "库房里有哪些东西，用什么单位发。", "package", "/assets/item/", MANAGE, items_standing, 120),)
