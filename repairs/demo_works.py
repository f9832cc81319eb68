"""The demo's maintenance ahead of the fault: preventive work, last summer's list, works projects in several states."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.partners.models import Partner
from logistics.platform.places.models import Place

from .kind.models import FaultKind, Trade
from .plan.models import PlanList
from .plan.preventive_rules import save_preventive
from .plan.rules import add_item, approve_plan, create_plan, finish_item, submit_plan
from .project.acceptance import add_defect, request_inspection, sign_inspection
from .project.building import add_milestone, finish_milestone, start_work
from .project.models import Project
from .project.payments import add_payment
from .project.rules import add_quote, approve_project, propose_project, sign_contract

PREVENTIVE = [  # title, place, kind, thing, work, months or season, owner
    ("供暖前管道检查", "锅炉房", "水", "供暖管道", "检查阀门、放气、试压，保温层破损处补好。", "heating", "plumber"),
    ("配电室月检", "配电室", "电", "配电柜", "查温升、紧固接线端子、清灰，记下读数。", 1, "electrician"),
    ("空调换季清洗", "综合楼", "空调", "空调", "清洗滤网和冷凝器，试机。", 6, "electrician"),
    ("开学前课桌椅普查", "教学楼A座", "木工", "课桌椅", "逐间查看，松动的加固，缺的登记。", "term", "carpenter"),
    ("汛期前屋面清理", "实验楼", "土建", "屋面落水口", "清理落水口和天沟，查防水。", "rain", "W2"),
]
SUMMER = [  # place, content, quantity, unit, estimate, trade, actual
    ("教学楼A座", "教室墙面刷白", 960, "平方米", 17280, "瓦工", 16900),
    ("三号宿舍楼", "二层卫生间改造，换管道和蹲位", 1, "间", 28600, "水工", 29350),
    ("教学楼B座", "更换教室日光灯为护眼灯", 108, "盏", 21600, "电工", 20520),
    ("操场", "跑道破损处修补", 45, "平方米", 9900, "瓦工", 9900),
    ("图书馆", "阅览室窗帘更换", 24, "幅", 4320, "木工", 4180),
    ("食堂", "排风机检修，换叶轮", 2, "台", 5600, "电工", 5100),
]


def build(school: DemoSchool) -> None:
    places = {place.full_name: place for place in Place.objects.all()}
    preventive(school, places)
    summer_list(school, places)
    roof(school, places)
    doors(school, places)


@rule
def preventive(school: DemoSchool, places: dict[str, Place]) -> None:
    kinds = {kind.name: kind for kind in FaultKind.objects.all()}
    today = timezone.localdate(school.now)
    for n, (title, place, kind, thing, work, rhythm, owner) in enumerate(PREVENTIVE):
        when = (
            {"season": rhythm, "every_months": None, "next_on": None}
            if isinstance(rhythm, str)
            else {"season": "", "every_months": rhythm, "next_on": today + timedelta(days=5 + n)}
        )
        save_preventive(
            actor=school.director,
            at=school.now,
            title=title,
            place=places[place],
            kind=kinds[kind],
            thing=thing,
            work=work,
            owner=school.people[owner],
            is_active=True,
            **when,
        )


@rule
def summer_list(school: DemoSchool, places: dict[str, Place]) -> None:
    """Approved in June, worked off in July and August."""
    year = school.now.year if school.now.month >= 9 else school.now.year - 1
    trades = {trade.name: trade for trade in Trade.objects.all()}
    written = school.now.replace(year=year, month=6, day=8)
    plan = create_plan(actor=school.director, at=written, title=f"{year}年暑期维修计划", start_on=date(year, 7, 5), end_on=date(year, 8, 28))
    items = []
    for place, content, quantity, unit, estimate, trade, actual in SUMMER:
        item = add_item(
            actor=school.director, at=written, record=plan, place=places[place], content=content, quantity=Decimal(quantity), unit=unit,
            estimate=Decimal(estimate), trade=trades[trade], owner=school.director, finish_by=date(year, 8, 20),
        )  # fmt: skip
        items.append((item, actual))
    submit_plan(actor=school.director, at=written + timedelta(hours=1), record=plan)
    plan = approve_plan(
        actor=school.people["vice"], at=written + timedelta(days=1), record=PlanList.objects.get(pk=plan.pk), opinion="同意，注意暑期施工安全。"
    )
    for n, (item, actual) in enumerate(items[:-1]):
        done_on = date(year, 7, 12) + timedelta(days=6 * n)
        finish_item(actor=school.director, at=school.now.replace(year=year, month=8, day=25), record=plan, item=item, done_on=done_on, actual=Decimal(actual))


def propose(school: DemoSchool, days: int, **fields) -> Project:
    at = school.now - timedelta(days=days)
    today = timezone.localdate(at)
    project = propose_project(
        actor=school.director, at=at, owner=school.director, start_on=today + timedelta(days=30), end_on=today + timedelta(days=70), **fields
    )
    return approve_project(actor=school.people["principal"], at=at + timedelta(days=2), record=project, opinion="同意立项，货比三家。")


def listed(firm: str) -> Partner | None:
    """The firm's card in the school's list."""
    return Partner.objects.filter(name=firm).first()


@rule
def roof(school: DemoSchool, places: dict[str, Place]) -> None:
    """A roof: three quotes, contract, milestones, inspection with one defect, first payment."""
    director, now, day = school.director, school.now, timezone.localdate(school.now)
    reason = "连续两个雨季漏水，修补过五次，建议整体翻修。"
    project = propose(school, 75, title="实验楼屋面防水翻修", place=places["实验楼"], reason=reason, budget=Decimal(96000), fund="修缮专项", method="quotes")
    for n, (firm, amount) in enumerate((("安居建筑工程公司", 86500), ("正大防水工程部", 91200), ("宏远装饰公司", 94800))):
        given = {"partner": listed(firm), "firm": firm, "amount": Decimal(amount), "quoted_on": day - timedelta(days=71 + n), "contact": f"139 0000 000{n}"}
        add_quote(actor=director, at=now - timedelta(days=70), record=project, **given)
    contract = {
        "firm": "安居建筑工程公司",
        "contract_number": "HT-2026-0031",
        "contract_amount": Decimal(86500),
        "retention": Decimal(3),
        "warranty_months": 24,
    }
    project = sign_contract(actor=director, at=now - timedelta(days=62), record=project, contract_on=day - timedelta(days=63), **contract)
    build_roof(school, project)
    paid_on = day - timedelta(days=20)
    add_payment(actor=director, at=now - timedelta(days=20), record=fresh(project), name="进度款", amount=Decimal(43000), paid_on=paid_on, voucher="记-0412")
    keeper, safety = school.people["keeper"], school.people["safety"]
    request_inspection(actor=director, at=now - timedelta(days=6), record=fresh(project), inspectors=[keeper, safety])
    add_defect(actor=keeper, at=now - timedelta(days=5), record=fresh(project), content="东侧女儿墙收口处卷材翘边", fix_by=day + timedelta(days=5))
    sign_inspection(actor=keeper, at=now - timedelta(days=5), record=fresh(project), passed=True, opinion="闭水 48 小时无渗漏，翘边处限期整改。")


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def build_roof(school: DemoSchool, project: Project) -> None:
    director, now, day = school.director, school.now, timezone.localdate(school.now)
    plan = (("拆除旧防水层", 45, 46), ("基层找平", 36, 35), ("铺防水卷材", 24, 22), ("闭水试验", 15, 14))
    planned_at = now - timedelta(days=60)
    steps = [add_milestone(actor=director, at=planned_at, record=project, name=name, plan_on=day - timedelta(days=left)) for name, left, _ in plan]
    start_work(actor=director, at=now - timedelta(days=52), record=project, started_on=day - timedelta(days=52))
    for step, (_, _, left) in zip(steps, plan, strict=True):
        finish_milestone(actor=director, at=now - timedelta(days=left), record=project, milestone=step, done_on=day - timedelta(days=left))


@rule
def doors(school: DemoSchool, places: dict[str, Place]) -> None:
    """A project that waits for its third quote."""
    project = propose(
        school,
        16,
        title="宿舍楼防火门更换",
        place=places["二号宿舍楼"],
        reason="消防检查指出三樘防火门闭门器失效、门扇变形。",
        budget=Decimal(24000),
        fund="公用经费",
        method="quotes",
    )
    for firm, amount in (("平安消防器材公司", 22800), ("安居建筑工程公司", 23500)):
        add_quote(
            actor=school.director,
            at=school.now - timedelta(days=6),
            record=project,
            partner=listed(firm),
            firm=firm,
            amount=Decimal(amount),
            quoted_on=timezone.localdate(school.now) - timedelta(days=7),
        )
