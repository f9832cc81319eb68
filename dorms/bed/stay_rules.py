"""Moving in and out: beds given one by one, many at once, handed over and left (DOR-01)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import BadRows, stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import Sex, Student

from .models import Bed, DormBuilding, DormRoom, Handing, HandSheet, MoveState, RoomMove, Stay
from .queries import buildings_visible_to
from .rights import ALLOCATE
from .rules import check_in_charge

BACK, AHEAD = timedelta(days=6 * 366), timedelta(days=120)  # how far from today a first night may be: a list taken over says when somebody came to school
STATES = ("好", "损坏", "缺少")


def check_can_allocate(user, record=None) -> None:
    require(user, ALLOCATE)


def locked_beds(keys) -> dict[int, Bed]:
    """The beds with their rooms, locked in one order so that two who give beds, or change a room, wait for each other."""
    keys = sorted(set(keys))
    list(DormRoom.objects.select_for_update().filter(pk__in=Bed.objects.filter(pk__in=keys).order_by().values("room")).order_by("pk").values_list("pk"))
    rows = Bed.objects.select_for_update(of=("self",)).select_related("room__building__place", "room__place__parent").filter(pk__in=keys)
    return {bed.pk: bed for bed in rows.order_by("pk")}


def unfit(student: Student, bed: Bed) -> str:
    """Why this student may not sleep in this bed whoever is in it; empty when he may."""
    if not student.is_active:
        return f"{student.name}已经不在校。"
    if not student.is_boarder:
        return f"{student.name}不是住校生。请先在学生名册里改成住校。"
    if not student.sex:
        return f"{student.name}还没有登记性别。请先在学生名册里补上。"
    if student.sex != bed.room.sex:
        return f"{bed.room}住{Sex(bed.room.sex).label}生，{student.name}是{Sex(student.sex).label}生。"
    if not bed.is_active:
        return f"{bed}不能用（{bed.note}）。"
    if not (bed.room.is_active and bed.room.building.is_active):
        return f"{bed.room}已经停用。"
    return ""


def _new_stay(*, actor, at: datetime, student: Student, bed: Bed, since: date) -> Stay:
    return Stay(student=student, bed=bed, since=since, student_sex=student.sex, room_sex=bed.room.sex, created_by=actor, created_at=at)


def check_first_night(since: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if not today - BACK <= since <= today + AHEAD:
        raise RuleViolation("入住日期太早或者太晚，请核对年份。", field="since")


@rule
def allocate(*, actor, at: datetime, student: Student, bed: Bed, since: date | None = None) -> Stay:
    """One student gets one free bed, from today on when nothing is said.

    Raises NotAllowed for a building one does not keep, RuleViolation at its field when the two do not fit, Conflict when bed or student is taken.
    """
    check_can_allocate(actor)
    since = since or timezone.localdate(at)
    return allocate_many(actor=actor, at=at, rows=[{"student": student, "bed": bed, "since": since}])[0]


@rule
def allocate_many(*, actor, at: datetime, rows: Sequence[dict]) -> list[Stay]:
    """Many students get beds, all or nothing; each row is student, bed, since. Raises BadRows by row, for a single row its own refusal."""
    check_can_allocate(actor)
    beds = locked_beds(row["bed"].pk for row in rows)
    students = {one.pk: one for one in Student.objects.filter(pk__in={row["student"].pk for row in rows}).select_related("school_class")}
    allowed = set(buildings_visible_to(actor, ALLOCATE).values_list("pk", flat=True))
    takes = _Taken(beds, students)
    stays, faults = [], {}
    for n, row in enumerate(rows):
        student, bed, since = students[row["student"].pk], beds[row["bed"].pk], row.get("since") or timezone.localdate(at)
        try:
            _check_own(bed, allowed)
            check_first_night(since, at)
            takes.take(student, bed, since)
        except RuleViolation as refusal:
            if len(rows) == 1:
                raise
            faults[n] = refusal.message
        stays.append(_new_stay(actor=actor, at=at, student=student, bed=bed, since=since))
    if faults:
        raise BadRows(faults)
    Stay.objects.bulk_create(stays)
    for stay in stays:
        record_event(actor=actor, at=at, action="create", record=stay, text=f"{stay.student.school_class} {stay.student.name}入住")
    return stays


def _check_own(bed: Bed, allowed: set[int]) -> None:
    if bed.room.building_id not in allowed:
        raise NotAllowed(f"{bed.room.building}不归您管。", field="bed")


def _takes(stay: Stay, since: date) -> bool:
    """Whether the stay has a night from `since` on; whoever left before the first one has none."""
    return stay.left_on is None or stay.left_on > max(since, stay.since)


class _Taken:
    """Which beds and students are taken over which days, those of this batch included."""

    def __init__(self, beds: dict, students: dict):
        self.by_bed: dict[int, list[Stay]] = {}
        self.by_student: dict[int, list[Stay]] = {}
        for stay in Stay.objects.filter(Q(bed__in=list(beds)) | Q(student__in=list(students))).select_related("student", "bed__room__place__parent"):
            self.by_bed.setdefault(stay.bed_id, []).append(stay)
            self.by_student.setdefault(stay.student_id, []).append(stay)

    def take(self, student: Student, bed: Bed, since: date) -> None:
        """Raises a refusal when the two do not fit, or one of them is taken."""
        if why := unfit(student, bed):
            raise RuleViolation(why, field="student")
        for stay in self.by_student.get(student.pk, ()):
            if _takes(stay, since):
                raise Conflict(f"{student.name}已经住在{stay.bed}。要换床，请办「调换宿舍」。", field="student")
        for stay in self.by_bed.get(bed.pk, ()):
            if _takes(stay, since):
                raise Conflict(f"{bed}有{stay.student.name}，请选一张空床。", field="bed")
        taken = Stay(student=student, bed=bed, since=since)
        self.by_bed.setdefault(bed.pk, []).append(taken)
        self.by_student.setdefault(student.pk, []).append(taken)


def building_of(stay: Stay) -> DormBuilding:
    return stay.bed.room.building


def check_can_hand_over(user, stay: Stay) -> None:
    check_in_charge(user, building_of(stay))
    if stay.left_on is not None:
        raise RuleViolation("已经退宿了。")
    if any(sheet.kind == Handing.IN for sheet in stay.sheets.all()):
        raise RuleViolation("入住交接已经登记过。")


def check_can_check_out(user, stay: Stay) -> None:
    check_in_charge(user, building_of(stay))
    if stay.left_on is not None:
        raise RuleViolation("已经退宿了。")


@rule
def hand_over(*, actor, at: datetime, record: Stay, items: Sequence[dict], signature: Sequence = (), note: str = "") -> Stay:
    """入住交接: key and furniture looked at together, signed by the boarder. Raises RuleViolation without a signature."""
    stay = stored(Stay, record)
    check_can_hand_over(actor, stay)
    _hand(stay, Handing.IN, items, signature, note, actor=actor, at=at)
    return stay


@rule
def check_out(
    *, actor, at: datetime, record: Stay, why: str, left_on: date | None = None, items: Sequence[dict] = (), signature: Sequence = (), note: str = ""
) -> Stay:
    """退宿: the bed is free from `left_on` on, today when nothing is said; a first night still ahead is called off. With items the hand-over is written down and must be signed.

    Who has gone already without one is checked out without items, and that is written down too. Raises RuleViolation for days ahead.
    """
    stay = stored(Stay, record)
    check_can_check_out(actor, stay)
    today = timezone.localdate(at)
    left_on, why = stay.since if stay.since > today else left_on or today, tidied({"why": why or ""})["why"][:60]
    if not why:
        raise RuleViolation("请写离开的原因。", field="why")
    if left_on > max(today, stay.since):
        raise RuleViolation("离开日期不能晚于今天，请到那天再办。", field="left_on")
    if left_on < stay.since:
        raise RuleViolation(f"离开日期不能早于入住（{stay.since}）。", field="left_on")
    if items:
        _hand(stay, Handing.OUT, items, signature, note, actor=actor, at=at)
    stay.left_on, stay.why_left = left_on, why
    stay.full_clean(exclude=["student", "bed"])
    stay.save(update_fields=["left_on", "why_left"])
    record_event(actor=actor, at=at, action="leave", record=stay, text=f"{stay.student.name}退宿：{why}" + ("" if items else "，没有办物品交接"))
    return stay


@rule
def take_back_stay(*, actor, at: datetime, record: Stay) -> None:
    """Undo a bed given by mistake, as if it never was. Raises RuleViolation once the room was called over or scored with this person in it, or a move is asked for."""
    stay = stored(Stay, record)
    check_in_charge(actor, building_of(stay))
    room = stay.bed.room
    if stay.left_on is not None or stay.sheets.exists():
        raise RuleViolation("已经办过交接或者退宿。")
    called_over = room.checks.filter(check_of__on__gte=stay.since, done_at__gte=stay.created_at).exists()
    if called_over or room.scores.filter(on__gte=stay.since, created_at__gte=stay.created_at).exists():
        raise RuleViolation("住进来以后这间宿舍已经点过名或者打过分，请办「退宿」。")
    if RoomMove.objects.filter(Q(student=stay.student) | Q(other=stay.student), state=MoveState.ASKED).exists():
        raise RuleViolation("有一张调换申请还没办完，请先办完或者撤回。")
    record_event(actor=actor, at=at, action="take_back", record=stay, text=f"撤回安排：{stay.student.name}")
    stay.delete()


def _hand(stay: Stay, kind: str, items: Sequence[dict], signature: Sequence, note: str, *, actor, at: datetime) -> None:
    rows = [{name: tidied({name: row.get(name) or ""})[name] for name in ("name", "state")} for row in items if row.get("name")]
    if not rows:
        raise RuleViolation("至少写一样物品。", field="items")
    bad, note = [row for row in rows if row["state"] != "好"], tidied({"note": note or ""})["note"][:200]
    if any(row["state"] not in STATES for row in bad):
        raise RuleViolation("物品的情况写好、损坏或者缺少。", field="items")
    if bad and not note:
        raise RuleViolation(f"{bad[0]['name']}{bad[0]['state']}，请写是怎么回事。", field="note")
    if not signature:
        raise RuleViolation("请学生本人签名。", field="signature")
    sheet = HandSheet(stay=stay, kind=kind, rows=rows, note=note, created_by=actor, created_at=at)
    sheet.full_clean()
    sheet.save()
    attach(actor=actor, at=at, record=sheet, role="signature", uploads=signature, field="signature")
    words = "、".join(f"{row['name']}{row['state']}" for row in bad)
    record_event(actor=actor, at=at, action=f"hand_{kind}", record=stay, text=f"{Handing(kind).label}{f'，{words}' if words else ''}", note=note)
