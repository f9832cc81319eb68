"""One row of every record of utility costs."""

from datetime import date, timedelta
from decimal import Decimal

from logistics.platform.org.models import Department
from logistics.platform.org.rules import save_department
from logistics.utilities.bill.models import Bill, ShareBase
from logistics.utilities.bill.rules import save_base, save_bill
from logistics.utilities.tariff.models import Tariff
from logistics.utilities.tariff.rules import save_tariff
from tests.conftest import NOW


def tariff(school, n: int) -> Tariff:
    rows = [{"part": "电价", "price": Decimal("0.5")}, {"part": "附加", "price": Decimal("0.01"), "over": Decimal(n)}]
    return save_tariff(actor=school.cast.director, at=NOW, medium="power", name=f"电价{n}", since=date(2026, 1, 1), rows=rows)


def bill(school, n: int) -> Bill:
    price = Tariff.objects.first() or tariff(school, 900)
    days = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}
    given = {"kind": "power", "account": f"H{n}", "quantity": Decimal(100 + n), "amount": Decimal(50 + n), "tariff": price, "share_by": "area"}
    return save_bill(actor=school.cast.accountant, at=NOW, **given, **days)


def grow_bill(school, record: Bill, n: int) -> None:
    share_base(school, n)


def share_base(school, n: int) -> ShareBase:
    department = Department.objects.filter(name=f"分摊处{n}").first() or save_department(actor=school.cast.admin, at=NOW, name=f"分摊处{n}", order=n)
    since = date(2025, 1, 1) + timedelta(days=ShareBase.objects.filter(department=department).count())
    return save_base(actor=school.cast.director, at=NOW, department=department, since=since, area=Decimal(100 + n), heads=10)


MAKERS = {"utilities.bill": bill, "utilities.sharebase": share_base, "utilities.tariff": tariff}
GROWERS = {"utilities.bill": grow_bill}
