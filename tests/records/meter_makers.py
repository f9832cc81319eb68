"""One row of everything about meters and their readings."""

from datetime import timedelta
from decimal import Decimal

from logistics.utilities.meter.models import Meter, MeterDevice, Reading
from logistics.utilities.meter.rules import replace_device
from logistics.utilities.reading.models import ReadingRound, ReadingRoute, Stop
from logistics.utilities.reading.round_rules import add_meters, read_stop
from tests.conftest import NOW
from tests.platform.duties_kit import moment
from tests.utilities.meter_kit import a_meter, a_route, planned, read

OPENS = moment(NOW.date(), "07:30")


def meter(school, n: int) -> Meter:
    return a_meter(school.cast, school.rooms.room, f"第{n}块水表")


def device(school, n: int) -> MeterDevice:
    return meter(school, n + 1000).devices.get()


def reading(school, n: int) -> Reading:
    return read(school.cast, meter(school, n + 2000), 10 + n)


def route(school, n: int) -> ReadingRoute:
    return a_route(school.cast, meter(school, n + 3000), name=f"抄表路线{n}")


def one_round(school, n: int) -> ReadingRound:
    some = [meter(school, 10 * n + k + 5000) for k in range(5)]
    duty = planned(school.cast, a_route(school.cast, *some, name=f"抄表的路{n}"))
    return ReadingRound.objects.get(occurrence__duty=duty, occurrence__on=NOW.date())


def stop(school, n: int) -> Stop:
    """Five of each round."""
    found = ReadingRound.objects.filter(route__name=f"抄表的路{n // 5 + 1000}").first() or one_round(school, n // 5 + 1000)
    return found.stops.order_by("order")[n % 5]


def grow_meter(school, record: Meter, n: int) -> None:
    """Another reading, another device, another branch."""
    at = NOW - timedelta(days=300 - 3 * n)
    read(school.cast, record, 10 + n if record.devices.count() == 1 else 5, at)
    replace_device(actor=school.cast.director, at=at + timedelta(days=1), record=record, last=Decimal(11 + n), reason="到期", first=Decimal(0))
    a_meter(school.cast, school.rooms.room, f"{record.name}分表{n}", parent=record)


def grow_route(school, record: ReadingRoute, n: int) -> None:
    add_meters(actor=school.cast.director, at=NOW, record=record, meters=[meter(school, n + 9000)])


def grow_round(school, record: ReadingRound, n: int) -> None:
    left = record.stops.filter(state="todo").select_related("round__occurrence", "meter").first()
    if left:
        read_stop(actor=school.cast.plumber, at=OPENS, record=left, value=Decimal(7), sure=True)


MAKERS = {
    "utilities.meter": meter, "utilities.meterdevice": device, "utilities.reading": reading,
    "utilities.readingroute": route, "utilities.readinground": one_round, "utilities.stop": stop,
}  # fmt: skip
GROWERS = {"utilities.meter": grow_meter, "utilities.readingroute": grow_route, "utilities.readinground": grow_round}
