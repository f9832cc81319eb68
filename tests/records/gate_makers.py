"""One row of every book of gate, passes and roster."""

from datetime import time, timedelta

from logistics.platform.org.models import Student
from safety.gate import book_rules
from safety.gate.models import Barred, GateVisit, NightVehicle, Parcel
from safety.gate.rules import announce_visit
from safety.roster.change_rules import ask_change
from safety.roster.models import Shift, ShiftChange, ShiftKind
from safety.roster.rules import add_shift, save_kind
from safety.student_pass.models import StudentPass
from safety.student_pass.rules import ask_leave
from tests.conftest import NOW

TODAY = NOW.date()


def visit(school, n: int) -> GateVisit:
    return announce_visit(actor=school.cast.director, at=NOW, name=f"客人{n}", reason="谈供货", host=school.cast.safety)


def barred(school, n: int) -> Barred:
    return book_rules.bar(actor=school.cast.director, at=NOW, name=f"某人{n}", reason="闯过校门", phone=f"138{n:08d}")


def parcel(school, n: int) -> Parcel:
    return book_rules.receive_parcel(actor=school.cast.director, at=NOW, kind="express", recipient=school.cast.safety, tracking=f"SF{n}")


def car(school, n: int) -> NightVehicle:
    given = {"plate": f"浙A{n:05d}", "phone": "13800001111", "reason": "出差", "from_on": TODAY, "until_on": TODAY + timedelta(days=1)}
    return book_rules.register_car(actor=school.cast.director, at=NOW, owner=school.cast.safety, **given)


def card(school, n: int) -> StudentPass:
    given = {"name": f"学生{n}", "school_class": school.rooms.school_class, "sex": "f"}
    pupil, _ = Student.objects.get_or_create(number=f"G{n}", defaults=given)
    return ask_leave(actor=school.cast.director, at=NOW, student=pupil, kind="ill", collector="王某", relation="父亲")


def shift_kind(school, n: int) -> ShiftKind:
    given = {"place": school.rooms.room, "start": time(8), "end": time(18), "days": "every", "needs": 1, "needs_leader": False, "weight": 1, "order": n}
    return save_kind(actor=school.cast.director, at=NOW, name=f"班次{n}", is_active=True, **given)


def shift(school, n: int) -> Shift:
    kind = ShiftKind.objects.filter(name="班次0").first() or shift_kind(school, 0)
    return add_shift(actor=school.cast.director, at=NOW, kind=kind, on=TODAY + timedelta(days=n + 1), people=[school.cast.safety])


def change(school, n: int) -> ShiftChange:
    watch = shift(school, n + 100).crew[0]
    return ask_change(actor=school.cast.safety, at=NOW, watch=watch, substitute=school.cast.teacher, reason="开会")


MAKERS = {
    "safety.gatevisit": visit,
    "safety.barred": barred,
    "safety.parcel": parcel,
    "safety.nightvehicle": car,
    "safety.studentpass": card,
    "safety.shiftkind": shift_kind,
    "safety.shift": shift,
    "safety.shiftchange": change,
}
