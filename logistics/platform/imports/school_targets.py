"""The school's own tables that can be filled from a file: departments, staff, classes, students, school calendar (ORG-01, ORG-03, ORG-04).

Places have a file of their own, place_target.py.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError

from logistics.platform.access.models import Role
from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import CHUNK, BadRows
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department, SchoolClass, Sex, Student, User
from logistics.platform.org.roles import FIRST_ROLE
from logistics.platform.org.rules import save_class, save_classes, save_department, save_people, save_person, save_student, save_students
from logistics.platform.terms.models import CalendarDay, DayKind
from logistics.platform.terms.rules import remove_calendar_day, save_calendar_day

from .cells import Parser, Reading, choice, code, name, narrow, parser, phone, text, yes_no
from .days import date_in, day
from .grid import Cell
from .lookup import loose
from .place_target import PLACES
from .references import class_names, department_names, person_names, place_names
from .targets import ImportColumn, ImportTarget, Row

GRADE = re.compile(r"^((?:小|初|高)[一二三四五六1-6]|20\d\d级|[一二三四五六七八九]年级|[一二三四五六七八九](?=[(（\d]))")
LONGEST_SPAN = 120


def stored_by(model, field: str, values: Iterable, *related: str) -> dict:
    """{value: record} of the stored records whose `field` is among the values."""
    wanted = sorted({value for value in values if value})
    rows = model._base_manager.select_related(*related) if related else model._base_manager.all()
    return {
        getattr(record, field): record for start in range(0, len(wanted), CHUNK) for record in rows.filter(**{f"{field}__in": wanted[start : start + CHUNK]})
    }


def match_existing(rows: list[Row], model, field: str, *related: str) -> None:
    """Rows whose key is stored already change that record."""
    known = stored_by(model, field, (row.values.get(field) for row in rows), *related)
    for row in rows:
        row.existing = known.get(row.values.get(field))


# Departments


def resolve_departments(rows: list[Row], *, user) -> None:
    match_existing(rows, Department, "name")


@rule
def save_departments(*, actor, at: datetime, rows: Sequence[dict]) -> list[Department]:
    """New departments, each by the page's own rule. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: save_department(actor=actor, at=at, **row))


def one_by_one(rows: Sequence[dict], save) -> list:
    """Save short lists row by row through a rule for one record; raises BadRows with every refusal."""
    saved, bad = [], {}
    for index, row in enumerate(rows):
        try:
            saved.append(save(row))
        except RuleViolation as refusal:
            bad[index] = refusal.message
        except ValidationError as refusal:
            bad[index] = "".join(refusal.messages)
    if bad:
        raise BadRows(bad)
    return saved


DEPARTMENTS = ImportTarget(
    key="departments",
    label="部门",
    permission="platform.people.manage",
    model="platform.Department",
    icon="network",
    help="先有部门，再导入教职工。",
    columns=(
        ImportColumn("name", "部门名称", name(50), required=True, unique=True, aliases=("名称", "部门", "处室", "科室", "组室"), example="总务处"),
        ImportColumn("phone", "电话", phone(), aliases=("办公电话", "联系电话"), example="82601103"),
    ),
    resolve=resolve_departments,
    create=save_departments,
    change=save_department,
)

# Staff


def resolve_people(rows: list[Row], *, user) -> None:
    match_existing(rows, User, "username", "department")
    departments = department_names()
    for row in rows:
        departments.put(row, "department")
        if row.existing and not row.existing.is_person:
            row.existing = None
            row.refuse("username", f"「{row.values['username']}」是系统自己用的，请换一个工号。")


PEOPLE = ImportTarget(
    key="people",
    label="教职工",
    permission="platform.people.manage",
    model="platform.User",
    icon="users",
    help="工号相同的会更新，没有的会新建。",
    after="新教职工还不能登录。请到教职工页选中他们，发初始密码。",
    own_ties=((Role.holders.through, {"role__key": FIRST_ROLE}),),
    columns=(
        ImportColumn(
            "username",
            "工号",
            code(30),
            required=True,
            unique=True,
            aliases=("教职工号", "职工号", "教师编号", "人员编号", "职工编号", "工作证号", "教工号"),
            example="2019001",
        ),
        ImportColumn("name", "姓名", name(50), required=True, aliases=("教师姓名", "职工姓名", "教职工姓名", "名字"), example="周建平"),
        ImportColumn("department", "部门", name(50), fill_down=True, aliases=("所在部门", "处室", "科室", "组室", "所属部门", "单位"), example="总务处"),
        ImportColumn("title", "职务", text(50), aliases=("岗位", "职称", "职位", "行政职务"), example="主任"),
        ImportColumn(
            "phone", "手机", phone(mobile_only=True), unique=True, aliases=("手机号", "手机号码", "联系电话", "电话", "移动电话"), example="13800000000"
        ),
        ImportColumn("email", "邮箱", text(254), aliases=("电子邮箱", "email", "e-mail", "邮件"), example="zhou@school.example"),
    ),
    resolve=resolve_people,
    create=save_people,
    change=save_person,
)

# Classes


def resolve_classes(rows: list[Row], *, user) -> None:
    match_existing(rows, SchoolClass, "name", "head_teacher", "room")
    people, places = person_names(), place_names()
    for row in rows:
        people.put(row, "head_teacher")
        places.put(row, "room")
        if row.existing is None and "grade" not in row.values and "grade" not in row.problems:
            derive_grade(row)


def derive_grade(row: Row) -> None:
    """The grade from the class's name, said so; a name that tells no grade is a problem."""
    found = GRADE.match(row.values.get("name", ""))
    if found:
        grade = found.group(1)
        row.values["grade"] = grade if len(grade) > 1 else f"{grade}年级"
        row.note("grade", "从班级名称看出来的", shown=row.values["grade"])
    elif "name" in row.values:
        row.refuse("grade", "年级必填，从班级名称看不出来。")


CLASSES = ImportTarget(
    key="classes",
    label="班级",
    permission="platform.students.manage",
    model="platform.SchoolClass",
    icon="school",
    help="班级名称相同的会更新。班主任写姓名或工号，教室写楼名和房间。",
    columns=(
        ImportColumn("name", "班级", name(40), required=True, unique=True, aliases=("班级名称", "班名", "班别", "行政班"), example="三(1)班"),
        ImportColumn("grade", "年级", name(20), fill_down=True, aliases=("年级名称", "届别"), example="三年级"),
        ImportColumn("head_teacher", "班主任", name(50), aliases=("班主任姓名", "班主任老师"), example="李敏"),
        ImportColumn("room", "教室", text(60), aliases=("教室位置", "所在教室", "班级教室", "地点"), example="教学楼A座 305"),
    ),
    resolve=resolve_classes,
    create=save_classes,
    change=save_class,
)

# Students


def resolve_students(rows: list[Row], *, user) -> None:
    match_existing(rows, Student, "number", "school_class")
    classes = class_names()
    for row in rows:
        grade, typed = row.values.pop("grade", ""), row.values.get("school_class")
        if grade and typed and not classes.find(typed).record and classes.find(f"{grade}{typed}").record:
            row.values["school_class"] = f"{grade}{typed}"
            classes.put(row, "school_class")
            row.note("school_class", "年级和班级合起来看", shown=str(row.values["school_class"]))
        else:
            classes.put(row, "school_class")
            check_grade(row, grade)


def check_grade(row: Row, grade: str) -> None:
    """A grade column that contradicts the class is a problem, not something to pass over."""
    school_class = row.values.get("school_class")
    if grade and school_class and loose(grade) != loose(school_class.grade) and loose(grade) not in loose(school_class.name):
        row.refuse("grade", f"{school_class}是{school_class.grade}，和这里写的「{grade}」对不上。")


STUDENTS = ImportTarget(
    key="students",
    label="学生",
    permission="platform.students.manage",
    model="platform.Student",
    icon="graduation-cap",
    help="学号相同的会更新，例如升班；没有的会新建。只收学号、姓名、班级、性别和是否住校。",
    columns=(
        ImportColumn(
            "number", "学号", code(30), required=True, unique=True, aliases=("学籍号", "学生编号", "全国学籍号", "校内学号", "编号"), example="20260301"
        ),
        ImportColumn("name", "姓名", name(50), required=True, aliases=("学生姓名", "名字"), example="王小明"),
        ImportColumn(
            "school_class", "班级", name(40), required=True, fill_down=True, aliases=("班级名称", "所在班级", "行政班", "班别", "班"), example="三(1)班"
        ),
        ImportColumn("grade", "年级", name(20), fill_down=True, aliases=("所在年级", "年级名称"), help="班级只写了“1班”时才用得上", example="三年级"),
        ImportColumn(
            "sex", "性别", choice({"男": Sex.MALE.value, "女": Sex.FEMALE.value, "男生": "m", "女生": "f", "m": "m", "f": "f"}), aliases=("男女",), example="男"
        ),
        ImportColumn(
            "is_boarder",
            "住校",
            yes_no(("住校", "住宿", "寄宿", "住读", "内宿", "住宿生", "住校生"), ("走读", "通学", "不住校", "不住宿", "外宿", "走读生")),
            aliases=("是否住校", "是否住宿", "住宿情况", "就读方式", "走读住校", "住宿"),
            example="走读",
        ),
    ),
    resolve=resolve_students,
    create=save_students,
    change=save_student,
)

# School calendar


@parser
def day_span(cell: Cell, unit: str) -> Reading:
    """One day, or a span such as 2026-10-01至2026-10-07 or 2026年10月1日至7日; the value is (first day, last day)."""
    if not isinstance(cell, str):
        return _span(date_in(cell), None)
    parts = re.split(r"\s*(?:[至到~–—]+|(?<=[日号])-)\s*", narrow(cell), maxsplit=1)
    first = date_in(parts[0])
    if len(parts) == 1 or first.problem:
        return _span(first, None)
    short = re.match(r"^(?:(\d{1,2})[月.-])?(\d{1,2})[日号]?$", parts[1])
    last = date_in(f"{first.value.year}-{short.group(1) or first.value.month}-{short.group(2)}" if short else parts[1])
    return _span(first, last)


def _span(first: Reading, last: Reading | None) -> Reading:
    for reading in (first, last or first):
        if reading.problem:
            return reading
        if reading.precision != "day":
            return Reading(problem="要写到日，例如 2026-10-01，或者 2026-10-01至2026-10-07。")
    start, end = first.value, (last or first).value
    if not 2000 <= start.year <= 2100:
        return Reading(problem=f"年份 {start.year} 不对，请检查。")
    if not 0 <= (end - start).days < LONGEST_SPAN:
        return Reading(problem="结束日期早于开始日期。" if end < start else f"一段最多 {LONGEST_SPAN} 天，请分成几行。")
    return Reading((start, end), note=first.note)


KINDS = {"放假": DayKind.HOLIDAY.value, "调休上班": DayKind.MAKEUP.value} | dict.fromkeys(("节假日", "假日", "假期", "休息", "休", "法定节假日"), "holiday")
KINDS |= dict.fromkeys(("上班", "上课", "补班", "补课", "调休", "班"), "makeup")


def resolve_days(rows: list[Row], *, user) -> None:
    """Spans are spread over days; a single day that is stored already is changed, the stored days of a longer span stay."""
    spans = [row.values["on"] for row in rows if "on" in row.values]
    stored = {}
    if spans:
        stored = {record.on: record for record in CalendarDay.objects.filter(on__gte=min(spans)[0], on__lte=max(last for _, last in spans))}
    taken: dict[date, Row] = {}
    for row in rows:
        if "on" not in row.values:
            continue
        first, last = row.values["on"]
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        clash = next((taken[on] for on in days if on in taken), None)
        if clash:
            row.refuse("on", f"和{clash.place}的日期重复了。")
        taken |= dict.fromkeys(days, row)
        settle_days(row, days, stored)


def settle_days(row: Row, days: list[date], stored: dict[date, CalendarDay]) -> None:
    missing = [on for on in days if on not in stored]
    if len(days) == 1:
        row.existing = stored.get(days[0])
        row.values["on"] = days[0]
    elif not missing:
        row.existing, row.values = stored[days[0]], {}
        row.note("on", "这些天校历里都有了，保持原样")
    else:
        row.values["on"] = tuple(missing)
        row.note("on", f"{len(missing)} 天" + (f"，另有 {len(days) - len(missing)} 天校历里已经有了，保持原样" if len(missing) < len(days) else ""))


@rule
def save_days(*, actor, at: datetime, rows: Sequence[dict]) -> list[CalendarDay]:
    """New days of the calendar, a span as one record per day. Raises BadRows with a sentence per bad row."""

    def save(row: dict) -> list[CalendarDay]:
        days = row["on"] if isinstance(row["on"], tuple) else (row["on"],)
        return [save_calendar_day(actor=actor, at=at, **(row | {"on": on})) for on in days]

    return [record for records in one_by_one(rows, save) for record in records]


CALENDAR = ImportTarget(
    key="calendar",
    label="校历（放假和调休）",
    permission="platform.calendar.manage",
    model="platform.CalendarDay",
    icon="calendar-days",
    help="一行写一天，或者一段：2026-10-01至2026-10-07。",
    columns=(
        ImportColumn("on", "日期", day_span, required=True, aliases=("时间", "放假日期", "放假时间", "起止日期", "日期范围"), example="2026-10-01至2026-10-07"),
        ImportColumn("kind", "类别", choice(KINDS), required=True, fill_down=True, aliases=("类型", "安排", "放假或上班"), example="放假"),
        ImportColumn("name", "名称", name(30), required=True, fill_down=True, aliases=("节日", "节假日", "事由", "假期名称", "内容"), example="国庆节"),
    ),
    resolve=resolve_days,
    create=save_days,
    change=save_calendar_day,
    remove=remove_calendar_day,
)

TARGETS = (DEPARTMENTS, PEOPLE, PLACES, CLASSES, STUDENTS, CALENDAR)


def parsers() -> dict[str, Parser]:
    """Every parser of the school's own targets by "target.column", for tests that feed them anything."""
    return {f"{target.key}.{column.name}": column.parse for target in TARGETS for column in target.columns} | {"days.day": day()}
