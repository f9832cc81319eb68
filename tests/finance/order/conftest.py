"""An approved request, firms with and without their papers, and short ways to ask them and to order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finance.budget.models import BudgetEntry, BudgetLine
from finance.order import inquiry_rules, rules
from finance.order.models import Inquiry, PurchaseOrder
from finance.purchase.models import PurchaseRequest
from logistics.platform.audit.models import Event
from logistics.platform.partners.models import Partner
from logistics.platform.partners.rules import save_firm_paper, save_partner
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import Desk, browse, budget, call, kept_budget, row  # noqa: F401  fixtures of the neighbour

TODAY = NOW.date()


class Shop(Desk):
    """firm() registers one, order() places it with the buyer and the cashier, ask() has firms quote."""

    def firm(self, name="晨光文具店", kinds=("supplier",), *, licensed=True) -> Partner:
        known = Partner.objects.filter(name=name).first()
        if known:
            return known
        made = save_partner(actor=self.cast.buyer, at=NOW, name=name, kinds=list(kinds), is_another=True)
        if licensed:
            save_firm_paper(actor=self.cast.buyer, at=NOW, partner=made, kind="licence", expires_on=TODAY + timedelta(days=300))
        return made

    def big(self, price="50", quantity="12", **given) -> PurchaseRequest:
        """Approved, above the limit for direct purchases once that is 500."""
        return self.approved(title="打印机", lines=[row(fresh(self.budget.line), name="打印机", unit="台", quantity=quantity, price=price)], **given)

    def approved(self, *, lines=None, **given) -> PurchaseRequest:
        return self.sign(self.send(self.write(*(lines or []), **given)))

    def rows(self, request, *quantities, price=None, brand="") -> list[dict]:
        """Every line whole, or so much of each as is named."""
        found = []
        for n, line in enumerate(request.lines.order_by("position")):
            quantity = quantities[n] if n < len(quantities) else None if quantities else line.quantity
            if quantity is not None:
                found.append({"request_line": line, "quantity": Decimal(str(quantity)), "price": Decimal(str(price)) if price else line.price, "brand": brand})
        return found

    def order(self, request=None, *quantities, partner=None, method="direct", actor=None, at=NOW, price=None, **given) -> PurchaseOrder:
        request = request or self.approved()
        lines = given.pop("lines", None) or self.rows(request, *quantities, price=price)
        given = {"second_buyer": self.cast.cashier} | given
        return rules.place_order(
            actor=actor or self.cast.buyer, at=at, request=fresh(request), partner=partner or self.firm(), method=method, lines=lines, **given
        )

    def ask(self, request, *prices, **given) -> Inquiry:
        """An inquiry with a quote of each price per piece, by firms named 甲店, 乙店, 丙店 …"""
        inquiry = inquiry_rules.open_inquiry(actor=self.cast.buyer, at=NOW, request=fresh(request))
        for name, price in zip("甲乙丙丁戊", prices, strict=False):
            self.quote(inquiry, f"{name}店", price, **given)
        return fresh(inquiry)

    def quote(self, inquiry, name, price, **given):
        lines = [{"line": line.pk, "price": Decimal(str(price)), "brand": ""} for line in inquiry.lines.all()]
        return inquiry_rules.add_quote(actor=self.cast.buyer, at=NOW, record=inquiry, partner=self.firm(name), **{"quoted_on": TODAY, "lines": lines} | given)

    def choose(self, inquiry, name="甲店", **given) -> Inquiry:
        members = [self.cast.buyer, self.cast.cashier, self.cast.teacher]
        quote = inquiry.quotes.get(partner__name=name)
        inquiry_rules.choose_quote(actor=self.cast.buyer, at=NOW, record=fresh(inquiry), quote=quote, **{"members": members} | given)
        return fresh(inquiry)

    def sums(self) -> tuple[Decimal, Decimal, Decimal]:
        line = BudgetLine.objects.get(pk=self.budget.line.pk)
        return line.reserved, line.committed, line.spent


def everything() -> tuple:
    """What no refusal may change."""
    orders = list(PurchaseOrder.objects.order_by("pk").values_list("pk", "state", "total", "deliver_on", "lines__accepted"))
    asked = list(Inquiry.objects.order_by("pk").values_list("pk", "state", "chosen", "quotes__total"))
    requests = list(PurchaseRequest.objects.order_by("pk").values_list("pk", "state"))
    lines = list(BudgetLine.objects.order_by("pk").values_list("reserved", "committed", "spent"))
    return orders, asked, requests, BudgetEntry.objects.count(), Event.objects.count(), lines


@pytest.fixture
def shop(cast, budget) -> Shop:  # noqa: F811
    return Shop(cast, budget)
