"""What a usual school brings along: calendar, departments, posts with duties, classes (ORG-01, ORG-03, ORG-04)."""

from datetime import date, datetime, time

from logistics.platform.org.models import Department, Post, SchoolClass
from logistics.platform.org.rules import save_classes, save_department, save_post
from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.school.models import SchoolKind
from logistics.platform.terms.models import CalendarDay, Term, WorkingHours
from logistics.platform.terms.public_holidays import known_years
from logistics.platform.terms.rules import load_public_holidays, save_term, save_working_hours

HOURS = ((time(8), time(12)), (time(13, 30), time(17, 30)))
AUTUMN, SPRING = 9, 2  # the months terms begin in
DEPARTMENTS = ("校长室", "办公室", "教务处", "德育处", "总务处", "财务室", "医务室", "食堂")
POSTS = {  # post: (department, duties)
    "校长": ("校长室", "全面负责学校工作\n审批采购和大额支出"),
    "分管副校长": ("校长室", "分管后勤和安全\n决定超时和修不了的报修"),
    "总务主任": ("总务处", "安排每周后勤重点\n受理报修并派工\n审核维修计划和费用\n组织开学前、假期前的全面检查"),
    "资产管理员": ("总务处", "登记、造册、编号全校财产\n每学期组织清点"),
    "仓库保管员": ("总务处", "办好进出库手续\n按月盘库"),
    "采购员": ("总务处", "按批准的请购采购\n货比三家，保存凭据"),
    "会计": ("财务室", "审核凭证，按月出报表\n管好预算"),
    "出纳": ("财务室", "现金和银行日清月结"),
    "维修工": ("总务处", "小修不隔夜，大修不隔天\n每周巡查水电和门窗"),
    "食堂管理员": ("食堂", "食材验收和留样\n每周公布菜谱\n每日检查卫生"),
    "安全员": ("德育处", "每日安全巡查\n隐患登记到整改闭环\n每月组织一次演练"),
    "门卫": ("总务处", "来客登记\n上课期间学生离校核对手续\n夜间巡逻"),
    "校医": ("医务室", "晨检和因病缺课登记\n传染病报告"),
}
BOARDING_POSTS = {"宿管员": ("总务处", "每晚点名\n夜间巡查不少于两次\n设施损坏当天报修")}


def current_term(today: date) -> tuple[str, str, date, date]:
    """Name, school year, first and last day of the term that runs on this day or begins next; usual dates, to be corrected."""
    if today.month >= SPRING + 5 or today < date(today.year, SPRING, 1):
        year = today.year if today.month >= SPRING + 5 else today.year - 1
        return f"{year}年秋季学期", f"{year}-{year + 1}", date(year, AUTUMN, 1), date(year + 1, 1, 20)
    return f"{today.year}年春季学期", f"{today.year - 1}-{today.year}", date(today.year, SPRING, 24), date(today.year, 7, 5)


def missing_holidays(today: date) -> list[int]:
    """Years from this one on whose public days are known and not in the calendar."""
    years = [year for year in known_years() if year >= today.year]
    return [year for year in years if not CalendarDay.objects.filter(on__year=year).exists()]


def calendar_lines(beginning: Beginning) -> list[str]:
    lines = []
    if not WorkingHours.objects.exists():
        lines.append("工作时间 " + "，".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in HOURS))
    if not Term.objects.exists():
        name, _, start_on, end_on = current_term(beginning.today)
        lines.append(f"{name}，{start_on:%Y-%m-%d} 至 {end_on:%Y-%m-%d}，建好后按校历改")
    return lines + [f"{year} 年国家法定节假日和调休" for year in missing_holidays(beginning.today)]


def make_calendar(*, actor, at: datetime, beginning: Beginning) -> None:
    if not WorkingHours.objects.exists():
        for start, end in HOURS:
            save_working_hours(actor=actor, at=at, start=start, end=end)
    if not Term.objects.exists():
        name, year, start_on, end_on = current_term(beginning.today)
        save_term(actor=actor, at=at, name=name, year=year, start_on=start_on, end_on=end_on)
    for year in missing_holidays(beginning.today):
        load_public_holidays(actor=actor, at=at, year=year)


def wanted_departments(beginning: Beginning) -> list[str]:
    known = set(Department.objects.values_list("name", flat=True))
    names = [("政教处" if name == "德育处" and beginning.kind == SchoolKind.HIGH else name) for name in DEPARTMENTS]
    return [name for name in names if name not in known]


def make_departments(*, actor, at: datetime, beginning: Beginning) -> None:
    for order, name in enumerate(wanted_departments(beginning)):
        save_department(actor=actor, at=at, name=name, order=order)


def wanted_posts(beginning: Beginning) -> dict[str, tuple[str, str]]:
    known = set(Post.objects.values_list("name", flat=True))
    posts = POSTS | (BOARDING_POSTS if beginning.is_boarding else {})
    return {name: told for name, told in posts.items() if name not in known}


def make_posts(*, actor, at: datetime, beginning: Beginning) -> None:
    departments = {department.name: department for department in Department.objects.all()}
    for order, (name, (department, duties)) in enumerate(wanted_posts(beginning).items()):
        save_post(actor=actor, at=at, name=name, department=departments.get(department), duties=duties, order=order)


def wanted_classes(beginning: Beginning) -> list[dict]:
    """None when the school has classes already, or their number is not given."""
    if SchoolClass.objects.exists():
        return []
    named = [(f"{grade}（{n}）班", grade) for grade in beginning.grades for n in range(1, beginning.classes + 1)]
    return [{"name": name, "grade": grade, "order": order} for order, (name, grade) in enumerate(named)]


def class_lines(beginning: Beginning) -> list[str]:
    classes = wanted_classes(beginning)
    return [f"{classes[0]['name']} 到 {classes[-1]['name']}，共 {len(classes)} 个班"] if classes else []


def make_classes(*, actor, at: datetime, beginning: Beginning) -> None:
    save_classes(actor=actor, at=at, rows=wanted_classes(beginning))


def listed(label: str, names: list[str]) -> list[str]:
    return [f"{label}：{'、'.join(names)}"] if names else []


PRESETS = (
    Preset("calendar", "校历", "calendar-days", calendar_lines, make_calendar),
    Preset("departments", "部门", "network", lambda beginning: listed("部门", wanted_departments(beginning)), make_departments),
    Preset("posts", "岗位和职责", "clipboard-list", lambda beginning: listed("岗位", list(wanted_posts(beginning))), make_posts),
    Preset("classes", "班级", "presentation", class_lines, make_classes),
)
