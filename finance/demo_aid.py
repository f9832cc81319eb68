"""The demo's aid: a boarding aid paid, a second list on the board, work-study posts with last month's hours."""

from datetime import timedelta
from decimal import Decimal

from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department, Student

from .aid import list_rules, rules
from .aid.models import AidList
from .demo_fee import BLANK, Story
from .journal.models import CashAccount
from .workstudy import rules as work
from .workstudy.models import Placement, WorkPost, WorkSheet

REASONS = [
    ("allowance", "家庭是低保户，母亲无固定收入，有低保证。"),
    ("sudden", "父亲上半年重病住院，家里欠债，附诊断证明。"),
    ("poverty", "防返贫监测对象，祖父母抚养，附村委会证明。"),
    ("disabled", "父亲二级残疾，母亲在家照顾，附残疾证。"),
    ("other", "三个孩子上学，父母务农，收入少。"),
]


def build(school: DemoSchool) -> None:
    story = Story(school)
    if story.term is None or not story.classes:
        return
    boarding, meals = schemes(story)
    paid_list(story, boarding)
    on_notice(story, meals)
    work_study(story)


@rule
def schemes(story: Story):
    director, at = story.people["director"], story.at(80)
    boarding = rules.save_scheme(
        actor=director, at=at, name="寄宿生生活补助", levels="一等 750\n二等 500", conditions="家庭经济困难的住校生，班主任核实，评议小组评议。",
        document="财教〔2021〕174号", boarders_only=True,
    )  # fmt: skip
    meals = rules.save_scheme(
        actor=director,
        at=at,
        name="非寄宿生生活补助",
        levels="一档 375",
        conditions="脱贫家庭、低保、特困、残疾、孤儿五类家庭的走读生。",
        document="财教〔2021〕174号",
    )
    return boarding, meals


def _listed(story: Story, scheme, days: int, students: list[Student], levels: list[str]) -> AidList:
    """Applied for by the class teachers, voted on by five, one of them turned down."""
    director = story.people["director"]
    close_on = story.today - timedelta(days=days - 3)
    listing = rules.save_list(actor=director, at=story.at(days), scheme=scheme, term=story.term, close_on=close_on)
    for n, student in enumerate(students):
        kind, text = REASONS[n % len(REASONS)]
        given = {"listing": listing, "student": student, "level": levels[n % len(levels)], "kind": kind, "text": text}
        rules.apply(actor=student.school_class.head_teacher, at=story.at(days - 1), **given)
    group = [story.people[key] for key in ("vice", "financegroup1", "financegroup2", "teacher", "nurse")]
    rules.start_review(actor=director, at=story.at(days - 4), record=listing, members=group)
    for n, application in enumerate(listing.applications.order_by("pk")):
        for m, member in enumerate(group[:4]):
            rules.vote(actor=member, at=story.at(days - 5), record=application, agrees=n != 4 or m == 0, score=90 - 7 * (n % 5) - m)
    list_rules.propose(actor=director, at=story.at(days - 6), record=AidList.objects.get(pk=listing.pk))
    return list_rules.publicize(actor=director, at=story.at(days - 7), record=AidList.objects.get(pk=listing.pk))


@rule
def paid_list(story: Story, scheme) -> None:
    rows = Student.objects.filter(school_class__in=story.classes, is_boarder=True).select_related("school_class__head_teacher").order_by("number")
    listing = _listed(story, scheme, 52, list(rows[:9]), ["一等", "二等"])
    list_rules.finalize(actor=story.people["principal"], at=story.at(20), record=AidList.objects.get(pk=listing.pk))
    if story.bank is None:
        return
    given = {"account": CashAccount.objects.get(pk=story.bank.pk), "on": story.today, "papers": [CleanPaper(content=BLANK, name="银行代发回单.pdf")]}
    try:
        list_rules.pay(actor=story.people["cashier"], at=story.now, record=AidList.objects.get(pk=listing.pk), **given)
    except RuleViolation:
        return  # today is closed already: the list waits for the cashier


@rule
def on_notice(story: Story, scheme) -> None:
    rows = Student.objects.filter(school_class__in=story.classes, is_boarder=False).select_related("school_class__head_teacher").order_by("number")
    _listed(story, scheme, 9, list(rows[:6]), ["一档"])


@rule
def work_study(story: Story) -> None:
    """Two posts, three students, last month noted and approved, to be paid."""
    director, teacher, at = story.people["director"], story.people["teacher"], story.at(75)
    office = Department.objects.get(name="总务处")
    given = {"department": office, "supervisor": teacher}
    posts: list[WorkPost] = [
        work.save_post(actor=director, at=at, name="图书馆整理", duties="课后上架、登记，每次不超过一小时", places=2, pay=Decimal(12), **given),
        work.save_post(actor=director, at=at, name="实验室器材整理", duties="周五课后清点和擦拭", places=1, pay=Decimal("12.5"), **given),
    ]
    students = list(Student.objects.filter(school_class__grade="九年级", is_boarder=True).order_by("number")[:3])
    for student, post in zip(students, (posts[0], posts[0], posts[1]), strict=False):
        work.place(actor=director, at=at, record=post, student=student, from_on=story.today - timedelta(days=75))
    month = (story.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    sheet = work.open_sheet(actor=teacher, at=story.at(2), month=month)
    for n, placement in enumerate(Placement.objects.select_related("post", "student").order_by("pk")):
        work.note_hours(actor=teacher, at=story.at(1), record=sheet, placement=placement, hours=Decimal("9.5") + n * 2)
    if sheet.rows.exists():
        work.approve(actor=story.people["vice"], at=story.now, record=WorkSheet.objects.get(pk=sheet.pk))
