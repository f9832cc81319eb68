"""A calendar or table of small tiles: done or missed by day and meal, or how much by hour and weekday."""

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString

from .svg import Number, figure, nothing_yet, rect, shown, text, text_width

GAP = 6.0
# Each state has a sign of its own, so that the picture can be read without colour.
SIGNS = {"g": "M-4 0l3 3 5-6", "w": "M-4 0h8", "l": "M-3.5 -3.5l7 7m0 -7l-7 7", "a": "", "b": "", "z": ""}


def tiles(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]], *, title: str, wide: bool = False) -> SafeString:
    """One tile for every row and column: cells are (mark, words for the tooltip), marks g done, w waiting, l missed, z nothing due."""
    if not rows or not columns:
        return nothing_yet(320, 132, title)
    parts, place, size = _ground(rows, columns, wide)
    for row, line in enumerate(cells):
        for column, (mark, tip) in enumerate(line):
            x, y, w, h = place(row, column)
            parts.append(rect(mark, x, y, w, h, f"{rows[row]} {columns[column]}：{tip}", radius=4))
            if SIGNS[mark] and w >= 12 and h >= 12:
                parts.append(f'<path transform="translate({x + w / 2:.1f} {y + h / 2:.1f})" d="{SIGNS[mark]}" fill="none" stroke="#fff" stroke-width="1.75"/>')
    return figure(*size, title, parts)


def heat(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Number | None]], *, title: str, unit: str = "", wide: bool = True
) -> SafeString:
    """The more, the darker; a tile without a value stays empty, numbers stand in the tiles where they fit."""
    known = [float(value) for line in values for value in line if value is not None]
    if not rows or not columns or not known:
        return nothing_yet(640 if wide else 320, 132, title)
    parts, place, size = _ground(rows, columns, wide)
    low, high = min(known), max(known)
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            x, y, w, h = place(row, column)
            parts.append(rect("z", x, y, w, h, radius=3))
            if value is None:
                continue
            share = (float(value) - low) / (high - low) if high > low else 0.5
            tip = f"{rows[row]} {columns[column]}：{shown(value, unit)}"
            parts.append(rect("a", x, y, w, h, tip, radius=3, opacity=0.08 + share * 0.5))
            if text_width(shown(value), 10) + 4 <= w and h >= 13:
                parts.append(text(x + w / 2, y + h / 2 + 3.5, shown(value), anchor="middle", strong=True, size=10))
    return figure(*size, title, parts)


Place = Callable[[int, int], tuple[float, float, float, float]]


def _ground(rows: Sequence[str], columns: Sequence[str], wide: bool) -> tuple[list[str], Place, tuple[float, float]]:
    """Names of rows and columns, a function (row, column) -> (x, y, width, height), and the size of the picture."""
    width = 640 if wide else 320
    left = max(map(text_width, rows)) + 8
    gap = min(GAP, (width - left) / len(columns) * 0.15)
    w = (width - left + gap) / len(columns) - gap
    h = min(29.3, max(14, 100 / len(rows) - GAP))
    bottom = 4 + len(rows) * (h + gap)

    def place(row: int, column: int) -> tuple[float, float, float, float]:
        return left + column * (w + gap), 4 + row * (h + gap), w, h

    every = max(1, -(-int(max(map(text_width, columns)) + 4) // max(1, int(w + gap))))
    parts = [text(0, 4 + row * (h + gap) + h / 2 + 4, name) for row, name in enumerate(rows)]
    parts += [text(left + column * (w + gap) + w / 2, bottom + 12, columns[column], anchor="middle") for column in range(0, len(columns), every)]
    return parts, place, (width, bottom + 20)
