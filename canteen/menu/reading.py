"""Reading the cells of a weekly quantity menu as schools publish them. Pure: texts in, what they say or why they cannot be taken out."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from canteen.dish.bands import PUPILS, AgeBand
from canteen.dish.models import DishKind
from logistics.platform.imports.cells import narrow
from logistics.platform.kernel.text import plain

DAY_WORDS = re.compile(r"^(?:周|星期|礼拜)([一二三四五六日天])$")
MONTH_DAY = re.compile(r"^(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?$")
BAND = re.compile(r"^([1-9]|1[0-2])\s*[-–—~至到]\s*([1-9]|1[0-2])\s*年级\s*[::]?\s*(.+)$")
AMOUNT = re.compile(r"^(\D+?)\s*(\d+(?:\.\d+)?)\s*(?:g|克)?$", re.IGNORECASE)
SEVERAL = re.compile(r"[、,，;；+]|(?<=[克gG\d])(?=[一-龥])")
GRAMS = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:g|克)?$", re.IGNORECASE)
GRADES_OF = {(1, 3): PUPILS[0], (4, 6): PUPILS[1], (7, 9): PUPILS[2], (10, 12): PUPILS[3]}
KINDS = {
    "主食": DishKind.STAPLE, "大荤": DishKind.MAIN, "荤菜": DishKind.MAIN, "主菜": DishKind.MAIN, "小荤": DishKind.HALF, "半荤": DishKind.HALF,
    "半荤半素": DishKind.HALF, "花荤": DishKind.HALF, "素菜": DishKind.GREEN, "蔬菜": DishKind.GREEN, "时蔬": DishKind.GREEN, "汤": DishKind.SOUP,
    "汤类": DishKind.SOUP, "汤羹": DishKind.SOUP, "粗粮": DishKind.COARSE, "杂粮": DishKind.COARSE, "点心": DishKind.SNACK, "加餐": DishKind.SNACK,
    "水果": DishKind.FRUIT, "牛奶": DishKind.MILK, "奶类": DishKind.MILK, "奶": DishKind.MILK, "调味品": DishKind.SEASONING, "调料": DishKind.SEASONING,
    "油盐": DishKind.SEASONING, "其他": DishKind.OTHER,
}  # fmt: skip
ORDER = (DishKind.STAPLE, DishKind.MAIN, DishKind.HALF, DishKind.GREEN)


@dataclass(frozen=True)
class Cell:
    """What a cell of ingredients says: one name, for one band or for all, perhaps with grams in the cell itself."""

    name: str = ""
    band: AgeBand | None = None
    grams: Decimal | None = None
    problem: str = ""


def day_in(text: str, monday: date) -> date | None:
    """The day of the week of `monday` that the cell names: 周二, 11月25日, 2026-11-25; None for anything else."""
    words = narrow(text).replace(" ", "")
    if found := DAY_WORDS.match(words):
        return monday + timedelta(days="一二三四五六日".index(found[1].replace("天", "日")))
    if found := MONTH_DAY.match(words):
        week = [monday + timedelta(days=n) for n in range(7)]
        return next((on for on in week if (on.month, on.day) == (int(found[2]), int(found[3])) and found[1] in (None, str(on.year))), None)
    return None


def ingredient_in(text: str) -> Cell:
    """大米; 1-3年级:大米75g; a problem where the cell holds several."""
    words, band = narrow(text), None
    if found := BAND.match(words):
        band = GRADES_OF.get((int(found[1]), int(found[2])))
        if band is None:
            return Cell(problem=f"「{found[1]}-{found[2]}年级」不是一个年龄段。请写 1-3年级、4-6年级、7-9年级 或 10-12年级。")
        words = found[3].strip()
    pieces = [piece for piece in SEVERAL.split(words) if piece.strip()]
    if len(pieces) > 1:
        return Cell(problem=f"一格里有 {len(pieces)} 样：{'、'.join(piece.strip() for piece in pieces[:4])}。请一行写一样，写清克数。")
    if found := AMOUNT.match(words):
        return Cell(found[1].strip(), band, Decimal(found[2]))
    return Cell(words, band)


def grams_in(text: str) -> Decimal | None:
    """75, 75g, 75克; None for 1块, 适量 and everything else that is no weight."""
    found = GRAMS.match(narrow(text).replace(" ", ""))
    try:
        return Decimal(found[1]) if found else None
    except InvalidOperation:
        return None


def kind_in(text: str) -> DishKind | None:
    return KINDS.get(plain(text))


def dish_name(text: str) -> str:
    """米饭+ is 米饭: signs at the end are no part of a name."""
    return narrow(text).rstrip("+*＋ ").strip()


def starts_a_day(before: DishKind | None, kind: DishKind | None) -> bool:
    """A menu begins its day with the staple and goes on to meat and vegetables: going back is a new day."""
    if kind not in ORDER or before is None or before == kind:
        return False
    return before not in ORDER or ORDER.index(kind) < ORDER.index(before)
