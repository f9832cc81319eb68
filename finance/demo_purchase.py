"""Requests of the term at every stage: bought and to be bought, being signed, sent back, urgent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve, send_back
from logistics.platform.approvals.models import SignerState, StepState
from logistics.platform.approvals.public import current_run
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool

from .demo_budget import known_lines
from .purchase.models import PurchaseRequest
from .purchase.rules import create_request, submit_request

USUAL = "公用经费"
DONE, SIGNING, RETURNED, DRAFT = "approved", "signing", "returned", "draft"
# days ago, who asks, title, reason, (department, item) of the line, destination, lines (name, spec, unit, quantity, price), what became of it
REQUESTS = [
    (64, "keeper", "开学办公用品", "各处室开学领用", ("总务处", "30201"), "store", [("A4 复印纸", "70 克 500 张", "包", 40, "19.50"), ("中性笔", "0.5 黑", "支", 120, "1.20")], DONE),
    (47, "director", "水暖维修材料", "冬季供暖前检修用", ("总务处", "30213"), "works", [("角阀", "DN15 铜", "只", 30, "18.00"), ("PPR 管", "DN25", "米", 60, "9.80")], DONE),
    (40, "director", "教师用电脑", "三台用了九年，开不了机", ("信息组", "31007", "教学设备专项"), "asset", [("便携式计算机", "14 英寸 16G", "台", 2, "4860.00")], DONE),
    (33, "keeper", "打印纸补充", "期中考试前补货", ("总务处", "30201"), "store", [("A4 复印纸", "70 克 500 张", "包", 30, "20.00")], DONE),
    (24, "director", "教室灯管更换", "教学楼B座灯管老化", ("总务处", "30213"), "works", [("LED 灯管", "T8 18W", "支", 80, "14.50")], DONE),
    (12, "keeper", "打印纸和墨盒", "期末试卷印刷准备", ("总务处", "30201"), "store", [("A4 复印纸", "70 克 500 张", "包", 40, "24.80"), ("墨盒", "HP 803 黑", "个", 6, "86.00")], DONE),
    (6, "director", "门锁配件", "宿舍门锁损坏更换", ("总务处", "30213"), "works", [("执手锁", "304 不锈钢", "把", 12, "58.00")], DONE),
    (3, "keeper", "卫生用品", "冬季传染病预防", ("总务处", "30201"), "store", [("84 消毒液", "5 千克", "桶", 20, "28.00"), ("洗手液", "500 毫升", "瓶", 60, "7.50")], SIGNING),
    (2, "director", "屋面防水材料", "教学楼A座屋面渗漏维修", ("总务处", "30213", "校舍维修专项"), "works", [("SBS 防水卷材", "4 毫米", "平方米", 260, "32.00")], SIGNING),
    (4, "keeper", "文件柜", "档案室存放资料", ("总务处", "30201"), "asset", [("铁皮文件柜", "1850×900×400", "个", 4, "560.00")], RETURNED),
    (1, "keeper", "拖把和扫帚", "大扫除用", ("总务处", "30201"), "store", [("平板拖把", "42 厘米", "把", 36, "16.50"), ("扫帚", "塑料", "把", 48, "8.00")], DRAFT),
]  # fmt: skip


def build(school: DemoSchool) -> None:
    """Papers of the last two months, the oldest first."""
    lines = known_lines()
    for ago, who, title, reason, of, destination, things, fate in REQUESTS:
        at = on_workday(school.now - timedelta(days=ago))
        fund = of[2] if len(of) > 2 else USUAL
        file_one(school, at, who, title=title, reason=reason, line=lines[of[0], of[1], fund], destination=destination, things=things, fate=fate)
    burst_pipe(school, lines["总务处", "30213", USUAL])


def on_workday(moment: datetime) -> datetime:
    """Ten in the morning of that day, of Friday when it is a weekend."""
    local = timezone.localtime(moment).replace(hour=10, minute=12)
    return local - timedelta(days=max(0, local.weekday() - 4))


def rows_of(line, destination: str, things: Sequence[tuple]) -> list[dict]:
    return [
        {
            "name": name, "spec": spec, "unit": unit, "quantity": Decimal(quantity), "price": Decimal(price), "budget_line": line, "destination": destination,
            "use": "",
        }
        for name, spec, unit, quantity, price in things
    ]  # fmt: skip


@rule
def file_one(school: DemoSchool, at: datetime, who: str, *, title: str, reason: str, line, destination: str, things, fate: str) -> PurchaseRequest:
    person = school.people[who]
    request = create_request(
        actor=person, at=at, title=title, department=line.department, reason=reason, lines=rows_of(line, destination, things),
        needed_on=timezone.localdate(at) + timedelta(days=14),
    )  # fmt: skip
    if fate == DRAFT:
        return request
    submit_request(actor=person, at=at + timedelta(minutes=20), record=request)
    if fate == RETURNED:
        run = current_run(request)
        send_back(actor=first_signer(run), at=at + timedelta(hours=5), record=run, opinion="资产管理员说还有两个空柜，先调剂，数量改为两个")
    if fate == DONE:
        sign_all(request, at=at + timedelta(hours=3))
    return request


def first_signer(run):
    step = run.steps.filter(state=StepState.OPEN).order_by("position").first()
    return step.signers.filter(state=SignerState.OPEN).order_by("pk").first().person


def sign_all(request: PurchaseRequest, *, at: datetime) -> None:
    """Everybody asked agrees, one after the other, half an hour apart."""
    for n in range(20):
        run = current_run(request)
        if run is None:
            return
        approve(actor=first_signer(run), at=at + timedelta(minutes=30 * n), record=run, opinion="同意")


@rule
def burst_pipe(school: DemoSchool, line) -> None:
    """先买后补: bought at night, its paper written the next day and waiting to be signed."""
    at = on_workday(school.now - timedelta(days=1))
    rows = rows_of(line, "works", [("不锈钢管卡", "DN50", "个", 6, "22.00"), ("快速堵漏王", "1 千克", "袋", 4, "18.00")])
    request = create_request(
        actor=school.people["director"], at=at, title="抢修水管材料", department=line.department, reason="女生宿舍楼二楼水管爆裂维修", lines=rows, is_urgent=True,
        urgent_reason="夜里水管爆裂，二楼进水，等不到批准", bought_on=timezone.localdate(at) - timedelta(days=1),
    )  # fmt: skip
    submit_request(actor=school.people["director"], at=at + timedelta(minutes=10), record=request)
