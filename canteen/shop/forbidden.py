"""What no shop or machine at a school may sell: by name, and by the figures on its label. Values in, a sentence out."""

from dataclasses import dataclass
from decimal import Decimal

from logistics.platform.kernel.text import plain

from .models import LAW

MINORS = "《未成年人保护法》第五十九条：学校不得有烟、酒销售"


@dataclass(frozen=True)
class Forbidden:
    what: str
    words: tuple[str, ...]
    basis: str = LAW
    but: tuple[str, ...] = ()  # names with these are something else


FORBIDDEN = (
    Forbidden("烟", ("香烟", "卷烟", "电子烟", "雪茄", "烟弹", "烟丝"), MINORS),
    Forbidden("酒", ("啤酒", "白酒", "红酒", "黄酒", "米酒", "果酒", "鸡尾酒", "葡萄酒", "预调酒", "伏特加", "含酒精饮料"), MINORS, but=("酒精棉", "酒精湿巾")),
    Forbidden("槟榔", ("槟榔",), "槟榔及其制品不按食品管理，不得作为食品销售"),
    Forbidden("功能饮料", ("能量饮料", "功能饮料", "红牛", "咖啡因")),
    Forbidden("高糖饮料", ("可乐", "汽水", "雪碧", "芬达", "碳酸饮料"), but=("可乐磨牙", "无糖")),
    Forbidden("高盐高脂的调味面制品", ("辣条", "调味面制品", "大面筋", "辣片")),
    Forbidden("油炸膨化食品", ("油炸", "薯片", "膨化", "虾条")),
    Forbidden("散装和自制食品", ("散装", "自制", "现炸", "麻辣烫", "关东煮", "烤肠")),
    Forbidden("处方药和非处方药", ("阿司匹林", "止痛片", "感冒药", "胶囊剂"), "药品只能由取得药品经营许可的单位销售"),
)


@dataclass(frozen=True)
class Most:
    """The school's most per 100 g or 100 ml."""

    sugar: Decimal
    drink_sugar: Decimal
    sodium: Decimal
    fat: Decimal


def forbidden_goods(name: str) -> str:
    """The sentence that refuses a thing by its name, empty when it may be sold."""
    text = plain(name)
    for one in FORBIDDEN:
        if any(word in text for word in one.words) and not any(word in text for word in one.but):
            return f"「{name.strip()}」属于{one.what}，校内不能卖。依据：{one.basis}。"
    return ""


def too_much(most: Most, *, is_drink: bool, sugar: Decimal, sodium: Decimal, fat: Decimal) -> tuple[str, str]:
    """(field, sentence) of the first figure above the school's most; empty strings when there is none."""
    unit = "100 毫升" if is_drink else "100 克"
    for field, label, value, limit, measure in (
        ("sugar", "高糖", sugar, most.drink_sugar if is_drink else most.sugar, "糖 {} 克"),
        ("sodium", "高盐", sodium, most.sodium, "钠 {} 毫克"),
        ("fat", "高脂", fat, most.fat, "脂肪 {} 克"),
    ):
        if value > limit:
            return field, f"每 {unit}{measure.format(value)}，超过学校定的 {limit}，属于{label}食品，不能上架。依据：{LAW}。"
    return "", ""
