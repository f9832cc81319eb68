"""The few marks every chart is made of.

Colours stand in attributes for paper and for a page without its style sheet; the classes let theme.css recolour them in the dark.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString

FACE = "Noto Sans CJK SC"
INK, QUIET, GRID, ZERO = "#1a222a", "#626b74", "#e6e3dc", "#9aa0a6"
FILLS = {"a": "#2f83ab", "b": "#bcd5e2", "w": "#d08a1c", "l": "#cf4a3a", "g": "#3f9467", "z": "#eeeeeb"}
SIZE = 11
CLOSING = "、，。；：！？）》」』"  # never at the beginning of a line

Number = int | float | Decimal


def shown(value: Number | None, unit: str = "") -> str:
    """A number as people write it: thousands in threes, at most two decimals, a true minus sign; — for nothing."""
    if value is None:
        return "—"
    text = f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text.replace("-", "−")
    return f"{text} {unit}" if unit and unit != "%" else text + unit


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide the text is drawn: Chinese characters are square, others a little over half."""
    return sum(size if letter > "⺀" else size * 0.57 for letter in text)


def text(x: float, y: float, content: str, *, anchor: str = "start", strong: bool = False, size: float = SIZE) -> str:
    return (
        f'<text{" class=" + chr(34) + "t" + chr(34) if strong else ""} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'fill="{INK if strong else QUIET}" font-family="{FACE}" font-size="{size:g}">{escape(content)}</text>'
    )


def rect(mark: str, x: float, y: float, width: float, height: float, tip: str = "", *, radius: float = 0, opacity: float = 1) -> str:
    more = (f' rx="{radius:g}"' if radius else "") + (f' fill-opacity="{opacity:.2f}"' if opacity < 1 else "")
    return (
        f'<rect class="{mark}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"{more} fill="{FILLS[mark]}">'
        f"{tooltip(tip)}</rect>"
    )


def rule(path: str, *, strong: bool = False) -> str:
    """A thin line of the grid; the strong one is the zero line."""
    name, colour = ("lb", ZERO) if strong else ("grid", GRID)
    return f'<path class="{name}" d="{path}" stroke="{colour}" fill="none"/>'


def tooltip(tip: str) -> str:
    return f"<title>{escape(tip)}</title>" if tip else ""


def legend(right: float, names: Iterable[tuple[str, str]]) -> str:
    """Squares with names in one line along the top, ending at `right`; names are (mark, name)."""
    parts = []
    for mark, name in reversed(list(names)):
        right -= text_width(name)
        parts += [text(right, 11, name), rect(mark, right - 14, 2, 10, 10, radius=2)]
        right -= 28
    return "".join(parts)


def figure(width: float, height: float, title: str, parts: Iterable[str]) -> SafeString:
    """The whole picture; `title` is the conclusion a reader who cannot see it is told."""
    kind = "chart wide" if width > 400 else "chart"
    return SafeString(f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>')


def nothing_yet(width: float, height: float, title: str) -> SafeString:
    return figure(width, height, f"{title}：还没有数据", [text(width / 2, height / 2 + 4, "还没有数据", anchor="middle")])
