"""One row of every record of use and its reports."""

from datetime import date, timedelta
from decimal import Decimal

from logistics.utilities.report.models import EnergyYear, UtilityReport
from logistics.utilities.report.rules import make_report
from logistics.utilities.report.year_rules import start_year
from logistics.utilities.usage.models import EnergyFactor, LeakTest, SchoolSize, UseProblem
from logistics.utilities.usage.months import Span, shifted
from logistics.utilities.usage.problem_rules import report_problem
from logistics.utilities.usage.rules import add_factor, record_leak_test, save_size
from tests.conftest import NOW
from tests.utilities.use_kit import meter_of


def size(school, n: int) -> SchoolSize:
    since = date(2025, 1, 1) + timedelta(days=n)
    return save_size(actor=school.cast.director, at=NOW, since=since, area=Decimal(1000 + n), pupils=n, boarders=1, staff=1, note=f"依据{n}")


def factor(school, n: int) -> EnergyFactor:
    since = date(2020, 1, 1) + timedelta(days=n)
    return add_factor(actor=school.cast.director, at=NOW, fuel="power", since=since, kgce=Decimal("0.1229"), source=f"某表{n}", year=2020)


def leak(school, n: int) -> LeakTest:
    meter = meter_of(school.cast, f"查漏的表{n}", place=school.rooms.building)
    times = {"first_at": NOW - timedelta(hours=12), "second_at": NOW - timedelta(hours=3)}
    return record_leak_test(actor=school.cast.repairer, at=NOW, meter=meter, kind="night", first=Decimal(1), second=Decimal(1), **times)


def problem(school, n: int) -> UseProblem:
    meter = meter_of(school.cast, f"有异常的表{n}", place=school.rooms.building)
    return report_problem(actor=school.cast.director, at=NOW, place=school.rooms.room, description=f"异常{n}", meter=meter)


def report(school, n: int) -> UtilityReport:
    month = shifted(date(2026, 10, 1), -n)
    return make_report(actor=school.cast.director, at=NOW, kind="month", span=Span(month, month))


def year(school, n: int) -> EnergyYear:
    return start_year(actor=school.cast.director, at=NOW, year=2025 - n)


MAKERS = {
    "utilities.schoolsize": size,
    "utilities.energyfactor": factor,
    "utilities.leaktest": leak,
    "utilities.useproblem": problem,
    "utilities.utilityreport": report,
    "utilities.energyyear": year,
}
