"""Buildings, rooms, beds and what is handed over with them (DOR-01)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import save_new_rows, stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import User
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.queries import descendants

from .models import Bed, DormBuilding, DormRoom, Stay
from .rights import ALLOCATE, MANAGE

MOST_BEDS = 16
MOST_ROOMS = 400  # made in one go
WIDEST = 1000  # square metres


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_in_charge(user, building: DormBuilding, code: str = ALLOCATE) -> None:
    """Raise NotAllowed unless this person works with the beds of the building: everywhere, or as its keeper."""
    if require(user, code) != Scope.ALL and not building.keepers.filter(pk=user.pk).exists():
        raise NotAllowed(f"{building}不归您管。请找这栋楼的宿管员，或者总务处。")


def check_can_set_bed(user, bed: Bed) -> None:
    check_in_charge(user, bed.room.building)


def check_can_change_room(user, room: DormRoom) -> None:
    check_can_manage(user)


@rule
def save_building(*, actor, at: datetime, record: DormBuilding | None = None, keepers: Sequence[User] | None = None, **fields) -> DormBuilding:
    """A dormitory building with its keepers. Raises RuleViolation at its field: no building, rooms of the other sex, people still living there."""
    check_can_manage(actor)
    building, fields = stored(DormBuilding, record), tidied(fields)
    place, sex = fields.get("place", getattr(building, "place", None) if building.pk else None), fields.get("sex", building.sex)
    if place is None or place.level != Level.BUILDING:
        raise RuleViolation("请选一栋楼，例如 一号宿舍楼。", field="place")
    if DormBuilding.objects.filter(place=place).exclude(pk=building.pk).exists():
        raise RuleViolation(f"{place}已经登记成宿舍楼了。", field="place")
    if building.pk and building.place_id != place.pk and building.rooms.exists():
        raise RuleViolation("这栋楼已经登记了房间，不能换成别的楼。", field="place")
    if building.pk and sex and building.rooms.filter(is_active=True).exclude(sex=sex).exists():
        raise RuleViolation("楼里还有住另一种性别的房间，请先改房间。", field="sex")
    if building.pk and not fields.get("is_active", True) and _living(bed__room__building=building):
        raise RuleViolation("楼里还有人住，不能停用。", field="is_active")
    if building.pk is None:
        building.created_by, building.created_at = actor, at
    saved = save_changes(actor=actor, at=at, record=building, **fields)
    if keepers is not None:
        _set_keepers(saved, keepers, actor=actor, at=at)
    return saved


def _set_keepers(building: DormBuilding, keepers: Sequence[User], *, actor, at: datetime) -> None:
    before = list(building.keepers.all())
    if {one.pk for one in before} == {one.pk for one in keepers}:
        return
    building.keepers.set(keepers)
    shown = ["、".join(one.name for one in some) or "—" for some in (before, keepers)]
    record_event(actor=actor, at=at, action="update", record=building, text=f"宿管员：{shown[1]}", changes={"宿管员": shown})


def _living(**where) -> bool:
    return Stay.objects.filter(left_on=None, **where).exists()


@rule
def save_room(*, actor, at: datetime, record: DormRoom | None = None, beds: int | None = None, **fields) -> DormRoom:
    """A room; `beds` is how many it has to have. Beds are added as needed and never taken away here (set_bed puts one out of use).

    Raises RuleViolation at its field while people live there who would no longer fit.
    """
    check_can_manage(actor)
    room, fields = stored(DormRoom, record), tidied(fields)
    if room.pk is None:
        room.created_by, room.created_at = actor, at
    _check_room(room, fields, beds)
    saved = save_changes(actor=actor, at=at, record=room, **fields)
    have = list(saved.beds.order_by("number").values_list("number", flat=True))
    if beds is not None and beds < len(have):
        raise RuleViolation(f"已经登记了 {len(have)} 张床，只能加，不能少。坏了的请在床位里停用。", field="beds")
    numbers = [n for n in range(1, MOST_BEDS + 1) if n not in have][: max(0, (beds or 0) - len(have))]
    if numbers:
        Bed.objects.bulk_create([Bed(room=saved, number=n) for n in numbers])
        record_event(actor=actor, at=at, action="beds", record=saved, text=f"加 {len(numbers)} 张床")
    return saved


def _check_room(room: DormRoom, fields: dict, beds: int | None) -> None:
    building = fields.get("building", room.building if room.pk else None)
    place, sex = fields.get("place", room.place if room.pk else None), fields.get("sex", room.sex)
    if beds is not None and not 0 <= beds <= MOST_BEDS:
        raise RuleViolation(f"一间最多 {MOST_BEDS} 张床。", field="beds")
    _check_area(fields.get("area"))
    if building is None or place is None or place.level != Level.ROOM or not place.path.startswith(building.place.path):
        raise RuleViolation("请选这栋楼里的一个房间。", field="place")
    if DormRoom.objects.filter(place=place).exclude(pk=room.pk).exists():
        raise RuleViolation(f"{place.name}已经登记成宿舍了。", field="place")
    if room.pk and (building.pk != room.building_id or place.pk != room.place_id) and Stay.objects.filter(bed__room=room).exists():
        raise RuleViolation("这间宿舍住过人，不能改成别的房间。请停用它，另外登记一间。", field="place")
    if building.sex and sex != building.sex:
        raise RuleViolation(f"{building}只住{building.get_sex_display()}生。", field="sex")
    if room.pk and sex != room.sex and _living(bed__room=room):
        raise RuleViolation("房间里还有人住，不能改男女。", field="sex")
    if room.pk and not fields.get("is_active", True) and _living(bed__room=room):
        raise RuleViolation("房间里还有人住，不能停用。", field="is_active")


def _check_area(area: Decimal | None) -> None:
    if area is not None and not 0 < Decimal(area) < WIDEST:
        raise RuleViolation(f"面积大于 0、不到 {WIDEST} 平方米。", field="area")


@rule
def make_rooms(*, actor, at: datetime, record: DormBuilding, sex: str, beds: int, area: Decimal | None = None) -> list[DormRoom]:
    """Every place of the building that is a dormitory by its use and no room yet becomes one, with beds. Raises RuleViolation when there is none."""
    check_can_manage(actor)
    building = stored(DormBuilding, record)
    _check_area(area)
    if building.sex and sex != building.sex:
        raise RuleViolation(f"{building}只住{building.get_sex_display()}生。", field="sex")
    if not 1 <= beds <= MOST_BEDS:
        raise RuleViolation(f"一间 1 到 {MOST_BEDS} 张床。", field="beds")
    places = list(descendants(building.place).filter(level=Level.ROOM, kind=PlaceKind.DORM, is_active=True, dorm_room=None)[: MOST_ROOMS + 1])
    if not places:
        raise RuleViolation("这栋楼里没有还没登记的宿舍。请先在「地点」里登记房间，用途选宿舍。")
    if len(places) > MOST_ROOMS:
        raise RuleViolation(f"一次最多登记 {MOST_ROOMS} 间，请先把楼分开。")
    new = [DormRoom(building=building, place=place, sex=sex, area=area, created_by=actor, created_at=at) for place in places]
    rooms = save_new_rows(actor=actor, at=at, records=new, unique=[("place_id",)])
    Bed.objects.bulk_create([Bed(room=room, number=n) for room in rooms for n in range(1, beds + 1)])
    record_event(actor=actor, at=at, action="rooms", record=building, text=f"登记 {len(rooms)} 间宿舍，每间 {beds} 张床")
    return rooms


@rule
def set_grade(*, actor, at: datetime, record: DormRoom, grade: str) -> DormRoom:
    """Which grade the room is meant for; empty for any."""
    check_in_charge(actor, record.building)
    return save_changes(actor=actor, at=at, record=stored(DormRoom, record), grade=tidied({"grade": grade or ""})["grade"])


def places_left(building: DormBuilding) -> int:
    """How many rooms `make_rooms` would make."""
    inside = Q(path__startswith=building.place.path, level=Level.ROOM, kind=PlaceKind.DORM, is_active=True, dorm_room=None)
    return Place.objects.filter(inside).count()


@rule
def set_bed(*, actor, at: datetime, record: Bed, is_active: bool, note: str = "") -> Bed:
    """A bed breaks, or can be used again. Raises RuleViolation while somebody has it, or without a word why it cannot be used."""
    bed = stored(Bed, record)
    check_can_set_bed(actor, bed)
    note = tidied({"note": note or ""})["note"]
    if not is_active and _living(bed=bed):
        raise RuleViolation("这张床还有人，请先给他换床。")
    if not is_active and not note:
        raise RuleViolation("请写为什么不能用，例如 床板断了。", field="note")
    return save_changes(actor=actor, at=at, record=bed, is_active=is_active, note="" if is_active else note)
