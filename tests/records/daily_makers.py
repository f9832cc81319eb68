"""One row of every book of water, nutrition, receptions and the shop."""

from datetime import timedelta
from decimal import Decimal

from canteen.nutrition.models import ClassIssue, Programme, Settlement, SubsidyReceipt
from canteen.nutrition.rules import draw_settlement, record_receipt, save_programme, take_issue
from canteen.shop.models import Goods, GoodsIntake, Outlet, OutletCheck
from canteen.shop.rules import check_outlet, receive_goods, save_goods, save_outlet
from canteen.special.models import SpecialMeal
from canteen.special.rules import save_special
from canteen.water.models import WaterCare, WaterCheck, WaterPoint, WaterTest
from canteen.water.rules import care_for_point, check_point, record_test, save_point
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.partners.models import Partner
from tests.canteen.buying_kit import PHOTO, TODAY, firm_of
from tests.conftest import NOW


def task(school, n: int) -> dict:
    return {"problem": f"龙头松{n}", "measure": "拧紧", "owner": school.cast.chef, "due_on": TODAY}


def point(school, n: int) -> WaterPoint:
    given = {"kind": "direct", "permit": f"卫水字{n}", "filter_days": 180, "since": TODAY - timedelta(days=9)}
    return save_point(actor=school.cast.canteen, at=NOW, name=f"直饮机{n}", place=school.rooms.room, **given)


def water_check(school, n: int) -> WaterCheck:
    answers = {"clear": "ok", "smell": "ok", "tidy": "ok", "works": "bad", "locked": "ok"}
    return check_point(actor=school.cast.foodsafety, at=NOW, record=point(school, n + 100), answers=answers, **task(school, n))


def care(school, n: int) -> WaterCare:
    given = {"kind": "disinfect", "agent": "二氧化氯", "minutes": 30, "is_rinsed": True}
    return care_for_point(actor=school.cast.foodsafety, at=NOW, record=point(school, n + 200), **given)


def water_test(school, n: int) -> WaterTest:
    given = {"sampled_on": TODAY, "lab": "疾控中心", "number": f"S-{n}", "result": "ok", "valid_until": TODAY + timedelta(days=300), "photos": [PHOTO]}
    return record_test(actor=school.cast.foodsafety, at=NOW, record=point(school, n + 300), **given)


def firm(school) -> Partner:
    return Partner.objects.filter(name="小卖部的公司").first() or firm_of(school.cast, "小卖部的公司")


def outlet(school, n: int) -> Outlet:
    given = {"kind": "shop", "place": school.rooms.room, "firm": firm(school), "why": "寄宿", "decided_on": TODAY}
    return save_outlet(actor=school.cast.canteen, at=NOW, name=f"小卖部{n}", **given)


def goods(school, n: int, where: Outlet | None = None) -> Goods:
    figures = {"sugar": Decimal("4.8"), "sodium": Decimal(50), "fat": Decimal("3.6")}
    given = {"spec": "250 毫升", "maker": "乳业", "supplier": firm(school), "price": Decimal(3), "is_food": True, "is_drink": True}
    return save_goods(actor=school.cast.canteen, at=NOW, outlet=where or outlet(school, n + 500), name=f"纯牛奶{n}", **given, **figures)


def intake(school, n: int) -> GoodsIntake:
    given = {"quantity": Decimal(20), "made_on": TODAY, "expires_on": TODAY + timedelta(days=60), "certificate": f"HG{n}"}
    return receive_goods(actor=school.cast.foodsafety, at=NOW, record=goods(school, n + 100), **given)


def outlet_check(school, n: int) -> OutletCheck:
    answers = dict.fromkeys(("licence", "fresh", "allowed", "stored", "listed"), "ok") | {"tidy": "bad"}
    return check_outlet(actor=school.cast.foodsafety, at=NOW, record=outlet(school, n + 100), answers=answers, **task(school, n))


def programme(school, n: int) -> Programme:
    given = {"food": "鸡蛋和牛奶", "standard": Decimal(5), "funding": "财政补助", "since": TODAY.replace(day=1), "until": TODAY + timedelta(days=90)}
    return save_programme(actor=school.cast.canteen, at=NOW, name=f"蛋奶{n}", **given)


def class_of(school, n: int) -> SchoolClass:
    made = SchoolClass.objects.create(name=f"蛋奶班{n}", grade="七年级")
    Student.objects.bulk_create(Student(number=f"D{n}-{k}", name=f"学生{k}", school_class=made) for k in range(3))
    return made


def issue(school, n: int, known: Programme | None = None) -> ClassIssue:
    cast = school.cast
    given = {"present": 3, "issued": 2, "reason": "过敏", "signature": [typed_signature(cast.canteen.name)]}
    return take_issue(actor=cast.canteen, at=NOW, programme=known or programme(school, n + 100), school_class=class_of(school, n), **given)


def receipt(school, n: int) -> SubsidyReceipt:
    given = {"received_on": TODAY, "amount": Decimal(100 + n), "voucher": f"财教{n}"}
    return record_receipt(actor=school.cast.accountant, at=NOW, programme=programme(school, n + 200), **given)


def settlement(school, n: int) -> Settlement:
    return draw_settlement(actor=school.cast.accountant, at=NOW, programme=programme(school, n + 300), on=TODAY)


def special(school, n: int) -> SpecialMeal:
    given = {
        "meal": "lunch",
        "occasion": "督导",
        "unit": f"教育局{n}",
        "letter": f"函{n}",
        "guests": 5,
        "hosts": 2,
        "payer": "official",
        "dishes": "炒青菜、米饭",
    }
    return save_special(actor=school.cast.canteen, at=NOW, kind="reception", on=TODAY, standard=Decimal(40), **given)


MAKERS = {
    "canteen.waterpoint": point, "canteen.watercheck": water_check, "canteen.watercare": care, "canteen.watertest": water_test, "canteen.outlet": outlet,
    "canteen.goods": goods, "canteen.goodsintake": intake, "canteen.outletcheck": outlet_check, "canteen.programme": programme, "canteen.classissue": issue,
    "canteen.subsidyreceipt": receipt, "canteen.settlement": settlement, "canteen.specialmeal": special,
}  # fmt: skip
GROWERS = {
    "canteen.waterpoint": lambda school, record, n: care_for_point(
        actor=school.cast.foodsafety, at=NOW, record=record, kind="filter", agent=f"滤芯{n}", is_rinsed=True
    ),
    "canteen.outlet": lambda school, record, n: goods(school, n + 700, record),
    "canteen.goods": lambda school, record, n: receive_goods(
        actor=school.cast.foodsafety, at=NOW, record=record, quantity=Decimal(5), made_on=TODAY, expires_on=TODAY + timedelta(days=9 + n), certificate=f"G{n}"
    ),
}
