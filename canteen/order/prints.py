"""食材采购单 and 采购日报 in their customary forms (GEN-04)."""

from decimal import Decimal

from assets.public import figure
from canteen.amounts import ZERO, price_words, worth
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import FoodOrder, PurchaseReport


def order_sheet(order: FoodOrder, user) -> dict:
    """Everything the order says. Raises RuleViolation before it is placed."""
    if not order.number:
        raise RuleViolation("还没有下单，没有单号，不能打印。")
    lines = list(order.lines.select_related("ingredient").order_by("pk"))
    rows = [
        {
            "name": str(line.ingredient),
            "unit": line.ingredient.unit,
            "quantity": figure(line.quantity),
            "price": price_words(line.price),
            "amount": worth(line.quantity, line.price) if line.price is not None else None,
            "note": line.note,
        }
        for line in lines
    ]
    return {
        "number": order.number,
        "supplier": order.supplier.partner.name,
        "phone": " ".join(filter(None, [order.supplier.contact, order.supplier.phone])),
        "on": full_day(order.on),
        "deliver": f"{full_day(order.deliver_on)}{f' {order.deliver_by:%H:%M} 前' if order.deliver_by else ''}",
        "note": order.note,
        "state": "" if order.state in ("placed", "arrived") else order.get_state_display(),
        "rows": rows,
        "total": sum((row["amount"] for row in rows if row["amount"] is not None), ZERO),
        "placed": f"{order.placed_by.name} {full_moment(order.placed_at)}",
    }


def report_sheet(report: PurchaseReport, user) -> dict:
    """The report as it stands on the board."""
    return {
        "on": full_day(report.on),
        "version": report.version,
        "rows": [{**row, "amount": Decimal(row["amount"])} for row in report.rows],
        "total": report.amount,
        "made_at": full_moment(report.made_at),
    }


ORDER_SHEET = PrintDocument(
    kind="canteen.foodorder", title="食材采购单", template="print/canteen/order.html", context=order_sheet, number=lambda order: order.number
)
REPORT_SHEET = PrintDocument(
    kind="canteen.purchasereport",
    title="食堂采购日报表",
    template="print/canteen/purchase_report.html",
    context=report_sheet,
    number=lambda r: f"{r.on:%Y%m%d}-{r.version}",
)
