"""The ledger of things in the bench: many cards written in bulk, their pages, file and sheets, and goods issued by several people at once."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from urllib.parse import quote

import targets
from batch import with_memory
from django.db import connections
from django.utils import timezone
from meter import Caller, Case
from school import SEED, session_of

from assets.card.first_run import make_usual as make_numbers
from assets.card.models import AssetCard, AssetEntry, EntryKind
from assets.category.first_run import make_usual as make_classes
from assets.category.models import AssetClass
from assets.item.models import Item, ItemKind
from assets.labels.pages import label_of
from assets.store.models import Batch, MoveKind, Stock, StockMove, Store
from assets.store.public_rules import issue_stock, receive
from logistics.platform.exports.columns import Column, Sheet
from logistics.platform.exports.workbook import stream_workbook
from logistics.platform.imports import rules as imports
from logistics.platform.imports.models import RunState
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.ref import Ref
from logistics.platform.labels.sheets import labels_pdf
from logistics.platform.org.models import Department, User
from logistics.platform.places.models import Level, Place

NAMES = (
    ("A02010105", "台式计算机", "M4500"), ("A02010108", "便携式计算机", "E14"), ("A02021000", "激光打印机", "P1108"), ("A02061804", "空调机", "KFR-72LW"),
    ("A02091104", "教学一体机", "86 英寸"), ("A05010203", "学生课桌", "单人升降"), ("A05010304", "学生椅", "升降"), ("A05010502", "文件柜", "双门"),
)  # fmt: skip
AT_ONCE = 2_000
WRITERS, LABELS = 4, 100
ITEMS = 20


def load(cards: int) -> None:
    """So many cards with the entry that brought each in, and a store with some goods."""
    keeper, random, at = User.objects.get(username="keeper"), Random(SEED), timezone.now()
    make_classes(actor=keeper, at=at)
    make_numbers(actor=keeper, at=at)
    classes = {one.code: one for one in AssetClass.objects.select_related("life")}
    rooms, people = list(Place.objects.filter(level=Level.ROOM)), list(User.objects.filter(is_active=True)[:100])
    departments, today = list(Department.objects.all()), timezone.localdate(at)
    for start in range(0, cards, AT_ONCE):
        some = [card(n, classes, rooms, people, departments, today, random, keeper, at) for n in range(start, min(start + AT_ONCE, cards))]
        AssetCard.objects.bulk_create(some)
        AssetEntry.objects.bulk_create([opening(one, keeper, at) for one in some], batch_size=AT_ONCE)
    fill_store(keeper, at)


def card(n: int, classes, rooms, people, departments, today: date, random: Random, keeper, at) -> AssetCard:
    code, name, model = NAMES[n % len(NAMES)]
    cost = Decimal(random.randrange(100_000, 900_000)) / 100
    return AssetCard(
        number=f"ZC-{n + 1:06d}", name=name, model=model, brand="示例", serial=f"SN{n:07d}", asset_class=classes[code], unit=classes[code].unit, quantity=1,
        cost=cost, acquired_on=today - timedelta(days=random.randrange(3000)), booked_on=today, life_months=72, status="idle" if n % 17 == 0 else "used",
        place=random.choice(rooms), department=random.choice(departments), custodian=random.choice(people), created_by=keeper, created_at=at,
    )  # fmt: skip


def opening(one: AssetCard, keeper, at) -> AssetEntry:
    held = {name: getattr(one, f"{name}_id") for name in ("asset_class", "department", "place", "custodian")}
    return AssetEntry(
        card=one,
        kind=EntryKind.OPENING,
        on=one.booked_on,
        cards=1,
        quantity=1,
        amount=one.cost,
        at=at,
        by=keeper,
        **{f"{name}_id": pk for name, pk in held.items()},
    )


def fill_store(keeper, at) -> None:
    store = Store.objects.create(name="量速度的库房", keeper=keeper, created_by=keeper, created_at=at)
    kind = ItemKind.objects.get_or_create(name="办公用品")[0]
    items = Item.objects.bulk_create([Item(name=f"物品{n}", unit="件", kind=kind, created_by=keeper, created_at=at) for n in range(ITEMS)])
    for item in items:
        receive(actor=keeper, at=at, store=store, item=item, quantity=Decimal(100_000), amount=Decimal(250_000), document=Ref("", 0))


def cases() -> list[Case]:
    """The ledger's pages for the director."""
    room, one = Place.objects.filter(level=Level.ROOM).order_by("pk").first(), AssetCard.objects.order_by("pk")[500]
    kind, pages = AssetClass.objects.get(code="A02010105"), AssetCard.objects.count() // 50
    return [
        Case("things, page 1", "/assets/card/", limits=targets.PAGE),
        Case(
            "things, filtered",
            f"/assets/card/?state=idle&asset_class={kind.pk}&place={quote(room.building.name if room.building else room.name)}",
            limits=targets.PAGE,
        ),
        Case("things, search 2 characters", f"/assets/card/?q={quote('课桌')}", limits=targets.SEARCH),
        Case("things, search a number", "/assets/card/?q=SN0004711", limits=targets.SEARCH),
        Case("things, a late page", f"/assets/card/?page={min(1000, pages)}"),
        Case("thing", f"/assets/card/{one.pk}/", limits=targets.DETAIL),
        Case("thing, one thread", f"/assets/card/{one.pk}/thread/", limits=targets.HOUSE),
        Case("things, statement of a day", "/assets/statement/", limits=targets.HOUSE, heavy=True),
    ]


def work(size: dict) -> dict:
    """Seconds, memory and rates of the long work with things."""
    return {
        "export": export(targets.EXPORT_COLUMNS),
        "export_all": export(None),
        "import": bring_in(size["import"]),
        "labels": labels(),
        "issues": issues(size["seconds"]),
    }


def export(most: int | None) -> dict:
    """Every card as Excel, with the first so many columns, or with all."""
    from assets.card.pages import CARDS

    call, names = Caller(session_of(User.objects.get(username="director")), ""), ",".join(column.name for column in CARDS.columns[:most])
    call(Case("warm up", "/assets/card/"))

    def fetch() -> dict:
        start, first = time.perf_counter(), 0.0
        for _ in call.pieces("/assets/card/export/", f"cols={names}"):
            first = first or time.perf_counter() - start
        return {"first": first, "total": time.perf_counter() - start}

    found, more = with_memory(fetch)
    return found | {"more": more, "rows": AssetCard.objects.count(), "columns": names.count(",") + 1}


def ledger_file(rows: int) -> bytes:
    """A school's own ledger as Excel."""
    rooms = list(Place.objects.filter(level=Level.ROOM, is_active=True).select_related("building")[:200])
    first = AssetCard.objects.count()  # another file than the one brought in before
    labels_ = ("资产名称", "类别", "规格型号", "数量", "单价", "取得日期", "存放地点", "序列号")
    lines = (
        (f"{NAMES[n % 8][1]}{n % 300}", NAMES[n % 8][0], NAMES[n % 8][2], "1", f"{1200 + n % 500}.50", f"20{10 + n % 14}.{1 + n % 12}", rooms[n % len(rooms)].full_name, f"IM{first + n:07d}")
        for n in range(rows)
    )  # fmt: skip
    return b"".join(stream_workbook([Sheet("台账", [Column(label) for label in labels_], lines)]))


def bring_in(rows: int) -> dict:
    """From the uploaded file to committed, journaled cards."""
    actor, at, content = User.objects.get(username="keeper"), timezone.now(), ledger_file(rows)

    def run() -> dict:
        start, cpu = time.perf_counter(), time.process_time()
        found = imports.start_run(actor=actor, at=at, target=target_for("assets"), name="台账.xlsx", content=content)
        previewed = time.perf_counter() - start
        if found.state != RunState.PREVIEWED or found.counts["bad"]:
            raise SystemExit(f"the import stopped at {found.state}: {found.counts}")
        found = imports.commit_run(actor=actor, at=at, run=found)
        if found.state != RunState.DONE:
            raise SystemExit(f"the import ended as {found.state}")
        return {"preview": previewed, "total": time.perf_counter() - start, "cpu": time.process_time() - cpu}

    found, more = with_memory(run)
    return found | {"more": more, "rows": rows}


def labels() -> dict:
    """A hundred labels as a PDF, once warm."""
    chosen = [label_of(card) for card in AssetCard.objects.select_related("place").order_by("pk")[:LABELS]]
    labels_pdf(chosen[:1], address="https://example.invalid", school="示例学校")
    start = time.perf_counter()
    labels_pdf(chosen, address="https://example.invalid", school="示例学校")
    return {"seconds": time.perf_counter() - start}


def issues(seconds: float) -> dict:
    """Issues a second by several writers, of many items and of one; nothing may be lost."""
    before = Stock.objects.get(item__name="物品0").quantity
    found = {"spread": parallel(seconds, hot=False), "hot": parallel(seconds, hot=True)}
    stock = Stock.objects.get(item__name="物品0")
    moved = sum(StockMove.objects.filter(stock=stock, kind=MoveKind.ISSUE).values_list("quantity", flat=True))
    if stock.quantity != before + moved or stock.quantity != sum(Batch.objects.filter(stock=stock).values_list("quantity", flat=True)):
        raise SystemExit("an issue was lost")
    return found


def parallel(seconds: float, *, hot: bool) -> float:
    connections.close_all()
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("fork")) as pool:
        counts = list(pool.map(issue_until, [seconds] * WRITERS, range(WRITERS), [hot] * WRITERS))
    return sum(counts) / seconds


def issue_until(seconds: float, n: int, hot: bool) -> int:
    connections.close_all()
    actor, store = User.objects.get(username="keeper"), Store.objects.get(name="量速度的库房")
    items, office = list(Item.objects.filter(name__startswith="物品").order_by("pk")), Department.objects.first()
    random, end, count = Random(n * 100 + os.getpid()), time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        item = items[0] if hot else random.choice(items)
        issue_stock(actor=actor, at=timezone.now(), store=store, item=item, quantity=Decimal(1), department=office, document=Ref("", 0), person=actor)
        count += 1
    return count
