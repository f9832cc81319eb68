"""Claims at every stage: paid, waiting for the cashier, in a batch, being signed, sent back, an advance not settled in time."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve, send_back
from logistics.platform.approvals.models import SignerState, StepState
from logistics.platform.approvals.public import current_run
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import User
from logistics.platform.web.records import allowed

from .claim.line_rules import add_invoice, add_line
from .claim.models import Claim, PayMethod
from .claim.queries import PAYABLE_ORDERS, left_of_order
from .claim.rules import book_claim, create_claim, create_from_order, submit_claim
from .demo_budget import known_lines
from .demo_purchase import on_workday
from .journal.models import CashAccount
from .order.models import PurchaseOrder
from .payment.batch_rules import create_batch
from .payment.rules import check_can_pay, pay_claim

USUAL = "公用经费"
PAID, WAITING, SIGNING, RETURNED, DRAFT = "paid", "waiting", "signing", "returned", "draft"
# days ago, who, kind, title, (department, item), invoices (seller, yuan, tax), allowance, what became of it
CLAIMS = [
    (9, "teacher", "petty", "实验用试管和酒精", ("理化生组", "30218"), [("青禾市教学仪器公司", "286.00", "32.90")], 0, PAID),
    (8, "admin", "trip", "参加全市信息化培训", ("办公室", "30211"), [("中国铁路", "148.00", "0"), ("锦江之星酒店", "520.00", "29.43")], 200, PAID),
    (5, "financegroup1", "petty", "运动会号码布和别针", ("艺体组", "30218"), [("城南体育用品店", "364.50", "10.62")], 0, WAITING),
    (4, "nurse", "petty", "碘伏和创可贴", ("医务室", "30218"), [("康民大药房", "218.40", "6.36")], 0, WAITING),
    (2, "teacher", "trip", "到师大附中听课", ("理化生组", "30218"), [("中国铁路", "76.00", "0")], 100, SIGNING),
    (3, "nurse", "petty", "体温计电池", ("医务室", "30218"), [("永辉超市", "45.00", "1.31")], 0, RETURNED),
    (0, "teacher", "petty", "护目镜 6 副", ("理化生组", "30218"), [("青禾市教学仪器公司", "168.00", "19.33")], 0, DRAFT),
]  # fmt: skip
ACCOUNTS = {"account": "6217 0016 3000 4521 870", "bank": "中国建设银行青禾支行"}


class Till:
    """The accounts money leaves from, and the numbers of invoices so far."""

    def __init__(self, school: DemoSchool):
        self.school, self.number = school, 26312000003800000000
        self.cashier, self.accountant = school.people["cashier"], school.people["accountant"]
        self.bank = CashAccount.objects.filter(kind="bank", is_active=True).order_by("pk").first()

    def invoice(self, claim: Claim, owner: User, at: datetime, seller: str, amount: Decimal, tax: str = "0") -> None:
        self.number += self.school.random.randint(11, 98765)
        on = timezone.localdate(at) - timedelta(days=2)
        add_invoice(actor=owner, at=at, record=claim, number=str(self.number), issued_on=on, amount=amount, tax=Decimal(tax), seller=seller)

    def pay(self, claim: Claim) -> None:
        """Today, because day books are written in order."""
        claim = Claim.objects.get(pk=claim.pk)
        if not allowed(check_can_pay, self.cashier, claim) or claim.due > CashAccount.objects.get(pk=self.bank.pk).balance:
            return
        pay_claim(actor=self.cashier, at=self.school.now, record=claim, account=self.bank, paid_on=timezone.localdate(self.school.now))


def build(school: DemoSchool) -> None:
    """Claims of the last days, one advance of last month, and the orders that have come."""
    till, lines = Till(school), known_lines()
    for row in CLAIMS:
        one(till, lines, *row)
    overdue_advance(till, lines["艺体组", "30218", USUAL])
    orders = PurchaseOrder.objects.filter(state__in=PAYABLE_ORDERS).order_by("created_at", "pk")
    owed = [order for order in orders if left_of_order(order)]
    for n, order in enumerate(owed[:4]):
        of_order(till, order, fate=PAID if n < 2 else WAITING if n == 2 else SIGNING)
    put_in_batch(till)


@rule
def one(till: Till, lines: dict, ago: int, who: str, kind: str, title: str, of: tuple, invoices: list, allowance: int, fate: str) -> None:
    owner, at = till.school.people[who], on_workday(till.school.now - timedelta(days=ago))
    line = lines[of[0], of[1], USUAL]
    total = sum(Decimal(amount) for _, amount, _ in invoices)
    on = timezone.localdate(at)
    trip = {"place": "省城", "from_on": on - timedelta(days=4), "until_on": on - timedelta(days=2)} if kind == "trip" else {}
    claim = create_claim(
        actor=owner, at=at, kind=kind, title=title, department=line.department, method=PayMethod.TRANSFER, what=title, budget_line=line, amount=total,
        papers=len(invoices), **trip, **ACCOUNTS,
    )  # fmt: skip
    if allowance:
        add_line(actor=owner, at=at, record=claim, what="伙食和市内交通补助", budget_line=line, amount=Decimal(allowance), is_allowance=True)
    for seller, amount, tax in invoices:
        till.invoice(claim, owner, at, seller, Decimal(amount), tax)
    go_on(till, claim, owner, at, fate)


def go_on(till: Till, claim: Claim, owner: User, at: datetime, fate: str) -> None:
    if fate == DRAFT:
        return
    submit_claim(actor=owner, at=at + timedelta(minutes=15), record=claim)
    if fate == RETURNED:
        run = current_run(claim)
        send_back(actor=first_signer(run), at=at + timedelta(hours=3), record=run, opinion="电池从库房领，不用自己买")
    if fate in (PAID, WAITING):
        sign_all(claim, at=at + timedelta(hours=2))
    if fate == PAID:
        till.pay(claim)
        if not Claim.objects.exclude(voucher="").exists():
            book_claim(actor=till.accountant, at=till.school.now, record=claim, voucher=f"记-{timezone.localdate(till.school.now):%m}-086")


def first_signer(run):
    step = run.steps.filter(state=StepState.OPEN).order_by("position").first()
    return step.signers.filter(state=SignerState.OPEN).order_by("pk").first().person


def sign_all(claim: Claim, *, at: datetime) -> None:
    for n in range(20):
        run = current_run(claim)
        if run is None:
            return
        approve(actor=first_signer(run), at=at + timedelta(minutes=30 * n), record=run, opinion="同意")


@rule
def overdue_advance(till: Till, line) -> None:
    """Lent last month, to be settled two weeks later, and not settled yet."""
    owner, at = till.school.people["financegroup1"], on_workday(till.school.now - timedelta(days=30))
    claim = create_claim(
        actor=owner, at=at, kind="advance", title="区运动会带队借款", department=line.department, method=PayMethod.TRANSFER, what="报名费和午餐", budget_line=line,
        amount=Decimal(1500), back_on=timezone.localdate(at) + timedelta(days=14), **ACCOUNTS,
    )  # fmt: skip
    go_on(till, claim, owner, at, PAID)


@rule
def of_order(till: Till, order: PurchaseOrder, *, fate: str) -> None:
    """The buyer claims what came; a firm without an account on its card is paid to who laid out the money."""
    buyer, at = order.created_by, max(till.school.now - timedelta(hours=30), order.created_at + timedelta(days=3))
    at = min(at, till.school.now - timedelta(hours=6))
    to_firm = bool(order.partner.bank_account and order.partner.bank_name)
    way = {} if to_firm else {"pay_to": "self", "method": PayMethod.CARD, **ACCOUNTS}
    claim = create_from_order(actor=buyer, at=at, order=order, **way)
    claim = Claim.objects.get(pk=claim.pk)
    till.invoice(claim, buyer, at, order.partner.name, claim.total)
    go_on(till, claim, buyer, at, fate)


@rule
def put_in_batch(till: Till) -> None:
    """What waits today and may be paid by this cashier, on one list for the bank."""
    waiting = Claim.objects.filter(state="approved", batch=None, method="transfer").order_by("pk")
    mine = [claim for claim in waiting if allowed(check_can_pay, till.cashier, claim)]
    if len(mine) > 1:
        create_batch(actor=till.cashier, at=till.school.now, account=till.bank, claims=mine[:-1], note="本周报销")
