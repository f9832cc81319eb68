"""A building with three rooms and a class asleep in them: what the tests of scores and banned appliances stand on."""

from dataclasses import dataclass
from datetime import date

from dorms.bed.models import Bed, DormBuilding, DormRoom, Stay
from dorms.score.first_run import make_usual
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Level, Place, PlaceKind
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


@dataclass
class Dorm:
    building: DormBuilding
    rooms: list[DormRoom]
    classes: list[SchoolClass]
    students: list[Student]


def dorm_of(cast, *, name: str = "一号宿舍楼", keeper=None, prefix: str = "S", sheet: bool = True) -> Dorm:
    """Rooms 101, 102, 103; in 101 two of 七年级1班 (the cast's head teacher's), in 102 one of it and two of 七年级2班; 103 is empty."""
    top = Place.objects.create(level=Level.BUILDING, kind=PlaceKind.DORM, name=name, code=f"D{prefix}", full_name=name, path=f"/{prefix}/")
    building = DormBuilding.objects.create(place=top, created_by=cast.director, created_at=NOW)
    building.keepers.add(keeper or cast.dormkeeper)
    rooms = []
    for n in (101, 102, 103):
        place = Place.objects.create(
            parent=top, level=Level.ROOM, kind=PlaceKind.DORM, name=f"{n}", code=f"D{prefix}{n}", full_name=f"{name} {n}", path=f"/{prefix}/{n}/"
        )
        rooms.append(DormRoom.objects.create(building=building, place=place, sex="m", created_by=cast.director, created_at=NOW))
    classes = [class_of("七年级1班", cast.headteacher), class_of("七年级2班", cast.teacher)]
    students = [sleeper(cast, rooms[room], classes[group], f"{prefix}{n}", n) for n, (room, group) in enumerate(((0, 0), (0, 0), (1, 0), (1, 1), (1, 1)), 1)]
    if sheet:
        make_usual(actor=cast.director, at=NOW)
    return Dorm(building, rooms, classes, students)


def class_of(name: str, head) -> SchoolClass:
    return SchoolClass.objects.get_or_create(name=name, defaults={"grade": "七年级", "head_teacher": head})[0]


def sleeper(cast, room: DormRoom, school_class: SchoolClass, number: str, bed: int) -> Student:
    student = Student.objects.create(number=number, name=f"学生{number}", school_class=school_class, sex="m", is_boarder=True)
    place = Bed.objects.create(room=room, number=bed)
    Stay.objects.create(student=student, bed=place, since=date(2026, 9, 1), student_sex="m", room_sex="m", created_by=cast.director, created_at=NOW)
    return student
