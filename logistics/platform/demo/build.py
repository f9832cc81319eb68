"""The demo school's people, places and calendar, made by the same rules as a real one."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from logistics.platform.access.models import Role
from logistics.platform.access.rules import install_roles
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.org.rules import save_classes, save_department, save_people, save_post, save_students
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.rules import save_place, save_places
from logistics.platform.school.rules import save_school
from logistics.platform.terms.public_holidays import known_years
from logistics.platform.terms.rules import load_public_holidays, save_term, save_working_hours

from .words import ACCOUNTS, DEPARTMENTS, GIVEN, GRADES, PASSWORD, POSTS, SURNAMES, TEACHING

CLASSES_PER_GRADE = 12
STAFF = 140
BLOCKS = [("教学楼A座", 0), ("教学楼B座", 12), ("教学楼C座", 24)]


@dataclass
class DemoSchool:
    """What later parts of the demo build on."""

    random: Random
    now: datetime
    scale: int
    people: dict[str, User] = field(default_factory=dict)
    teachers: list[User] = field(default_factory=list)
    rooms: list[Place] = field(default_factory=list)

    @property
    def director(self) -> User:
        return self.people["director"]


def names(random: Random):
    """Names that do not repeat."""
    known = set()
    while True:
        given = random.choice(GIVEN) + (random.choice(GIVEN) if random.random() < 0.75 else "")
        name = random.choice(SURNAMES) + given
        if name not in known:
            known.add(name)
            yield name


def build(*, random: Random, now: datetime, scale: int) -> DemoSchool:
    """People, places, classes, students and the calendar around `now`."""
    school = DemoSchool(random, now, scale)
    install_roles()
    first_account(school)
    invented = names(random)
    staff(school, invented)
    calendar(school)
    places(school)
    classes(school, invented)
    posts(school)
    return school


def first_account(school: DemoSchool) -> None:
    """The administrator exists before any rule can be asked; everything after is done in that name."""
    admin = User(username="admin", name=ACCOUNTS["admin"][0], title=ACCOUNTS["admin"][1], pinyin="fangxin fx", password=make_password(PASSWORD))
    admin.save()
    for role in Role.objects.filter(key__in=ACCOUNTS["admin"][3]):
        role.holders.add(admin)
    school.people["admin"] = User.objects.get(pk=admin.pk)
    save_school(
        actor=school.people["admin"], at=school.now, name="青禾实验学校", short_name="青禾", office="总务处", office_place="综合楼 103 室",
        office_phone="82601103", address="",
    )  # fmt: skip


def staff(school: DemoSchool, invented) -> None:
    admin, at = school.people["admin"], school.now
    for order, name in enumerate(DEPARTMENTS):
        save_department(actor=admin, at=at, name=name, order=order)
    departments = {department.name: department for department in Department.objects.all()}
    admin.department = departments["办公室"]
    admin.save(update_fields=["department"])
    rows = [
        {"username": key, "name": name, "title": title, "department": departments[department], "phone": f"1380000{n:04d}"}
        for n, (key, (name, title, department, _)) in enumerate(ACCOUNTS.items())
        if key != "admin"
    ]
    repairers = [
        {"username": f"W{n}", "name": next(invented), "title": title, "department": departments["总务处"], "phone": f"1381000{n:04d}"}
        for n, title in enumerate(("网络管理员", "瓦工", "水电工"), 1)
    ]
    teachers = [
        {"username": f"T{n:03d}", "name": next(invented), "title": "教师", "department": departments[TEACHING[n % len(TEACHING)]], "phone": f"1391000{n:04d}"}
        for n in range(1, STAFF * school.scale - len(rows) - len(repairers))
    ]
    made = {user.username: user for user in save_people(actor=admin, at=at, rows=rows + repairers + teachers)}
    password = make_password(PASSWORD)
    User.objects.filter(username__in=ACCOUNTS).update(password=password, must_change_password=False)
    roles = {role.key: role for role in Role.objects.all()}
    for key, (*_, keys) in ACCOUNTS.items():
        for role in keys:
            roles[role].holders.add(made.get(key) or admin)
    roles["repairer"].holders.add(*(made[row["username"]] for row in repairers))
    roles["teacher"].holders.add(*(made[row["username"]] for row in teachers))
    school.people |= {user.username: user for user in User.objects.filter(is_person=True)}
    school.teachers = [school.people[row["username"]] for row in teachers]


def calendar(school: DemoSchool) -> None:
    """Terms from last spring to next summer, and the public holidays that are known."""
    admin, at, year = school.people["admin"], school.now, school.now.year
    first = year if school.now.month >= 8 else year - 1
    for start, end in ((time(8), time(12)), (time(14), time(17, 30))):
        save_working_hours(actor=admin, at=at, start=start, end=end)
    for n in (first - 1, first):
        save_term(actor=admin, at=at, name=f"{n}年秋季学期", year=f"{n}-{n + 1}", start_on=date(n, 9, 1), end_on=date(n + 1, 1, 22))
        save_term(actor=admin, at=at, name=f"{n + 1}年春季学期", year=f"{n}-{n + 1}", start_on=date(n + 1, 2, 24), end_on=date(n + 1, 7, 3))
    for n in (year - 1, year, year + 1):
        if n in known_years():
            load_public_holidays(actor=admin, at=at, year=n)


def room(name: str, parent: Place, kind: str, **fields) -> dict:
    return {"name": name, "parent": parent, "level": Level.ROOM, "kind": kind, **fields}


def places(school: DemoSchool) -> None:
    admin, at = school.people["admin"], school.now
    campus = save_place(actor=admin, at=at, name="本部", level=Level.CAMPUS, kind=PlaceKind.OTHER, code="CAMPUS")
    made = save_places(
        actor=admin,
        at=at,
        rows=[
            {"name": name, "parent": campus, "level": Level.BUILDING, "kind": kind, "code": code, "responsible": school.people[owner]}
            for name, kind, code, owner in BUILDINGS
        ],
    )
    buildings = {place.name: place for place in made}
    floors = save_places(
        actor=admin,
        at=at,
        rows=[
            {"name": f"{n}层", "parent": buildings[name], "level": Level.FLOOR, "kind": PlaceKind.OTHER}
            for name, count in FLOORS.items()
            for n in range(1, count + 1)
        ],
    )
    by_floor = {(place.parent.name, place.name): place for place in floors}
    rows = []
    for (building, floor), place in by_floor.items():
        rows += rooms_of(building, int(floor[:-1]), place)
    rows += [{"name": name, "parent": campus, "level": Level.ROOM, "kind": kind, "responsible": school.people["guard"]} for name, kind in OUTDOOR]
    rows = [row if row["parent"].level != Level.CAMPUS else row | {"level": Level.BUILDING} for row in rows]
    school.rooms = save_places(actor=admin, at=at, rows=rows)


BUILDINGS = [
    ("教学楼A座", PlaceKind.CLASSROOM, "JA", "headteacher"), ("教学楼B座", PlaceKind.CLASSROOM, "JB", "teacher"), ("教学楼C座", PlaceKind.CLASSROOM, "JC", "teacher"),
    ("实验楼", PlaceKind.SPECIAL, "SY", "teacher"), ("综合楼", PlaceKind.OFFICE, "ZH", "keeper"), ("图书馆", PlaceKind.SPECIAL, "TS", "keeper"),
    ("食堂", PlaceKind.CANTEEN, "ST", "canteen"), ("一号宿舍楼", PlaceKind.DORM, "S1", "dormkeeper"), ("二号宿舍楼", PlaceKind.DORM, "S2", "dormkeeper"),
    ("三号宿舍楼", PlaceKind.DORM, "S3", "dormkeeper"), ("体育馆", PlaceKind.SPORTS, "TY", "financegroup1"),
]  # fmt: skip
FLOORS = {
    "教学楼A座": 4,
    "教学楼B座": 4,
    "教学楼C座": 4,
    "实验楼": 4,
    "综合楼": 4,
    "图书馆": 2,
    "食堂": 2,
    "一号宿舍楼": 4,
    "二号宿舍楼": 4,
    "三号宿舍楼": 4,
    "体育馆": 1,
}
OUTDOOR = [
    ("操场", PlaceKind.SPORTS),
    ("校门", PlaceKind.PUBLIC),
    ("配电室", PlaceKind.EQUIPMENT),
    ("锅炉房", PlaceKind.EQUIPMENT),
    ("车棚", PlaceKind.OUTDOOR),
]
LABS = {1: ["物理实验室一", "物理实验室二"], 2: ["化学实验室", "化学准备室"], 3: ["生物实验室", "计算机教室一"], 4: ["计算机教室二", "录播教室"]}
HALLS = {
    ("综合楼", 1): ["总务处103室", "财务室", "医务室", "仓库"], ("综合楼", 2): ["校长室", "办公室", "会议室"], ("综合楼", 3): ["教务处", "德育处", "档案室"], ("综合楼", 4): ["报告厅", "广播室"],
    ("图书馆", 1): ["借阅室", "书库"], ("图书馆", 2): ["阅览室", "自习室"], ("食堂", 1): ["热加工间", "切配间", "餐厅一", "食材库"], ("食堂", 2): ["餐厅二", "教工餐厅"], ("体育馆", 1): ["篮球馆", "器材室"],
}  # fmt: skip


def rooms_of(building: str, floor: int, place: Place) -> list[dict]:
    toilets = [room(name, place, PlaceKind.TOILET) for name in ("男卫生间", "女卫生间")]
    if building.startswith("教学楼"):
        return [room(f"{floor}{n:02d}教室", place, PlaceKind.CLASSROOM) for n in (1, 2, 3)] + [room(f"{floor}04办公室", place, PlaceKind.OFFICE), *toilets]
    if building.endswith("宿舍楼"):
        return [room(f"{floor}{n:02d}室", place, PlaceKind.DORM) for n in range(1, 13)] + [room("盥洗室", place, PlaceKind.TOILET)]
    if building == "实验楼":
        return [room(name, place, PlaceKind.SPECIAL) for name in LABS[floor]] + toilets
    kind = {"综合楼": PlaceKind.OFFICE, "食堂": PlaceKind.CANTEEN, "体育馆": PlaceKind.SPORTS}.get(building, PlaceKind.SPECIAL)
    return [room(name, place, kind) for name in HALLS[(building, floor)]] + toilets[: 2 if building == "综合楼" else 0]


def classes(school: DemoSchool, invented) -> None:
    """36 classes with their rooms and head teachers, about 1,600 pupils, a quarter of them boarders."""
    admin, at = school.people["admin"], school.now
    classrooms = [place for place in school.rooms if place.kind == PlaceKind.CLASSROOM]
    heads = [school.people["headteacher"], *school.teachers]
    rows = []
    for n in range(len(GRADES) * CLASSES_PER_GRADE * school.scale):
        grade, number = GRADES[n // CLASSES_PER_GRADE % len(GRADES)], n % CLASSES_PER_GRADE + 1
        branch = "" if n < len(GRADES) * CLASSES_PER_GRADE else f"{n // (len(GRADES) * CLASSES_PER_GRADE) + 1}部"
        rows.append(
            {
                "name": f"{branch}{grade}（{number}）班",
                "grade": grade,
                "order": n,
                "head_teacher": heads[n],
                "room": classrooms[n] if n < len(classrooms) else None,
            }
        )
    save_classes(actor=admin, at=at, rows=rows)
    headteacher = Role.objects.get(key="headteacher")
    headteacher.holders.add(*(row["head_teacher"] for row in rows))
    pupils, entered = [], school.now.year if school.now.month >= 8 else school.now.year - 1
    for n, school_class in enumerate(SchoolClass.objects.order_by("order")):
        year = entered - GRADES.index(school_class.grade)
        for seat in range(1, 44 + school.random.randint(0, 2)):
            boards = school.random.random() < 0.26
            pupils.append(
                {
                    "number": f"{year}{n + 1:02d}{seat:02d}",
                    "name": next(invented),
                    "school_class": school_class,
                    "sex": school.random.choice("mf"),
                    "is_boarder": boards,
                }
            )
    save_students(actor=admin, at=at, rows=pupils)


def posts(school: DemoSchool) -> None:
    departments = {department.name: department for department in Department.objects.all()}
    for order, (name, department, holders, duties) in enumerate(POSTS):
        people = [school.people[key] for key in holders]
        save_post(
            actor=school.people["admin"],
            at=school.now - timedelta(days=60),
            name=name,
            department=departments[department],
            duties=duties,
            order=order,
            holders=people,
        )
    for name, key in (("总务处", "director"), ("食堂", "canteen"), ("财务室", "accountant"), ("校长室", "principal")):
        save_department(actor=school.people["admin"], at=school.now, record=departments[name], head=school.people[key])
