"""The bed list a school keeps in Excel: who sleeps in which bed (DOR-01)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import code, name, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import whole
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import Student

from .models import Bed, Stay
from .naming import by_names, key_of, known_rooms
from .queries import buildings_visible_to
from .rights import ALLOCATE
from .stay_rules import allocate_many, check_first_night, take_back_stay, unfit


def resolve(rows: list[Row], *, user) -> None:
    """Student and bed of every line; a bed that stands there already with this student stays as it is."""
    rooms = by_names(known_rooms().filter(building__in=buildings_visible_to(user, ALLOCATE).values("pk")))
    students, beds = _students(rows), {(bed.room_id, bed.number): bed for bed in Bed.objects.select_related("room__building__place", "room__place")}
    now = {stay.student_id: stay for stay in Stay.objects.filter(left_on=None).select_related("student", "bed__room__building__place", "bed__room__place")}
    held = {stay.bed_id: stay for stay in now.values()}
    taken: dict[int, Row] = {}
    named: dict[int, Row] = {}
    for row in rows:
        student, bed = _student(row, students), _bed(row, rooms, beds)
        if student is None or bed is None:
            continue
        row.values |= {"student": student, "bed": bed}
        _check_bed(row, student, bed, now.get(student.pk), held.get(bed.pk))
        if named.setdefault(student.pk, row) is not row:
            row.refuse("name", f"{student.name}在{named[student.pk].place}已经有一行。")
        _check_since(row)
        if taken.setdefault(bed.pk, row) is not row:
            row.refuse("bed", f"和{taken[bed.pk].place}是同一张床。")


def _check_bed(row: Row, student: Student, bed: Bed, stay: Stay | None, other: Stay | None) -> None:
    """`stay` is where the student sleeps now, `other` who has the bed."""
    if stay and stay.bed_id == bed.pk:
        row.existing, row.values = stay, {}
        row.note("bed", "已经住在这张床，保持原样")
    elif stay:
        row.refuse("number", f"{student.name}已经住在{stay.bed}。要换床，请办「调换宿舍」。")
    elif other:
        row.refuse("bed", f"这张床有{other.student.name}。")
    elif why := unfit(student, bed):
        row.refuse("number", why)


def _check_since(row: Row) -> None:
    if row.values.get("since"):
        try:
            check_first_night(row.values["since"], timezone.now())
        except RuleViolation as refusal:
            row.refuse("since", refusal.message)


def _students(rows: list[Row]) -> dict[str, list[Student]]:
    """Students in school by number and by name."""
    found: dict[str, list[Student]] = {}
    for one in Student.objects.filter(is_active=True).select_related("school_class"):
        for word in {plain(one.number), plain(one.name)}:
            found.setdefault(word, []).append(one)
    return found


def _student(row: Row, students: dict[str, list[Student]]) -> Student | None:
    number, called, school_class = (row.values.pop(column, "") for column in ("number", "name", "school_class"))
    if not number and not called:
        row.refuse("name", "学号和姓名至少写一个。")
        return None
    found = students.get(plain(number or called), [])
    if not number and len(found) > 1 and school_class:
        found = [one for one in found if key_of(school_class) == key_of(one.school_class.name)] or found
    if not found:
        row.refuse("number" if number else "name", f"没有「{(number or called)[:20]}」这名在读学生，请核对。")
    elif len(found) > 1:
        row.refuse("name", f"「{called[:20]}」有重名，请补上学号：{'、'.join(f'{one.school_class} {one.number}' for one in found[:4])}。")
    elif number and called and plain(called) != plain(found[0].name):
        row.refuse("name", f"学号 {found[0].number} 是「{found[0].name}」，不是「{called[:20]}」。")
    else:
        return found[0]
    return None


def _bed(row: Row, rooms: dict, beds: dict) -> Bed | None:
    building, room, number = (row.values.pop(column, "") for column in ("building", "room", "bed"))
    if not room or not number:
        return None
    found = rooms.get(key_of(f"{building}{room}")) or rooms.get(key_of(f"{building} {room}")) or []
    if len(found) != 1:
        words = f"{building} {room}".strip()[:40]
        row.refuse("room", f"没有「{words}」这间宿舍，或者不归您管。" if not found else f"「{words}」不止一间，请写楼名。")
        return None
    bed = beds.get((found[0].pk, number))
    if bed is None:
        row.refuse("bed", f"{found[0]}没有 {number} 号床。")
    return bed


@rule
def import_stays(*, actor, at: datetime, rows: Sequence[dict]) -> list[Stay]:
    """All lines or none, by the page's own rule. Raises BadRows with a sentence per bad row."""
    today = timezone.localdate(at)
    return allocate_many(actor=actor, at=at, rows=[{"student": row["student"], "bed": row["bed"], "since": row.get("since") or today} for row in rows])


BED_LIST = ImportTarget(
    key="dorms-beds",
    label="住宿床位",
    permission=ALLOCATE,
    model="dorms.Stay",
    icon="bed",
    help="一名学生一行。楼和房间要先登记好；已经住在那张床的保持原样，换了床的请办调换。",
    columns=(
        ImportColumn("number", "学号", code(30), unique=True, aliases=("学籍号", "学生编号"), example="20260301"),
        ImportColumn("name", "姓名", name(50), aliases=("学生姓名", "学生", "名字"), example="王小明"),
        ImportColumn("school_class", "班级", text(40), fill_down=True, aliases=("班级名称", "所在班级"), help="没有学号、又有重名的时候用", example="七年级（1）班"),
        ImportColumn("building", "楼", text(40), fill_down=True, aliases=("宿舍楼", "楼栋", "楼号", "公寓", "栋"), example="一号宿舍楼"),
        ImportColumn("room", "房间", text(40), required=True, fill_down=True, aliases=("房间号", "寝室", "寝室号", "宿舍", "宿舍号", "房号"), example="101"),
        ImportColumn("bed", "床号", whole(least=1, most=40), required=True, aliases=("床位", "床位号", "床铺", "铺位"), numeric=True, example="3"),
        ImportColumn("since", "入住日期", day(), aliases=("入住时间", "日期"), help="空着就是今天", example=""),
    ),
    resolve=resolve,
    create=import_stays,
    remove=take_back_stay,
)  # fmt: skip
