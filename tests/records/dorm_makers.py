"""One row of every record of dormitory beds."""

from dorms.bed import move_rules, stay_rules
from dorms.bed.models import Bed, DormBuilding, DormRoom, Stay
from dorms.bed.pages import ITEMS
from dorms.bed.rules import save_building, save_room
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Level, PlaceKind
from logistics.platform.places.rules import save_place
from tests.conftest import NOW


def building(school, n: int) -> DormBuilding:
    place = save_place(actor=school.cast.admin, at=NOW, name=f"第{n}公寓", level=Level.BUILDING, kind=PlaceKind.DORM)
    return save_building(actor=school.cast.director, at=NOW, place=place, sex="f", keepers=[school.cast.dormkeeper], order=n, is_active=True)


def room(school, n: int) -> DormRoom:
    one = DormBuilding.objects.filter(place__name=f"第{n + 900}公寓").first() or building(school, n + 900)
    if known := DormRoom.objects.filter(building=one, place__name=f"{n}室").first():
        return known  # the bed of another record has made it
    place = save_place(actor=school.cast.admin, at=NOW, name=f"{n}室", level=Level.ROOM, parent=one.place, kind=PlaceKind.DORM)
    return save_room(actor=school.cast.director, at=NOW, building=one, place=place, sex="f", beds=3, is_active=True)


def bed(school, n: int) -> Bed:
    found = room(school, n + 3000).beds.first()
    return Bed.objects.select_related("room__building__place", "room__place__parent").get(pk=found.pk)


def boarder(school, n: int) -> Student:
    given = {"grade": "七年级", "head_teacher": school.cast.headteacher}
    school_class = SchoolClass.objects.get_or_create(name="寄宿班", defaults=given)[0]
    return Student.objects.create(number=f"ZS{n}", name=f"住校生{n}", school_class=school_class, sex="f", is_boarder=True)


def stay(school, n: int) -> Stay:
    return stay_rules.allocate(actor=school.cast.director, at=NOW, student=boarder(school, n), bed=bed(school, n))


def move(school, n: int):
    one = stay(school, n + 6000)
    target = Bed.objects.select_related("room__building__place", "room__place__parent").filter(room=one.bed.room).exclude(pk=one.bed_id).first()
    return move_rules.ask_move(actor=school.cast.director, at=NOW, student=one.student, to_bed=target, wish="parent", reason=f"原因{n}")


def item(school, n: int):
    return ITEMS.create(actor=school.cast.director, at=NOW, name=f"物品{n}", order=n, is_active=True)


MAKERS = {
    "dorms.dormbuilding": building,
    "dorms.dormroom": room,
    "dorms.bed": bed,
    "dorms.stay": stay,
    "dorms.roommove": move,
    "dorms.dormitem": item,
}
