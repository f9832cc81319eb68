"""A bus with papers, a driver with a licence, a line with riders: what the tests of vehicles and buses stand on."""

from datetime import date, timedelta

from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.papers.models import StaffPaper
from safety.bus.models import BEFORE_RUN, BusLine, BusRun
from safety.bus.rules import save_line, save_rider, save_stop, start_run
from safety.vehicle.models import NEEDED, Vehicle, VehicleKind
from safety.vehicle.rules import add_paper, save_vehicle
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


def vehicle_of(cast, plate: str = "鲁B12345", kind: str = "bus", *, seats: int = 20, papers: bool = True) -> Vehicle:
    found = save_vehicle(actor=cast.director, at=NOW, plate=plate, kind=kind, seats=seats, model="宇通", is_active=True)
    for name in NEEDED[VehicleKind(kind)] if papers else ():
        add_paper(
            actor=cast.director, at=NOW, vehicle=found, kind=name, number="1", issued_on=TODAY - timedelta(days=99), expires_on=TODAY + timedelta(days=99)
        )
    return found


def license_of(person) -> StaffPaper:
    since = {"issued_on": TODAY - timedelta(days=999), "expires_on": TODAY + timedelta(days=999)}
    return StaffPaper.objects.create(person=person, kind="driver", number="C1", created_by=person, created_at=NOW, **since)


def class_of(name: str = "七年级1班", head=None) -> SchoolClass:
    return SchoolClass.objects.get_or_create(name=name, defaults={"grade": "七年级", "head_teacher": head})[0]


def students_of(count: int, school_class: SchoolClass | None = None, prefix: str = "S") -> list[Student]:
    school_class = school_class or class_of()
    return [Student.objects.create(number=f"{prefix}{n}", name=f"学生{prefix}{n}", school_class=school_class) for n in range(1, count + 1)]


def line_of(cast, riders: int = 3, *, name: str = "一号线", plate: str = "鲁B12345", prefix: str = "S", licensed: bool = True) -> BusLine:
    vehicle, driver = vehicle_of(cast, plate), cast.driver
    if licensed:
        license_of(driver)
    line = save_line(actor=cast.director, at=NOW, name=name, vehicle=vehicle, driver=driver, attendant=cast.teacher, is_active=True)
    stop = save_stop(actor=cast.director, at=NOW, line=line, name="东风路口", order=1, is_active=True)
    for student in students_of(riders, class_of(head=cast.headteacher), prefix):
        save_rider(actor=cast.director, at=NOW, stop=stop, student=student, since=TODAY - timedelta(days=30), until=TODAY + timedelta(days=60))
    return line


def run_of(cast, line: BusLine, **fields) -> BusRun:
    return start_run(
        actor=cast.teacher, at=NOW, line=line, direction=fields.pop("direction", "morning"), checked=fields.pop("checked", list(BEFORE_RUN)), **fields
    )
