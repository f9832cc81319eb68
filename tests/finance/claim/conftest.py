"""A school that can pay: budget lines, the usual chains, a cash box and a bank account, an accepted order."""

from datetime import date
from decimal import Decimal

import pytest

from finance.budget import rules as ledger
from finance.claim import line_rules, rules
from finance.claim.models import Claim
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from finance.order.models import OrderLine, OrderState, PurchaseOrder
from finance.payment import rules as payments
from finance.purchase.models import PurchaseRequest, RequestLine, RequestState
from logistics.platform.approvals import deciding_rules as deciding
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.kernel.ref import ref
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.finance.budget.conftest import Budget, fresh
from tests.ground import Kept

TODAY = date(2026, 11, 18)
ACCOUNT = {"account": "6222 0200 1111 2222", "bank": "工商银行青禾支行"}


class Desk:
    """Everything a claim needs; each verb is one rule."""

    def __init__(self, cast):
        self.cast, self.budget = cast, Budget(cast)
        self.line = self.budget.make(self.budget.teaching, self.budget.paper, self.budget.usual, 5000)
        self.other = self.budget.make(self.budget.teaching, self.budget.repair, self.budget.usual, 3000)
        self.budget.open()
        load_usual_chains(actor=cast.director, at=NOW)
        common = {"actor": cast.accountant, "at": NOW, "opened_on": date(2026, 9, 1)}
        self.cash = save_account(name="现金", kind="cash", opening=Decimal(2000), **common)
        self.bank = save_account(name="基本户", kind="bank", bank="建设银行", number="6217001", opening=Decimal(20000), **common)
        self.firm = Partner.objects.create(
            name="晨光文具店",
            kinds=",supplier,",
            bank_holder="晨光文具有限公司",
            bank_name="农业银行",
            bank_account="10386001",
            created_by=cast.director,
            created_at=NOW,
        )
        self.n = 0

    def claim(self, amount=100, *, actor=None, invoice=None, kind="petty", **fields) -> Claim:
        """A draft of the teacher with an invoice for all of it; `invoice` is its number, False for none."""
        actor = actor or self.cast.teacher
        given = {
            "kind": kind, "title": "买粉笔", "department": self.budget.teaching, "method": "transfer", "budget_line": self.line, "amount": Decimal(str(amount)), **ACCOUNT,
        } | fields  # fmt: skip
        claim = rules.create_claim(actor=actor, at=NOW, **given)
        if invoice is not False and kind != "advance":
            self.invoice(claim, amount, number=invoice)
        return fresh(claim)

    def invoice(self, claim, amount, number=None, code="", **given):
        self.n += 1
        values = {"issued_on": TODAY, "tax": Decimal(0), "seller": "晨光文具店"} | given
        actor = type(self.cast.teacher).objects.get(pk=claim.created_by_id)
        return line_rules.add_invoice(
            actor=actor, at=NOW, record=claim, number=number or f"{26000000000000000000 + self.n}", code=code, amount=amount, **values
        )

    def submit(self, claim) -> Claim:
        actor = type(self.cast.teacher).objects.get(pk=claim.created_by_id)
        rules.submit_claim(actor=actor, at=NOW, record=claim)
        return fresh(claim)

    def approve(self, claim) -> Claim:
        """The principal's one pen."""
        deciding.approve(actor=self.cast.principal, at=NOW, record=current_run(claim), opinion="同意")
        return fresh(claim)

    def approved(self, amount=100, **given) -> Claim:
        return self.approve(self.submit(self.claim(amount, **given)))

    def pay(self, claim, account=None, **given):
        return payments.pay_claim(actor=self.cast.cashier, at=NOW, record=fresh(claim), account=account or self.bank, **{"paid_on": TODAY} | given)

    def paid(self, amount=100, **given) -> Claim:
        claim = self.approved(amount, **given)
        self.pay(claim, self.cash if claim.method == "cash" else self.bank)
        return fresh(claim)

    def order(self, *amounts, accepted=1) -> PurchaseOrder:
        """One order of the buyer, a line of quantity 10 for each amount; `accepted` is the share that came."""
        self.n += 1
        request = PurchaseRequest.objects.create(
            number=f"QG{self.n}", title="办公用品", department=self.budget.teaching, reason="开学用", state=RequestState.ORDERED, submitted_at=NOW,
            created_by=self.cast.headteacher, created_at=NOW,
        )  # fmt: skip
        order = PurchaseOrder.objects.create(
            number=f"CG{self.n}", request=request, partner=self.firm, method="direct", state=OrderState.RECEIVED if accepted == 1 else OrderState.PARTIAL,
            created_by=self.cast.buyer, created_at=NOW,
        )  # fmt: skip
        for n, amount in enumerate((Decimal(str(one)) for one in amounts), 1):
            line = self.line if n % 2 else self.other
            price = amount / 10
            asked = RequestLine.objects.create(
                request=request, position=n, name=f"物品{n}", unit="件", quantity=10, price=price, amount=amount, budget_line=line, destination="store"
            )
            OrderLine.objects.create(order=order, request_line=asked, quantity=10, price=price, amount=amount, accepted=10 * Decimal(str(accepted)))
            ledger.commit(actor=self.cast.buyer, at=NOW, line=fresh(line), amount=amount, document=ref(order))
        PurchaseOrder.objects.filter(pk=order.pk).update(total=sum(map(Decimal, map(str, amounts))))
        return fresh(order)

    def of_order(self, order, amount=None, **given) -> Claim:
        claim = rules.create_from_order(actor=self.cast.buyer, at=NOW, order=order, **given)
        self.invoice(claim, amount or fresh(claim).total)
        return fresh(claim)


def sums(line) -> tuple:
    """(reserved, committed, spent) of the line."""
    line = fresh(line)
    return line.reserved, line.committed, line.spent


def balance(account) -> Decimal:
    return CashAccount.objects.get(pk=account.pk).balance


@pytest.fixture(scope="module")
def kept_desk(ground) -> Kept:
    return ground.keep(Desk)


@pytest.fixture
def desk(cast, kept_desk) -> Desk:
    return kept_desk.copied(cast)
