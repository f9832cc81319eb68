"""The report of a year for the energy office: filled from meters and bills, put right by hand, reported, frozen (UTL-02)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.utilities.bill.queries import costs_between
from logistics.utilities.usage.figures import Question, asked
from logistics.utilities.usage.loading import load_factors
from logistics.utilities.usage.months import Span
from logistics.utilities.usage.tally import Factors

from .models import YEAR_MOVES, EnergyYear, YearState
from .rules import ISSUE

DENSITY = {"petrol": Decimal("0.74"), "diesel": Decimal("0.84")}  # kg of a litre
METERED, BOUGHT = ("power", "water", "gas", "heat"), ("coal", "lpg", "petrol", "diesel")
FUELS = ("power", "gas", "heat", *BOUGHT)
PAID = (*METERED, *BOUGHT)
TENTH = Decimal("0.1")
MOST_COAL = Decimal(10) ** 12


def check_can_fill(user, record: EnergyYear | None = None) -> None:
    require(user, ISSUE)
    if record is not None and record.state != YearState.DRAFT:
        raise RuleViolation("已经上报，要改先撤回，写明原因。")


def check_can_report(user, record: EnergyYear) -> None:
    require(user, ISSUE)
    check_move(record, YearState.REPORTED, moves=YEAR_MOVES)


def check_can_reopen(user, record: EnergyYear) -> None:
    require(user, ISSUE)
    check_move(record, YearState.DRAFT, moves=YEAR_MOVES)


def known_of(year: int) -> dict[str, Decimal]:
    """What meters, sizes and bills say of the year; zero where they say nothing."""
    span = Span(date(year, 1, 1), date(year, 12, 1))
    question: Question = asked(span, date(year, 12, 31))
    size = question.sizes.on(span.until)
    found = {"area": size.area, "users": size.users.quantize(TENTH)}
    totals = question.totals(span)
    bought: dict[str, Decimal] = {}
    cost = Decimal(0)
    for kinds in costs_between(span.first, span.last).values():
        for kind, one in kinds.items():
            cost += one.amount if kind in PAID else 0
            bought[kind] = bought.get(kind, Decimal(0)) + (one.quantity or 0)
    amounts = {name: _most(question.whole(name, span), totals.get(name), bought.get(name)) for name in METERED} | {name: bought.get(name) for name in BOUGHT}
    return found | {name: (amount or Decimal(0)).quantize(Decimal("0.01")) for name, amount in amounts.items()} | {"cost": cost}


def _most(whole: Decimal | None, read: Decimal | None, billed: Decimal | None) -> Decimal | None:
    """What was read of the whole year; of meters not read all year long the larger of that and the bills."""
    return whole if whole is not None else max((one for one in (read, billed) if one is not None), default=None)


def coal_of(row: EnergyYear, factors: Factors) -> Decimal:
    """综合能耗 in kgce by the factors of the last day of the year; litres go through their density, water counts for nothing. Raises RuleViolation beyond all reason."""
    day = date(row.year, 12, 31)
    amounts = ((fuel, day, getattr(row, fuel) * DENSITY.get(fuel, Decimal(1))) for fuel in FUELS)
    coal = factors.coal(amounts).quantize(TENTH)
    if coal >= MOST_COAL:
        raise RuleViolation("这些能源折成标准煤太大了，请检查数量和单位。")
    return coal


@rule
def start_year(*, actor, at: datetime, year: int) -> EnergyYear:
    """A draft filled with what is known. Raises Conflict when the year has its report already, RuleViolation while the year is not over."""
    check_can_fill(actor)
    if not 2000 <= year < timezone.localdate(at).year:
        raise RuleViolation("只能报已经过完的年份。", field="year")
    if EnergyYear.objects.filter(year=year).exists():
        raise Conflict(f"{year} 年的年报已经有了。", field="year")
    row = EnergyYear(created_by=actor, created_at=at, year=year)
    values = known_of(year)
    for name, value in values.items():
        setattr(row, name, value)
    return save_changes(actor=actor, at=at, record=row, coal_equivalent=coal_of(row, load_factors()))


@rule
def save_year(*, actor, at: datetime, record: EnergyYear, **values) -> EnergyYear:
    """Put numbers right by hand while it is not reported."""
    row = stored(EnergyYear, record)
    check_can_fill(actor, row)
    values = tidied(values)
    shadow = EnergyYear(year=row.year, **{fuel: values.get(fuel, getattr(row, fuel)) or Decimal(0) for fuel in FUELS})
    return save_changes(actor=actor, at=at, record=row, coal_equivalent=coal_of(shadow, load_factors()), **values)


@rule
def refill_year(*, actor, at: datetime, record: EnergyYear) -> EnergyYear:
    """Take over anew what meters and bills say; what they do not know stays as it was typed."""
    row = stored(EnergyYear, record)
    check_can_fill(actor, row)
    values = {name: value for name, value in known_of(row.year).items() if value}
    if all(getattr(row, name) == value for name, value in values.items()):
        raise RuleViolation("表计和账单的数和现在一样，不用重算。")
    return save_year(actor=actor, at=at, record=row, **values)


@rule
def report_year(*, actor, at: datetime, record: EnergyYear, reported_to: str) -> EnergyYear:
    """It went to the office in charge; from now on it stays as it is."""
    row, reported_to = stored(EnergyYear, record), tidied({"r": reported_to or ""})["r"]
    check_can_report(actor, row)
    if not reported_to:
        raise RuleViolation("请写报给哪个单位。", field="reported_to")
    if not row.area or not row.users:
        raise RuleViolation("建筑面积和用能人数不能是 0，请先填好。")
    advance(row, YearState.REPORTED, moves=YEAR_MOVES, reported_at=at, reported_by=actor, reported_to=reported_to[:80])
    late = "，过了 3 月 31 日" if timezone.localdate(at) > row.due_on else ""
    record_event(actor=actor, at=at, action="report", record=row, text=f"上报{reported_to}{late}")
    return row


@rule
def reopen_year(*, actor, at: datetime, record: EnergyYear, reason: str) -> EnergyYear:
    """Take it back to put something right."""
    row, reason = stored(EnergyYear, record), tidied({"r": reason or ""})["r"]
    check_can_reopen(actor, row)
    if not reason:
        raise RuleViolation("请写为什么撤回。", field="reason")
    advance(row, YearState.DRAFT, moves=YEAR_MOVES, reported_at=None, reported_by=None, reported_to="")
    record_event(actor=actor, at=at, action="reopen", record=row, text="撤回更正", note=reason)
    return row
