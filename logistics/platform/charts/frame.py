"""The room a chart with upright values draws in: scale, grid, and the labels below."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .svg import SIZE, Number, rule, shown, text, text_width


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from at or below `low` to at or above `high`, zero among them; never all the same."""
    low, high = min(low, 0), max(high, 0)
    if low == high:
        high = 1
    rough = (high - low) / (most - 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [n * step for n in range(first, last + 1)]


def thirds(low: float, high: float) -> list[float]:
    """Three lines for a small picture without numbers on its scale: the extremes, with zero or the middle between."""
    low, high = min(low, 0), max(high, 0)
    if low == high:
        high = 1
    return [low, 0, high] if low < 0 < high else [low, (low + high) / 2, high]


@dataclass(frozen=True)
class Frame:
    """Edges in units of the viewBox; `foot` is where the labels hang, `steps` the values of the grid lines from low to high."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    foot: float
    steps: Sequence[float]

    @classmethod
    def around(cls, values: Sequence[Number], *, wide: bool, top: float = 16, right: float = 0, below: float = 0, lines: int = 1) -> "Frame":
        """A frame that holds these values. The wide one has room for the numbers of its scale, `below` for numbers under negative bars."""
        steps = ticks(float(min(values)), float(max(values))) if wide else thirds(float(min(values)), float(max(values)))
        width, height = (640, 190) if wide else (320, 132)
        left = max(text_width(shown(step)) for step in steps) + 8 if wide else 0
        foot = height - 22
        return cls(width, height + (lines - 1) * 13, left, width - right, top, foot - (below if steps[0] < 0 else 0), foot, steps)

    def y(self, value: Number) -> float:
        low, high = self.steps[0], self.steps[-1]
        return self.bottom - (float(value) - low) / (high - low) * (self.bottom - self.top)

    def grid(self) -> list[str]:
        marks = []
        for step in self.steps:
            y = self.y(step)
            marks.append(rule(f"M{self.left:.1f} {y:.1f}H{self.right:.1f}", strong=step == 0))
            if self.left:
                marks.append(text(self.left - 6, y + 4, shown(step), anchor="end", size=10))
        return marks

    def band(self, count: int) -> float:
        return (self.right - self.left) / count


def lines_for(labels: Sequence[str], room: float) -> int:
    """2 when some label needs two lines to fit its room and all then do, else 1."""
    widest = max(map(text_width, labels), default=0)
    return 2 if room < widest + 4 <= 2 * room - SIZE and room >= 3 * SIZE else 1


def split(label: str, room: float) -> list[str]:
    if text_width(label) + 4 <= room or len(label) < 3:
        return [label]
    middle = math.ceil(len(label) / 2)
    return [label[:middle], label[middle:]]


def labels_below(frame: Frame, labels: Sequence[str], centres: Sequence[float], lines: int = 1) -> list[str]:
    """The labels under their marks; so many are left out that none touch, the last always stands."""
    room = (centres[-1] - centres[0]) / (len(centres) - 1) if len(centres) > 1 else frame.width
    if lines == 2:
        broken = [split(label, room) for label in labels]
        return [
            text(centre, frame.foot + 16 + 13 * line, part, anchor="middle")
            for centre, parts in zip(centres, broken, strict=True)
            for line, part in enumerate(parts)
        ]
    every = max(1, math.ceil((max(map(text_width, labels)) + 6) / room))
    boxes = [(within(centre, text_width(label), frame.width), text_width(label)) for centre, label in zip(centres, labels, strict=True)]
    kept = free_places(boxes, range(len(labels) - 1, -1, -every))
    return [text(boxes[index][0], frame.foot + 16, labels[index], anchor="middle") for index in kept]


def within(centre: float, width: float, most: float) -> float:
    """The centre moved so far that a text of this width stays inside the picture."""
    return min(max(centre, width / 2), most - width / 2)


def free_places(boxes: Sequence[tuple[float, float]], wanted: Sequence[int]) -> list[int]:
    """Of the wanted indices, those whose (centre, width) do not touch an earlier wanted one."""
    kept: list[int] = []
    for index in wanted:
        centre, width = boxes[index]
        if all(abs(centre - boxes[other][0]) >= (width + boxes[other][1]) / 2 + 4 for other in kept):
            kept.append(index)
    return kept
