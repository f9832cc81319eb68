"""The figures of a report as plain values, taken from the ledger's entries and read again from what was kept (AST-15)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from assets.card.models import DECREASES, INCREASES, AssetCard, EntryKind, Status
from assets.card.statement import Row, Sums, statement
from assets.category.models import Kind
from logistics.platform.kernel.money import money

PARTS = ("before", "more", "less", "moved", "after")
WATCHED = (Status.IDLE, Status.LEAVING, Status.LENT, Status.RENTED)


@dataclass(frozen=True)
class Figures:
    """What a report shows: by kind and by class, what came and went by type, what stands idle or is to go."""

    kinds: list[Row]
    classes: list[Row]
    total: Row
    more: list[tuple[str, Sums]]
    less: list[tuple[str, Sums]]
    watched: list[tuple[str, str, Sums]]

    def of_status(self, status: str) -> Sums:
        """All kinds together."""
        found = Sums()
        for label, _, sums in self.watched:
            found = found.plus(sums) if label == status else found
        return found


def take(since: date, until: date, today: date) -> dict:
    """The sums of the period. What stands idle is of today: the ledger does not keep it. Eight queries."""
    kinds, classes = (statement(by=by, since=since, until=until, today=today) for by in ("kind", "class"))
    return {
        "kinds": [_row(row) for row in kinds.rows], "classes": [_row(row) for row in classes.rows], "total": _row(kinds.total),
        "types": [[label, _plain(sums)] for label, sums in kinds.kinds], "watched": _watched(),
    }  # fmt: skip


def _watched() -> list:
    rows = AssetCard.objects.filter(status__in=WATCHED).order_by().values("status", "asset_class__life__kind")
    found = rows.annotate(n=Count("pk"), q=Sum("quantity"), c=Sum("cost"), d=Sum("depreciation"))
    return [
        [
            Status(row["status"]).label,
            Kind(row["asset_class__life__kind"]).label,
            _plain(Sums(row["n"], row["q"] or 0, money(row["c"] or 0), money(row["d"] or 0))),
        ]
        for row in sorted(found, key=lambda row: (row["status"], row["asset_class__life__kind"]))
    ]


def _row(row: Row) -> dict:
    return {"code": row.code, "name": row.name, **{part: _plain(getattr(row, part)) for part in PARTS}}


def _plain(sums: Sums) -> list:
    return [sums.cards, sums.quantity, str(sums.cost), str(sums.depreciation)]


def _sums(kept: list) -> Sums:
    cards, quantity, cost, depreciation = kept
    return Sums(cards, quantity, Decimal(cost), Decimal(depreciation))


def _again(kept: dict) -> Row:
    return Row(kept["code"], kept["name"], *(_sums(kept[part]) for part in PARTS))


def read(kept: dict) -> Figures:
    """The figures as they were taken."""
    types = {label: _sums(sums) for label, sums in kept["types"]}
    less = (*DECREASES, EntryKind.REVERSAL)
    return Figures(
        kinds=[_again(row) for row in kept["kinds"]],
        classes=[_again(row) for row in kept["classes"]],
        total=_again(kept["total"]),
        more=[(kind.label, types[kind.label]) for kind in INCREASES if kind.label in types],
        less=[(kind.label, types[kind.label]) for kind in less if kind.label in types],
        watched=[(status, kind, _sums(sums)) for status, kind, sums in kept["watched"]],
    )
