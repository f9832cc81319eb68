"""The demo school's stocktakes: one of an office floor finished with its differences booked, one of a teaching building half counted."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import SignerState, StepState
from logistics.platform.approvals.public import current_run
from logistics.platform.demo.build import DemoSchool
from logistics.platform.places.models import Level, Place

from .card.models import ALIVE, AssetCard
from .stocktake.counting_rules import count_sheet
from .stocktake.models import CountSheet, DifferenceKind, SheetState, Stocktake
from .stocktake.rules import save_stocktake, start_counting
from .stocktake.settling_rules import close_counting, decide, end_recount, submit_stocktake

ROOMS, HALF = 8, 12


def build(school: DemoSchool) -> None:
    finished(school)
    going_on(school)


def rooms_with_things(level_words: str, most: int) -> list[Place]:
    """Rooms in which something stands, in the order of a walk."""
    rows = Place.objects.filter(level=Level.ROOM, kind=level_words, pk__in=AssetCard.objects.filter(status__in=ALIVE).values("place"))
    return list(rows.order_by("path")[:most])


def counted(sheets, at: datetime, *, short=(), extra=None) -> datetime:
    """Each sheet by its counter, ten minutes a room; `short` cards are not found, `extra` is found in the first room."""
    for n, sheet in enumerate(sheets):
        lines = sheet.lines.all() if sheet.round == 1 else sheet.sampled.all()
        counts = {line.pk: None if line.card_id in short and line.quantity == 1 else line.quantity - (line.card_id in short) for line in lines}
        given = extra if n == 0 and extra else {}
        count_sheet(actor=sheet.counter, at=at, record=sheet, counts=counts, **given)
        at += timedelta(minutes=10)
    return at


def sheets_of(stocktake: Stocktake, turn: int = 1) -> list[CountSheet]:
    return list(stocktake.sheets.filter(round=turn, state=SheetState.WAITING).select_related("stocktake", "counter", "place").order_by("pk"))


def campaign(school: DemoSchool, at: datetime, **given) -> Stocktake:
    today = timezone.localdate(at)
    usual = {"starts_on": today, "due_on": today + timedelta(days=10), "is_blind": False, "recount_percent": 10}
    made = save_stocktake(actor=school.people["keeper"], at=at, **usual | given)
    start_counting(actor=school.people["keeper"], at=at, record=made)
    return Stocktake.objects.get(pk=made.pk)


def finished(school: DemoSchool) -> None:
    """The offices: one computer in the next room, one cabinet gone, one shelf nobody had on the books."""
    keeper, at = school.people["keeper"], school.now - timedelta(hours=30)
    rooms = rooms_with_things("office", ROOMS)
    team = [school.people["keeper"], school.people["storekeeper"]]
    if len(rooms) < 2:
        return
    stocktake = campaign(school, at, title="期中办公室清点", kind="term_middle", places=rooms, team=team, recount_percent=20)
    lines = list(stocktake.lines.filter(quantity=1).select_related("card", "sheet").order_by("pk"))
    moved = next((line for line in lines if line.sheet.place_id != lines[0].sheet.place_id), lines[-1])
    gone = next(line for line in reversed(lines) if line.pk != moved.pk)
    extra = {"codes": [(moved.card.number, None)], "things": [("木书架", 1)]}
    at = counted(sheets_of(stocktake), at, short={moved.card_id, gone.card_id}, extra=extra)
    close_counting(actor=keeper, at=at, record=stocktake, people=team, seed=1)
    at = counted(sheets_of(stocktake, 2), at, short={moved.card_id, gone.card_id})
    end_recount(actor=keeper, at=at, record=stocktake)
    shelf_class = AssetCard.objects.filter(name="书柜").first()
    for row in stocktake.differences.select_related("card"):
        settle(row, keeper, at, shelf_class)
    submit_stocktake(actor=keeper, at=at, record=stocktake)
    sign(stocktake, at + timedelta(minutes=30))


def settle(row, keeper, at: datetime, shelf: AssetCard | None) -> None:
    if row.kind == DifferenceKind.ELSEWHERE:
        decide(actor=keeper, at=at, record=row, decision="move", reason="教师换办公室，没有办手续")
    elif row.kind == DifferenceKind.MISSING:
        decide(actor=keeper, at=at, record=row, decision="shortage", reason="查找没有结果，保管人已写说明")
    elif shelf is not None:
        decide(actor=keeper, at=at, record=row, decision="book", asset_class=shelf.asset_class, reason="早年校友赠送，没有单据")
    else:
        decide(actor=keeper, at=at, record=row, decision="ignore", reason="教师自带")


def sign(stocktake: Stocktake, at: datetime) -> None:
    """Every signer agrees in turn, half an hour apart."""
    for n in range(20):
        run = current_run(stocktake)
        if run is None:
            return
        step = run.steps.filter(state=StepState.OPEN).order_by("position").first()
        signer = step.signers.filter(state=SignerState.OPEN).order_by("pk").first().person
        approve(actor=signer, at=at + timedelta(minutes=30 * n), record=run, opinion="同意")


def going_on(school: DemoSchool) -> None:
    """Classrooms for the end of term: a dozen counted this morning, the rest waits for the class teachers."""
    rooms = rooms_with_things("classroom", 30)
    teachers = [school.people["keeper"], school.people["headteacher"], school.people["teacher"]]
    if not rooms:
        return
    at = school.now - timedelta(hours=3)
    stocktake = campaign(school, at, title="期末教室清点", kind="term_end", places=rooms, team=teachers)
    sheets = sheets_of(stocktake)
    short = {sheets[2].lines.filter(quantity__gt=1).first().card_id} if len(sheets) > 2 and sheets[2].lines.filter(quantity__gt=1).exists() else set()
    counted([sheet for n, sheet in enumerate(sheets) if n % 2 == 0][:HALF], at + timedelta(minutes=20), short=short)
