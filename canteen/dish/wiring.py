"""What the folder dish registers with the platform."""

from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import SetupCard


def register() -> None:
    from .pages import DISHES
    from .queries import EDIT

    registry.register(DISHES)
    index.register(Indexed(DISHES, names=lambda dish: (dish.name,), words=lambda dish: (dish.note,), detail=lambda dish: dish.get_kind_display(), order=71))
    menu.register_cards(SetupCard("菜品", "每道菜的用料、克数、价格和致敏物质", "utensils", "/canteen/dish/", (EDIT,)))
