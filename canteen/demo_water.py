"""Where the demo school drinks and what its shop sells."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.demo_buying import picture
from logistics.platform.demo.build import DemoSchool
from logistics.platform.partners.models import Partner
from logistics.platform.places.models import Place

from .demo_safety import moment
from .shop.models import LOOKED_AT as SHOP_ITEMS
from .shop.rules import check_outlet, receive_goods, save_goods, save_outlet
from .water.models import LOOKED_AT, WaterPoint
from .water.rules import care_for_point, check_point, record_test, save_point

POINTS = (  # name, kind, place, machine
    ("教学楼A座一层直饮机", "direct", "教学楼A座", "碧水 RO-600"),
    ("教学楼B座一层直饮机", "direct", "教学楼B座", "碧水 RO-600"),
    ("教学楼C座一层直饮机", "direct", "教学楼C座", "碧水 RO-600"),
    ("宿舍楼开水器", "boiler", "学生宿舍1号楼", "沸达 KS-90"),
    ("行政楼桶装水机", "barrel", "行政楼", "立式冷热"),
)
GOODS = (  # name, spec, maker, price, food, drink, sugar, sodium, fat
    ("纯牛奶", "250 毫升/盒", "阳光乳业有限公司", "3.00", True, True, "4.8", "52", "3.6"),
    ("无糖豆浆", "300 毫升/瓶", "阳光乳业有限公司", "3.50", True, True, "0.5", "30", "1.8"),
    ("全麦面包", "80 克/袋", "青禾市麦香食品厂", "4.00", True, False, "6.5", "310", "5.2"),
    ("作业本", "36 页/本", "青禾市文具厂", "2.00", False, False, None, None, None),
)


def place_of(name: str) -> Place | None:
    return Place.objects.filter(name=name).first() or Place.objects.filter(level="building").order_by("pk").first()


def build(school: DemoSchool) -> None:
    """Every point looked at last week, one with a fault; this week's round half done; one report about to run out."""
    manager, at = school.people["canteen"], school.now - timedelta(days=120)
    firm = Partner.objects.get(short_name="阳光乳业")
    for n, (name, kind, where, machine) in enumerate(POINTS):
        given = {
            "machine": machine,
            "permit": f"鲁卫水字（2024）第 00{n + 31} 号" if kind == "direct" else "",
            "filter_days": 180 if kind == "direct" else None,
        }
        bottled = {"firm": firm if kind == "barrel" else None}
        save_point(actor=manager, at=at, name=name, kind=kind, place=place_of(where), since=timezone.localdate(at), **given, **bottled)
    care(school)
    for n, point in enumerate(WaterPoint.objects.order_by("pk")):
        look(school, point, days=8, bad="works" if n == 3 else "")
        if n < 2:
            look(school, point, days=1)
    shop(school)


def care(school: DemoSchool) -> None:
    officer, manager = school.people["foodsafety"], school.people["canteen"]
    for n, point in enumerate(WaterPoint.objects.order_by("pk")):
        at, sampled = school.now - timedelta(days=12 + n), timezone.localdate(school.now) - timedelta(days=350 if n == 4 else 60)
        care_for_point(actor=officer, at=at, record=point, kind="disinfect", agent="食品级二氧化氯 100 mg/L", minutes=30, is_rinsed=True, worker="厂家售后")
        if point.kind in ("direct", "boiler"):
            care_for_point(actor=officer, at=at, record=point, kind="scale", agent="柠檬酸除垢剂", minutes=40, is_rinsed=True)
        if point.filter_days:
            care_for_point(actor=officer, at=at, record=point, kind="filter", agent="PP 棉和活性炭滤芯", is_rinsed=True, worker="厂家售后")
        given = {"lab": "青禾市疾病预防控制中心", "number": f"QH-S-{sampled:%y%m}{n + 1:02d}", "result": "ok", "photos": [picture("检测报告")]}
        record_test(actor=manager, at=at, record=point, sampled_on=sampled, valid_until=sampled + timedelta(days=365), **given)


def look(school: DemoSchool, point: WaterPoint, *, days: int, bad: str = "") -> None:
    at = moment(timezone.localdate(school.now) - timedelta(days=days), "16:10")
    answers = {name: "bad" if name == bad else "ok" for name in LOOKED_AT}
    fix = (
        {"problem": "二档不加热", "measure": "报修，先用一档", "owner": school.people["canteen"], "due_on": timezone.localdate(at) + timedelta(days=5)}
        if bad
        else {}
    )
    check_point(actor=school.people["foodsafety"], at=at, record=point, answers=answers, **fix)


def shop(school: DemoSchool) -> None:
    """One small shop for the boarders."""
    manager, at = school.people["canteen"], school.now - timedelta(days=40)
    on = timezone.localdate(at)
    why = "四分之一学生寄宿，周末不出校；家长委员会 2026 年 8 月同意，只卖牛奶、面包和文具。"
    firm, milk = Partner.objects.get(short_name="绿源配送"), Partner.objects.get(short_name="阳光乳业")
    outlet = save_outlet(actor=manager, at=at, name="校内小卖部", kind="shop", place=place_of("食堂"), firm=firm, why=why, decided_on=on)
    stationery = Partner.objects.filter(kinds__contains=",supplier,", state="active").order_by("pk").first()
    for name, spec, maker, price, is_food, is_drink, *figures in GOODS:
        numbers = {key: Decimal(value) if value else None for key, value in zip(("sugar", "sodium", "fat"), figures, strict=True)}
        given = {"name": name, "spec": spec, "maker": maker, "price": Decimal(price), "is_food": is_food, "is_drink": is_drink}
        supplier = milk if is_food else stationery
        if supplier:
            goods = save_goods(actor=manager, at=at, outlet=outlet, supplier=supplier, **given, **numbers)
            intake(school, goods, timezone.localdate(school.now) - timedelta(days=3))
    check_outlet(actor=school.people["foodsafety"], at=school.now - timedelta(days=9), record=outlet, answers=dict.fromkeys(SHOP_ITEMS, "ok"))


def intake(school: DemoSchool, goods, on: date) -> None:
    dates = {"made_on": on - timedelta(days=2), "expires_on": on + timedelta(days=6 if goods.name == "全麦面包" else 150)}
    receive_goods(
        actor=school.people["foodsafety"], at=moment(on, "07:40"), record=goods, quantity=Decimal(60), certificate=f"HG-{on:%m%d}-{goods.pk}", **dates
    )
