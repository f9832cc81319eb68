"""库存明细账 in its customary form (STK-01, GEN-04)."""

from assets.item.pages import price_words
from assets.item.quantities import NONE, figure
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument

from .models import Stock

MOST_ROWS = 2000


def card_sheet(stock: Stock, user) -> dict:
    """数量金额式明细账: every move with the balance after it, the newest MOST_ROWS of them."""
    moves = list(stock.moves.select_related("department", "person").order_by("-number")[:MOST_ROWS])[::-1]
    if not moves:
        raise RuleViolation("还没有收发，明细账没有内容。")
    return {
        "item": stock.item.name,
        "spec": stock.item.spec,
        "unit": stock.item.unit,
        "store": str(stock.store),
        "bin": stock.bin,
        "minimum": figure(stock.item.minimum),
        "maximum": figure(stock.item.maximum),
        "rows": [_row(move) for move in moves],
        "quantity": figure(stock.quantity),
        "value": stock.value,
        "price": price_words(stock.price),
    }


def _row(move) -> dict:
    side = "in" if move.quantity > NONE else "out"
    who = " ".join(filter(None, [str(move.department or ""), move.person.name if move.person else ""]))
    return {
        "on": f"{move.on:%Y-%m-%d}",
        "document": move.document_label,
        "words": f"{'冲销 ' if move.reverses_id else ''}{move.get_kind_display()}{f'　{who}' if who else ''}",
        "in": figure(move.quantity) if side == "in" else "",
        "in_value": move.value if side == "in" else None,
        "out": figure(-move.quantity) if side == "out" else "",
        "out_value": -move.value if side == "out" else None,
        "left": figure(move.balance_quantity),
        "worth": move.balance_value,
    }


CARD_SHEET = PrintDocument(
    kind="assets.stock",
    title="库存明细账",
    template="print/assets/stock_card.html",
    context=card_sheet,
    number=lambda stock: f"{stock.store_id}-{stock.item_id}",
)
