"""Sums over repairs and what follows from them: the same whether counted just now or read back from a frozen report (REP-09)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal

STARS = 5
SATISFIED = 4  # this many stars or more


def nearest_rank(ordered: list[int], percent: int) -> int:
    """The smallest value that at least `percent` of the ordered values do not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


@dataclass(frozen=True)
class Times:
    """Of `count` repairs half took at most `half` minutes and nine tenths at most `most`."""

    count: int
    half: int
    most: int

    @classmethod
    def of(cls, minutes: Iterable[int]) -> "Times | None":
        ordered = sorted(minutes)
        return cls(len(ordered), nearest_rank(ordered, 50), nearest_rank(ordered, 90)) if ordered else None


@dataclass
class Tally:
    """What happened in a period. Each event counts where it fell, so that months add up to the year.

    reported, void (of these taken back or merged), late and same_day: tickets reported in the period.
    finished, reworked, materials, labour, worked (minutes): tickets finished in it. closed and stars (counts of 1 to 5): signed in it.
    unfinished: not mended when the period ended. response: report to arrival; repair: report to finish without waiting.
    """

    reported: int = 0
    void: int = 0
    late: int = 0
    same_day: int = 0
    finished: int = 0
    reworked: int = 0
    worked: int = 0
    materials: Decimal = Decimal(0)
    labour: Decimal = Decimal(0)
    closed: int = 0
    stars: list[int] = field(default_factory=lambda: [0] * STARS)
    unfinished: int = 0
    response: Times | None = None
    repair: Times | None = None

    @property
    def valid(self) -> int:
        return self.reported - self.void

    @property
    def late_share(self) -> float | None:
        return share(self.late, self.valid)

    @property
    def same_day_share(self) -> float | None:
        return share(self.same_day, self.valid)

    @property
    def rework_share(self) -> float | None:
        return share(self.reworked, self.finished)

    @property
    def rated(self) -> int:
        return sum(self.stars)

    @property
    def rating(self) -> float | None:
        """Mean stars, one decimal."""
        return round(sum(n * count for n, count in enumerate(self.stars, 1)) / self.rated, 1) if self.rated else None

    @property
    def satisfaction(self) -> float | None:
        return share(sum(self.stars[SATISFIED - 1 :]), self.rated)

    @property
    def cost(self) -> Decimal:
        return self.materials + self.labour

    @property
    def is_empty(self) -> bool:
        return not (self.reported or self.finished or self.closed or self.unfinished)

    def add(self, other: "Tally", names: Iterable[str]) -> None:
        """Add these sums of another tally; the times are no sums and stay."""
        for name in names:
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, [a + b for a, b in zip(mine, more, strict=True)] if name == "stars" else mine + more)


WHEN_REPORTED = ("reported", "void", "late", "same_day")
WHEN_FINISHED = ("finished", "reworked", "worked", "materials", "labour")
WHEN_CLOSED = ("closed", "stars")
SUMS = (*WHEN_REPORTED, *WHEN_FINISHED, *WHEN_CLOSED, "unfinished")


def share(part: int, whole: int) -> float | None:
    """A part of one, four decimals; None of nothing."""
    return round(part / whole, 4) if whole else None


@dataclass
class Row:
    """One line of a table: a kind, building, person, place, class or stretch of time. `key` is its id, for links."""

    key: int
    name: str
    tally: Tally


@dataclass
class Span:
    """A stretch of time on the time axis: a week or a month, both days included."""

    since: date
    until: date
    name: str


@dataclass
class Thing:
    """A kind of thing that people name in reports (投影仪), whatever the room."""

    name: str
    times: int
    cost: Decimal


@dataclass
class Word:
    """What somebody said when signing: a refusal, a proxy signature, or few stars."""

    ticket: int
    number: str
    title: str
    said: str
    by: str
    on: date
    is_accepted: bool
    rating: int | None


@dataclass
class Callback:
    """验收和回访: signatures of the period, and what the dissatisfied said, newest first."""

    accepted: int = 0
    refused: int = 0
    proxied: int = 0
    words: list[Word] = field(default_factory=list)


@dataclass
class Trouble:
    """The same kind of fault, or the same thing, at one place again and again. `repeats` came back soon after a repair."""

    place: int
    place_name: str
    kind: int
    kind_name: str
    thing: str
    times: int
    repeats: int
    cost: Decimal
    last_on: date


Line = list[tuple[Span, Tally]]


@dataclass
class Figures:
    """Everything the page, the workbook and the monthly report show of one period."""

    since: date
    until: date
    total: Tally
    kinds: list[Row]
    buildings: list[Row]
    repairers: list[Row]
    times: Line
    places: list[Row]
    classes: list[Row]
    things: list[Thing]
    callback: Callback
    repeated: list[Trouble]
    heavy: list[Trouble]
    advice: list[str]


def frozen(value) -> object:
    """The same as plain JSON: days in ISO form, money as text with two places."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: frozen(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [frozen(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else frozen(asdict(value))


def thawed_tally(data: dict) -> Tally:
    times = {name: Times(**data[name]) if data[name] else None for name in ("response", "repair")}
    return Tally(**data | times | {"materials": Decimal(data["materials"]), "labour": Decimal(data["labour"])})


def thawed(data: dict) -> Figures:
    """The figures of a frozen report, as they were."""
    rows = {
        name: [Row(row["key"], row["name"], thawed_tally(row["tally"])) for row in data[name]]
        for name in ("kinds", "buildings", "repairers", "places", "classes")
    }
    words = [_dated(Word, word) for word in data["callback"]["words"]]
    return Figures(
        since=date.fromisoformat(data["since"]),
        until=date.fromisoformat(data["until"]),
        total=thawed_tally(data["total"]),
        times=thawed_line(data["times"]),
        things=[_dated(Thing, thing) for thing in data["things"]],
        callback=Callback(**data["callback"] | {"words": words}),
        repeated=[_dated(Trouble, trouble) for trouble in data["repeated"]],
        heavy=[_dated(Trouble, trouble) for trouble in data["heavy"]],
        advice=list(data["advice"]),
        **rows,
    )


def thawed_line(data: list) -> Line:
    return [(_dated(Span, span), thawed_tally(tally)) for span, tally in data]


def _dated(kind, data: dict):
    """A flat record with its days and money back in their types."""
    turns = {date: date.fromisoformat, Decimal: Decimal}
    return kind(**{one.name: turns.get(one.type, lambda value: value)(data[one.name]) for one in fields(kind)})
