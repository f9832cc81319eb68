"""A kitchen with rice, meat and vegetables, two dishes, and a week's menu that the tests take through its life."""

from datetime import date, timedelta
from decimal import Decimal

from canteen.dish.models import Dish
from canteen.dish.rules import save_dish, set_ingredient
from canteen.ingredient.models import Ingredient
from canteen.menu.models import MenuDish, WeekMenu
from canteen.menu.publishing import publish_menu, submit_menu
from canteen.menu.rules import add_dishes, save_menu
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Signer, SignerState
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.org.models import SchoolClass, Student
from tests.conftest import NOW

MONDAY = date(2026, 11, 16)  # of the week of NOW
TODAY = date(2026, 11, 18)
FOODS = {
    "大米": ("grain", ""), "牛肉": ("meat", ""), "土豆": ("grain", ""), "菠菜": ("vegetable", ""), "鸡蛋": ("egg", "egg"), "面粉": ("grain", "gluten"),
    "青菜": ("vegetable", ""), "白菜": ("vegetable", ""),
}  # fmt: skip


def ingredient_of(cast, name: str, **given) -> Ingredient:
    """Past its rule: what the dictionary of ingredients holds is its own tests' matter."""
    group, allergens = FOODS.get(name, ("other", ""))
    usual = {"group": group, "allergens": f",{allergens}," if allergens else "", "created_by": cast.canteen, "created_at": NOW} | given
    return Ingredient.objects.get_or_create(name=name, defaults=usual)[0]


def dish_of(cast, name: str, kind: str = "main", grams=(("牛肉", 50),), **given) -> Dish:
    known = Dish.objects.filter(name=name).first()
    if known:
        return known
    dish = save_dish(actor=cast.canteen, at=NOW, name=name, kind=kind, **given)
    for food, weight in grams:
        set_ingredient(actor=cast.canteen, at=NOW, record=dish, ingredient=ingredient_of(cast, food), g12=Decimal(weight))
    return dish


def menu_of(cast, monday: date = MONDAY, dishes: bool = True) -> WeekMenu:
    """A draft; with rice and beef for lunch on the day of NOW."""
    menu = save_menu(actor=cast.canteen, at=NOW, monday=monday)
    if dishes:
        chosen = [dish_of(cast, "米饭", "staple", (("大米", 145),)), dish_of(cast, "土豆牛肉", "main", (("牛肉", 50), ("土豆", 40)))]
        add_dishes(actor=cast.canteen, at=NOW, record=menu, on=monday + timedelta(days=2), meal="lunch", dishes=chosen)
    return menu


def approved(cast, menu: WeekMenu | None = None) -> WeekMenu:
    """The menu with the principal's signature."""
    menu = menu or menu_of(cast)
    load_usual_chains(actor=cast.director, at=NOW)
    submit_menu(actor=cast.canteen, at=NOW, record=menu)
    while (run := current_run(menu)) is not None:
        signer = Signer.objects.filter(step__run=run, state=SignerState.OPEN).order_by("pk").first()
        approve(actor=type(cast.canteen).objects.get(pk=signer.person_id), at=NOW, record=run, opinion="同意")
    return fresh(menu)


def published(cast, menu: WeekMenu | None = None) -> WeekMenu:
    return publish_menu(actor=cast.canteen, at=NOW, record=approved(cast, menu))


def row_of(menu: WeekMenu, name: str) -> MenuDish:
    return menu.dishes.get(dish__name=name, dropped_at=None)


def pupils(count: int, name: str = "七年级（1）班", grade: str = "七年级") -> SchoolClass:
    one = SchoolClass.objects.get_or_create(name=name, defaults={"grade": grade})[0]
    Student.objects.bulk_create(Student(number=f"{one.pk}-{n}", name=f"学生{n}", school_class=one) for n in range(count))
    return one


def fresh(record):
    return type(record).objects.get(pk=record.pk)
