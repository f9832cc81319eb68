"""What the folder meal registers with the platform."""

from canteen import late
from logistics.platform.limits import registry as limits
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .home import meal_todos
    from .models import WasteHandover
    from .pages import LEFTOVER_SHEET, LEFTOVERS, MEALS, WASTE, WASTE_SHEET

    limits.register(*late.LIMITS)
    registry.register(MEALS, LEFTOVERS, WASTE)
    documents.register(LEFTOVER_SHEET.document, WASTE_SHEET.document)
    on_merge("餐厨废弃物", lambda source, target: WasteHandover.objects.filter(collector=source).update(collector=target))
    sources.todos.append(meal_todos)
    menu.register(
        MenuItem("食堂", "供餐", "soup", "/canteen/meal/", "canteen.meal.view", 45),
        MenuItem("食堂", "剩余称重", "scale", "/canteen/leftover/", "canteen.safety.view", 58),
        MenuItem("食堂", "餐厨废弃物", "recycle", "/canteen/waste/", "canteen.safety.view", 59),
    )
