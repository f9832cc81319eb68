"""The steps of setting up that belong to the platform: school, calendar, people, places, roles. Each counts records."""

from django.db.models import Count, Q
from django.utils import timezone

from logistics.platform.access.models import Role
from logistics.platform.org.models import Department, SchoolClass, Student, User
from logistics.platform.org.queries import duties
from logistics.platform.org.roles import MANAGE_ROLES
from logistics.platform.org.rules import MANAGE_PEOPLE, MANAGE_STUDENTS, NO_PASSWORD
from logistics.platform.places.models import Level, Place
from logistics.platform.places.rules import MANAGE as MANAGE_PLACES
from logistics.platform.school.models import School
from logistics.platform.school.rules import MANAGE as MANAGE_SCHOOL
from logistics.platform.terms.models import CalendarDay, Term, WorkingHours
from logistics.platform.terms.rules import MANAGE as MANAGE_CALENDAR
from logistics.platform.web.readiness import Progress, Step, share

KEY_ROLES = ("principal", "vice", "director", "repairer", "headteacher")
FEW = 2  # a list of people is more than the administrators who began


def parts(found: dict[str, bool], done: str) -> Progress:
    """Progress over things that are there or not; names what is missing."""
    missing = [name for name, there in found.items() if not there]
    return Progress(share(len(found) - len(missing), len(found)), f"还缺：{'、'.join(missing)}" if missing else done)


def school_standing() -> Progress:
    school = School.objects.first()
    if school is None:
        return Progress(0, "还没有填")
    return parts({"校名": True, "保障电话": bool(school.office_phone), "外网地址": bool(school.address)}, school.name)


def calendar_standing() -> Progress:
    today = timezone.localdate()
    term = Term.objects.filter(end_on__gte=today).order_by("start_on").first()
    found = {"工作时间": WorkingHours.objects.exists(), "这个学期": term is not None, "节假日": CalendarDay.objects.filter(on__year=today.year).exists()}
    return parts(found, str(term))


def departments_standing() -> Progress:
    count = Department.objects.filter(is_active=True).count()
    return Progress(1, f"{count} 个部门") if count else Progress(0, "还没有部门")


def people_standing() -> Progress:
    staff = User.objects.filter(is_person=True, is_active=True).aggregate(all=Count("pk"), ready=Count("pk", filter=~Q(password=NO_PASSWORD)))
    if staff["all"] <= FEW:
        return Progress(0, "导入教职工花名册")
    waiting = staff["all"] - staff["ready"]
    words = f"{staff['all']} 人，{waiting} 人还没有密码" if waiting else f"{staff['all']} 人都能登录"
    return Progress((1 + share(staff["ready"], staff["all"])) / 2, words)


def places_standing() -> Progress:
    found = Place.objects.filter(is_active=True).aggregate(
        rooms=Count("pk", filter=Q(level=Level.ROOM)),
        buildings=Count("pk", filter=Q(level=Level.BUILDING)),
        looked_after=Count("pk", filter=Q(level=Level.BUILDING, responsible__isnull=False)),
    )
    if not found["rooms"]:
        return Progress(0, "导入房间清单")
    alone = found["buildings"] - found["looked_after"]
    words = f"{found['rooms']:,} 间，{alone} 栋楼还没有责任人" if alone else f"{found['rooms']:,} 间，每栋楼都有责任人"
    return Progress((1 + share(found["looked_after"], found["buildings"])) / 2 if found["buildings"] else 1, words)


def classes_standing() -> Progress:
    found = SchoolClass.objects.filter(is_active=True).aggregate(all=Count("pk"), led=Count("pk", filter=Q(head_teacher__isnull=False)))
    if not found["all"]:
        return Progress(0, "还没有班级")
    alone = found["all"] - found["led"]
    return Progress((1 + share(found["led"], found["all"])) / 2, f"{found['all']} 个班" + (f"，{alone} 个没有班主任" if alone else "，都有班主任"))


def students_standing() -> Progress:
    count = Student.objects.filter(is_active=True).count()
    return Progress(1, f"{count:,} 人") if count else Progress(0, "导入学生名单")


def roles_standing() -> Progress:
    held = dict(Role.objects.filter(key__in=KEY_ROLES).annotate(count=Count("holders")).values_list("name", "count"))
    return parts({name: bool(count) for name, count in held.items()}, "要紧的角色都有人") if held else Progress(0, "还没有角色")


def duties_standing() -> Progress:
    rows = duties()
    owned = sum(bool(row.owners) for row in rows)
    if not rows:
        return Progress(0, "写好岗位职责")
    return Progress(share(owned, len(rows)), f"{len(rows)} 条职责都有人管" if owned == len(rows) else f"{len(rows) - owned} 条职责没有人管")


STEPS = (
    Step("school", "学校信息", "印在单据和门牌码上。", "school", "/setup/school/", MANAGE_SCHOOL, school_standing, 10),
    Step("calendar", "校历", "期限按校历算，放假不算。", "calendar-days", "/setup/calendar/", MANAGE_CALENDAR, calendar_standing, 20),
    Step("departments", "部门", "教职工要归到部门。", "network", "/setup/department/", MANAGE_PEOPLE, departments_standing, 30),
    Step("people", "教职工", "导入花名册，再发初始密码。", "users", "/imports/", MANAGE_PEOPLE, people_standing, 40),
    Step("places", "地点", "导入房间清单，给每栋楼定责任人。", "map-pin", "/imports/", MANAGE_PLACES, places_standing, 50),
    Step("classes", "班级", "定好班主任，班主任才看得到本班的事。", "presentation", "/setup/class/", MANAGE_STUDENTS, classes_standing, 60),
    Step("students", "学生", "只要学号、姓名、班级、是否住校。", "graduation-cap", "/imports/", MANAGE_STUDENTS, students_standing, 61),
    Step("roles", "角色", "校长、副校长、总务主任、维修工、班主任。", "shield-check", "/setup/role/", MANAGE_ROLES, roles_standing, 70),
    Step("duties", "岗位职责", "事事有人管：每条职责都有任职人。", "clipboard-list", "/setup/post/", MANAGE_PEOPLE, duties_standing, 71),
)
