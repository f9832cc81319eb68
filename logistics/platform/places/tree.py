"""The shape of the tree of places: which level goes under which, and what follows from a place's position."""

import re
import secrets
from collections.abc import Iterable

from logistics.platform.audit.saving import CHUNK
from logistics.platform.kernel.errors import RuleViolation

from .models import Level, Place

DEPTH = {Level.CAMPUS: 0, Level.BUILDING: 1, Level.FLOOR: 2, Level.ROOM: 3}
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
BLANK_LABEL = re.compile(r"BQ\d{6}[A-Z0-9]")  # labels/codes.py
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O, U, which are misread
WIDE = {code: chr(code - 0xFEE0) for span in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(span[0], span[1] + 1)}
LONGEST_NAME = 200


def normal_name(text: str) -> str:
    """The name with full-width letters and digits made plain, so that 305 finds ３０５."""
    return (text or "").translate(WIDE)


def check_shape(place: Place) -> None:
    """Refuse a place under one that cannot hold it, or an open place inside a closed one. Looks at the parent only."""
    parent = place.parent
    if place.level not in DEPTH:
        raise RuleViolation("请选层级：校区、楼栋、楼层或房间。", field="level")
    if parent is None:
        if place.level == Level.FLOOR:
            raise RuleViolation("楼层要放在一栋楼下面，请选上级。", field="parent")
        return
    if DEPTH[place.level] <= DEPTH[Level(parent.level)]:
        raise RuleViolation(f"{Level(place.level).label}不能放在{Level(parent.level).label}「{parent}」下面，请另选上级。", field="parent")
    if place.level == Level.FLOOR and parent.level != Level.BUILDING:
        raise RuleViolation("楼层要放在一栋楼下面，请选楼栋作上级。", field="parent")
    if place.is_active and not parent.is_active:
        raise RuleViolation(f"上级「{parent}」已经停用，请先启用它，或者另选上级。", field="parent")


def check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise RuleViolation("编码用字母、数字和短横，2 到 20 位；空着会自动编一个。", field="code")
    if BLANK_LABEL.fullmatch(code):
        raise RuleViolation("BQ 开头的这种编码留给空白标签，请换一个，或者空着自动编。", field="code")


def settle(place: Place, parent: Place | None, *, show_campus: bool) -> None:
    """Set what follows from the position: full name, and path and building once the place has its number.

    The campus is part of a full name only where there are several.
    """
    above = parent.full_name if parent and (parent.level != Level.CAMPUS or show_campus) else ""
    place.full_name = f"{above} {place.name}".strip()
    if len(place.full_name) > LONGEST_NAME:
        raise RuleViolation("连同上级的名称太长了，请起短一点。", field="name")
    if place.pk:
        place.path = f"{parent.path if parent else '/'}{place.pk}/"
        place.building_id = place.pk if place.level == Level.BUILDING else parent.building_id if parent else None


def settle_below(top: Place, *, old_path: str, show_campus: bool) -> list[Place]:
    """Recompute everything below `top`, which is settled itself and was at `old_path`. Returns the places that changed, unsaved."""
    known, changed = {top.pk: top}, []
    below = Place.objects.filter(path__startswith=old_path).exclude(pk=top.pk)
    for place in sorted(below, key=lambda one: one.path.count("/")):  # parents first
        before = (place.full_name, place.path, place.building_id)
        settle(place, known[place.parent_id], show_campus=show_campus)
        known[place.pk] = place
        if before != (place.full_name, place.path, place.building_id):
            changed.append(place)
    return changed


def free_codes(count: int) -> list[str]:
    """New codes such as P7K2M9, not used by any place."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {"P" + "".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(count - len(codes))}
        codes |= fresh - taken_codes(fresh)
    return sorted(codes)


def taken_codes(codes: Iterable[str]) -> set[str]:
    wanted, taken = sorted(codes), set()
    for start in range(0, len(wanted), CHUNK):
        taken.update(Place.objects.filter(code__in=wanted[start : start + CHUNK]).values_list("code", flat=True))
    return taken
