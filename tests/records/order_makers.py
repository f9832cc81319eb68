"""One row of every kind of record of buying."""

from datetime import timedelta
from decimal import Decimal

from finance.order.inquiry_rules import add_quote, open_inquiry
from finance.order.models import Inquiry, PurchaseOrder
from finance.purchase.models import PurchaseRequest, RequestLine
from logistics.platform.org.models import Department
from logistics.platform.partners.rules import save_firm_paper, save_partner
from tests.conftest import NOW
from tests.finance.acceptance.conftest import TODAY, budget_line, fresh, make_order


def order(school, n: int) -> PurchaseOrder:
    return make_order(school.cast, 7000 + n)


def inquiry(school, n: int) -> Inquiry:
    """Opened on an approved request, without an answer yet."""
    request = PurchaseRequest.objects.create(
        number=f"QG-2026-{6000 + n}", title=f"第{n}批桌椅", department=Department.objects.get(name="总务处"), reason="换旧", state="approved", submitted_at=NOW,
        decided_at=NOW, created_by=school.cast.headteacher, created_at=NOW,
    )  # fmt: skip
    RequestLine.objects.create(
        request=request, position=1, name="课桌", unit="张", quantity=Decimal(20), price=Decimal(100), amount=Decimal(2000), budget_line=budget_line(school.cast),
        destination="asset",
    )  # fmt: skip
    return open_inquiry(actor=school.cast.buyer, at=NOW, request=request)


def answer(school, record, n: int) -> None:
    """One more firm's price."""
    firm = save_partner(actor=school.cast.buyer, at=NOW, name=f"第{record.pk}.{n}家桌椅店", kinds=["supplier"], is_another=True)
    save_firm_paper(actor=school.cast.buyer, at=NOW, partner=firm, kind="licence", expires_on=TODAY + timedelta(days=300))
    prices = [{"line": line.pk, "price": Decimal(90 + n), "brand": ""} for line in record.lines.all()]
    add_quote(actor=school.cast.buyer, at=NOW, record=fresh(record), partner=firm, quoted_on=TODAY, lines=prices)


MAKERS = {"finance.purchaseorder": order, "finance.inquiry": inquiry}
GROWERS = {"finance.inquiry": answer}
