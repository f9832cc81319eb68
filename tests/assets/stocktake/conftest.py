"""A small campaign over two rooms: forty desks, two computers, a cabinet, counted by the teacher and the head teacher."""

from datetime import date
from decimal import Decimal

import pytest

from assets.card.models import AssetCard
from assets.stocktake import counting_rules as counting
from assets.stocktake import rules, settling_rules
from assets.stocktake.models import CountSheet, Difference, Stocktake
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run, load_usual_chains
from tests.assets.conftest import fresh
from tests.conftest import NOW

DUE = date(2026, 11, 30)


class Campaign:
    def __init__(self, ledger):
        self.ledger, self.cast, self.rooms = ledger, ledger.cast, ledger.rooms
        self.desks = ledger.desks(40)
        self.computer = ledger.computer()
        self.laptop = ledger.computer(name="便携式计算机")
        self.cabinet = ledger.computer(name="文件柜", price=Decimal(1200), place=self.rooms.other)

    def draft(self, **given) -> Stocktake:
        usual = {"title": "期末清点", "kind": "term_end", "starts_on": date(2026, 11, 18), "due_on": DUE, "recount_percent": 0, "is_blind": False}
        return rules.save_stocktake(actor=self.cast.keeper, at=NOW, **usual | {"team": [self.cast.teacher]} | given)

    def started(self, **given) -> Stocktake:
        return fresh_of(rules.start_counting(actor=self.cast.keeper, at=NOW, record=self.draft(**given)))

    def sheet(self, stocktake, place, turn: int = 1) -> CountSheet:
        return CountSheet.objects.get(stocktake=stocktake, place=place, round=turn)

    def count(self, sheet, found: dict | None = None, *, actor=None, **given) -> CountSheet:
        """`found` {card: pieces} of the list; what it does not name was found as the book says."""
        lines = sheet.lines.all() if sheet.round == 1 else sheet.sampled.all()
        counts = {line.pk: (found or {}).get(line.card, line.quantity) for line in lines}
        return counting.count_sheet(actor=actor or self.cast.teacher, at=NOW, record=sheet, counts=counts, **given)

    def close(self, stocktake, people=(), **given) -> Stocktake:
        return fresh_of(settling_rules.close_counting(actor=self.cast.keeper, at=NOW, record=stocktake, people=people, **given))

    def settle(self, *, in_room=None, in_other=None, room=None, other=None, **given) -> Stocktake:
        """A stocktake that has come to its differences."""
        stocktake = self.started(**given)
        self.count(self.sheet(stocktake, self.rooms.room), in_room, **(room or {}))
        self.count(self.sheet(stocktake, self.rooms.other), in_other, **(other or {}))
        return self.close(stocktake)

    def decide(self, difference, decision, **given) -> Difference:
        return settling_rules.decide(actor=self.cast.keeper, at=NOW, record=difference, decision=decision, **given)

    def submit(self, stocktake) -> Stocktake:
        load_usual_chains(actor=self.cast.director, at=NOW)
        return fresh_of(settling_rules.submit_stocktake(actor=self.cast.keeper, at=NOW, record=stocktake))

    def approve(self, stocktake) -> Stocktake:
        approve(actor=self.cast.principal, at=NOW, record=current_run(stocktake), opinion="同意")
        return fresh_of(stocktake)


def fresh_of(record):
    return type(record).objects.get(pk=record.pk)


def book() -> list:
    """All that a refusal may not change."""
    return list(AssetCard.objects.order_by("pk").values_list("pk", "place", "quantity", "cost", "status"))


@pytest.fixture
def campaign(ledger) -> Campaign:
    return Campaign(ledger)


__all__ = ["book", "fresh", "fresh_of"]
