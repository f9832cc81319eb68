"""Lying bars for places and people, whose names are long."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .svg import CLOSING, SIZE, Number, figure, nothing_yet, rect, rule, shown, text, text_width, tooltip


@dataclass(frozen=True)
class Bar:
    """`was` is what it is compared with, drawn as an upright stroke; `note` stands after the number; `late` makes it red."""

    label: str
    value: Number | None
    was: Number | None = None
    note: str = ""
    late: bool = False


def hbars(rows: Sequence[Bar | tuple], *, title: str, unit: str = "", was_name: str = "去年", wide: bool = True) -> SafeString:
    """One lying bar a row, in the order given; a row may be a plain (label, value). Long names go on in a second line."""
    described = [row if isinstance(row, Bar) else Bar(*row) for row in rows]
    width = 640 if wide else 320
    known = [value for row in described for value in (row.value, row.was) if value is not None]
    if not known:
        return nothing_yet(width, 132, title)
    names = [wrapped(row.label, width * 0.34) for row in described]
    left = max(text_width(line) for lines in names for line in lines) + 8
    said = [f"{shown(row.value)}　{row.note}" if row.note else shown(row.value) for row in described]
    room = max(width - left - max(map(text_width, said)) - 12, 40)
    low, high = min(0, float(min(known))), max(0, float(max(known)))
    scale = room / ((high - low) or 1)
    zero, y, parts = left - low * scale, 4.0, []
    for row, lines, words in zip(described, names, said, strict=True):
        tall = max(21, len(lines) * 13 + 6)
        middle = y + tall / 2
        for number, line in enumerate(lines):
            parts.append(text(left - 8, middle + 4 + (number - (len(lines) - 1) / 2) * 13, line, anchor="end", strong=True))
        parts += _bar(row, zero, scale, middle, words, unit, was_name)
        y += tall
    if low < 0:
        parts.append(rule(f"M{zero:.1f} 2V{y:.1f}", strong=True))
    return figure(width, y + 4, title, parts)


def _bar(row: Bar, zero: float, scale: float, middle: float, words: str, unit: str, was_name: str) -> list[str]:
    value = float(row.value or 0)
    end = zero + value * scale
    reach, parts = max(zero, end), []
    tip = f"{row.label}：{shown(row.value, unit)}" + (f"，{was_name} {shown(row.was, unit)}" if row.was is not None else "")
    if row.value is not None:
        parts.append(rect("l" if row.late else "a", min(zero, end), middle - 6.5, abs(end - zero), 13, tip, radius=min(2, abs(end - zero) / 2)))
    if row.was is not None:
        x = zero + float(row.was) * scale
        # covers the bar or the ground, so it has a light edge
        parts.append(f'<path d="M{x:.1f} {middle - 9.5:.1f}v19" stroke="#fff" stroke-width="3.4" fill="none"/>')
        parts.append(f'<path d="M{x:.1f} {middle - 9.5:.1f}v19" stroke="#454f59" stroke-width="1.4" fill="none">{tooltip(tip)}</path>')
        reach = max(reach, x)
    return [*parts, text(reach + 6, middle + 4, words, strong=True)]


def wrapped(label: str, room: float) -> list[str]:
    """The label in as many lines as it needs to stay within `room`, broken evenly."""
    count = max(1, -(-int(text_width(label)) // int(room)))
    if count == 1:
        return [label]
    lines, line, limit = [], "", max(text_width(label) / count + SIZE / 2, SIZE)
    for letter in label:
        if line and text_width(line + letter) > limit and letter not in CLOSING:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line] if line else lines
