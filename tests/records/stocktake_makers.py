"""One row of every kind of record of stocktakes."""

from datetime import date

from assets.stocktake.counting_rules import count_sheet
from assets.stocktake.models import CountSheet, Difference, Stocktake
from assets.stocktake.rules import assign_sheet, save_stocktake, start_counting
from assets.stocktake.settling_rules import close_counting, decide
from tests.conftest import NOW
from tests.records import asset_makers


def stocktake(school, n: int, **given) -> Stocktake:
    usual = {"title": f"第{n}次清点", "kind": "spot", "starts_on": date(2026, 11, 18), "due_on": date(2026, 11, 30), "is_blind": False, "recount_percent": 0}
    return save_stocktake(actor=school.cast.keeper, at=NOW, **usual | {"team": [school.cast.keeper], "places": [school.rooms.dorm]} | given)


def sheet(school, n: int) -> CountSheet:
    """The one room of a campaign of its own."""
    asset_makers.card(school, n + 4000, place=school.rooms.dorm)
    made = stocktake(school, n + 100)
    start_counting(actor=school.cast.keeper, at=NOW, record=made)
    return made.sheets.get()


def difference(school, n: int) -> Difference:
    """A thing without a label in a room where all else was found."""
    one = sheet(school, n + 200)
    counts = {line.pk: line.quantity for line in one.lines.all()}
    count_sheet(actor=school.cast.keeper, at=NOW, record=one, counts=counts, things=[(f"第{n}个旧柜子", 1)])
    close_counting(actor=school.cast.keeper, at=NOW, record=one.stocktake)
    return Difference.objects.get(stocktake=one.stocktake_id)


def on_stocktake(school, record, n: int) -> None:
    """One more for the team."""
    save_stocktake(actor=school.cast.keeper, at=NOW, record=record, title=f"第{n}次改名")


def on_sheet(school, record, n: int) -> None:
    """To one and back to the other."""
    assign_sheet(actor=school.cast.keeper, at=NOW, record=record, counter=school.cast.director if n % 2 else school.cast.keeper)


def on_difference(school, record, n: int) -> None:
    decide(actor=school.cast.keeper, at=NOW, record=record, decision="ignore", reason=f"第{n}次说明")


MAKERS = {"assets.stocktake": stocktake, "assets.countsheet": sheet, "assets.difference": difference}
GROWERS = {"assets.stocktake": on_stocktake, "assets.countsheet": on_sheet, "assets.difference": on_difference}
