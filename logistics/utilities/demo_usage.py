"""Sizes, leak tests, problems and reports of the demo school, made by their own rules."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Student, User
from logistics.platform.places.models import Level, Place

from .meter.models import Meter
from .report.content import reports_missing
from .report.rules import make_report
from .report.year_rules import report_year, start_year
from .usage.models import UseProblem
from .usage.months import Span, month_of, shifted
from .usage.problem_rules import assign_problem, check_problem, find_problems, fix_problem
from .usage.rules import record_leak_test, save_size

AREAS = {
    "教学楼A座": 4200, "教学楼B座": 4200, "教学楼C座": 4200, "实验楼": 3600, "综合楼": 3900, "图书馆": 2100, "食堂": 2400, "一号宿舍楼": 2600, "二号宿舍楼": 2600, "三号宿舍楼": 2600,
    "体育馆": 1800,
}  # fmt: skip


def build(school: DemoSchool) -> None:
    """After the meters and their readings."""
    sizes(school)
    if not Meter.objects.exists():
        return
    leaks(school)
    problems(school)
    reports(school)


def sizes(school: DemoSchool) -> None:
    today = timezone.localdate(school.now)
    pupils = Student.objects.filter(is_active=True)
    boarders, staff = pupils.filter(is_boarder=True).count(), User.objects.filter(is_person=True, is_active=True).count()
    day_pupils, first = pupils.count() - boarders, date(today.year - 2, 9, 1)
    for since, fewer in ((first, 60), (date(today.year - 1, 9, 1), 25)):
        people = {"pupils": day_pupils - fewer, "boarders": boarders, "staff": staff}
        save_size(actor=school.director, at=school.now, since=since, area=Decimal(sum(AREAS.values()) + 1500), note="房产证和学籍", **people)
    for place in Place.objects.filter(level=Level.BUILDING, name__in=AREAS):
        save_size(actor=school.director, at=school.now, place=place, since=first, area=Decimal(AREAS[place.name]))


def leaks(school: DemoSchool) -> None:
    """Two quiet nights and one in which something ran."""
    evening = timezone.make_aware(datetime.combine(timezone.localdate(school.now) - timedelta(days=2), time(22, 30)))
    morning = evening + timedelta(hours=7)
    meters = Meter.objects.filter(medium="water", band="", until=None, devices__until_at=None, devices__since_at__lt=evening).order_by("order", "pk")[:3]
    for n, (meter, passed) in enumerate(zip(meters, ("0.2", "0.1", "6.5"), strict=False)):
        start = Decimal(120 + 40 * n)
        times = {"first_at": evening, "second_at": morning, "first": start, "second": start + Decimal(passed)}
        record_leak_test(actor=school.people["dormkeeper"], at=school.now, meter=meter, kind="night", **times)


def problems(school: DemoSchool) -> None:
    """Those of last month; one closed, one with its repairer, the rest wait."""
    month = shifted(month_of(timezone.localdate(school.now)), -1)
    find_problems(actor=User.objects.system(), at=school.now, month=month)
    repairer, due = school.people["plumber"], timezone.localdate(school.now) + timedelta(days=5)
    for n, row in enumerate(UseProblem.objects.order_by("pk")[:2]):
        given = assign_problem(actor=school.director, at=school.now, record=row, owner=repairer, measure="夜里关总阀逐段查，查完写明原因", due_on=due)
        if n == 0:
            fix_problem(actor=repairer, at=school.now, record=given, outcome="卫生间水箱浮球坏，一直进水，已换浮球")
            check_problem(actor=school.director, at=school.now, record=UseProblem.objects.get(pk=row.pk), result="pass")


def reports(school: DemoSchool) -> None:
    """The last three reports and last year's statement."""
    actor, today = User.objects.system(), timezone.localdate(school.now)
    last = shifted(month_of(today), -1)
    due = [(kind, span) for kind, span in reports_missing(today) if span.last >= shifted(last, -1)]
    for kind, span in due[-3:] or [("month", Span(last, last))]:
        make_report(actor=actor, at=school.now, kind=kind, span=span)
    row = start_year(actor=school.director, at=school.now, year=today.year - 1)
    if row.power:
        report_year(actor=school.director, at=school.now, record=row, reported_to="区机关事务管理局")
