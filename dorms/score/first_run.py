"""The usual sheet and stars for a school's first day (DOR-04)."""

from datetime import datetime
from decimal import Decimal

from logistics.platform.school.first_run import Beginning, Preset

from .models import StarLevel
from .pages import STARS as STAR_LEVELS
from .queries import current_sheet
from .rules import save_sheet

ITEMS = [
    {"name": "内务", "points": 40, "faults": [("被子没叠", 5), ("床单不平", 3), ("物品乱放", 5), ("鞋子没摆齐", 3), ("衣物乱挂", 3)]},
    {"name": "卫生", "points": 40, "faults": [("地面有垃圾", 5), ("垃圾没倒", 5), ("阳台脏", 5), ("卫生间脏", 8), ("桌面脏", 3), ("有异味", 5)]},
    {"name": "纪律", "points": 20, "faults": [("晚归", 5), ("熄灯后讲话", 5), ("串寝", 5), ("人走没关灯", 3), ("带零食进寝室", 3)]},
]
STARS = [("五星宿舍", 5, "96", 4, 0, 0), ("四星宿舍", 4, "93", 4, 0, 0), ("三星宿舍", 3, "90", 4, 1, 0)]


def missing_stars() -> list[tuple]:
    return [] if StarLevel.objects.exists() else STARS


def preset_lines(beginning: Beginning) -> list[str]:
    items = "、".join(f"{item['name']} {item['points']}" for item in ITEMS)
    lines = [] if current_sheet() else [f"宿舍评分表：{items}"]
    return lines + ([f"星级标准：{'、'.join(f'{row[0]}（月平均 {row[2]} 分以上）' for row in missing_stars())}"] if missing_stars() else [])


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    if current_sheet() is None:
        save_sheet(actor=actor, at=at, name="宿舍评分表", items=ITEMS)
    for name, stars, average, looks, low, banned in missing_stars():
        STAR_LEVELS.create(actor=actor, at=at, name=name, stars=stars, average=Decimal(average), looks=looks, low=low, banned=banned, is_active=True)


PRESET = Preset("dorms.scores", "宿舍评分表和星级标准", "clipboard-check", preset_lines, make_usual)
