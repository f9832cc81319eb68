"""The usual check lists for a school's first day (CAN-06, CAN-20)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset

from .lists import USUAL
from .models import Book, CheckItem
from .rules import save_item


def missing() -> list[Book]:
    known = set(CheckItem.objects.values_list("book", flat=True))
    return [book for book in USUAL if book not in known]


def preset_lines(beginning: Beginning) -> list[str]:
    return [f"检查表：{'、'.join(book.label for book in missing())}"] if missing() else []


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    for book in missing():
        for order, (group, text, is_key, points) in enumerate(USUAL[book]):
            save_item(actor=actor, at=at, book=book, group=group, content=text, is_key=is_key, points=points, order=order)


PRESET = Preset("canteen.checks", "食品安全检查表", "list-checks", preset_lines, make_usual)
