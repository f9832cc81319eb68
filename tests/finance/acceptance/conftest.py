"""An order of three lines placed by the buyer and the cashier, and people who may accept it."""

from datetime import date
from decimal import Decimal

import pytest

from finance.acceptance import receivers, rules
from finance.acceptance.models import Acceptance, AcceptanceLine, AcceptanceMember
from finance.acceptance.receivers import Received
from finance.budget.models import BudgetItem, BudgetLine, Fund
from finance.budget.year_rules import create_line, create_year, open_year
from finance.order.models import OrderLine, PurchaseOrder
from finance.purchase.models import PurchaseRequest, RequestLine
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.org.models import Department
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.ground import Kept

TODAY = date(2026, 11, 18)  # the day of NOW
GOODS = (  # name, unit, quantity, price, destination
    ("折叠椅", "把", "10", "120.00", "asset"),
    ("粉笔", "箱", "3.5", "33.33", "store"),
    ("安装", "次", "1", "200.00", "service"),
)


def budget_line(cast) -> BudgetLine:
    known = BudgetLine.objects.first()
    if known is None:
        year = create_year(actor=cast.accountant, at=NOW, year=2026)
        item, fund = BudgetItem.objects.create(code="30201", name="办公费"), Fund.objects.create(name="公用经费")
        given = {"department": Department.objects.get(name="总务处"), "item": item, "fund": fund, "allotment": Decimal(99999)}
        known = create_line(actor=cast.accountant, at=NOW, year=year, **given)
        open_year(actor=cast.principal, at=NOW, record=year)
    return known


def make_order(cast, n: int = 1, *, asker=None, goods=GOODS) -> PurchaseOrder:
    """An order as buying leaves it, past the rules of request and order, which have tests of their own."""
    partner = Partner.objects.get_or_create(name="晨光文具店", defaults={"kinds": ",supplier,", "created_by": cast.buyer, "created_at": NOW})[0]
    common = {"created_at": NOW}
    request = PurchaseRequest.objects.create(
        number=f"QG-2026-{n:04d}", title=f"第{n}批办公用品", department=Department.objects.get(name="总务处"), reason="开学用", state="ordered",
        submitted_at=NOW, decided_at=NOW, created_by=asker or cast.headteacher, buyer=cast.buyer, **common,
    )  # fmt: skip
    order = PurchaseOrder.objects.create(
        number=f"CG-2026-{n:04d}", request=request, partner=partner, method="direct", created_by=cast.buyer, second_buyer=cast.cashier, **common
    )
    for position, (name, unit, quantity, price, destination) in enumerate(goods, 1):
        amount = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        line = RequestLine.objects.create(
            request=request, position=position, name=name, unit=unit, quantity=Decimal(quantity), price=Decimal(price), amount=amount,
            budget_line=budget_line(cast), destination=destination,
        )  # fmt: skip
        OrderLine.objects.create(order=order, request_line=line, quantity=Decimal(quantity), price=Decimal(price), amount=amount)
    PurchaseOrder.objects.filter(pk=order.pk).update(total=sum(line.amount for line in order.lines.all()))
    return fresh(order)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class Delivery:
    """The order, and short ways to accept some of it: numbers are in the order of its lines, None leaves a line out."""

    def __init__(self, cast):
        self.cast, self.order = cast, make_order(cast)
        self.members = [cast.keeper, cast.storekeeper]

    def rows(self, *accepted, rejected=(), reason="破损") -> list[dict]:
        found = []
        for n, line in enumerate(self.order.lines.order_by("pk")):
            back = rejected[n] if n < len(rejected) else 0
            if n < len(accepted) and accepted[n] is not None:
                found.append({"order_line": line, "accepted": Decimal(str(accepted[n])), "rejected": Decimal(str(back)), "reason": reason if back else ""})
        return found

    def post(self, *accepted, rejected=(), actor=None, **given) -> Acceptance:
        fields = {"members": self.members, "delivered_on": TODAY, "lines": self.rows(*accepted, rejected=rejected)} | given
        fields["remedy"] = fields.get("remedy", "退回补送" if any(rejected) else "")
        return rules.post_acceptance(actor=actor or self.cast.keeper, at=NOW, order=fresh(self.order), **fields)

    def sign(self, acceptance, person, **given):
        signature = [typed_signature(person.name, signer=person.name)]
        return rules.sign_acceptance(actor=person, at=NOW, record=fresh(acceptance), signature=signature, **given)

    def accept(self, *accepted, rejected=(), **given) -> Acceptance:
        """Posted and signed by all."""
        acceptance = self.post(*accepted, rejected=rejected, **given)
        for member in acceptance.members.order_by("pk"):
            self.sign(acceptance, member.user)
        return fresh(acceptance)

    @property
    def accepted(self) -> list[float]:
        return [float(line.accepted) for line in self.order.lines.order_by("pk")]

    @property
    def state(self) -> str:
        return fresh(self.order).state


def everything(order) -> tuple:
    """All that a refusal may not change."""
    return (
        list(Acceptance.objects.values_list("pk", "state", "ended_reason")),
        list(AcceptanceLine.objects.values_list("pk", "accepted", "received_label")),
        list(AcceptanceMember.objects.values_list("pk", "signed_at")),
        list(order.lines.values_list("pk", "accepted")),
        fresh(order).state,
    )


@pytest.fixture(scope="module")
def kept_delivery(ground) -> Kept:
    return ground.keep(Delivery)


@pytest.fixture
def delivery(cast, kept_delivery) -> Delivery:
    return kept_delivery.copied(cast)


@pytest.fixture
def receiving(monkeypatch):
    """receiving(destination) registers a receiver for this test; the list it gives holds what was taken."""

    def register(destination: str, refusal: Exception | None = None) -> list:
        taken: list = []

        def take(*, actor, at, line):
            taken.append((str(line), line.accepted))
            if refusal:
                raise refusal
            return Received(f"卡片 {line}", "/assets/card/1/")

        monkeypatch.setitem(receivers._handlers, destination, take)
        return taken

    return register
