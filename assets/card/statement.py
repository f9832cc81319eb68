"""资产台账 of any day and 增减变动 of any period: sums of the ledger's entries, never of what cards say now (AST-02, AST-15)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from assets.category.models import Kind
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

from .models import DECREASES, INCREASES, AssetCard, AssetEntry, EntryKind, Status

BY = {"class": "类别", "kind": "大类", "department": "使用部门", "place": "存放地点"}
COLUMNS = {
    "class": ("asset_class", "asset_class__code", "asset_class__name"), "kind": ("asset_class__life__kind",),
    "department": ("department", "department__order", "department__name"), "place": ("place", "place__path", "place__full_name"),
}  # fmt: skip
NOWHERE = {"department": "没有部门", "place": "没有地点"}
INNER = (EntryKind.MOVE, EntryKind.SPLIT, EntryKind.MERGE)


@dataclass
class Sums:
    """Pieces and yuan of one group."""

    cards: int = 0
    quantity: int = 0
    cost: Decimal = Decimal("0.00")
    depreciation: Decimal = Decimal("0.00")

    @property
    def net(self) -> Decimal:
        return self.cost - self.depreciation

    def plus(self, other: "Sums", sign: int = 1) -> "Sums":
        return Sums(
            self.cards + sign * other.cards, self.quantity + sign * other.quantity, self.cost + sign * other.cost, self.depreciation + sign * other.depreciation
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        return not (self.cards or self.quantity or self.cost or self.depreciation)


@dataclass
class Row:
    """One group: what there was, what came and went, what there is. Moves between groups count as neither."""

    code: str
    name: str
    before: Sums = field(default_factory=Sums)
    more: Sums = field(default_factory=Sums)
    less: Sums = field(default_factory=Sums)
    moved: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    key: object = None


@dataclass
class Statement:
    """The state on `until`, and what changed since `since` when that is asked."""

    by: str
    since: date | None
    until: date
    rows: list[Row]
    total: Row
    kinds: list[tuple[str, Sums]]
    idle: Sums

    @property
    def by_label(self) -> str:
        return BY[self.by]


def _sums(found: dict, prefix: str) -> Sums:
    """The four sums of one condition; decreases come as negative numbers."""
    got = {name: found[f"{prefix}_{name}"] or 0 for name in ("cards", "quantity", "amount", "depreciation")}
    return Sums(got["cards"], got["quantity"], money(got["amount"]), money(got["depreciation"]))


def _asked(**conditions: Q) -> dict:
    return {f"{prefix}_{name}": Sum(name, filter=q) for prefix, q in conditions.items() for name in ("cards", "quantity", "amount", "depreciation")}


def statement(*, by: str, until: date, since: date | None = None, today: date) -> Statement:
    """The ledger's state at the end of `until`. Three queries. Raises RuleViolation for a grouping or a period that cannot be."""
    if by not in BY:
        raise RuleViolation("请选按什么汇总。", field="by")
    if since and since > until:
        raise RuleViolation("开始日期不能晚于结束日期。", field="since")
    columns, first = COLUMNS[by], since or until
    within = Q(on__gte=first) if since else Q(pk__in=[])
    rows = AssetEntry.objects.filter(on__lte=until).order_by().values(*columns)
    sums = _asked(before=Q(on__lt=first), more=within & _more(), less=within & _less(), moved=within & Q(kind__in=INNER), after=Q())
    made = [_row(by, columns, found) for found in rows.annotate(**sums).order_by(*columns[1:] or columns)]
    shown = [row for row in made if _is_shown(row, since)]
    total = Row("", "合计")
    for row in shown:
        for name in ("before", "more", "less", "moved", "after"):
            setattr(total, name, getattr(total, name).plus(getattr(row, name)))
    return Statement(by, since, until, shown, total, by_kind(since, until), idle_now() if until >= today else Sums())


def _is_shown(row: Row, since: date | None) -> bool:
    """A group that has something, or had or got something in the period."""
    return not row.after.is_empty or (since is not None and not (row.before.is_empty and row.more.is_empty and row.less.is_empty and row.moved.is_empty))


def _more() -> Q:
    return Q(kind__in=INCREASES)


def _less() -> Q:
    return Q(kind__in=DECREASES) | Q(kind=EntryKind.REVERSAL)


def _row(by: str, columns: Sequence[str], found: dict) -> Row:
    if by == "kind":
        key = found[columns[0]]
        code, name = "", Kind(key).label
    else:
        key, code, name = (found[column] for column in columns)
        code, name = (code if by == "class" else ""), name or NOWHERE.get(by, "")
    return Row(code, name, *(_sums(found, part) for part in ("before", "more", "less", "moved", "after")), key=key)


def by_kind(since: date | None, until: date) -> list[tuple[str, Sums]]:
    """What came and went in the period, by 购置, 报废 and so on. One query."""
    if since is None:
        return []
    rows = AssetEntry.objects.filter(on__range=(since, until)).exclude(kind__in=INNER).order_by().values("kind").annotate(**_asked(all=Q()))
    found = {row["kind"]: _sums(row, "all") for row in rows}
    return [(kind.label, found[kind]) for kind in EntryKind if kind in found]


def idle_now() -> Sums:
    """What stands idle now; whether a thing is idle is not in the ledger, so only today can be asked."""
    found = AssetCard.objects.filter(status=Status.IDLE).aggregate(n=Count("pk"), q=Sum("quantity"), c=Sum("cost"), d=Sum("depreciation"))
    return Sums(found["n"], found["q"] or 0, money(found["c"] or 0), money(found["d"] or 0))
