"""What stands out in a month by the school's numbers; reads only (UTL-06)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from logistics.platform.limits.queries import limits_on
from logistics.utilities.meter.models import UNITS, Medium

from .figures import LOSS, PLACES, read, told
from .loading import counted
from .models import ProblemKind
from .months import Span
from .tables import shown
from .tally import Counted, MeterPoint, change

RISE = "utilities.rise.percent"
SMALL = {"power": Decimal(50), "water": Decimal(5), "gas": Decimal(5), "heat": Decimal(1)}  # a month: below it a leap means nothing


@dataclass(frozen=True, slots=True)
class Occasion:
    kind: str
    meter: int
    key: str
    words: str


def found_in(month: date, *, on: date) -> list[Occasion]:
    """Leaps against the year before (or the month before, where there is no year), and main meters that do not agree with their branches."""
    span, numbers = Span(month, month), limits_on(on, RISE, LOSS)
    rows = counted([span, span.before, span.year_ago])
    leaps = [found for point in rows.points if (found := leap(rows, point, span, Decimal(numbers[RISE])))]
    return [*leaps, *(found for found in unbalanced(rows, span, Decimal(numbers[LOSS])))]


def leap(rows: Counted, point: MeterPoint, span: Span, most: Decimal) -> Occasion | None:
    """A meter whose use grew by more than `most` percent, when both months are whole and it is worth a look."""
    then_span, than = (
        (span.year_ago, "去年同月") if (point.pk, span.year_ago.first) not in rows.idle and not rows.lacks(point.pk, span.year_ago) else (span.before, "上月")
    )
    if any((point.pk, one.first) in rows.idle or rows.lacks(point.pk, one) for one in (span, then_span)):
        return None
    now, then = rows.through(point.pk, span), rows.through(point.pk, then_span)
    grown = change(now, then)
    if now is None or grown is None or grown <= most or now - (then or 0) < SMALL[point.medium]:
        return None
    medium = Medium(point.medium)
    words = f"{point.name}{span.words}用{medium.label} {amount(now, medium)} {UNITS[medium]}，比{than}的 {amount(then, medium)} 多 {grown.normalize():f}%"
    return Occasion(ProblemKind.RISE, point.pk, f"rise:{point.pk}:{span.first:%Y-%m}", words)


def amount(value: Decimal | None, medium: Medium) -> str:
    """1,234.5 with the places of its kind."""
    return shown(read(told(value, PLACES[medium])))


def unbalanced(rows: Counted, span: Span, most: Decimal) -> list[Occasion]:
    found = []
    for loss in rows.losses(span):
        if abs(loss.percent) <= most or abs(loss.lost) < SMALL[rows.by_pk[loss.meter].medium]:
            continue
        point = rows.by_pk[loss.meter]
        medium = Medium(point.medium)
        main, below = amount(loss.main, medium), amount(loss.below, medium)
        why = "可能有漏、有没装表的用处，或者读错了" if loss.lost > 0 else "分表加起来比总表多，可能倍率或读数不对"
        words = f"{point.name}{span.words}走了 {main} {UNITS[medium]}，下面的分表共 {below}，相差 {abs(loss.percent).normalize():f}%，{why}"
        found.append(Occasion(ProblemKind.LOSS, point.pk, f"loss:{point.pk}:{span.first:%Y-%m}", words))
    return found
