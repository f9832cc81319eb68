"""The demo's budget of the year: eight departments, spent month by month, one line nearly gone, changes decided and waiting."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import Department

from .budget.change_rules import create_change, submit_change
from .budget.first_run import make_usual
from .budget.models import BudgetItem, BudgetLine, BudgetYear, Fund
from .budget.rules import override, reserve, spend
from .budget.year_rules import create_line, create_year, open_year

LINES = [  # department, item, fund, yuan a year
    ("总务处", "30201", "公用经费", 36000), ("总务处", "30205", "公用经费", 96000), ("总务处", "30206", "公用经费", 168000),
    ("总务处", "30213", "公用经费", 120000), ("总务处", "31006", "校舍维修专项", 260000), ("总务处", "30213", "校舍维修专项", 80000),
    ("教务处", "30201", "公用经费", 42000), ("教务处", "30202", "公用经费", 58000), ("教务处", "30216", "公用经费", 40000),
    ("教务处", "31003", "教学设备专项", 180000), ("教务处", "30226", "课后服务经费", 96000), ("德育处", "30201", "公用经费", 15000),
    ("德育处", "30399", "学生资助资金", 64000), ("办公室", "30201", "公用经费", 28000), ("办公室", "30207", "公用经费", 26000),
    ("办公室", "30211", "公用经费", 30000), ("办公室", "30217", "公用经费", 8000), ("医务室", "30218", "公用经费", 18000),
    ("信息组", "31007", "教学设备专项", 90000), ("信息组", "30213", "公用经费", 24000), ("艺体组", "30218", "公用经费", 32000),
    ("理化生组", "30218", "公用经费", 45000), ("理化生组", "31003", "教学设备专项", 60000),
]  # fmt: skip
NEARLY_GONE = ("办公室", "30217")
WORDS = {
    "30201": "文具和打印纸", "30202": "试卷印刷", "30205": "自来水费", "30206": "电费", "30207": "电话和网络费", "30211": "教师外出学习差旅", "30213": "零星维修材料和人工",
    "30216": "教研培训", "30217": "接待交流学校", "30218": "实验和训练耗材", "30226": "课后服务劳务费", "30399": "寄宿生生活补助", "31003": "实验设备购置",
    "31006": "教学楼屋面防水改造", "31007": "教室电脑更换",
}  # fmt: skip
BEFORE = Ref("", 0)


def build(school: DemoSchool) -> None:
    """Items, funds, the year's lines, and what was spent before the day books begin; the day books spend the rest."""
    year = school.now.year
    dictionaries(school)
    draw_up(school, year)
    earlier_months(school, known_lines())


def known_lines() -> dict:
    """(department, code, fund): line."""
    return {(line.department.name, line.item.code, line.fund.name): line for line in BudgetLine.objects.select_related("department", "item", "fund", "year")}


def at_noon(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(12)))


def books_begin(now: datetime) -> date:
    """The first day of the third month before this one: since then there are day books."""
    first = timezone.localdate(now).replace(day=1)
    for _ in range(3):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


@rule
def dictionaries(school: DemoSchool) -> None:
    make_usual(actor=school.people["accountant"], at=at_noon(date(school.now.year, 1, 4)))


@rule
def draw_up(school: DemoSchool, year: int) -> None:
    accountant, principal = school.people["accountant"], school.people["principal"]
    at = at_noon(date(year, 1, 4))
    record = create_year(actor=accountant, at=at, year=year, note="按上级批复编制，公用经费按学生数核定")
    departments = {department.name: department for department in Department.objects.all()}
    items = {item.code: item for item in BudgetItem.objects.all()}
    funds = {fund.name: fund for fund in Fund.objects.all()}
    for department, code, fund, amount in LINES:
        create_line(actor=accountant, at=at, year=record, department=departments[department], item=items[code], fund=funds[fund], allotment=Decimal(amount))
    open_year(actor=principal, at=at + timedelta(days=3), record=BudgetYear.objects.get(pk=record.pk))


def share_of(school: DemoSchool, line: BudgetLine) -> Decimal:
    """About what the line spends in one month, so that it is three quarters gone at the end of the autumn."""
    months = Decimal("0.155") if (line.department.name, line.item.code) == NEARLY_GONE else Decimal("0.072")
    if line.fund.is_special:
        months = Decimal("0.05")
    return (line.allotment * months * Decimal(school.random.randint(70, 130)) / 100).quantize(Decimal("0.1"))


@rule
def earlier_months(school: DemoSchool, lines: dict) -> None:
    """What was spent in this year before the day books begin; summer is quiet."""
    cashier, begin = school.people["cashier"], books_begin(school.now)
    for month in range(1, 13):
        on = date(school.now.year, month, 20)
        if on >= begin:
            return
        for n, line in enumerate(lines.values()):
            if (n + month) % 2:  # each line every other month
                continue
            amount = 2 * share_of(school, line) * (Decimal("0.3") if month in (2, 7, 8) else 1)
            amount = min(amount.quantize(Decimal("0.01")), BudgetLine.objects.get(pk=line.pk).available)
            if amount > 0:
                spend(actor=cashier, at=at_noon(on), line=line, amount=amount, document=BEFORE, note=f"{month}月 {WORDS[line.item.code]}")


@rule
def changes(school: DemoSchool) -> None:
    """One transfer approved, one waiting, an overdraft with its reason, money held by what is asked for."""
    accountant, director, principal = (school.people[key] for key in ("accountant", "director", "principal"))
    now, lines = school.now, known_lines()
    paper, repairs = lines["总务处", "30201", "公用经费"], lines["总务处", "30213", "公用经费"]
    moved = create_change(
        actor=director, at=now - timedelta(days=20), kind="transfer", line=paper, to_line=repairs, amount=Decimal(4800), reason="入冬前管道维修增加，办公费有余"
    )
    submit_change(actor=director, at=now - timedelta(days=20), record=moved)
    approve(actor=principal, at=now - timedelta(days=18), record=current_run(moved), opinion="同意")
    more = create_change(
        actor=accountant,
        at=now - timedelta(days=2),
        kind="adjust",
        line=lines["教务处", "30202", "公用经费"],
        amount=Decimal(4500),
        reason="增加一次全区联考，试卷印刷不够",
    )
    submit_change(actor=accountant, at=now - timedelta(days=1), record=more)
    guests = lines["办公室", "30217", "公用经费"]
    override(actor=principal, at=now - timedelta(days=9), record=guests, amount=Decimal(1500), reason="区教研现场会在我校开，校务会同意超支接待")
    reserve(actor=director, at=now - timedelta(days=3), line=repairs, amount=Decimal(4860), document=BEFORE, note="锅炉房管道更换，启用前已批的申请")
