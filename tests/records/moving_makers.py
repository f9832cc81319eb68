"""One row of every record of vehicles, the school bus, the clinic, cleaning and greenery."""

from datetime import timedelta
from decimal import Decimal

from assets.item.first_run import KINDS
from assets.item.rules import save_item
from logistics.platform.org.models import SchoolClass, Student
from safety.bus import rules as bus
from safety.bus.models import BEFORE_RUN, BusLine, BusRider, BusRun, BusStop
from safety.cleaning import rules as cleaning
from safety.clinic import rules as clinic
from safety.greenery import rules as green
from safety.vehicle import rules as cars
from safety.vehicle.models import Vehicle
from tests.conftest import NOW, make_person
from tests.safety.vehicle_kit import TODAY, license_of, vehicle_of


def once(make):
    """The row of that number again for whoever needs it, as long as it stands."""

    def found(school, n: int, *rest):
        known, key = school.__dict__.setdefault("standing", {}), (make.__module__, make.__name__, n, *rest)
        if key not in known or not type(known[key]).objects.filter(pk=known[key].pk).exists():
            known[key] = make(school, n, *rest)
        return known[key]

    return found


SPAN = {"since": TODAY, "until": TODAY + timedelta(days=30)}


def a_class(school, n: int) -> SchoolClass:
    return SchoolClass.objects.get_or_create(name=f"健康{n}班", defaults={"grade": "八年级", "head_teacher": school.cast.headteacher})[0]


def a_student(school, n: int) -> Student:
    return Student.objects.get_or_create(number=f"R{n}", defaults={"name": f"学生R{n}", "school_class": a_class(school, n)})[0]


@once
def vehicle(school, n: int, kind: str = "car") -> Vehicle:
    return Vehicle.objects.filter(plate=f"鲁C{n:05d}").first() or vehicle_of(school.cast, f"鲁C{n:05d}", kind)


def vehicle_paper(school, n: int):
    return vehicle(school, n).papers.first()


def vehicle_entry(school, n: int):
    return cars.record_entry(actor=school.cast.driver, at=NOW, vehicle=vehicle(school, n), kind="repair", money=Decimal(100 + n), words=f"换件{n}")


def trip(school, n: int):
    times = {"starts_at": NOW + timedelta(hours=n + 1), "ends_at": NOW + timedelta(hours=n + 2)}
    return cars.ask_trip(actor=school.cast.director, at=NOW, purpose=f"事由{n}", destination=f"第{n}站", **times)


@once
def line(school, n: int):
    known = BusLine.objects.filter(name=f"第{n}线").first()
    given = {"vehicle": vehicle(school, n + 500, "bus"), "driver": school.cast.driver, "attendant": school.cast.safety}
    return known or bus.save_line(actor=school.cast.director, at=NOW, name=f"第{n}线", is_active=True, **given)


@once
def stop(school, n: int):
    known = BusStop.objects.filter(line__name=f"第{n}线").first()
    return known or bus.save_stop(actor=school.cast.director, at=NOW, line=line(school, n), name=f"第{n}站", order=n, is_active=True)


@once
def rider(school, n: int):
    known = BusRider.objects.filter(student=a_student(school, n)).first()
    return known or bus.save_rider(actor=school.cast.director, at=NOW, stop=stop(school, n), student=a_student(school, n), **SPAN)


def run(school, n: int) -> BusRun:
    """With a crew of its own, for nobody is on two buses at once."""
    driver, attendant = make_person(f"BD{n}", f"司机{n}号"), make_person(f"BA{n}", f"照管{n}号")
    license_of(driver)
    going = bus.save_line(actor=school.cast.director, at=NOW, record=rider(school, n).stop.line, driver=driver, attendant=attendant)
    return bus.start_run(actor=school.cast.safety, at=NOW, line=going, direction="morning", checked=list(BEFORE_RUN))


def fee(school, n: int):
    return bus.record_fee(actor=school.cast.director, at=NOW, student=a_student(school, n), line=line(school, n), money=Decimal(300), **SPAN)


def visit(school, n: int):
    given = {"symptom": "injury", "words": f"擦伤{n}", "care": "消毒包扎", "went": "class"}
    return clinic.record_visit(actor=school.cast.nurse, at=NOW, student=a_student(school, n), **given)


@once
def medicine(school, n: int):
    return clinic.save_medicine(actor=school.cast.nurse, at=NOW, name=f"药{n}", unit="盒", least=Decimal(1), is_active=True)


@once
def batch(school, n: int):
    given = {"lot": f"L{n}", "expires_on": TODAY + timedelta(days=n + 1), "quantity": Decimal(5)}
    return clinic.receive_batch(actor=school.cast.nurse, at=NOW, medicine=medicine(school, n + 500), **given)


def move(school, n: int):
    return batch(school, n + 200).moves.get()


def class_check(school, n: int):
    return clinic.check_school_class(actor=school.cast.nurse, at=NOW, school_class=a_class(school, n), session="morning", due=40, present=40)


def illness(school, n: int):
    return clinic.register_illness(actor=school.cast.nurse, at=NOW, student=a_student(school, n), symptom="injury", began_on=TODAY)


def cluster(school, n: int):
    from safety.clinic.models import Cluster

    students = [Student.objects.create(number=f"K{n}-{k}", name=f"学生K{n}{k}", school_class=a_class(school, n)) for k in range(3)]
    for student in students:
        clinic.register_illness(actor=school.cast.nurse, at=NOW, student=student, symptom="fever", began_on=TODAY)
    return Cluster.objects.get(school_class=a_class(school, n))


@once
def area(school, n: int):
    return cleaning.save_area(actor=school.cast.director, at=NOW, name=f"第{n}区", standard="干净", times=2, cleaner=school.cast.guard, is_active=True)


def score(school, n: int):
    return cleaning.score_area(actor=school.cast.director, at=NOW, area=area(school, n + 500), cadence="daily", points=95, problem="有灰")


def supply(school, n: int):
    kind = KINDS.create(actor=school.cast.director, at=NOW, name=f"保洁{n}", order=1, is_active=True)
    item = save_item(actor=school.cast.director, at=NOW, name=f"拖把{n}", unit="把", kind=kind)
    return cleaning.use_supply(actor=school.cast.director, at=NOW, area=area(school, n + 700), item=item, quantity=Decimal(2))


@once
def plants(school, n: int):
    return green.save_area(actor=school.cast.director, at=NOW, name=f"第{n}片", plants="月季", keeper=school.cast.guard, is_active=True)


def care(school, n: int):
    given = {"first_month": 1, "last_month": 12, "every_days": 7, "is_active": True}
    return green.save_care(actor=school.cast.director, at=NOW, area=plants(school, n + 500), kind="water", **given)


def care_log(school, n: int):
    return green.record_care(actor=school.cast.director, at=NOW, area=plants(school, n + 700), kind="water", words="浇透")


MAKERS = {
    "safety.vehicle": vehicle,
    "safety.vehiclepaper": vehicle_paper,
    "safety.vehicleentry": vehicle_entry,
    "safety.trip": trip,
    "safety.busline": line,
    "safety.busstop": stop,
    "safety.busrider": rider,
    "safety.busrun": run,
    "safety.busfee": fee,
    "safety.clinicvisit": visit,
    "safety.medicine": medicine,
    "safety.medicinebatch": batch,
    "safety.medicinemove": move,
    "safety.classcheck": class_check,
    "safety.illness": illness,
    "safety.cluster": cluster,
    "safety.cleaningarea": area,
    "safety.areascore": score,
    "safety.supplyuse": supply,
    "safety.plantarea": plants,
    "safety.carerule": care,
    "safety.carelog": care_log,
}
