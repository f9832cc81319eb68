"""一周菜谱 for the wall, and the 带量食谱 behind it (CAN-08, GEN-04)."""

from canteen.dish.models import DishKind
from canteen.dish.queries import allergen_words
from canteen.meal.heads import school_bands
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import STANDING, WeekMenu
from .queries import dishes_of
from .words import band_words, day_name, days_of, grid_of, meals_of, part_words, week_words


def week_sheet(menu: WeekMenu, user) -> dict:
    """The week as a table of dishes, then every dish with its grams by age band; what was replaced stands with the reason."""
    rows = dishes_of(menu, dropped=True)
    standing = [row for row in rows if not row.dropped_at]
    if not standing:
        raise RuleViolation("还没有排菜，不能打印。")
    bands, days = school_bands(), days_of(menu, standing)
    return {
        "week": week_words(menu),
        "state": "" if menu.state in STANDING else menu.get_state_display(),
        "note": menu.note,
        "days": [f"{day_name(on)}\n{on.month}月{on.day}日" for on in days],
        "grid": [
            {"meal": line["meal"], "days": [[{"name": _name(row), "price": price(row)} for row in cell["dishes"]] for cell in line["days"]]}
            for line in grid_of(standing, days, meals_of(standing))
        ],
        "bands": band_words(bands),
        "dishes": [_dish(row, bands) for row in standing],
        "changes": [_change(row) for row in rows if row.dropped_at],
        "maker": menu.created_by.name,
        "approved_on": full_day(menu.approved_at),
        "published_on": full_day(menu.published_at),
        "publisher": menu.published_by.name if menu.published_by else "",
    }


def price(row) -> str:
    """2.50; empty where nobody said."""
    return f"{row.price:.2f}" if row.price is not None else ""


def _name(row) -> str:
    allergens = allergen_words(row.parts.all())
    return f"{row.dish}（{allergens}）" if allergens else str(row.dish)


def _dish(row, bands) -> dict:
    return {
        "on": f"{row.on.month}-{row.on.day} {day_name(row.on)}",
        "meal": row.get_meal_display(),
        "kind": DishKind(row.kind).label,
        "name": str(row.dish),
        "price": price(row),
        "columns": [list(column) for column in zip(*part_words(row, bands), strict=True)] or [[] for _ in range(len(bands) + 1)],
    }


def _change(row) -> str:
    new = getattr(row, "replaced_by", None)
    return f"{row.on.month}月{row.on.day}日{row.get_meal_display()}：{row.dish}{f'换成{new.dish}' if new else '停供'}，{row.reason}"


WEEK_SHEET = PrintDocument(
    kind="canteen.weekmenu", title="一周菜谱", template="print/canteen/week_menu.html", context=week_sheet, number=lambda menu: full_day(menu.monday)
)
