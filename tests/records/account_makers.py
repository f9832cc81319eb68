"""One row of every record of the canteen's meal account."""

from datetime import date, timedelta
from decimal import Decimal

from canteen.account.models import AccountEntry, AccountStatement
from canteen.account.rules import correct_entry, write_entry
from canteen.account.statement_rules import create_statement, void_statement
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


def entry(school, n: int) -> AccountEntry:
    given = {"purpose": "power", "book": "both", "amount": Decimal(n + 1), "summary": f"食堂电费{n}", "payee": "市供电公司"}
    return write_entry(actor=school.cast.accountant, at=NOW, on=TODAY - timedelta(days=n % 60), **given)


def grow_entry(school, record: AccountEntry, n: int) -> None:
    correct_entry(actor=school.cast.accountant, at=NOW, record=record, amount=Decimal(1000 + n), reason=f"写错了{n}")


def statement(school, n: int) -> AccountStatement:
    """One is open at a time; those before it are void."""
    for known in AccountStatement.objects.filter(state="draft"):
        void_statement(actor=school.cast.accountant, at=NOW, record=known, reason="试")
    month = date(2026 - n // 10 % 3, 10 - n % 10, 1)
    return create_statement(actor=school.cast.accountant, at=NOW, month=month, measure="", note=f"说明{n}")


def grow_statement(school, record: AccountStatement, n: int) -> None:
    given = {"purpose": ("power", "water", "fuel", "labour")[n % 4], "book": "both", "amount": Decimal(n + 1), "summary": f"食堂开支{n}"}
    write_entry(actor=school.cast.accountant, at=NOW, on=record.month, **given)


MAKERS = {"canteen.accountentry": entry, "canteen.accountstatement": statement}
GROWERS = {"canteen.accountentry": grow_entry, "canteen.accountstatement": grow_statement}
