"""Prices and bills of the demo school: last year's amounts from its old table, this year bill by bill, the last month still to be checked."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department

from .bill.comparing import findings_of
from .bill.models import Bill, CostKind, ShareBy, next_month
from .bill.rules import check_bill, import_costs, note_claim, save_base, save_bill
from .bill.sharing import moments
from .meter.models import Band, Meter
from .meter.queries import coverage, load_series, used
from .meter.series import Series
from .tariff.models import Tariff
from .tariff.rules import save_tariff

SEASON = (1.1, 0.6, 0.95, 0.9, 1.0, 1.15, 0.7, 0.5, 1.1, 1.0, 1.0, 1.15)  # of the usual month, January first
USUAL = {CostKind.POWER: 21_500, CostKind.WATER: 1_480, CostKind.GAS: 2_050}
Known = dict[CostKind, tuple[Meter, Series]]
PAYEES = {
    CostKind.POWER: "市供电公司",
    CostKind.WATER: "市自来水公司",
    CostKind.GAS: "城市燃气公司",
    CostKind.PHONE: "电信营业厅",
    CostKind.NETWORK: "电信营业厅",
}
PRICES = {CostKind.POWER: Decimal("0.5680"), CostKind.WATER: Decimal("4.55"), CostKind.GAS: Decimal("3.6200")}
AREAS = (("总务处", 2100, 40), ("食堂", 1850, 28), ("教务处", 9800, 1620), ("德育处", 3600, 430), ("办公室", 900, 36))
MONTHS = 5  # of this year written bill by bill; those before come from the table
KNOWN = Decimal("0.9")
ODD = Decimal("1.08")  # the last water bill is dearer than the meters say: for somebody to find


def day_at(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(10, 20)))


def build(school: DemoSchool) -> None:
    tariffs = prices(school)
    bases(school)
    today = timezone.localdate(school.now)
    this = today.replace(day=1)
    months = [date(today.year - 1, 1, 1)]
    while next_month(months[-1]) < this:
        months.append(next_month(months[-1]))
    known = main_meters(months[0], today)
    table(school, months[:-MONTHS], known)
    for month in months[-MONTHS:]:
        bills(school, month, tariffs, known, is_last=next_month(month) == this)


def prices(school: DemoSchool) -> dict[CostKind, Tariff]:
    at, since = school.now - timedelta(days=500), date(school.now.year - 2, 1, 1)
    rows = {
        CostKind.POWER: ("学校合表电价", [{"part": "电度电价", "price": PRICES[CostKind.POWER]}]),
        CostKind.WATER: ("学校用水", [{"part": "水费", "price": Decimal("2.95")}, {"part": "水资源费", "price": Decimal("0.40")}, {"part": "污水处理费", "price": Decimal("1.20")}]),
        CostKind.GAS: ("学校用气", [{"part": "燃气费", "price": PRICES[CostKind.GAS]}]),
    }  # fmt: skip
    return {
        kind: save_tariff(
            actor=school.director, at=at, medium=kind.value, name=name, since=since, rows=lines, basis="市发展和改革委员会公布的居民类价格，学校执行"
        )
        for kind, (name, lines) in rows.items()
    }


def bases(school: DemoSchool) -> None:
    departments = {one.name: one for one in Department.objects.all()}
    for name, area, heads in AREAS:
        save_base(actor=school.director, at=school.now - timedelta(days=400), department=departments[name], since=date(school.now.year - 1, 1, 1), area=Decimal(area), heads=heads)  # fmt: skip


def main_meters(first: date, last: date) -> Known:
    """The first main meter of each kind with what was read of it in these days."""
    rows = Meter.objects.filter(medium__in=[kind.value for kind in USUAL], parent=None, band=Band.TOTAL).order_by("-order", "-pk")
    meters = {CostKind(meter.medium): meter for meter in rows}
    series = load_series(meters.values(), *moments(first, last))
    return {kind: (meter, series[meter.pk]) for kind, meter in meters.items()}


def quantity_of(school: DemoSchool, kind: CostKind, month: date, known: Known) -> tuple[Decimal, str]:
    """What the school's own main meter used that month, a little more as bills have it; an invented figure where nobody read it."""
    start, end = moments(month, next_month(month) - timedelta(days=1))
    meter, series = known.get(kind, (None, None))
    if meter and series and coverage(series, start, end) >= KNOWN:
        return (used(series, start, end) * Decimal("1.004")).quantize(Decimal(1)), meter.account
    wobble = Decimal(str(round(SEASON[month.month - 1] * school.random.uniform(0.96, 1.04), 3)))
    return (USUAL[kind] * wobble).quantize(Decimal(1)), meter.account if meter else ""


def table(school: DemoSchool, months: list[date], known: Known) -> None:
    """The old cost table, amounts only."""
    rows = [
        {"kind": kind.value, "month": month, "amount": (quantity_of(school, kind, month, known)[0] * PRICES[kind]).quantize(Decimal("0.01"))}
        for month in months
        for kind in USUAL
    ]
    at = day_at(months[-1] + timedelta(days=35))
    for bill in import_costs(actor=school.people["accountant"], at=at, rows=rows):
        check_bill(actor=school.director, at=at + timedelta(days=1), record=bill)


def bills(school: DemoSchool, month: date, tariffs: dict[CostKind, Tariff], known: Known, *, is_last: bool) -> None:
    last = next_month(month) - timedelta(days=1)
    at, accountant = day_at(last + timedelta(days=6)), school.people["accountant"]
    by_meters = Meter.objects.filter(medium="power").exclude(department=None).exists()
    made: list[Bill] = []
    for kind, tariff in tariffs.items():
        quantity, account = quantity_of(school, kind, month, known)
        if is_last and kind == CostKind.WATER:
            quantity = (quantity * ODD).quantize(Decimal(1))
        share_by = ShareBy.METERS if kind == CostKind.POWER and by_meters else ShareBy.AREA
        given = {"since": month, "until": last, "quantity": quantity, "amount": (quantity * PRICES[kind]).quantize(Decimal("0.01")), "account": account}
        made.append(
            save_bill(
                actor=accountant, at=at, kind=kind.value, tariff=tariff, payee=PAYEES[kind], number=f"{kind.value[0].upper()}{month:%Y%m}", share_by=share_by, **given
            )
        )  # fmt: skip
    for kind, amount in ((CostKind.PHONE, Decimal("426.50")), (CostKind.NETWORK, Decimal("1280.00"))):
        made.append(save_bill(actor=accountant, at=at, kind=kind.value, month=month, amount=amount, payee=PAYEES[kind], share_by=ShareBy.HEADS))
    if month.month % 3 == 0:
        made.append(
            save_bill(actor=accountant, at=at, kind=CostKind.PETROL, month=month, amount=Decimal("1168.00"), quantity=Decimal(150), note="校车和公务车加油")
        )
        made.append(
            save_bill(actor=accountant, at=at, kind=CostKind.PRINTING, month=month, amount=Decimal("2430.00"), quantity=Decimal(24_300), note="期中试卷")
        )
    if is_last:
        return
    for bill in made:
        words = "供电公司的抄表日晚三天。" if findings_of(bill).is_odd else ""
        checked = check_bill(actor=school.director, at=at + timedelta(days=1), record=bill, explained=words)
        if bill.kind == CostKind.POWER:
            note_claim(actor=accountant, at=at + timedelta(days=3), record=checked, claim=f"BXD-{month:%Y-%m}07")
