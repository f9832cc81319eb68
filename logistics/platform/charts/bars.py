"""Upright bars: one series, several beside each other, several on top of each other."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from .frame import Frame, labels_below, lines_for
from .svg import Number, figure, legend, nothing_yet, rect, shown, text, text_width

SERIES_MARKS = ("a", "b", "w", "g", "z", "l")


def _size(wide: bool) -> tuple[int, int]:
    return (640, 190) if wide else (320, 132)


def bars(
    labels: Sequence[str],
    values: Sequence[Number | None],
    *,
    over: Sequence[Number | None] | None = None,
    over_name: str = "超时",
    highlight: int | None = -1,
    title: str,
    unit: str = "",
    wide: bool = False,
) -> SafeString:
    """One bar a label. `over` is the part of each value that went wrong, drawn red at its foot.

    `highlight` is the bar in full colour (None: all of them); `title` says the conclusion.
    """
    known = [value for value in values if value is not None]
    if not known:
        return nothing_yet(*_size(wide), title)
    crowded = not _fit(values, Frame.around(known, wide=wide).band(len(labels)))
    lines = lines_for(labels, Frame.around(known, wide=wide).band(len(labels)))
    frame = Frame.around(known, wide=wide, top=28 if crowded or wide else 16, below=14, lines=lines)
    band, strong = frame.band(len(labels)), None if highlight is None else highlight % len(labels)
    centres = [frame.left + band * (index + 0.5) for index in range(len(labels))]
    width = min(band * 0.6, 44)
    parts, zero = [*frame.grid(), text(0, 11, unit) if wide and unit else ""], frame.y(0)
    for index, (label, value) in enumerate(zip(labels, values, strict=True)):
        if value is None:
            continue
        part, x = over[index] if over else None, centres[index] - width / 2
        tip = f"{label}：{shown(value, unit)}" + (f"，其中{over_name} {shown(part, unit)}" if part else "")
        mark = "a" if strong is None or index == strong else "b"
        parts.append(_bar(frame, mark, x, width, value, tip))
        if part:
            parts.append(rect("l", x, frame.y(part), width, zero - frame.y(part), tip))
    parts += [_caption(frame, labels, values, strong)] if crowded else _values_above(frame, centres, values, strong)
    return figure(frame.width, frame.height, title, [*parts, *labels_below(frame, labels, centres, lines)])


def _bar(frame: Frame, mark: str, x: float, width: float, value: Number, tip: str, base: Number = 0) -> str:
    top, foot = sorted((frame.y(base), frame.y(float(base) + float(value))))
    return rect(mark, x, top, width, foot - top, tip, radius=0 if base else min(1.5, (foot - top) / 2))


def _fit(values: Sequence[Number | None], band: float) -> bool:
    return all(text_width(shown(value)) + 4 <= band for value in values if value is not None)


def _values_above(frame: Frame, centres: Sequence[float], values: Sequence[Number | None], strong: int | None) -> list[str]:
    return [
        text(centre, frame.y(value) - 4 if value >= 0 else frame.y(value) + 13, shown(value), anchor="middle", strong=strong is None or index == strong)
        for index, (centre, value) in enumerate(zip(centres, values, strict=True))
        if value is not None
    ]


def _caption(frame: Frame, labels: Sequence[str], values: Sequence[Number | None], strong: int | None) -> str:
    """Where the bars are too many for a number on each: the highest and the one in colour, in words at the top."""
    known = [(value, index) for index, value in enumerate(values) if value is not None]
    value, highest = max(known, key=lambda one: one[0])
    said = [f"最高 {labels[highest]} {shown(value)}"]
    if strong is not None and strong != highest and values[strong] is not None:
        said.append(f"{labels[strong]} {shown(values[strong])}")
    return text(frame.width, 11, "　".join(said), anchor="end", strong=True)


def grouped(labels: Sequence[str], series: Sequence[tuple[str, Sequence[Number | None]]], *, title: str, unit: str = "", wide: bool = True) -> SafeString:
    """Bars beside each other, such as last year and this year: series are (name, values), the one that matters first."""
    known = [value for _, values in series for value in values if value is not None]
    if not known:
        return nothing_yet(*_size(wide), title)
    frame = Frame.around(known, wide=wide, top=24)
    band = frame.band(len(labels))
    width = min(band * 0.76 / len(series), 26)
    centres = [frame.left + band * (index + 0.5) for index in range(len(labels))]
    parts = [*frame.grid(), *_key(frame, series, unit)]
    # drawn from left to right as last, …, first: the series that matters stands next to the following label's gap
    for place, number in enumerate(range(len(series) - 1, -1, -1)):
        name, values = series[number]
        for centre, label, value in zip(centres, labels, values, strict=True):
            if value is not None:
                x = centre + (place - len(series) / 2) * width
                parts.append(_bar(frame, SERIES_MARKS[number], x, width - 1, value, f"{label} {name}：{shown(value, unit)}"))
    return figure(frame.width, frame.height, title, [*parts, *labels_below(frame, labels, centres)])


def stacked(labels: Sequence[str], series: Sequence[tuple[str, Sequence[Number | None]]], *, title: str, unit: str = "", wide: bool = True) -> SafeString:
    """Bars on top of each other with their sum above; negative parts hang below zero."""
    if not any(value is not None for _, values in series for value in values):
        return nothing_yet(*_size(wide), title)
    columns = [[float(values[index] or 0) for _, values in series] for index in range(len(labels))]
    ups = [sum(value for value in column if value > 0) for column in columns]
    downs = [sum(value for value in column if value < 0) for column in columns]
    frame = Frame.around([*ups, *downs], wide=wide, top=34)
    band = frame.band(len(labels))
    width = min(band * 0.6, 44)
    centres = [frame.left + band * (index + 0.5) for index in range(len(labels))]
    parts = [*frame.grid(), *_key(frame, series, unit)]
    for centre, label, column in zip(centres, labels, columns, strict=True):
        reached = {True: 0.0, False: 0.0}
        for mark, (name, _), value in zip(SERIES_MARKS, series, column, strict=False):
            if value:
                parts.append(_bar(frame, mark, centre - width / 2, width, value, f"{label} {name}：{shown(value, unit)}", reached[value > 0]))
                reached[value > 0] += value
    if not any(downs) and _fit(ups, band):
        parts += _values_above(frame, centres, ups, None)
    return figure(frame.width, frame.height, title, [*parts, *labels_below(frame, labels, centres)])


def _key(frame: Frame, series: Sequence[tuple[str, object]], unit: str) -> list[str]:
    names = list(zip(SERIES_MARKS, (name for name, _ in series), strict=False))
    return [legend(frame.width, names), text(0, 11, unit) if unit else ""]
