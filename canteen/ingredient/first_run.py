"""What a school's kitchen begins with: the usual ingredients, and those that may never enter it."""

from datetime import datetime

from canteen.rights import BUYING_MANAGE
from logistics.platform.audit.rules import rule
from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .models import Ingredient
from .rules import add_pack, save_ingredient
from .usual import FORBIDDEN, KEPT, PACKS, USUAL


def preset_lines(beginning: Beginning | None = None) -> list[str]:
    """Nothing when the school has ingredients of its own already."""
    if Ingredient.objects.exists():
        return []
    count = sum(map(len, USUAL.values()))
    return [f"食材目录：常用的 {count} 种，带致敏物质、保质期和随货证票，另有 {len(FORBIDDEN)} 种学校禁用的"]


@rule
def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """The usual ingredients, where there are none."""
    if not preset_lines(beginning):
        return
    for group, rows in USUAL.items():
        for name, aliases, unit, grams, usable, storage, shelf_days, papers, allergens, dark, bulk in rows:
            ingredient = save_ingredient(
                actor=actor, at=at, name=name, aliases=aliases, group=group, unit=unit, unit_grams=grams, usable=usable, storage=storage,
                shelf_days=shelf_days, papers=papers, allergens=list(filter(None, allergens.split(","))), is_dark=bool(dark), is_bulk=bool(bulk),
                minimum=KEPT.get(name),
            )  # fmt: skip
            if name in PACKS:
                add_pack(actor=actor, at=at, record=ingredient, name=PACKS[name][0], holds=PACKS[name][1])
    for name, aliases, group, basis in FORBIDDEN:
        save_ingredient(actor=actor, at=at, name=name, aliases=aliases, group=group, papers="produce", forbidden=basis)


def standing() -> Progress:
    count = Ingredient.objects.filter(is_active=True).count()
    return Progress(1, f"{count} 种食材") if count else Progress(0, "还没有食材目录")


PRESET = Preset("canteen.ingredients", "常用食材", "carrot", preset_lines, make_usual)
STEPS = (
    Step("canteen.ingredients", "食材目录", "食堂用哪些食材，用什么单位买，随货要什么证票。", "carrot", "/canteen/ingredient/", BUYING_MANAGE, standing, 150),
)
