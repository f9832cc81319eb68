"""The demo's control of things: months reconciled with the accountant, a report, a distribution under way, quotas and sheets of paper."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department
from logistics.platform.terms.models import Term

from .copying.rules import save_count, save_machine
from .depreciation.models import DepreciationRun
from .depreciation.plan import end_of, month_after
from .distribution.counting import shares
from .distribution.handing_rules import hand_out
from .distribution.models import IN_ORDER, Recipient
from .distribution.queries import given_by, kit_of
from .distribution.rules import add_item, open_distribution, save_distribution, submit_distribution
from .item.models import Item
from .item.rules import save_item
from .quota.rules import save_quota
from .quota.using import term_on
from .reconcile.models import Reason, Reconciliation
from .reconcile.rules import add_difference, agree, begin_month, clear_difference, fill_book, send
from .report.rules import check_report, save_report
from .slip.booking import book_slip
from .slip.rules import add_line, save_slip
from .store.models import Store
from .store.queries import month_before

LATE = Decimal("57588.00")  # twelve computers whose invoice came a month later
CAME = 6  # classes that have fetched their things


def at_ten(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(10)))


def build(school: DemoSchool) -> None:
    months = list(DepreciationRun.objects.order_by("month").values_list("month", flat=True))
    for n, month in enumerate(months[-3:]):
        reconcile(school, month, n)
    report(school)
    term = term_on(timezone.localdate(school.now)) or Term.objects.order_by("-start_on").first()
    distribute(school, term)
    quotas(school, term)
    sheets(school)


@rule
def reconcile(school: DemoSchool, month: date, n: int) -> None:
    """The first month leaves a difference, the second clears it, the third waits for the accountant."""
    accountant, keeper, at = school.people["accountant"], school.people["keeper"], min(at_ten(month_after(month) + timedelta(days=4)), school.now)
    record = begin_month(actor=accountant, at=at, month=month)
    missing = LATE if n == 0 else Decimal("1180.00") if n == 2 else Decimal(0)
    kind = "furniture" if n == 2 else "equipment"
    if n == 1:
        for one in open_differences():
            clear_difference(actor=accountant, at=at, record=one, month=month, how=f"发票已到，记-{month:%Y%m}-022")
    book = {line.kind: (max(line.cost - (missing if line.kind == kind else 0), Decimal(0)), line.depreciation) for line in record.lines.all()}
    for kind_, (cost, depreciation) in book.items():
        book[kind_] = (max(cost, depreciation), depreciation)
    fill_book(actor=accountant, at=at, record=record, book=book)
    if n == 2:
        return
    if missing:
        words = {"kind": kind, "reason": Reason.LEDGER_UP, "cost": missing, "words": "12 台电脑已经建卡，发票没到，没有入账"}
        add_difference(actor=accountant, at=at, record=record, **words)
    send(actor=accountant, at=at + timedelta(hours=1), record=Reconciliation.objects.get(pk=record.pk))
    agree(actor=keeper, at=at + timedelta(hours=3), record=Reconciliation.objects.get(pk=record.pk))


def open_differences() -> list:
    from .reconcile.models import BookDifference

    return list(BookDifference.objects.filter(cleared_in=None))


@rule
def report(school: DemoSchool) -> None:
    """Checked by the accountant, to be sent upward."""
    since = DepreciationRun.objects.order_by("month").values_list("month", flat=True).first()
    words = "各室对照财产清单清点，账、卡、物一致。闲置设备拟先在校内调剂。"
    made = save_report(actor=school.people["keeper"], at=school.now, kind="other", since=since, words=words)
    check_report(actor=school.people["accountant"], at=school.now, record=made)


@rule
def distribute(school: DemoSchool, term: Term | None) -> None:
    """Exercise books and cleaning things for every class; some have come."""
    keeper, store = school.people["storekeeper"], Store.objects.order_by("order", "pk").first()
    books = stock_up(school, store)
    today = timezone.localdate(school.now)
    words = {"title": "期中作业本和清洁用具发放", "audience": "class", "term": term, "store": store, "department": Department.objects.get(name="教务处")}
    made = save_distribution(actor=keeper, at=school.now, starts_on=today, until=today + timedelta(days=7), **words)
    add_item(actor=keeper, at=school.now, record=made, item=books, quantity=Decimal(2), per="pupil")
    add_item(actor=keeper, at=school.now, record=made, item=Item.objects.get(name="垃圾袋"), quantity=Decimal(1))
    submit_distribution(actor=keeper, at=school.now, record=made)
    open_distribution(actor=school.director, at=school.now, record=made)
    kit = kit_of(made)
    for recipient in made.recipients.filter(school_class__head_teacher__isnull=False).select_related("school_class__head_teacher").order_by(*IN_ORDER)[:CAME]:
        person = recipient.contact
        due = {share.item.pk: share.left for share in shares(recipient, kit, given_by([recipient]).get(recipient.pk, {}))}
        row = Recipient.objects.get(pk=recipient.pk)
        hand_out(actor=keeper, at=school.now, record=row, quantities=due, receiver=person, signature=[typed_signature(person.name, signer=person.name)])


def stock_up(school: DemoSchool, store: Store) -> Item:
    """Exercise books, bought yesterday."""
    keeper, at = school.people["storekeeper"], school.now - timedelta(hours=20)
    paper = Item.objects.get(name="打印纸")
    save_item(actor=school.director, at=at, record=paper, sheets=500)
    books = save_item(actor=school.director, at=at, name="作业本", spec="24K", unit="本", kind=paper.kind)
    slip = save_slip(actor=keeper, at=at, kind="receipt", store=store, on=timezone.localdate(at), source_words="区教育物资配送中心", reason="期中作业本")
    add_line(actor=keeper, at=at, record=slip, item=books, quantity=Decimal(6000), price=Decimal("0.65"))
    book_slip(actor=keeper, at=at, record=slip)
    return books


@rule
def quotas(school: DemoSchool, term: Term | None) -> None:
    """What departments may draw and print in this term."""
    if term is None:
        return
    for n, one in enumerate(Department.objects.filter(is_active=True).order_by("order", "pk")[:8]):
        save_quota(actor=school.director, at=school.now, term=term, department=one, amount=Decimal(600 + 300 * (n % 3)), sheets=9000 + 3000 * (n % 4))


@rule
def sheets(school: DemoSchool) -> None:
    """Three months of a machine's meter and of the print room's register."""
    keeper, departments = school.people["storekeeper"], list(Department.objects.filter(is_active=True).order_by("order", "pk")[:6])
    machine = save_machine(actor=school.director, at=school.now, name=f"{departments[0]}复印机", department=departments[0])
    room = save_machine(actor=school.director, at=school.now, name="文印室速印机")
    month, reading = month_before(month_before(month_before(timezone.localdate(school.now)))), 41200
    for n in range(3):
        at = min(at_ten(end_of(month)), school.now)
        save_count(actor=keeper, at=at, month=month, machine=machine, reading=reading + 2600 + 300 * n, start=reading if n == 0 else None)
        reading += 2600 + 300 * n
        for one in departments[1:]:
            save_count(actor=keeper, at=at, month=month, machine=room, department=one, sheets=1800 + 40 * school.random.randrange(70))
        month = month_after(month)
