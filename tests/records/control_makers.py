"""One row of every kind of record of reconciling, reporting, distributing and quotas."""

from datetime import date
from decimal import Decimal

from assets.category.models import Kind
from assets.copying.models import CopyCount, CopyMachine
from assets.copying.rules import save_count, save_machine
from assets.depreciation.plan import month_after
from assets.distribution.models import Distribution, Recipient
from assets.distribution.rules import add_item, add_recipients, save_distribution
from assets.quota.models import Quota
from assets.quota.rules import save_quota
from assets.reconcile.models import BookDifference, Reconciliation, ReconciliationLine
from assets.reconcile.rules import add_difference
from assets.report.models import AssetReport
from assets.report.rules import save_report
from logistics.platform.org.models import Department
from tests.conftest import NOW, make_person
from tests.records import custody_makers, store_makers

TODAY = date(2026, 11, 18)  # the day of NOW


def reconciliation(school, n: int) -> Reconciliation:
    """A month begun past its rule: months go in order and one month is one row."""
    made = Reconciliation.objects.create(month=month_after(date(2010, 1, 1), n), created_by=school.cast.accountant, created_at=NOW)
    ReconciliationLine.objects.bulk_create([ReconciliationLine(reconciliation=made, kind=kind) for kind in Kind])
    return made


def difference(school, n: int, month: Reconciliation | None = None) -> BookDifference:
    month = month or Reconciliation.objects.filter(month=date(2030, 1, 1)).first() or reconciliation(school, 240)
    given = {"kind": "equipment", "reason": "ledger_up", "cost": Decimal(100 + n), "words": f"第{n}张发票没到"}
    return add_difference(actor=school.cast.accountant, at=NOW, record=month, **given)


def report(school, n: int) -> AssetReport:
    return save_report(actor=school.cast.keeper, at=NOW, kind="other", until=date.fromordinal(TODAY.toordinal() - n))


def distribution(school, n: int, audience: str = "person") -> Distribution:
    office = Department.objects.get(name="总务处")
    given = {"title": f"第{n}次发放", "audience": audience, "store": store_makers.store(school, n + 3000), "department": office}
    return save_distribution(actor=school.cast.storekeeper, at=NOW, starts_on=TODAY, until=TODAY, **given)


def on_distribution(school, record: Distribution, n: int) -> None:
    """One item and one person more."""
    add_item(actor=school.cast.storekeeper, at=NOW, record=record, item=store_makers.item(school, n + 3000), quantity=Decimal(n + 1))
    add_recipients(actor=school.cast.storekeeper, at=NOW, record=record, persons=[make_person(f"DI{record.pk}-{n}", f"领取{n}号")])


def recipient(school, n: int) -> Recipient:
    made = distribution(school, n + 500)
    on_distribution(school, made, n + 500)
    return made.recipients.get()


def quota(school, n: int) -> Quota:
    department = Department.objects.create(name=f"定额{n}组", order=n)
    return save_quota(actor=school.cast.director, at=NOW, term=custody_makers.term(), department=department, amount=Decimal(100 + n), sheets=1000)


def machine(school, n: int) -> CopyMachine:
    return save_machine(actor=school.cast.director, at=NOW, name=f"第{n}台复印机", place=school.rooms.room, department=Department.objects.get(name="总务处"))


def count(school, n: int) -> CopyCount:
    return save_count(actor=school.cast.storekeeper, at=NOW, month=date(2026, 10, 1), machine=machine(school, n + 500), start=0, reading=1000 + n)


MAKERS = {
    "assets.reconciliation": reconciliation, "assets.bookdifference": difference, "assets.assetreport": report, "assets.distribution": distribution,
    "assets.recipient": recipient, "assets.quota": quota, "assets.copymachine": machine, "assets.copycount": count,
}  # fmt: skip
GROWERS = {
    "assets.reconciliation": lambda school, record, n: difference(school, n, record),
    "assets.distribution": on_distribution,
}
