"""The demo's store room: a term of receipts, requests, repairs and counts, made by their own rules; one paper and one request wait."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department
from logistics.platform.places.models import Place

from .draw.models import StockRequest
from .draw.rules import add_line as ask_for
from .draw.rules import hand_over, save_request, submit_request
from .item.first_run import make_usual
from .item.models import Item
from .slip.booking import approve_slip, book_slip
from .slip.models import Slip
from .slip.rules import add_line, fill_count, save_slip, submit_slip
from .store.models import Stock, Store
from .store.queries import month_to_close
from .store.rules import close_month, save_store

BOUGHT = {  # name: (quantity, yuan each)
    "打印纸": (160, "21.50"), "中性笔": (240, "1.20"), "白板笔": (160, "2.80"), "粉笔": (120, "4.50"), "文件夹": (60, "3.20"), "硒鼓": (10, "96.00"),
    "扫把": (60, "7.50"), "拖把": (60, "12.80"), "垃圾袋": (120, "6.40"), "洗手液": (96, "8.90"), "84消毒液": (60, "5.20"), "LED灯管": (75, "14.60"),
    "水龙头": (24, "26.00"), "角阀": (24, "18.50"), "电线": (300, "2.35"), "门锁": (16, "42.00"), "口罩": (1000, "0.35"),
}  # fmt: skip
WISHES = (
    ("班级日常保洁", (("扫把", 3), ("拖把", 2), ("垃圾袋", 4))),
    ("期中考试用", (("打印纸", 16), ("中性笔", 20))),
    ("教室白板", (("白板笔", 12),)),
    ("年级组办公", (("打印纸", 8), ("文件夹", 6), ("硒鼓", 1))),
    ("冬季消毒", (("84消毒液", 10), ("洗手液", 12), ("口罩", 150))),
    ("走廊换灯", (("LED灯管", 8),)),
)


def at_ten(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(10)))


def month_start(now: datetime, back: int) -> date:
    first = timezone.localdate(now).replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def build(school: DemoSchool) -> None:
    """Three months of a store room, the first two of them closed."""
    items = list_of_items(school)
    store, small = stores(school)
    begin = month_start(school.now, 2)
    receipt(school, store, items, begin, Decimal(1))
    for back in (2, 1, 0):
        month(school, store, items, month_start(school.now, back))
    spread(school, store, small, items)
    waiting(school, store, items)


@rule
def list_of_items(school: DemoSchool) -> dict[str, Item]:
    make_usual(actor=school.director, at=at_ten(month_start(school.now, 2)))
    return {item.name: item for item in Item.objects.prefetch_related("packs")}


@rule
def stores(school: DemoSchool) -> tuple[Store, Store]:
    keeper, at = school.people["storekeeper"], at_ten(month_start(school.now, 2))
    place = Place.objects.filter(name__contains="综合楼").first()
    main = save_store(actor=school.director, at=at, name="总务库房", keeper=keeper, place=place, order=1)
    return main, save_store(actor=school.director, at=at, name="宿舍库房", keeper=keeper, order=2)


@rule
def receipt(school: DemoSchool, store: Store, items: dict[str, Item], on: date, share: Decimal) -> None:
    """What was bought at the beginning of the term, or a part of it later."""
    keeper, at = school.people["storekeeper"], at_ten(on)
    slip = save_slip(actor=keeper, at=at, kind="receipt", store=store, on=on, source_words="区教育物资配送中心", reason="学期采购")
    for n, (name, (quantity, price)) in enumerate(BOUGHT.items()):
        part = (quantity * share).to_integral_value()
        expires_on = on + timedelta(days=75 if n % 2 else 540) if items[name].keeps_expiry else None
        number = f"{on:%y%m}{n:02d}" if expires_on else ""
        add_line(actor=keeper, at=at, record=slip, item=items[name], quantity=part, price=Decimal(price), expires_on=expires_on, batch_number=number)
    book_slip(actor=keeper, at=at, record=slip)


def month(school: DemoSchool, store: Store, items: dict[str, Item], first: date) -> None:
    """Requests in every week, a late receipt, and for a month that is over its count and close."""
    today = timezone.localdate(school.now)
    for week, (purpose, lines) in enumerate(WISHES):
        on = first + timedelta(days=2 + week * 4)
        if on < today - timedelta(days=2):
            draw(school, store, items, on, purpose, lines)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if last < today:
        count_and_close(school, store, last)
        receipt(school, store, items, last + timedelta(days=1), Decimal("0.25"))


@rule
def draw(school: DemoSchool, store: Store, items: dict[str, Item], on: date, purpose: str, lines) -> None:
    """One request from asking to the signature."""
    keeper, asker = school.people["storekeeper"], school.people["headteacher"]
    departments = list(Department.objects.filter(is_active=True).order_by("pk"))
    request = ask(school, store, items, on, purpose, lines, departments[school.random.randrange(len(departments))])
    submit_request(actor=asker, at=at_ten(on), record=request)
    sign(school, request, at_ten(on) + timedelta(hours=3))
    request = StockRequest.objects.get(pk=request.pk)
    rows = list(request.lines.select_related("item"))
    left = {stock.item_id: stock.quantity for stock in Stock.objects.filter(store=store)}
    given = {row.pk: row.quantity for row in rows if left.get(row.item_id, 0) >= row.quantity}
    old = {row.pk: row.quantity - 1 if row.quantity > 1 else row.quantity for row in rows if row.item.is_old_for_new}
    notes = {row.pk: "新装一处" for row in rows if row.item.is_old_for_new}
    if given:
        hand_over(actor=keeper, at=at_ten(on) + timedelta(hours=5), record=request, quantities=given, receiver=asker, old_parts=old, notes=notes)


def ask(school: DemoSchool, store: Store, items, on: date, purpose: str, lines, department) -> StockRequest:
    asker, at = school.people["headteacher"], at_ten(on)
    request = save_request(actor=asker, at=at, store=store, department=department, purpose=purpose)
    for name, quantity in lines:
        ask_for(actor=asker, at=at, record=request, item=items[name], quantity=Decimal(quantity))
    return request


def sign(school: DemoSchool, request: StockRequest, at: datetime) -> None:
    """Small sums need the principal alone."""
    approve(actor=school.people["principal"], at=at, record=current_run(request), opinion="同意")


@rule
def count_and_close(school: DemoSchool, store: Store, on: date) -> None:
    """A whole count with one piece missing, approved by the director, and the month closed by the accountant."""
    keeper, at = school.people["storekeeper"], at_ten(on) + timedelta(hours=6)
    slip = save_slip(actor=keeper, at=at, kind="count", store=store, on=on, reason="月末盘点")
    stocks = list(Stock.objects.filter(store=store, quantity__gt=0).order_by("pk"))
    counted = {stock.pk: stock.quantity - (1 if n == 4 else 0) for n, stock in enumerate(stocks)}
    fill_count(actor=keeper, at=at, record=slip, counted=counted)
    submit_slip(actor=keeper, at=at, record=Slip.objects.get(pk=slip.pk))
    approve_slip(actor=school.director, at=at + timedelta(hours=1), record=Slip.objects.get(pk=slip.pk), opinion="情况属实")
    next_day = at_ten(on + timedelta(days=1))
    while (first := month_to_close(store, timezone.localdate(next_day))) is not None:
        close_month(actor=school.people["accountant"], at=next_day, store=store, month=first)


@rule
def spread(school: DemoSchool, store: Store, small: Store, items: dict[str, Item]) -> None:
    """A transfer to the dormitory and lamps recovered from a rebuilt room."""
    keeper, at = school.people["storekeeper"], school.now - timedelta(days=2)
    on = timezone.localdate(at)
    slip = save_slip(actor=keeper, at=at, kind="transfer", store=store, to_store=small, on=on, reason="宿舍楼用")
    for name, quantity in (("垃圾袋", 20), ("洗手液", 12), ("84消毒液", 6)):
        add_line(actor=keeper, at=at, record=slip, item=items[name], quantity=Decimal(quantity))
    book_slip(actor=keeper, at=at, record=slip)
    found = save_slip(actor=keeper, at=at, kind="recover", store=store, on=on, source_words="实验楼改造拆下", reason="修旧利废")
    add_line(actor=keeper, at=at, record=found, item=items["LED灯管"], quantity=Decimal(6), note="试过能亮")
    book_slip(actor=keeper, at=at, record=found)


@rule
def waiting(school: DemoSchool, store: Store, items: dict[str, Item]) -> None:
    """A loss to be approved, a receipt begun, a request to be decided and one to be handed over."""
    keeper, at = school.people["storekeeper"], school.now - timedelta(days=1)
    on, department = timezone.localdate(at), school.people["headteacher"].department
    loss = save_slip(actor=keeper, at=at, kind="loss", store=store, on=on, reason="库房漏水泡坏")
    add_line(actor=keeper, at=at, record=loss, item=items["打印纸"], quantity=Decimal(3))
    submit_slip(actor=keeper, at=at, record=Slip.objects.get(pk=loss.pk))
    begun = save_slip(actor=keeper, at=at, kind="receipt", store=store, on=on, source_words="新华文具店")
    add_line(actor=keeper, at=at, record=begun, item=items["粉笔"], quantity=Decimal(2), unit="箱", price=Decimal("215.00"))
    ready = ask(school, store, items, on, "迎接期末检查", (("扫把", 4), ("LED灯管", 2), ("洗手液", 4)), department)
    submit_request(actor=school.people["headteacher"], at=at, record=ready)
    sign(school, ready, at + timedelta(hours=1))
    asked = ask(school, store, items, on, "元旦联欢布置", (("白板笔", 6), ("文件夹", 4)), department)
    submit_request(actor=school.people["headteacher"], at=at + timedelta(hours=2), record=asked)
