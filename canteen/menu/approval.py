"""The week's menu on its way through the school's approval chains (CAN-08)."""

from django.urls import reverse

from canteen.meal.heads import school_bands
from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import publishing
from .models import WeekMenu
from .nutrition import check
from .queries import dishes_of
from .words import days_of, grid_of, meals_of, week_words

FUND = "食堂菜谱"  # what a chain may ask for, so that menus need not go to the principal


def facts_of(menu: WeekMenu) -> Facts:
    return Facts(None, menu.created_by.department, FUND, menu.created_by)


def content_of(menu: WeekMenu) -> dict:
    """Everything a signer agrees to."""
    return {
        "monday": menu.monday.isoformat(),
        "note": menu.note,
        "exceptions": menu.exceptions,
        "dishes": [
            [
                row.on.isoformat(), row.meal, row.dish_id, f"{row.price:.2f}" if row.price is not None else "",
                [[part.ingredient_id, {band: f"{grams:.2f}" for band, grams in part.said().items()}] for part in sorted(row.parts.all(), key=lambda part: part.pk)],
            ]
            for row in dishes_of(menu, dropped=True)
        ],
    }  # fmt: skip


def paper_of(menu: WeekMenu, user) -> dict:
    """The week as a table, and what the nutrition check says."""
    rows = dishes_of(menu)
    days, meals = days_of(menu, rows), meals_of(rows)
    report = check(rows, school_bands(), menu.monday)
    return {
        "exceptions": menu.exceptions,
        "week": week_words(menu),
        "days": days,
        "grid": grid_of(rows, days, meals),
        "off": report.off,
        "warnings": report.warnings,
        "url": reverse("canteen:weekmenu-detail", args=[menu.pk]),
    }


MENU_KIND = ApprovalKind(
    key="canteen.menu",
    label="一周菜谱",
    model="canteen.WeekMenu",
    facts=facts_of,
    content=content_of,
    title=lambda menu: f"{week_words(menu)}食堂菜谱",
    url=lambda menu: reverse("canteen:weekmenu-detail", args=[menu.pk]),
    paper=paper_of,
    paper_template="canteen/menu_paper.html",
    icon="utensils",
    **by_rules(approve=publishing.note_approved, reject=publishing.turn_down, reopen=publishing.back_to_draft),
)
