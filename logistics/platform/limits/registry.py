"""Numbers a school may set, each with what the law says of it. Apps register theirs in wiring.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

LAW, GUIDANCE, SCHOOL = "law", "guidance", "school"
FORCES = {LAW: "法定", GUIDANCE: "指引", SCHOOL: "学校自定"}


@dataclass(frozen=True)
class Limit:
    """One number: its default holds until the school sets its own.

    `floor` and `ceiling` are inclusive. With force "law" nothing beyond them is taken; with "guidance" it is taken with a written
    reason; with "school" they only keep out nonsense. `basis` names the text the number comes from. `places` is how many decimals it has.
    """

    code: str  # "repairs.accept.days"
    label: str
    unit: str
    default: int | Decimal
    floor: int | Decimal | None = None
    ceiling: int | Decimal | None = None
    force: str = SCHOOL
    basis: str = ""
    group: str = "学校"
    help: str = ""
    places: int = 0

    def typed(self, value) -> int | Decimal:
        """The number as the rules read it: whole where it has no decimals."""
        return Decimal(value).quantize(Decimal(1).scaleb(-self.places)) if self.places else int(value)

    def shown(self, value) -> str:
        """50,000 元, 0.5 克: as people write it."""
        figure = f"{self.typed(value):,}"
        return f"{figure.rstrip('0').rstrip('.') if '.' in figure else figure} {self.unit}"

    @property
    def bounds(self) -> str:
        """不少于 125 克，不超过 200 克; empty without any."""
        low = f"不少于 {self.shown(self.floor)}" if self.floor is not None else ""
        high = f"不超过 {self.shown(self.ceiling)}" if self.ceiling is not None else ""
        return "，".join(filter(None, [low, high]))

    def is_beyond(self, value) -> bool:
        return (self.floor is not None and value < self.floor) or (self.ceiling is not None and value > self.ceiling)


_limits: dict[str, Limit] = {}


def register(*limits: Limit) -> None:
    """Make numbers known. Raises ValueError for a code used twice, an unknown force, a default beyond its own bounds, a law without its name."""
    for limit in limits:
        if limit.code in _limits or limit.force not in FORCES or limit.is_beyond(limit.default) or (limit.force != SCHOOL and not limit.basis):
            raise ValueError(f"limit {limit.code} is registered twice or contradicts itself")
        _limits[limit.code] = limit


def limit_for(code: str) -> Limit:
    """Raises LookupError for a number nobody registered."""
    if code not in _limits:
        raise LookupError(f"no limit {code}")
    return _limits[code]


def all_limits() -> list[Limit]:
    return list(_limits.values())


def grouped() -> Iterable[tuple[str, list[Limit]]]:
    """(group, its numbers), in order of registration."""
    groups: dict[str, list[Limit]] = {}
    for limit in _limits.values():
        groups.setdefault(limit.group, []).append(limit)
    return groups.items()
