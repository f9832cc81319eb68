"""Lines over time: this year and last year, with the target if there is one."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from .frame import Frame, labels_below
from .svg import FILLS, Number, figure, nothing_yet, shown, text, text_width, tooltip

# The first line is the one that matters; the second is what it is compared with.
LOOKS = (
    'class="la" stroke="#2f83ab" stroke-width="2.25"',
    'class="lb" stroke="#9aa0a6" stroke-width="1.5" stroke-dasharray="4 3"',
    'stroke="#d08a1c" stroke-width="1.75"',
    'stroke="#3f9467" stroke-width="1.75" stroke-dasharray="1.5 3"',
)
MOST_TIPS = 400


def lines(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Number | None]]],
    *,
    title: str,
    unit: str = "",
    target: tuple[str, Number] | None = None,
    wide: bool = False,
) -> SafeString:
    """Up to four lines as (name, values), None leaving a gap; `target` is a named level across the picture."""
    known = [value for _, values in series for value in values if value is not None]
    if not known:
        return nothing_yet(*((640, 190) if wide else (320, 132)), title)
    levels = [(target[0], target[1])] if target else []
    ends = [(name, _last(values)) for name, values in series]
    names = [_named(name, value) for name, value in [*((name, end[1]) for name, end in ends if end), *levels]]
    frame = Frame.around([*known, *(value for _, value in levels)], wide=wide, top=14, right=max(map(text_width, names)) + 12)
    left, right = frame.left + 8, frame.right - 4
    step = (right - left) / (len(labels) - 1) if len(labels) > 1 else 0
    xs = [left + step * index for index in range(len(labels))] if step else [(left + right) / 2]
    parts = frame.grid()
    if target:
        parts.append(f'<path d="M{frame.left:.1f} {frame.y(target[1]):.1f}H{frame.right:.1f}" fill="none" stroke="{FILLS["w"]}" stroke-dasharray="6 3"/>')
    for number in range(len(series) - 1, -1, -1):
        name, values = series[number]
        parts += [_line(frame, xs, run, LOOKS[number % len(LOOKS)]) for run in _runs(values)]
    for name, values in series:
        parts += _tips(frame, xs, labels, name, values, unit)
    parts += _end_names(frame, xs, ends, target)
    return figure(frame.width, frame.height, title, [*parts, *labels_below(frame, labels, xs)])


def _named(name: str, value: Number) -> str:
    return f"{name} {shown(value)}"


def _last(values: Sequence[Number | None]) -> tuple[int, Number] | None:
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    return known[-1] if known else None


def _runs(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """The stretches of values without a gap."""
    runs: list[list[tuple[int, Number]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(frame: Frame, xs: Sequence[float], run: Sequence[tuple[int, Number]], look: str) -> str:
    """A run of one value is a short dash, or it would not be seen."""
    points = [(xs[index], frame.y(value)) for index, value in run]
    if len(points) == 1:
        (x, y) = points[0]
        points = [(x - 3, y), (x + 3, y)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline {look} points="{drawn}" fill="none" stroke-linejoin="round"/>'


def _tips(frame: Frame, xs: Sequence[float], labels: Sequence[str], name: str, values: Sequence[Number | None], unit: str) -> list[str]:
    """Invisible rounds that carry the words for the mouse."""
    if len(values) > MOST_TIPS:
        return []
    return [
        f'<circle cx="{x:.1f}" cy="{frame.y(value):.1f}" r="7" fill="none" pointer-events="all">{tooltip(f"{label} {name}：{shown(value, unit)}")}</circle>'
        for x, label, value in zip(xs, labels, values, strict=True)
        if value is not None
    ]


def _end_names(frame: Frame, xs: Sequence[float], ends: Sequence[tuple[str, tuple[int, Number] | None]], target: tuple[str, Number] | None) -> list[str]:
    """Each line's name at its right end, pushed apart so that none covers another; the first line also gets a dot."""
    parts, wanted = [], [(frame.y(end[1]) + 4, _named(name, end[1]), number == 0) for number, (name, end) in enumerate(ends) if end]
    if ends and ends[0][1]:
        index, value = ends[0][1]
        parts.append(f'<circle class="a" cx="{xs[index]:.1f}" cy="{frame.y(value):.1f}" r="3.5" fill="{FILLS["a"]}"/>')
    if target:
        wanted.append((frame.y(target[1]) + 4, _named(*target), False))
    for y, name, strong in spread(wanted, frame.top, frame.bottom + 4):
        parts.append(text(frame.right + 6, y, name, strong=strong))
    return parts


def spread(wanted: Sequence[tuple[float, str, bool]], top: float, bottom: float, room: float = 13) -> list[tuple[float, str, bool]]:
    """The same names from top to bottom, at least `room` apart, as near to where they were wanted as fits."""
    placed: list[list] = []
    for y, name, strong in sorted(wanted, key=lambda one: one[0]):
        placed.append([max(y, placed[-1][0] + room if placed else top), name, strong])
    limit = bottom
    for one in reversed(placed):
        one[0] = min(one[0], limit)
        limit = one[0] - room
    return [(y, name, strong) for y, name, strong in placed]
