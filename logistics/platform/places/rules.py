"""Every write to the tree of places (ORG-02)."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import CHUNK, save_new_rows, stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import SchoolClass

from .models import Level, Place
from .tree import check_code, check_shape, free_codes, normal_name, settle, settle_below

MANAGE = "platform.places.manage"
DERIVED = ("full_name", "path", "building")


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def save_place(*, actor, at: datetime, record: Place | None = None, **values) -> Place:
    """Create, change, rename, move or close a place; names and positions of everything below follow.

    An empty code gets one; a code once given never changes, because it is printed. Closing a place closes what is inside.
    """
    check_can_manage(actor)
    _lock_tree()
    place, values = stored(Place, record), _normal(values)
    if values.get("parent"):
        values["parent"] = stored(Place, values["parent"])
    _settle_code(place, values)
    draft = copy(place)
    for name, value in values.items():
        setattr(draft, name, value)
    _check_move(place, draft)
    _check_draft(draft)
    closes = place.pk is not None and place.is_active and not draft.is_active
    if closes:
        _check_can_close(place)
    _write(actor, at, place, draft, values)
    if closes:
        _close_below(actor, at, place)
    return place


def deactivate_place(*, actor, at: datetime, record: Place) -> Place:
    """Close a place and everything inside. Raises RuleViolation while a class has its room there."""
    return save_place(actor=actor, at=at, record=record, is_active=False)


@rule
def save_places(*, actor, at: datetime, rows: Sequence[dict]) -> list[Place]:
    """New places from rows of values, all or nothing; parents are places already saved, so import level by level.

    Raises BadRows with a sentence per bad row.
    """
    check_can_manage(actor)
    _lock_tree()
    places = [Place(**_normal(row)) for row in rows]
    unnamed = [place for place in places if not place.code]
    for place, code in zip(unnamed, free_codes(len(unnamed)), strict=True):
        place.code = code
    campuses = _campuses()
    show = campuses + sum(place.level == Level.CAMPUS for place in places) > 1

    def check(place: Place) -> None:
        check_code(place.code)
        _check_draft(place)
        settle(place, place.parent, show_campus=show)

    save_new_rows(actor=actor, at=at, records=places, unique=[("code",), ("parent_id", "name")], check=check, write=_insert)
    for place in places:
        settle(place, place.parent, show_campus=show)
    resettle_campuses(campuses)
    return places


def _normal(values: dict) -> dict:
    values = tidied(values)
    if "name" in values:
        values["name"] = normal_name(values["name"])
    if "code" in values:
        values["code"] = normal_name(values["code"]).upper()
    return values


def _settle_code(place: Place, values: dict) -> None:
    code = values.pop("code", "")
    if place.pk:
        if code and code != place.code:
            raise RuleViolation("编码印在门牌二维码上，不能改。", field="code")
    elif code:
        check_code(code)
        values["code"] = code
    else:
        values["code"] = free_codes(1)[0]


def _check_move(place: Place, draft: Place) -> None:
    if place.pk is None:
        return
    if draft.parent and draft.parent.path.startswith(place.path):
        raise RuleViolation("不能把一个地点放到它自己里面，请另选上级。", field="parent")
    if draft.level != place.level and place.children.exists():
        raise RuleViolation("里面已经有别的地点，层级不能改了。", field="level")


def _check_draft(place: Place) -> None:
    """What holds for every place that is open, saved alone or in a batch."""
    check_shape(place)
    if not place.is_active:
        return
    if place.responsible and not (place.responsible.is_active and place.responsible.is_person):
        raise RuleViolation(f"{place.responsible.name}不在职，请选在职的人负责。", field="responsible")
    if place.department and not place.department.is_active:
        raise RuleViolation(f"「{place.department}」已经停用，请选别的部门。", field="department")


def _check_can_close(place: Place) -> None:
    classes = list(SchoolClass.objects.filter(is_active=True, room__path__startswith=place.path)[:4])
    if classes:
        raise RuleViolation(f"{'、'.join(map(str, classes))}还在用这里的教室，请先给班级换教室。", field="is_active")


def _write(actor, at: datetime, place: Place, draft: Place, values: dict) -> None:
    """Save the checked values, then everything that follows from the place's name and position."""
    old_path, old_name, campuses = place.path, place.full_name, _campuses()
    was_campus = place.pk is not None and place.level == Level.CAMPUS
    show = campuses + (draft.level == Level.CAMPUS) - was_campus > 1
    settle(draft, draft.parent, show_campus=show)
    for name in ("full_name", "path", "building_id"):
        setattr(place, name, getattr(draft, name))
    save_changes(actor=actor, at=at, record=place, **values)
    if not old_path:
        settle(place, place.parent, show_campus=show)
        place.save(update_fields=DERIVED)
    elif (old_path, old_name) != (place.path, place.full_name):
        Place.objects.bulk_update(settle_below(place, old_path=old_path, show_campus=show), DERIVED, batch_size=200)
    resettle_campuses(campuses)


def _close_below(actor, at: datetime, place: Place) -> None:
    below = Place.objects.filter(path__startswith=place.path, is_active=True).exclude(pk=place.pk)
    for inner in below:
        record_event(actor=actor, at=at, action="update", record=inner, text=f"随{place}停用", changes={"在用": ["是", "否"]})
    below.update(is_active=False)


def _campuses() -> int:
    return Place.objects.filter(level=Level.CAMPUS).count()


def resettle_campuses(before: int) -> None:
    """Full names carry the campus from the second campus on, and lose it again with only one."""
    show = _campuses() > 1
    if show == (before > 1):
        return
    for campus in Place.objects.filter(level=Level.CAMPUS):
        Place.objects.bulk_update(settle_below(campus, old_path=campus.path, show_campus=show), DERIVED, batch_size=200)


def _lock_tree() -> None:
    """Changes of the tree wait for each other: two moves at once could otherwise put two places inside one another."""
    list(Place.objects.select_for_update().filter(parent=None).order_by("pk"))


def _insert(places: Sequence[Place]) -> None:
    Place.objects.bulk_create(places, batch_size=500)
    above = Place.objects.filter(pk=OuterRef("parent_id"))
    path = Concat(Coalesce(Subquery(above.values("path")), Value("/")), Cast("pk", CharField()), Value("/"))
    building = Case(When(level=Level.BUILDING, then=F("pk")), default=Subquery(above.values("building_id")), output_field=BigIntegerField())
    keys = [place.pk for place in places]
    for start in range(0, len(keys), CHUNK):
        Place.objects.filter(pk__in=keys[start : start + CHUNK]).update(path=path, building=building)
