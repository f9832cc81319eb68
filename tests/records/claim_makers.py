"""One row of every kind of record of claims and payments."""

from datetime import date
from decimal import Decimal

from finance.budget.models import BudgetLine, BudgetYear
from finance.budget.pages import FUNDS, ITEMS
from finance.budget.year_rules import create_line, create_year, open_year
from finance.claim.line_rules import add_invoice
from finance.claim.models import Claim, Invoice
from finance.claim.rules import create_claim, submit_claim
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from finance.payment.batch_rules import add_claims, create_batch
from finance.payment.models import Payment, PaymentBatch
from finance.payment.rules import pay_claim
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Chain
from logistics.platform.approvals.public import current_run
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.platform.approvals_kit import by_role, chain_of

TODAY = date(2026, 11, 18)
ACCOUNT = {"account": "6222 0200 1111", "bank": "工商银行"}


def budget_line(school) -> BudgetLine:
    known = BudgetLine.objects.filter(item__code="40987").first()
    if known is None:
        year = BudgetYear.objects.filter(year=2026).first() or create_year(actor=school.cast.accountant, at=NOW, year=2026)
        item = ITEMS.create(actor=school.cast.accountant, at=NOW, code="40987", name="报销", scheme="department", since_year=2025, is_active=True)
        fund = FUNDS.create(actor=school.cast.accountant, at=NOW, name="报销经费", is_special=False, purpose="", codes="", order=987)
        given = {"department": Department.objects.get(name="总务处"), "item": item, "fund": fund}
        if year.state == "draft":
            known = create_line(actor=school.cast.accountant, at=NOW, year=year, allotment=Decimal(100000), **given)
            open_year(actor=school.cast.principal, at=NOW, record=BudgetYear.objects.get(pk=year.pk))
        else:
            known = create_line(actor=school.cast.accountant, at=NOW, year=year, allotment=Decimal(0), **given)
            BudgetLine.objects.filter(pk=known.pk).update(allotment=100000)
    return BudgetLine.objects.get(pk=known.pk)


def claim(school, n: int, amount: int = 10) -> Claim:
    line = budget_line(school)
    given = {"kind": "petty", "method": "transfer", "department": line.department, "budget_line": line, "amount": Decimal(amount)}
    made = create_claim(actor=school.cast.keeper, at=NOW, title=f"第{n}次报销", **given, **ACCOUNT)
    bill(school, made, n, amount)
    return Claim.objects.get(pk=made.pk)


def bill(school, record, n: int, amount: int = 10) -> None:
    number = str(26000000000000000000 + Invoice.objects.count())
    add_invoice(actor=school.cast.keeper, at=NOW, record=record, number=number, issued_on=TODAY, amount=amount, seller="晨光文具店")


def approved(school, n: int) -> Claim:
    if not Chain.objects.filter(kind="finance.claim").exists():
        chain_of(school.cast, by_role("校长", "principal"), name="报销", kind="finance.claim")
    made = claim(school, n)
    submit_claim(actor=school.cast.keeper, at=NOW, record=made)
    approve(actor=school.cast.principal, at=NOW, record=current_run(made), opinion="同意")
    return Claim.objects.get(pk=made.pk)


def bank(school) -> CashAccount:
    given = {"kind": "bank", "bank": "建设银行", "number": "62227", "opened_on": date(2026, 10, 1), "opening": Decimal(50000)}
    return CashAccount.objects.filter(name="报销户").first() or save_account(actor=school.cast.accountant, at=NOW, name="报销户", **given)


def payment(school, n: int) -> Payment:
    return pay_claim(actor=school.cast.cashier, at=NOW, record=approved(school, n), account=bank(school), paid_on=TODAY)


def batch(school, n: int) -> PaymentBatch:
    return create_batch(actor=school.cast.cashier, at=NOW, account=bank(school), claims=[approved(school, n)])


def on_batch(school, record, n: int) -> None:
    add_claims(actor=school.cast.cashier, at=NOW, record=record, claims=[approved(school, n + 500)])


MAKERS = {"finance.claim": claim, "finance.payment": payment, "finance.paymentbatch": batch}
GROWERS = {"finance.claim": bill, "finance.paymentbatch": on_batch}
