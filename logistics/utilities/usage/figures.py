"""The figures of a run of months as plain JSON: what pages, papers, workbooks and the frozen reports all show (UTL-02, UTL-05).

Numbers are text with their places, so that the same readings give the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from logistics.platform.limits.queries import limits_on
from logistics.platform.org.models import Department
from logistics.platform.places.models import Place
from logistics.utilities.meter.models import UNITS, Medium

from .loading import Sizes, counted, load_factors
from .months import Span, shifted
from .tally import ZERO, Counted, Factors, MeterPoint, change, per

TARGET, LOSS = "utilities.target.percent", "utilities.loss.percent"
TREND = 13
PLACES = {Medium.POWER: 0, Medium.WATER: 1, Medium.GAS: 1, Medium.HEAT: 2}
REST = {"building": "公用和线路损耗", "department": "没有分到部门"}


def told(value: Decimal | None, places: int = 2) -> str | None:
    """The number as text, rounded half up; None stays."""
    return None if value is None else str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def read(text: str | None) -> Decimal | None:
    """A number of the figures as it can be reckoned with."""
    return None if text is None else Decimal(text)


def spans_of(span: Span) -> list[Span]:
    """Everything that must be loaded to compare it."""
    return [span, span.before, span.year_ago, Span(shifted(span.last, 1 - TREND), span.last)]


@dataclass(frozen=True)
class Question:
    """One run of months with all that is known of it."""

    span: Span
    counted: Counted
    factors: Factors
    sizes: Sizes
    target: Decimal
    most_loss: Decimal

    @cached_property
    def media(self) -> list[Medium]:
        """What the school has meters of, in the usual order."""
        known = {point.medium for point in self.counted.points}
        return [medium for medium in Medium if medium in known]

    def coal(self, amounts: dict[str, Decimal], span: Span) -> Decimal:
        return self.factors.coal((medium, span.until, amount) for medium, amount in amounts.items())

    def totals(self, span: Span) -> dict[str, Decimal]:
        found = ((str(medium), self.counted.total(medium, span)) for medium in self.media)
        return {medium: amount for medium, amount in found if amount is not None}

    def whole(self, medium: str, span: Span) -> Decimal | None:
        """The school's number, where it may be compared."""
        return self.counted.total(medium, span) if self.counted.is_whole(medium, span) else None


def asked(span: Span, on: date) -> Question:
    """Load what the span needs; about ten queries whatever the number of meters."""
    numbers = limits_on(on, TARGET, LOSS)
    return Question(span, counted(spans_of(span)), load_factors(), Sizes(on), Decimal(numbers[TARGET]), Decimal(numbers[LOSS]))


def figures_of(question: Question) -> dict:
    """The whole content as JSON."""
    span, size = question.span, question.sizes.on(question.span.until)
    return {
        "first": str(span.first),
        "last": str(span.last),
        "words": span.words,
        "area": told(size.area) if size.area else None,
        "users": told(size.users, 1) if size.users else None,
        "media": [_medium(question, medium) for medium in question.media],
        "coal": _coal(question),
        "trend": _trend(question),
        "buildings": _groups(question, "building", Counted.building_of, _building_names()),
        "departments": _groups(question, "department", Counted.department_of, dict(Department.objects.values_list("pk", "name"))),
        "meters": _meters(question),
        "losses": _losses(question),
        "missing": [point.name for point in question.counted.missing(span)],
    }


def _building_names() -> dict[int, str]:
    return dict(Place.objects.filter(level="building").order_by("order", "path").values_list("pk", "name"))


def _medium(question: Question, medium: Medium) -> dict:
    span, places = question.span, PLACES[medium]
    now, before, then = question.counted.total(medium, span), question.whole(medium, span.before), question.whole(medium, span.year_ago)
    users, users_then = question.sizes.on(span.until).users, question.sizes.on(span.year_ago.until).users
    area = question.sizes.on(span.until).area
    each, each_then = per(now, users), per(then, users_then)
    target = then / users_then * users * (100 - question.target) / 100 if then is not None and users and users_then else None
    is_whole = question.counted.is_whole(medium, span)
    return {
        "medium": str(medium),
        "name": str(medium.label),
        "unit": UNITS[medium],
        "used": told(now, places),
        "is_whole": is_whole,
        "before": told(before, places),
        "year_ago": told(then, places),
        "change_before": told(change(now, before), 1) if is_whole else None,
        "change": told(change(now, then), 1) if is_whole else None,
        "per_user": told(each),
        "per_user_year_ago": told(each_then),
        "per_user_change": told(change(each, each_then), 1) if is_whole else None,
        "target": told(target, places),
        "meets": now <= target if is_whole and now is not None and target is not None else None,
        "per_area": told(per(now, area)),
        "coal": told(question.coal({str(medium): now or ZERO}, span), 1),
    }


def _coal(question: Question) -> dict:
    span = question.span
    now, then = question.coal(question.totals(span), span), question.coal(question.totals(span.year_ago), span.year_ago)
    size = question.sizes.on(span.until)
    energy = [medium for medium in question.media if medium != Medium.WATER]
    fair = bool(energy) and all(question.counted.is_whole(medium, one) for medium in energy for one in (span, span.year_ago))
    return {
        "used": told(now, 1),
        "year_ago": told(then, 1) if fair else None,
        "change": told(change(now, then), 1) if fair else None,
        "per_user": told(per(now, size.users)),
        "per_area": told(per(now, size.area)),
    }


def _trend(question: Question) -> dict:
    """Month by month up to the last one; a month that is not whole is a gap."""
    months = Span(shifted(question.span.last, 1 - TREND), question.span.last).months
    lines = {str(medium): [told(question.whole(medium, Span(month, month)), PLACES[medium]) for month in months] for medium in question.media}
    return {"months": [f"{month:%Y-%m}" for month in months], "lines": lines}


def _groups(question: Question, what: str, key: Callable, names: dict[int, str]) -> list[dict]:
    """One row for every building or department, the rest last."""

    def group(point: MeterPoint) -> int:
        return key(question.counted, point)

    span = question.span
    now, then = question.counted.split(span, group), question.counted.split(span.year_ago, group)
    lacks, lacked = question.counted.lacking(span, group), question.counted.lacking(span.year_ago, group)
    partly = {group(point) for point in question.counted.missing(span)}
    order = [*(pk for pk in names if pk in now), *([0] if 0 in now else [])]
    rows = []
    for pk in order:
        size = question.sizes.on(span.until, pk) if what == "building" and pk else None
        coal = question.coal(now[pk], span)
        used = {
            str(medium): {
                "used": told(now[pk].get(medium), PLACES[medium]),
                "year_ago": told(then.get(pk, {}).get(medium), PLACES[medium]),
                "change": None if not pk or (pk, medium) in lacks | lacked else told(change(now[pk].get(medium), then.get(pk, {}).get(medium)), 1),
            }
            for medium in question.media
        }
        rows.append(
            {
                "name": names.get(pk, REST[what]),
                "is_rest": not pk,
                "is_whole": pk not in partly,
                "used": used,
                "coal": told(coal, 1),
                "coal_per_area": told(per(coal, size.area)) if size else None,
                "coal_per_user": told(per(coal, size.users)) if size else None,
            }
        )
    return rows


def _meters(question: Question) -> list[dict]:
    return [_meter(question, point) for point in question.counted.points]


def _meter(question: Question, point: MeterPoint) -> dict:
    spans: Sequence[Span] = (question.span, question.span.before, question.span.year_ago)
    now, before, then = (question.counted.through(point.pk, span) for span in spans)
    lacks, _, lacked = (question.counted.lacks(point.pk, span) for span in spans)
    places = PLACES[Medium(point.medium)]
    return {
        "id": point.pk,
        "name": point.name,
        "code": point.code,
        "medium": point.medium,
        "used": told(now, places),
        "is_whole": not lacks,
        "before": told(before, places),
        "year_ago": told(then, places),
        "change": None if lacks or lacked else told(change(now, then), 1),
    }


def _losses(question: Question) -> list[dict]:
    rows = []
    for loss in question.counted.losses(question.span):
        point = question.counted.by_pk[loss.meter]
        places = PLACES[Medium(point.medium)]
        rows.append(
            {
                "id": point.pk,
                "name": point.name,
                "medium": point.medium,
                "main": told(loss.main, places),
                "below": told(loss.below, places),
                "lost": told(loss.lost, places),
                "percent": told(loss.percent, 1),
                "is_suspicious": abs(loss.percent) > question.most_loss,
            }
        )
    return rows
