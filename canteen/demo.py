"""The canteen of the demo school, made by its own rules."""

from canteen.demo_menu import build_meals, build_menus
from logistics.platform.demo.build import DemoSchool

from . import demo_accompany, demo_account, demo_buying, demo_incident, demo_nutrition, demo_safety, demo_water


def build(school: DemoSchool) -> None:
    """Suppliers and goods first, then menus, deliveries and meals, then what was checked and signed."""
    build_menus(school)
    build_meals(school)
    demo_buying.build_supply(school)
    demo_buying.build_buying(school)
    demo_safety.build(school)
    demo_incident.build(school)
    demo_accompany.build(school)
    demo_account.build(school)
    demo_water.build(school)
    demo_nutrition.build(school)
