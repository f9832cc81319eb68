"""The week's menu beside WS/T 554-2017: average grams per lunch or dinner by age band, and what its other sentences ask. Pure but for the limits.

Guidance, not law: what is off is said with its basis and stops nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from canteen.dish.bands import PUPILS, AgeBand
from canteen.ingredient.models import FoodGroup
from canteen.meal.kinds import MealKind
from logistics.platform.limits.queries import limits_on
from logistics.platform.limits.registry import GUIDANCE, Limit

from .models import MenuDish

STANDARD = "《学生餐营养指南》（WS/T 554-2017）"
TOLERANCE, FRIED, VEGETABLES, GROUPS = "canteen.menu.tolerance", "canteen.menu.fried", "canteen.menu.vegetables", "canteen.menu.groups"
FOODS_DAY, FOODS_WEEK = "canteen.menu.foodsday", "canteen.menu.foodsweek"
LIMITS = (
    Limit(
        TOLERANCE, "带量食谱和营养指南相差多少以内不提示", "%", 10, 0, 30, group="食堂",
        help="指南给的是一段范围，称量和采购有出入；超出范围这么多再提示。",
    ),
    Limit(FRIED, "一周油炸食品最多", "次", 2, 0, 2, force=GUIDANCE, basis="《学生餐营养指南》修订稿", group="食堂"),
    Limit(VEGETABLES, "一天新鲜蔬菜至少", "种", 3, 3, 10, force=GUIDANCE, basis=STANDARD, group="食堂"),
    Limit(GROUPS, "一餐四类食物至少有", "类", 3, 3, 4, force=GUIDANCE, basis=STANDARD, group="食堂", help="谷薯、蔬果、鱼禽肉蛋、奶和豆四类。"),
    Limit(FOODS_DAY, "三餐都供的，一天食物至少", "种", 12, 12, 30, force=GUIDANCE, basis="《学生餐营养指南》修订稿", group="食堂"),
    Limit(FOODS_WEEK, "三餐都供的，一周食物至少", "种", 25, 25, 60, force=GUIDANCE, basis="《学生餐营养指南》修订稿", group="食堂"),
)  # fmt: skip


def _row(*pairs: tuple[float, float]) -> dict[AgeBand, tuple[Decimal, Decimal]]:
    return {band: (Decimal(str(low)), Decimal(str(high))) for band, (low, high) in zip(PUPILS, pairs, strict=True)}


# grams for one pupil at lunch or dinner: the same figure twice where the standard names one
TABLE = {
    FoodGroup.GRAIN: _row((100, 120), (120, 140), (140, 160), (140, 160)),
    FoodGroup.VEGETABLE: _row((120, 140), (140, 160), (160, 180), (180, 200)),
    FoodGroup.FRUIT: _row((60, 80), (80, 100), (100, 120), (120, 140)),
    FoodGroup.MEAT: _row((12, 16), (16, 20), (20, 24), (24, 28)),
    FoodGroup.FISH: _row((12, 16), (16, 20), (20, 24), (20, 24)),
    FoodGroup.EGG: _row((20, 20), (20, 20), (30, 30), (30, 30)),
    FoodGroup.MILK: _row((80, 80), (80, 80), (100, 100), (100, 100)),
    FoodGroup.BEAN: _row((30, 30), (35, 35), (40, 40), (50, 50)),
    FoodGroup.OIL: _row((10, 10), (10, 10), (10, 10), (15, 15)),
    FoodGroup.SALT: _row((2, 2), (2, 2), (2, 2), (2.5, 2.5)),
}
AT_MOST = (FoodGroup.OIL, FoodGroup.SALT)  # less is no fault
MEASURED = {MealKind.LUNCH: (MealKind.LUNCH, MealKind.SNACK), MealKind.DINNER: (MealKind.DINNER,)}  # 加餐 counts with lunch
FOUR = (
    {FoodGroup.GRAIN}, {FoodGroup.VEGETABLE, FoodGroup.FRUIT}, {FoodGroup.MEAT, FoodGroup.FISH, FoodGroup.EGG}, {FoodGroup.MILK, FoodGroup.BEAN},
)  # fmt: skip
NO_FOODS = {FoodGroup.OIL, FoodGroup.SALT, FoodGroup.SEASONING, FoodGroup.ADDITIVE}


@dataclass(frozen=True)
class Measure:
    """One group of one meal for one band: the average of the days that serve it, beside the standard."""

    meal: MealKind
    band: AgeBand
    group: FoodGroup
    average: Decimal
    low: Decimal
    high: Decimal
    tolerance: int

    @property
    def verdict(self) -> str:
        """低, 高, or empty when it is as the guide says within the tolerance."""
        if self.average < self.low * (100 - self.tolerance) / 100 and self.group not in AT_MOST:
            return "低"
        return "高" if self.average > self.high * (100 + self.tolerance) / 100 else ""

    @property
    def standard(self) -> str:
        low, high = f"{self.low.normalize():f}", f"{self.high.normalize():f}"
        return low if low == high else f"{low}–{high}"


@dataclass
class Report:
    measures: list[Measure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def off(self) -> list[Measure]:
        return [measure for measure in self.measures if measure.verdict]

    def of(self, meal: str, band: str) -> list[Measure]:
        return [measure for measure in self.measures if measure.meal == meal and measure.band == band]

    @property
    def columns(self) -> list[tuple[MealKind, AgeBand]]:
        return list(dict.fromkeys((measure.meal, measure.band) for measure in self.measures))


def check(dishes: Iterable[MenuDish], bands: Iterable[AgeBand], on: date) -> Report:
    """The report on these dishes (parts and ingredients read) for the bands of the school. One query, for the limits of the day."""
    rows, bands = list(dishes), list(bands)
    numbers = limits_on(on, *(known.code for known in LIMITS))
    report = Report()
    for meal, counted in MEASURED.items():
        report.measures += _measures(rows, meal, counted, bands, numbers[TOLERANCE])
    report.warnings += _meal_words(rows, numbers) + _day_words(rows, numbers) + _week_words(rows, numbers)
    return report


def _measures(rows: list[MenuDish], meal: MealKind, counted: tuple, bands: list[AgeBand], tolerance: int) -> list[Measure]:
    days = {row.on for row in rows if row.meal == meal}
    if not days:
        return []
    sums: dict[tuple[AgeBand, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.meal in counted and row.on in days:
            for part in row.parts.all():
                for band in bands:
                    sums[band, part.ingredient.group] += part.grams(band) or 0
    tenth = Decimal("0.1")
    return [Measure(meal, band, group, (sums[band, group] / len(days)).quantize(tenth), *TABLE[group][band], tolerance) for band in bands for group in TABLE]


def _foods(rows: Iterable[MenuDish]) -> set[int]:
    return {part.ingredient_id for row in rows for part in row.parts.all() if part.ingredient.group not in NO_FOODS}


def _meal_words(rows: list[MenuDish], numbers: dict) -> list[str]:
    """Each breakfast, lunch and dinner wants three of the four groups."""
    meals: dict[tuple[date, str], set] = defaultdict(set)
    for row in rows:
        if row.meal != MealKind.SNACK:
            meals[row.on, row.meal] |= {part.ingredient.group for part in row.parts.all()}
    words = []
    for (on, meal), groups in sorted(meals.items(), key=lambda item: item[0][0]):
        if (count := sum(bool(groups & four) for four in FOUR)) < numbers[GROUPS]:
            words.append(f"{_day(on)}{MealKind(meal).label}只有四类食物中的 {count} 类，至少要 {numbers[GROUPS]} 类。依据{STANDARD}。")
    return words


def _day_words(rows: list[MenuDish], numbers: dict) -> list[str]:
    words = []
    for on in sorted({row.on for row in rows}):
        today = [row for row in rows if row.on == on]
        fresh = {part.ingredient_id for row in today for part in row.parts.all() if part.ingredient.group == FoodGroup.VEGETABLE}
        if len(fresh) < numbers[VEGETABLES]:
            words.append(f"{_day(on)}只有 {len(fresh)} 种蔬菜，一天至少 {numbers[VEGETABLES]} 种。依据{STANDARD}。")
        whole = {MealKind.BREAKFAST, MealKind.LUNCH, MealKind.DINNER} <= {row.meal for row in today}
        if whole and (count := len(_foods(today))) < numbers[FOODS_DAY]:
            words.append(f"{_day(on)}三餐一共 {count} 种食物，一天至少 {numbers[FOODS_DAY]} 种。")
    return words


def _week_words(rows: list[MenuDish], numbers: dict) -> list[str]:
    words, parts = [], [part for row in rows for part in row.parts.all()]
    green = [part for part in parts if part.ingredient.group == FoodGroup.VEGETABLE]
    total, dark = (sum((max(part.said().values(), default=Decimal(0)) for part in chosen), Decimal(0)) for chosen in (green, _dark(green)))
    if total and dark * 2 <= total:
        words.append(f"深色蔬菜占 {dark * 100 / total:.0f}%，要过半。依据{STANDARD}。")
    if rows and not any("肝" in part.ingredient.name for part in parts):
        words.append(f"一周没有动物肝脏，建议一次，每人 20–25 克。依据{STANDARD}。")
    if (fried := sum(row.dish.is_fried for row in rows)) > numbers[FRIED]:
        words.append(f"油炸食品 {fried} 次，一周最多 {numbers[FRIED]} 次。")
    served = {row.meal for row in rows}
    if {MealKind.BREAKFAST, MealKind.LUNCH, MealKind.DINNER} <= served and (count := len(_foods(rows))) < numbers[FOODS_WEEK]:
        words.append(f"一周一共 {count} 种食物，三餐都供的至少 {numbers[FOODS_WEEK]} 种。")
    return words


def _dark(parts: list) -> list:
    return [part for part in parts if part.ingredient.is_dark]


def _day(on: date) -> str:
    return f"周{'一二三四五六日'[on.weekday()]}"
