"""Every table of the utilities app, gathered for Django."""

from logistics.utilities.bill.models import Bill, BillShare, ShareBase
from logistics.utilities.meter.models import Meter, MeterDevice, Reading
from logistics.utilities.reading.models import ReadingRound, ReadingRoute, RouteMeter, Stop
from logistics.utilities.report.models import EnergyYear, UtilityReport
from logistics.utilities.schedule.models import RunException, RunRule
from logistics.utilities.tariff.models import Tariff, TariffRow
from logistics.utilities.usage.models import EnergyFactor, LeakTest, SchoolSize, UseProblem
from logistics.utilities.waste.models import EnergyKeeper, WasteFinding, WasteWeek

__all__ = [
    "Bill",
    "BillShare",
    "EnergyFactor",
    "EnergyKeeper",
    "EnergyYear",
    "LeakTest",
    "Meter",
    "MeterDevice",
    "Reading",
    "ReadingRound",
    "ReadingRoute",
    "RouteMeter",
    "RunException",
    "RunRule",
    "SchoolSize",
    "ShareBase",
    "Stop",
    "Tariff",
    "TariffRow",
    "UseProblem",
    "UtilityReport",
    "WasteFinding",
    "WasteWeek",
]
