"""Suppliers, orders, deliveries and the store of the demo school, made by their own rules; today's deliveries are under way."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from logistics.platform.attachments.photos import CleanPhoto, typed_signature
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.partners.models import Partner
from logistics.platform.partners.rules import save_firm_paper

from .access_log.rules import enter, leave
from .delivery.models import CertKind, Delivery
from .delivery.papers import missing_papers
from .delivery.queries import lines_of, papers_of
from .delivery.rules import add_paper, receive
from .delivery.signing import FRESH, sign_officer, sign_quality, sign_quantity
from .ingredient.first_run import make_usual
from .ingredient.models import FoodGroup, Ingredient, Storage
from .ingredient.rules import save_ingredient
from .menu.models import STANDING, MenuDish
from .menu.queries import needs_of
from .order.models import FoodOrder
from .order.plan import units_of
from .order.report_rules import publish_report
from .order.rules import draft_orders, place_order
from .pantry.count_rules import book_count, fill_count, start_count
from .pantry.models import PantryBatch
from .pantry.queries import usable_batches
from .pantry.rules import issue_food, open_stock
from .price.rules import write_prices
from .supplier.rules import save_supplier

DAYS = 3  # school days with deliveries before today
FIRMS = {  # short name of the firm: (what it brings, groups, van)
    "绿源配送": ("蔬菜、水果、豆制品、鸡蛋", "vegetable fruit bean egg", "浙A·L6218"),
    "惠民粮油": ("米、面、油、调味品", "grain oil salt seasoning additive", "浙A·H3302"),
    "鲜达肉类": ("猪肉、牛肉、禽肉、水产", "meat fish", "浙A·X8816"),
    "阳光乳业": ("牛奶、酸奶", "milk", "浙A·Y1109"),
}
GROUP_PRICES = {"grain": "5.2", "vegetable": "4.6", "fruit": "6.8", "meat": "29.5", "fish": "32", "egg": "9.2", "milk": "2.3", "bean": "8.4", "oil": "9.8"}
PRICES = {
    "大米": "5.4",
    "面粉": "4.2",
    "土豆": "3.2",
    "猪肉": "26.8",
    "牛肉": "68",
    "基围虾": "46",
    "食盐": "2.4",
    "酱油": "6.5",
    "青菜": "4.2",
    "西红柿": "5.6",
    "鸡翅中": "31",
    "纯牛奶": "2.25",
}
OPENING = {"大米": 5000, "面粉": 1400, "小米": 300, "大豆油": 400, "食盐": 60, "酱油": 120, "白糖": 60, "紫菜": 30, "木耳": 40, "花生米": 80, "黄豆": 400}
MARKET = {"青菜": "3.9", "西红柿": "5.2", "土豆": "2.7", "鸡蛋": "9.0", "猪肉": "26.5", "包菜": "2.9", "苹果": "6.9", "白菜": "2.4", "胡萝卜": "3.1"}


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def picture(words: str) -> CleanPhoto:
    """A sheet of paper on a table, as a phone would photograph a certificate."""
    image = Image.new("RGB", (360, 480), "#c8b898")
    draw = ImageDraw.Draw(image)
    draw.rectangle((36, 40, 324, 440), fill="#fbfaf5", outline="#8a8a80")
    for n in range(9):
        draw.line((64, 110 + n * 32, 296 - (n % 3) * 40, 110 + n * 32), fill="#9a9a94", width=3)
    draw.ellipse((210, 340, 300, 430), outline="#c0392b", width=4)
    out = BytesIO()
    image.save(out, "JPEG", quality=60)
    return CleanPhoto(content=out.getvalue(), name=f"{words}.jpg", width=360, height=480)


def name_of(person) -> list:
    return [typed_signature(person.name, signer=person.name)]


@rule
def build_supply(school: DemoSchool) -> None:
    """Ingredients, four suppliers with contracts, prices they asked and what lay in the store when the book was opened."""
    manager, start = school.people["canteen"], school.now - timedelta(days=60)
    make_usual(actor=manager, at=start)
    for short, (goods, groups, plate) in FIRMS.items():
        supplier(school, short, goods, groups.split(), plate, start)
    opening(school)
    market(school)


def supplier(school: DemoSchool, short: str, goods: str, groups: list[str], plate: str, at: datetime) -> None:
    manager, on = school.people["canteen"], timezone.localdate(at)
    firm = Partner.objects.get(short_name=short)
    paper = {"partner": firm, "kind": "contract", "number": f"HT-{plate[-4:]}", "issued_on": on, "expires_on": on + timedelta(days=330)}
    save_firm_paper(actor=school.people["buyer"], at=at, **paper)
    made = save_supplier(
        actor=manager, at=at, partner=firm, goods=goods, chosen_by="公开比选，膳委会和家长代表到会", chosen_on=on, is_clean=True, clean_checked_on=on,
        contact=firm.contact, phone=firm.phone, plate=plate,
    )  # fmt: skip
    bring = list(Ingredient.objects.filter(group__in=groups, forbidden=""))
    for one in bring:
        save_ingredient(actor=manager, at=at, record=one, supplier=made)
    for start in range(0, len(bring), 50):
        lines = [{"ingredient": one, "price": Decimal(PRICES.get(one.name) or GROUP_PRICES.get(one.group, "12"))} for one in bring[start : start + 50]]
        write_prices(actor=manager, at=at, on=on, supplier=made, lines=lines, note="合同附件价")


def opening(school: DemoSchool) -> None:
    """What lay there, counted at the end of the month before."""
    manager, at = school.people["canteen"], school.now - timedelta(days=45)
    on = timezone.localdate(at)
    for name, quantity in OPENING.items():
        one = Ingredient.objects.select_related("supplier").get(name=name)
        price = Decimal(PRICES.get(name) or GROUP_PRICES.get(one.group, "12"))
        open_stock(
            actor=manager, at=at, ingredient=one, quantity=Decimal(quantity), price=price, received_on=on, supplier=one.supplier, number=f"{on:%y%m}{one.pk:03d}",
            made_on=on - timedelta(days=20), expires_on=on + timedelta(days=340),
        )  # fmt: skip
    month_end = timezone.localdate(school.now).replace(day=1) - timedelta(days=1)
    if month_end <= on:
        return
    count = start_count(actor=manager, at=moment(month_end, "16:00"), note="月末盘点")
    batches = list(PantryBatch.objects.order_by("pk"))
    counted = {batch.pk: batch.quantity - (Decimal("1.5") if n == 1 else 0) for n, batch in enumerate(batches)}
    fill_count(actor=manager, at=moment(month_end, "16:40"), record=count, counted=counted, reasons={batches[1].pk: "破袋，扫出 1.5 千克"})
    book_count(actor=school.people["accountant"], at=moment(month_end, "17:10"), record=count)


def market(school: DemoSchool) -> None:
    """What the market asked on two Saturdays."""
    manager = school.people["canteen"]
    for back, share in ((16, Decimal("1.04")), (3, Decimal(1))):
        at = school.now - timedelta(days=back)
        lines = [
            {"ingredient": Ingredient.objects.get(name=name), "price": (Decimal(price) * share).quantize(Decimal("0.01"))} for name, price in MARKET.items()
        ]
        write_prices(actor=manager, at=at, on=timezone.localdate(at), market="城北农贸市场", lines=lines, note="和膳委会家长同去")


def build_buying(school: DemoSchool) -> None:
    """Orders, deliveries and issues of the last days; of the last day one delivery waits for names and one for a certificate."""
    today = timezone.localdate(school.now)
    days = sorted(set(MenuDish.objects.filter(menu__state__in=STANDING, on__lte=today).values_list("on", flat=True)))[-DAYS - 1 :]
    photo = picture("证票")
    for n, on in enumerate(days):
        buy(school, on, photo, officer=n == 0, is_last=on == days[-1])
        if on < today:
            to_kitchen(school, on)
            publish_report(actor=User.objects.system(), at=moment(on, "18:30"), on=on)
    visits(school, days[-1] if days else today)


@rule
def buy(school: DemoSchool, on: date, photo: CleanPhoto, *, officer: bool, is_last: bool) -> None:
    """One day: ordered the afternoon before, delivered and signed in the morning."""
    manager, evening = school.people["canteen"], moment(on - timedelta(days=1), "15:30")
    try:
        orders = draft_orders(actor=manager, at=evening, on=on)
    except RuleViolation:
        return  # nobody to cook for, or the store has it all
    for n, order in enumerate(orders):
        place_order(actor=manager, at=evening + timedelta(minutes=20), record=order)
        came = moment(on, "06:20") + timedelta(minutes=n * 12)
        if came > school.now:
            continue
        deliver(
            school,
            FoodOrder.objects.get(pk=order.pk),
            came,
            photo,
            officer=officer,
            wait="names" if is_last and n == 0 else "paper" if is_last and n == 1 else "",
        )


def deliver(school: DemoSchool, order: FoodOrder, came: datetime, photo: CleanPhoto, *, officer: bool, wait: str) -> None:
    manager, finance, chef = school.people["canteen"], school.people["cashier"], school.people["chef"]
    delivery = receive(
        actor=manager, at=came + timedelta(minutes=6), order=order, happened_at=came, driver=order.supplier.contact, plate=order.supplier.plate,
        vehicle_c=Decimal("4.5") if order.supplier.main_goods.filter(storage=Storage.COLD).exists() else None, lines=rows_of(school, order, came), photos=[photo],
    )  # fmt: skip
    missing = missing_papers(delivery, lines_of(delivery), papers_of(delivery))
    kinds = list(dict.fromkeys(one.kind for one in missing))
    for kind in kinds[:-1] if wait == "paper" else kinds:
        add_paper(
            actor=manager,
            at=came + timedelta(minutes=8),
            record=delivery,
            kind=kind,
            photos=[photo],
            number=f"{CertKind(kind).value[:2].upper()}{came:%m%d}{delivery.pk:03d}",
        )
    sign_quantity(actor=manager, at=came + timedelta(minutes=9), record=delivery, signature=name_of(manager))
    if wait == "names":
        return
    sign_quantity(actor=finance, at=came + timedelta(minutes=11), record=delivery, signature=name_of(finance))
    if officer:
        person = school.people["foodsafety"]
        sign_officer(actor=person, at=came + timedelta(minutes=12), record=delivery, signature=name_of(person), opinion="在场")
    judge(school, Delivery.objects.get(pk=delivery.pk), came + timedelta(minutes=14), chef)


def rows_of(school: DemoSchool, order: FoodOrder, came: datetime) -> list[dict]:
    """What the van brought: nearly what was ordered."""
    on, rows = timezone.localdate(came), []
    for line in order.lines.select_related("ingredient"):
        weighed = line.quantity if line.ingredient.unit != "千克" else line.quantity + Decimal(school.random.randrange(0, 4)) / 10
        keeps = line.ingredient.shelf_days
        made_on = on - timedelta(days=1 if keeps < 20 else 12) if keeps else None
        rows.append({"ingredient": line.ingredient, "weighed": weighed, "made_on": made_on, "batch_number": f"{on:%m%d}-{line.pk}" if made_on else ""})
    return rows


def judge(school: DemoSchool, delivery: Delivery, at: datetime, chef) -> None:
    """All good but a little of the first greens of each third delivery."""
    findings, sent_back = {}, False
    for n, line in enumerate(lines_of(delivery)):
        one = line.ingredient
        found: dict = {"bad": []}
        if one.storage != Storage.ROOM and one.group not in FRESH:
            found["temperature"] = Decimal("-15.0") if one.storage == Storage.FROZEN else Decimal("4.2")
        if n == 0 and one.group == FoodGroup.VEGETABLE and delivery.pk % 3 == 0:
            found |= {"bad": ["look"], "rejected": min(Decimal("2.5"), line.weighed), "reason": "外叶发黄"}
            sent_back = True
        findings[line.pk] = found
    sign_quality(actor=chef, at=at, record=delivery, findings=findings, signature=name_of(chef), remedy="当场退回，下次补送" if sent_back else "")


@rule
def to_kitchen(school: DemoSchool, on: date) -> None:
    """What the meals of the day took, as far as it was there."""
    manager, chef = school.people["canteen"], school.people["chef"]
    needs = list(needs_of(on))
    for meal, clock in (("breakfast", "06:50"), ("lunch", "08:20")):
        lines = []
        for need in needs:
            grams = sum((part for kind, _, part in need.uses if kind == meal), Decimal(0))
            there = sum((batch.quantity for batch in usable_batches(need.ingredient, on)), Decimal(0))
            quantity = min(units_of(grams, need.ingredient.unit_grams, need.ingredient.usable), there) if grams else Decimal(0)
            if quantity > 0:
                lines.append({"ingredient": need.ingredient, "quantity": quantity})
        if lines:
            issue_food(actor=manager, at=moment(on, clock), on=on, meal=meal, taker=chef, lines=lines)


def visits(school: DemoSchool, on: date) -> None:
    """Three people at the kitchen's door on the last day."""
    manager, director = school.people["canteen"], school.director
    for clock, area, name, unit, purpose, minutes in (
        ("08:10", "kitchen", "沈志强", "区市场监督管理所", "日常监督检查", 40),
        ("09:00", "store", "李强", "绿源配送", "送货进库", 15),
        ("09:40", "kitchen", "王丽华", "家长代表（初一）", "开放日看备餐", 30),
    ):
        at = moment(on, clock)
        if at > school.now:
            continue
        entry = enter(
            actor=manager,
            at=at,
            area=area,
            name=name,
            unit=unit,
            purpose=purpose,
            allowed_by=director,
            is_healthy=area == "kitchen",
            is_dressed=area == "kitchen",
        )
        if at + timedelta(minutes=minutes) <= school.now:
            leave(actor=manager, at=at + timedelta(minutes=minutes), record=entry)
