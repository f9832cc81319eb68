"""食材出库单 and 食材盘点表 in their customary forms (CAN-05)."""

from assets.public import figure
from canteen.amounts import ZERO, price_words, worth
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import KitchenIssue, PantryCount


def issue_sheet(issue: KitchenIssue, user) -> dict:
    moves = list(issue.moves.select_related("batch__ingredient", "batch__supplier__partner").order_by("pk"))
    rows = [
        {
            "name": str(move.batch.ingredient),
            "unit": move.batch.ingredient.unit,
            "quantity": figure(-move.quantity),
            "price": price_words(move.batch.price),
            "amount": -move.amount,
            "batch": move.batch.number or f"{move.batch.received_on:%m-%d} 入库",
            "expires_on": f"{move.batch.expires_on:%Y-%m-%d}" if move.batch.expires_on else "",
            "note": "退回" if move.quantity > 0 else "",
        }
        for move in moves
    ]
    return {
        "number": issue.number,
        "on": full_day(issue.on),
        "meal": issue.get_meal_display(),
        "came": full_moment(issue.happened_at),
        "late": issue.late,
        "note": issue.note,
        "rows": rows,
        "total": sum((row["amount"] for row in rows), ZERO),
        "giver": issue.created_by.name,
        "taker": issue.taker.name,
    }


def count_sheet(count: PantryCount, user) -> dict:
    """Raises RuleViolation before it is booked."""
    if not count.number:
        raise RuleViolation("还没有记账，没有单号，不能打印。")
    lines = list(count.lines.select_related("batch__ingredient").order_by("batch__ingredient__group", "batch__ingredient__pinyin", "pk"))
    rows = [
        {
            "name": str(line.batch.ingredient),
            "unit": line.batch.ingredient.unit,
            "batch": line.batch.number or f"{line.batch.received_on:%m-%d} 入库",
            "expires_on": f"{line.batch.expires_on:%Y-%m-%d}" if line.batch.expires_on else "",
            "book": figure(line.book),
            "counted": figure(line.counted),
            "gap": figure(line.difference) if line.difference else "",
            "value": worth(line.difference, line.batch.price),
            "reason": line.reason,
        }
        for line in lines
    ]
    return {
        "number": count.number,
        "on": full_day(count.on),
        "note": count.note,
        "rows": rows,
        "total": sum((row["value"] for row in rows), ZERO),
        "counter": count.created_by.name,
        "watcher": count.booked_by.name,
        "booked_at": full_moment(count.booked_at),
    }


ISSUE_SHEET = PrintDocument(
    kind="canteen.kitchenissue", title="食材出库单", template="print/canteen/issue.html", context=issue_sheet, number=lambda i: i.number
)
COUNT_SHEET = PrintDocument(
    kind="canteen.pantrycount", title="食材盘点表", template="print/canteen/pantry_count.html", context=count_sheet, number=lambda c: c.number
)
