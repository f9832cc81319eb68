"""Filling a week's draft from a published 带量食谱: every doubt is a problem at its row, nothing is guessed (CAN-08)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from canteen.dish.forbidden import forbidden_in
from canteen.dish.models import Dish, DishKind, RecipeLine
from canteen.dish.rules import MOST_GRAMS, figure, save_dish
from canteen.ingredient.queries import Known
from canteen.meal.heads import school_bands
from canteen.meal.kinds import MealKind
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.imports.cells import choice, text
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation

from .models import MenuDish, MenuPart, MenuState, WeekMenu
from .queries import EDIT
from .reading import KINDS, day_in, dish_name, grams_in, ingredient_in, kind_in, starts_a_day
from .rules import check_can_edit, where
from .words import day_name, week_words

MEALS = list(MealKind)
LONGEST = Dish._meta.get_field("name").max_length
NO_INGREDIENT = "食材目录里没有「{}」。请先在食材里加，或者给已有的食材加上这个别名。"


def drafts(user) -> list[tuple[int, str]]:
    """Each draft with each meal, as one choice: menu × 10 + meal."""
    menus = WeekMenu.objects.filter(state=MenuState.DRAFT)[:10]
    order = (MealKind.LUNCH, MealKind.BREAKFAST, MealKind.DINNER, MealKind.SNACK)
    return [(menu.pk * 10 + MEALS.index(meal), f"{week_words(menu)}　{meal.label}") for menu in menus for meal in order]


def place_of(into: int) -> tuple[WeekMenu, MealKind]:
    """Raises RuleViolation for a menu that is no draft any more."""
    menu = WeekMenu.objects.filter(pk=into // 10, state=MenuState.DRAFT).first()
    if menu is None or into % 10 >= len(MEALS):
        raise RuleViolation("这份菜谱不在起草了，不能再导入。请重新选一周。")
    return menu, MEALS[into % 10]


class Reader:
    """Goes down the rows of a sheet and keeps what merged cells leave out: the day, the kind, the dish."""

    def __init__(self, menu: WeekMenu, meal: MealKind):
        self.menu, self.meal = menu, meal
        self.bands = school_bands()
        self.known = Known()
        self.names = Names("食材", go="请先在食材里加。")
        for ingredient in {one.pk: one for one in self.known._by_name.values()}.values():
            self.names.add(ingredient, ingredient.names)
        self.retired = set(Dish.objects.filter(is_active=False).values_list("name", flat=True))
        self.there = set(menu.dishes.filter(dropped_at=None).values_list("on", "meal", "dish__name"))
        self.on: date | None = None
        self.kind: DishKind | None = None
        self.dish = ""
        self.last: date | None = None  # the last day named, for suggestions
        self.begun = False
        self.seen: dict[tuple, Row] = {}

    def read(self, row: Row) -> None:
        """One row: what it says goes to row.values under the names the rule wants, what is wrong is refused at its cell."""
        given = {name: row.values.pop(name, None) for name in ("day", "meal", "kind", "dish", "ingredient", "grams")}
        before = self.kind
        self._kind(row, given["kind"])
        self._day(row, given["day"], starts_a_day(before, self.kind) and given["kind"] is not None)
        self.begun = True
        self._dish(row, given["dish"], given["kind"] is not None)
        meal = given["meal"] or self.meal
        row.values |= {"on": self.on, "meal": meal, "kind": self.kind, "dish": self.dish}
        self._part(row, given["ingredient"], given["grams"])
        if not row.problems and (self.on, meal, self.dish) in self.there:
            row.refuse("dish", f"{where(self.on, meal)}已经有「{self.dish}」了。重复导入会加倍，请选「这一行不导入」，或者先在菜谱上去掉。")

    def _kind(self, row: Row, words: str | None) -> None:
        if words is None:
            if self.kind is None:
                row.refuse("kind", "没有写类别，例如 主食、大荤、素菜。")
            return
        found = kind_in(words)
        if found is None:
            row.refuse("kind", f"不认识「{words}」这个类别。可以写：{'、'.join(list(KINDS)[:12])}。")
        self.kind = found or self.kind

    def _day(self, row: Row, words: str | None, is_new: bool) -> None:
        """A blank day goes on with the one above, unless the menu begins anew there."""
        if words is not None:
            self.on = day_in(words, self.menu.monday)
            if self.on is None:
                row.refuse("day", f"「{words}」不是{week_words(self.menu)}里的一天。写 周二，或者 {self.menu.monday.month}月{self.menu.monday.day}日 这样。")
            else:
                self.last = self.on
            return
        if is_new or not self.begun:
            self.on = None
            self.last = (self.last + timedelta(days=1)) if self.last else self.menu.monday
            row.refuse("day", "没有写日期。这里像是新的一天的开头，请写是周几。", suggest=day_name(self.last))

    def _dish(self, row: Row, words: str | None, is_new: bool) -> None:
        if words is not None:
            cell = ingredient_in(words)
            self.dish = "" if cell.problem or cell.grams is not None else dish_name(words)
            if not self.dish:
                row.refuse("dish", cell.problem or f"「{words[:20]}」像是用料和克数，不是菜名。菜名写在这里，用料写在主配料里。")
            elif len(self.dish) > LONGEST:
                row.refuse("dish", f"菜名最多 {LONGEST} 个字，这里有 {len(self.dish)} 个，请改短。")
            elif self.dish in self.retired:
                row.refuse("dish", f"「{self.dish}」停用了。要用就先在菜品里改为在用。")
            elif refusal := forbidden_in(self.dish):
                row.refuse("dish", refusal)
        elif is_new or not self.dish:
            self.dish = ""
            row.refuse("dish", "没有写菜名。")

    def _part(self, row: Row, words: str | None, grams: str | None) -> None:
        if words is None:
            row.refuse("ingredient", "没有写用料。", suggest=self.dish if self.known.find(self.dish) else "")
            return
        cell = ingredient_in(words)
        if cell.problem:
            row.refuse("ingredient", cell.problem)
            return
        found = self.known.find(cell.name)
        if found is None:
            near = self.names.find(cell.name)
            row.refuse("ingredient", NO_INGREDIENT.format(cell.name[:20]), suggest=near.suggest)
            return
        if found.forbidden or not found.is_active:
            row.refuse("ingredient", f"「{found}」{'学校食堂不能用：' + found.forbidden if found.forbidden else '停用了'}。")
            return
        self._grams(row, cell, found, grams)

    def _grams(self, row: Row, cell, found, words: str | None) -> None:
        if words is None and cell.grams is None:
            row.refuse("grams", "没有写克重。")
            return
        weight = grams_in(words) if words is not None else cell.grams
        if weight is None:
            row.refuse("grams", f"「{words[:20]}」不是重量，不知道是多少克。请写数字，例如 40。")
        elif cell.grams is not None and cell.grams != weight:
            row.refuse("grams", f"主配料里写的是 {figure(cell.grams)} 克，这里是 {figure(weight)} 克，对不上。", suggest=figure(cell.grams))
        elif not 0 < weight <= MOST_GRAMS:
            row.refuse("grams", f"一份的克数要大于 0，不超过 {MOST_GRAMS} 克。")
        elif cell.band and cell.band not in self.bands:
            row.refuse("ingredient", f"学校没有{cell.band.label}的班级，这一行可以不导入。")
        else:
            self._keep(row, cell, found, weight)

    def _keep(self, row: Row, cell, found, weight) -> None:
        bands = [cell.band] if cell.band else self.bands
        row.values |= {"ingredient": found, "weight": weight, "bands": [str(band) for band in bands]}
        for band in bands:
            key = (self.on, row.values["meal"], self.dish, found.pk, band)
            if key in self.seen:
                row.refuse("ingredient", f"和{self.seen[key].place}是同一道菜的同一样用料，请合成一行。")
            self.seen.setdefault(key, row)
        if cell.band is None and len(self.bands) > 1:
            row.note("grams", "没有分年级，各年龄段都照这个数")


def resolve(rows: list[Row], *, user, into: int) -> None:
    """Reads every row; a menu that is no draft any more is a problem of the first."""
    try:
        reader = Reader(*place_of(into))
    except RuleViolation as refusal:
        for row in rows[:1]:
            row.refuse("dish", refusal.message)
        return
    for row in rows:
        reader.read(row)


@rule
def import_menu(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[MenuPart]:
    """Dishes with their grams on the draft; a dish nobody knew is made with this recipe. Returns the grams written, one row an ingredient."""
    menu = stored(WeekMenu, place_of(into)[0])
    check_can_edit(actor, menu)
    dishes: dict[tuple, MenuDish] = {}
    parts: dict[tuple, MenuPart] = {}
    for row in rows:
        key = (row["on"], row["meal"], row["dish"])
        if key not in dishes:
            dishes[key] = _menu_dish(menu, row, actor=actor, at=at)
        part = parts.setdefault((key, row["ingredient"].pk), MenuPart(menu_dish=dishes[key], ingredient=row["ingredient"]))
        for band in row["bands"]:
            setattr(part, band, row["weight"])
    for part in parts.values():
        part.full_clean()
        part.save()
    _new_recipes(parts.values())
    record_event(actor=actor, at=at, action="import", record=menu, text=f"导入 {len(dishes)} 道菜，{len(parts)} 样用料")
    return list(parts.values())


def _menu_dish(menu: WeekMenu, row: dict, *, actor, at: datetime) -> MenuDish:
    dish = Dish.objects.filter(name=row["dish"]).first() or save_dish(actor=actor, at=at, name=row["dish"], kind=row["kind"])
    found = MenuDish(menu=menu, on=row["on"], meal=row["meal"], dish=dish, kind=row["kind"], price=dish.price)
    found.full_clean()
    found.save()
    return found


def _new_recipes(parts) -> None:
    """Dishes without a recipe get this one, so that they can be planned again."""
    bare = set(Dish.objects.filter(pk__in={part.menu_dish.dish_id for part in parts}, lines=None).values_list("pk", flat=True))
    known = {}
    for part in parts:
        if part.menu_dish.dish_id in bare:
            known.setdefault((part.menu_dish.dish_id, part.ingredient_id), part)
    RecipeLine.objects.bulk_create(RecipeLine(dish_id=dish, ingredient_id=ingredient, **part.said()) for (dish, ingredient), part in known.items())


@rule
def take_back_part(*, actor, at: datetime, record: MenuPart) -> None:
    """Take an imported ingredient off the draft, and its dish with the last of them."""
    row = record.menu_dish
    check_can_edit(actor, stored(WeekMenu, row.menu))
    record_event(actor=actor, at=at, action="remove_part", record=row.menu, text=f"撤回导入：{row} {record}")
    record.delete()
    if not row.parts.exists():
        row.delete()


MEAL_WORDS = {
    "早餐": MealKind.BREAKFAST,
    "早点": MealKind.BREAKFAST,
    "午餐": MealKind.LUNCH,
    "中餐": MealKind.LUNCH,
    "晚餐": MealKind.DINNER,
    "加餐": MealKind.SNACK,
    "课间餐": MealKind.SNACK,
}
MENU_SHEET = ImportTarget(
    key="canteen-menu",
    label="带量食谱",
    permission=EDIT,
    model="canteen.MenuPart",
    icon="utensils",
    into=Into("哪一周哪一餐", drafts),
    help="先新建那一周的菜谱（起草），再导入学校公布的带量食谱。空着的日期、类别、菜名跟上一行；像是新的一天而没写日期的、一格写了几样的、不是克数的，都会逐行列出来，不替您猜。",
    after="看一看营养核对，再送批。",
    columns=(
        ImportColumn("day", "日期", text(20), aliases=("星期", "周次", "时间", "日"), fill_down=True, example="周一"),
        ImportColumn("meal", "餐次", choice(MEAL_WORDS), aliases=("餐别", "餐"), fill_down=True, example="午餐"),
        ImportColumn("kind", "类别", text(20), aliases=("菜类", "种类", "分类"), fill_down=True, example="大荤"),
        ImportColumn("dish", "品名", text(60), aliases=("菜名", "菜品", "名称", "食谱"), fill_down=True, example="土豆牛肉"),
        ImportColumn("ingredient", "主配料", text(80), aliases=("食材", "用料", "原料", "主料", "配料", "食物名称"), example="牛肉"),
        ImportColumn(
            "grams", "克重", text(20), aliases=("克重(生重/g)", "克重（生重/g）", "重量", "克数", "用量", "净重", "生重", "克重（克）", "人均用量"),
            help="一份的生重、净料，写克。分年级的，在主配料里写 1-3年级:大米75g。", example="75",
        ),
    ),
    resolve=resolve,
    create=import_menu,
    remove=take_back_part,
)  # fmt: skip
