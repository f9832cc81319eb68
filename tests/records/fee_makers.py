"""One row of every kind of record of fees, aid and work-study."""

from datetime import date
from decimal import Decimal

from finance.aid import rules as aid
from finance.fee import cash_rules, item_rules, rules
from finance.fee.models import FeeCharge, FeeDue, FeeItem
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from finance.workstudy import rules as work
from logistics.platform.attachments.photos import clean_paper
from logistics.platform.org.models import Department, SchoolClass, Student
from logistics.platform.terms.models import Term
from tests.conftest import NOW
from tests.platform.attachments_kit import PDF, upload

TODAY, FIRST = date(2026, 11, 18), date(2026, 9, 1)


def term(school) -> Term:
    known = Term.objects.filter(start_on__lte=TODAY, end_on__gte=TODAY).first()
    return known or Term.objects.create(name="本学期", year="2026-2027", start_on=FIRST, end_on=date(2027, 1, 22))


def pupil(school, n: int) -> Student:
    """A new student of the head teacher's class."""
    count = Student.objects.count()
    return Student.objects.create(number=f"F{n}-{count}", name=f"学生{n}", school_class=SchoolClass.objects.get(pk=school.rooms.school_class.pk))


def item(school, n: int) -> FeeItem:
    papers = [clean_paper(upload(PDF, "批文.pdf"))]
    given = {"kind": "service", "document": "价费1号", "authority": "发改局", "valid_from": FIRST, "papers": papers}
    return item_rules.save_item(actor=school.cast.accountant, at=NOW, name=f"第{n}项", amount=Decimal(300), **given)


def published(school, n: int) -> FeeItem:
    return FeeItem.objects.get(pk=item_rules.publish_item(actor=school.cast.principal, at=NOW, record=item(school, n)).pk)


def charge(school, n: int) -> FeeCharge:
    pupil(school, n)
    given = {"term": term(school), "due_on": date(2026, 12, 1), "classes": [school.rooms.school_class]}
    drafted = rules.create_charge(actor=school.cast.accountant, at=NOW, item=published(school, n + 100), amount=Decimal(300), **given)
    return FeeCharge.objects.get(pk=rules.issue_charge(actor=school.cast.principal, at=NOW, record=drafted).pk)


def due(school, n: int) -> FeeDue:
    """Of one charge, so that n dues are n rows."""
    known = FeeCharge.objects.filter(item__name="第900项").first()
    if known is None:
        return charge(school, 800).dues.latest("pk")
    return more_dues(school, known, n)


def more_dues(school, record, n: int) -> FeeDue:
    one = pupil(school, n)
    rules.add_students(actor=school.cast.principal, at=NOW, record=record, students=[one])
    return FeeDue.objects.get(charge=record, student=one)


def payment(school, n: int):
    return pay(school, due(school, n), n)


def pay(school, record, n: int):
    return cash_rules.collect(
        actor=school.cast.cashier, at=NOW, record=FeeDue.objects.get(pk=record.pk), amount=Decimal(1), paid_on=TODAY, receipt=f"R{n}-{record.pk}"
    )


def account(school) -> CashAccount:
    known = CashAccount.objects.filter(name="代管户").first()
    given = {"bank": "建行", "number": "62", "opened_on": FIRST, "opening": Decimal(9000)}
    return known or save_account(actor=school.cast.accountant, at=NOW, name="代管户", kind="bank", **given)


def refund(school, n: int):
    """Of a charge of its own with one student."""
    SchoolClass.objects.filter(pk=school.rooms.school_class.pk).update(is_active=True)
    Student.objects.update(is_active=False)
    one = charge(school, n + 200)
    cash_rules.collect(actor=school.cast.cashier, at=NOW, record=one.dues.get(), paid_on=TODAY)
    cash_rules.book(actor=school.cast.cashier, at=NOW, record=one, account=account(school), on=TODAY)
    return cash_rules.settle(actor=school.cast.accountant, at=NOW, record=FeeCharge.objects.get(pk=one.pk), spent=Decimal(100)).refunds.get()


def scheme(school, n: int):
    return aid.save_scheme(actor=school.cast.director, at=NOW, name=f"第{n}种补助", levels="一等 750", conditions="困难", document="文件")


def listing(school, n: int):
    return aid.save_list(actor=school.cast.director, at=NOW, scheme=scheme(school, n + 100), term=term(school), close_on=date(2026, 12, 1))


def application(school, n: int):
    known = aid.AidList.objects.filter(scheme__name="第900种补助").first() or listing(school, 800)
    return apply(school, known, n)


def apply(school, record, n: int):
    given = {"level": "一等", "kind": "other", "text": f"第{n}家困难"}
    return aid.apply(actor=school.cast.director, at=NOW, listing=record, student=pupil(school, n), **given)


def post(school, n: int):
    given = {"department": Department.objects.get(name="总务处"), "supervisor": school.cast.teacher, "duties": "整理", "places": 99, "pay": Decimal(10)}
    return work.save_post(actor=school.cast.director, at=NOW, name=f"第{n}岗", **given)


def place(school, record, n: int) -> None:
    work.place(actor=school.cast.director, at=NOW, record=record, student=pupil(school, n), from_on=FIRST)


def sheet(school, n: int):
    return work.open_sheet(actor=school.cast.director, at=NOW, month=date(2026, n, 1))


def note(school, record, n: int) -> None:
    used = post(school, n + 500)
    place(school, used, n)
    placement = used.placements.get()
    work.Placement.objects.filter(pk=placement.pk).update(from_on=date(2026, 1, 1))
    placement.refresh_from_db()
    work.note_hours(actor=school.cast.director, at=NOW, record=record, placement=placement, hours=5)


MAKERS = {
    "finance.feeitem": item,
    "finance.feecharge": charge,
    "finance.feedue": due,
    "finance.feepayment": payment,
    "finance.feerefund": refund,
    "finance.aidscheme": scheme,
    "finance.aidlist": listing,
    "finance.aidapplication": application,
    "finance.aidreason": lambda school, n: application(school, n).why,
    "finance.workpost": post,
    "finance.worksheet": sheet,
}
GROWERS = {
    "finance.feecharge": more_dues,
    "finance.feedue": pay,
    "finance.aidlist": apply,
    "finance.workpost": place,
    "finance.worksheet": note,
}
