"""One row of every record of dishes, menus and meals."""

from datetime import date, time, timedelta
from decimal import Decimal

from canteen.dish.models import Dish
from canteen.dish.rules import set_ingredient
from canteen.meal.models import Leftover, Meal, WasteHandover
from canteen.meal.rules import add_dish, open_meal
from canteen.meal.waste_rules import hand_over_waste, weigh_leftover
from canteen.menu.models import WeekMenu
from canteen.menu.rules import add_dishes, save_menu
from logistics.platform.partners.models import FirmPaperKind, Partner
from logistics.platform.partners.rules import save_firm_paper, save_partner
from tests.canteen.menu_kit import MONDAY, TODAY, dish_of, ingredient_of
from tests.conftest import NOW

KINDS = ("breakfast", "lunch", "dinner", "snack")


def dish(school, n: int) -> Dish:
    return dish_of(school.cast, f"试菜{n}")


def grow_dish(school, record: Dish, n: int) -> None:
    set_ingredient(actor=school.cast.canteen, at=NOW, record=record, ingredient=ingredient_of(school.cast, f"配料{n}"), g12=Decimal(5))


def menu(school, n: int) -> WeekMenu:
    made = save_menu(actor=school.cast.canteen, at=NOW, monday=MONDAY + timedelta(days=7 * (n % 50)))
    grow_menu(school, made, 0)
    return made


def grow_menu(school, record: WeekMenu, n: int) -> None:
    add_dishes(actor=school.cast.canteen, at=NOW, record=record, on=record.monday, meal="lunch", dishes=[dish_of(school.cast, f"排的菜{n}")])


def meal(school, n: int) -> Meal:
    """Four meals a day, from the day of NOW on, each opened on its day."""
    on, kind = TODAY + timedelta(days=n // 4), KINDS[n % 4]
    known = Meal.objects.filter(on=on, kind=kind).first()
    return known or open_meal(actor=school.cast.chef, at=NOW + timedelta(days=n // 4), on=on, kind=kind, starts=time(6), ends=time(7), note="试")


def grow_meal(school, record: Meal, n: int) -> None:
    add_dish(actor=school.cast.chef, at=NOW, record=record, dish=dish_of(school.cast, f"加的菜{n}"), reason="试")


def leftover(school, n: int) -> Leftover:
    return weigh_leftover(actor=school.cast.chef, at=NOW + timedelta(days=n // 4), meal=meal(school, n), kind="plate", kg=Decimal(n + 1))


def waste(school, n: int) -> WasteHandover:
    firm = Partner.objects.filter(name="净城收运").first()
    if firm is None:
        firm = save_partner(actor=school.cast.director, at=NOW, name="净城收运", kinds=["waste"], contact="老李", phone="13800000000")
        for kind in (FirmPaperKind.LICENCE, FirmPaperKind.WASTE):
            save_firm_paper(actor=school.cast.director, at=NOW, partner=firm, kind=kind, number="X1", issued_on=date(2025, 1, 1), expires_on=date(2027, 1, 1))
    given = {"kind": "food", "kg": Decimal(60), "collector_person": "老李", "plate": f"苏A{n:05d}", "purpose": "市处理厂"}
    return hand_over_waste(actor=school.cast.foodsafety, at=NOW, collector=firm, **given)


MAKERS = {
    "canteen.dish": dish, "canteen.weekmenu": menu, "canteen.meal": meal, "canteen.leftover": leftover, "canteen.wastehandover": waste,
}  # fmt: skip
GROWERS = {"canteen.dish": grow_dish, "canteen.weekmenu": grow_menu, "canteen.meal": grow_meal}
