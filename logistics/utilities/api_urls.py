"""The API of utilities, at /api/v1/utilities/."""

from django.urls import path

from logistics.platform.api.records import register

from .bill.api import BillSerializer, ShareBaseSerializer
from .bill.pages import BASES, BILLS
from .meter.api import MeterDeviceSerializer, MeterSerializer
from .meter.pages import DEVICES, METERS
from .reading.api import ReadingRoundSerializer, ReadingRouteSerializer, ReadingSerializer, StopSerializer
from .reading.pages import READINGS, STOPS
from .reading.pages import ROUNDS as READING_ROUNDS
from .reading.pages import ROUTES as READING_ROUTES
from .report.api import EnergyYearSerializer, UtilityReportSerializer
from .report.pages import REPORTS, YEARS
from .schedule.api import RunExceptionSerializer, RunRuleSerializer
from .schedule.pages import EXCEPTIONS as RUN_EXCEPTIONS
from .schedule.pages import RULES as RUN_RULES
from .tariff.api import TariffSerializer
from .tariff.pages import TARIFFS
from .usage.api import EnergyFactorSerializer, LeakTestSerializer, SchoolSizeSerializer, UsageView, UseProblemSerializer
from .usage.pages import FACTORS, PROBLEMS, SIZES, TESTS
from .waste.api import EnergyKeeperSerializer, WasteFindingSerializer
from .waste.pages import FINDINGS as WASTE_FINDINGS
from .waste.pages import KEEPERS as ENERGY_KEEPERS

register("utilities", "meters", METERS, MeterSerializer)
register("utilities", "devices", DEVICES, MeterDeviceSerializer)
register("utilities", "readings", READINGS, ReadingSerializer)
register("utilities", "reading-routes", READING_ROUTES, ReadingRouteSerializer)
register("utilities", "reading-rounds", READING_ROUNDS, ReadingRoundSerializer)
register("utilities", "stops", STOPS, StopSerializer)
register("utilities", "bills", BILLS, BillSerializer)
register("utilities", "share-bases", BASES, ShareBaseSerializer)
register("utilities", "tariffs", TARIFFS, TariffSerializer)
register("utilities", "use-problems", PROBLEMS, UseProblemSerializer)
register("utilities", "leak-tests", TESTS, LeakTestSerializer)
register("utilities", "sizes", SIZES, SchoolSizeSerializer)
register("utilities", "factors", FACTORS, EnergyFactorSerializer)
register("utilities", "reports", REPORTS, UtilityReportSerializer)
register("utilities", "energy-years", YEARS, EnergyYearSerializer)
register("utilities", "run-rules", RUN_RULES, RunRuleSerializer)
register("utilities", "run-exceptions", RUN_EXCEPTIONS, RunExceptionSerializer)
register("utilities", "waste-findings", WASTE_FINDINGS, WasteFindingSerializer)
register("utilities", "energy-keepers", ENERGY_KEEPERS, EnergyKeeperSerializer)

urlpatterns = [path("utilities/usage/", UsageView.as_view(), name="utilities-usage")]
