"""A small dormitory for tests: a building with a women's and a men's room of four beds each, and boarders of two classes."""

from dorms.bed.models import Bed, DormBuilding, DormRoom
from dorms.bed.rules import save_building, save_room
from logistics.platform.org.models import SchoolClass, Sex, Student
from logistics.platform.places.models import Level, PlaceKind
from logistics.platform.places.rules import save_place
from tests.conftest import NOW


class Dorm:
    """`girls` and `boys` are rooms; `seven` and `eight` classes."""

    building: DormBuilding
    girls: DormRoom
    boys: DormRoom
    seven: SchoolClass
    eight: SchoolClass

    def pupil(self, number: str, sex: str = Sex.FEMALE, school_class: SchoolClass | None = None, **fields) -> Student:
        given = {"name": f"学生{number}", "school_class": school_class or self.seven, "sex": sex, "is_boarder": True}
        return Student.objects.create(number=number, **(given | fields))

    def bed(self, room: DormRoom, number: int) -> Bed:
        return Bed.objects.select_related("room__building__place", "room__place__parent").get(room=room, number=number)


def make_dorm(cast, name: str = "五号宿舍楼") -> Dorm:
    dorm, director = Dorm(), cast.director
    place = save_place(actor=cast.admin, at=NOW, name=name, level=Level.BUILDING, kind=PlaceKind.DORM)
    floor = save_place(actor=cast.admin, at=NOW, name="1层", level=Level.FLOOR, parent=place, kind=PlaceKind.OTHER)
    rooms = [save_place(actor=cast.admin, at=NOW, name=f"10{n}室", level=Level.ROOM, parent=floor, kind=PlaceKind.DORM) for n in (1, 2, 3)]
    dorm.building = save_building(actor=director, at=NOW, place=place, keepers=[cast.dormkeeper], sex="", is_active=True)
    given = {"building": dorm.building, "beds": 4, "is_active": True}
    dorm.girls = save_room(actor=director, at=NOW, place=rooms[0], sex="f", **given)
    dorm.boys = save_room(actor=director, at=NOW, place=rooms[1], sex="m", **given)
    dorm.seven = SchoolClass.objects.create(name=f"{name}七（1）班", grade="七年级", head_teacher=cast.headteacher, order=1)
    dorm.eight = SchoolClass.objects.create(name=f"{name}八（1）班", grade="八年级", order=2)
    return dorm
