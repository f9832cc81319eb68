"""Pure sums of a stocktake: the four outcomes of a card, how large a sample, and what its errors say of all lines (AST-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Outcome:
    """Pieces of one card: where they should be, elsewhere by place, not found, more than the book has."""

    here: int
    moved: tuple[tuple[int | None, int], ...]
    missing: int
    surplus: int

    @property
    def elsewhere(self) -> int:
        return sum(n for _, n in self.moved)


def outcome_of(quantity: int, here: int, elsewhere: Mapping[int | None, int]) -> Outcome:
    """What a card of so many pieces comes to. Pieces elsewhere count only as far as they are missing in their own place;

    a single thing found twice is one thing, of a batch what goes beyond the book is surplus.
    """
    left, moved = max(0, quantity - here), []
    for place, n in elsewhere.items():
        taken = min(n, left)
        if taken:
            moved.append((place, taken))
            left -= taken
    over = here + sum(elsewhere.values()) - quantity
    return Outcome(min(here, quantity), tuple(moved), left, max(0, over) if quantity > 1 else 0)


def sample_size(lines: int, percent: int) -> int:
    """So many per cent of the lines, rounded up."""
    return -(-lines * percent // 100)


@dataclass(frozen=True)
class ErrorRate:
    """Errors of a sample, and between how many of all lines are wrong, with 95 % confidence."""

    lines: int
    sample: int
    errors: int
    least: int
    most: int

    @property
    def rate(self) -> float:
        return self.errors / self.sample if self.sample else 0.0

    @property
    def words(self) -> str:
        """As a person who is no statistician reads it."""
        if not self.sample:
            return "没有复盘"
        low, high = (100 * n / self.lines for n in (self.least, self.most))
        return f"抽查 {self.sample} 行，不符 {self.errors} 行，差错率 {100 * self.rate:.1f}%；推算全部 {self.lines} 行的差错率在 {low:.1f}% 到 {high:.1f}% 之间"


def error_rate(*, lines: int, sample: int, errors: int) -> ErrorRate:
    """The exact range of a sample drawn without putting back (hypergeometric): a number of wrong lines is left out when so few,

    or so many, errors would be seen with it in less than 2.5 % of samples. Raises ValueError for figures that cannot be.
    """
    if not 0 <= errors <= sample <= lines:
        raise ValueError("errors <= sample <= lines")
    if not sample:
        return ErrorRate(lines, 0, 0, 0, lines)
    tail = (1 - CONFIDENCE) / 2
    low, high = errors, lines - sample + errors
    least = _first(low, high, lambda wrong: 1 - _at_most(errors - 1, lines, wrong, sample) > tail)
    most = _first(low, high, lambda wrong: _at_most(errors, lines, wrong, sample) <= tail) - 1
    if _at_most(errors, lines, high, sample) > tail:
        most = high
    return ErrorRate(lines, sample, errors, least, most)


def _first(low: int, high: int, holds) -> int:
    """The first number from low to high for which it holds; high where none does before."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _at_most(errors: int, lines: int, wrong: int, sample: int) -> float:
    """How likely a sample shows at most so many errors when so many of all lines are wrong."""
    first = max(0, sample + wrong - lines)
    return min(1.0, sum(_exactly(n, lines, wrong, sample) for n in range(first, min(errors, wrong, sample) + 1)))


def _exactly(errors: int, lines: int, wrong: int, sample: int) -> float:
    return exp(_choose(wrong, errors) + _choose(lines - wrong, sample - errors) - _choose(lines, sample))


def _choose(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


@dataclass(frozen=True)
class Rank:
    """One room or person in the ranking: how many lines, and how many of them were as the book says."""

    name: str
    lines: int
    fine: int
    wrong: int = 0  # lines of theirs a second person counted otherwise

    @property
    def percent(self) -> float:
        return 100 * self.fine / self.lines if self.lines else 0.0


def ranked(rows: Sequence[Rank]) -> list[Rank]:
    """The best first; of equals whoever had more to count."""
    return sorted(rows, key=lambda row: (-row.percent, row.wrong, -row.lines, row.name))
