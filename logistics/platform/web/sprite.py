"""The icons of the frame around every page as one file: the menu has a hundred, and each drawn in each page was a third of its bytes."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from .menu import all_items
from .templatetags.school import icon

NAME = "icons.svg"
FRAME = (
    "search", "plus", "moon", "bell", "chevron-left", "house", "list-checks", "user-round",
    "download", "sliders-horizontal", "columns-3", "bookmark-plus", "bookmark-x", "upload", "qr-code", "square-kanban", "user-plus",  # of lists
)  # fmt: skip


@cache
def names() -> tuple[str, ...]:
    """What the file holds: the frame's own and every menu item's. The menu is complete once the apps are ready."""
    return tuple(sorted({*FRAME, *(item.icon for item in all_items())}))


def drawing() -> str:
    symbols = (re.sub(r"<svg[^>]*>(.*)</svg>", rf'<symbol id="{name}" viewBox="0 0 24 24">\1</symbol>', icon(name), flags=re.DOTALL) for name in names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def written() -> Path:
    """The file on disk, made anew when it says something else."""
    path, text = settings.VAR / "icons.svg", drawing()
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path


def address() -> str:
    return static(NAME)
