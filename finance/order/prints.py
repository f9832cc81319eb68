"""询价比价表 and 采购单 in their customary forms (FIN-04, GEN-04)."""

from django.utils import timezone

from finance.purchase.lines import plain_number
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .comparison import Offer, lines_asked, offers_of
from .methods import choice_needs, lines_on
from .models import Inquiry, PurchaseOrder
from .queries import lines_of

MOST_FIRMS = 5  # columns of the paper; who is dearer stands in the list below it


def check_has_quotes(user, inquiry: Inquiry) -> None:
    if not inquiry.quotes.exists():
        raise RuleViolation("还没有报价，比价表没有内容。")


def comparison(inquiry: Inquiry, user) -> dict:
    """Everything 询价比价表 says: each line with each firm's price, the terms, the choice and its reasons."""
    lines = lines_asked(inquiry)
    offers = offers_of(inquiry, lines)
    shown = _shown(offers)
    whole = sum(offer.is_whole for offer in offers)
    least = lines_on(timezone.localdate(inquiry.chosen_at or inquiry.created_at)).least
    return {
        "request": inquiry.request.number,
        "name": inquiry.request.title,
        "department": str(inquiry.request.department),
        "wanted": inquiry.wanted,
        "began_on": full_day(inquiry.created_at),
        "firms": [_firm(offer) for offer in shown],
        "rows": [_row(line, [offer.cells[n] for offer in shown]) for n, line in enumerate(lines)],
        "others": "；".join(f"{offer.quote.partner} {_answer(offer)}" for offer in offers if offer not in shown),
        "invited": len(offers),
        "answered": whole,
        "least": least,
        "is_few": bool(choice_needs(quotes=whole, least=least, over=0)),
        "few_reason": inquiry.few_reason,
        "chosen": str(inquiry.chosen.partner) if inquiry.chosen else "",
        "amount": inquiry.chosen.total if inquiry.chosen else None,
        "reason": inquiry.choice_reason or ("报价最低" if inquiry.chosen else ""),
        "chosen_on": full_day(inquiry.chosen_at),
        "members": [person.name for person in inquiry.members.order_by("pinyin", "pk")] if inquiry.chosen else [],
        "buyer": inquiry.created_by.name,
        "state": inquiry.get_state_display(),
    }


def _shown(offers: list[Offer]) -> list[Offer]:
    """The columns of the paper: the lowest ones, and the chosen one in any case."""
    priced = [offer for offer in offers if not offer.quote.declined]
    head = priced[:MOST_FIRMS]
    chosen = next((offer for offer in priced[MOST_FIRMS:] if offer.is_chosen), None)
    return [*head[:-1], chosen] if chosen else head


def _answer(offer: Offer) -> str:
    return f"没有报价（{offer.quote.declined}）" if offer.quote.declined else f"{offer.quote.total:,.2f} 元"


def _firm(offer: Offer) -> dict:
    quote = offer.quote
    return {
        "name": str(quote.partner),
        "contact": quote.contact,
        "quoted_on": full_day(quote.quoted_on),
        "valid_until": full_day(quote.valid_until),
        "tax": quote.get_tax_display(),
        "delivery": quote.delivery,
        "warranty": quote.warranty,
        "note": quote.note,
        "total": quote.total,
        "is_whole": offer.is_whole,
        "is_lowest": offer.is_lowest,
        "is_chosen": offer.is_chosen,
    }


def _row(line, cells: list) -> dict:
    asked = line.request_line
    return {
        "name": asked.name,
        "spec": asked.spec,
        "unit": asked.unit,
        "quantity": plain_number(line.quantity),
        "cells": [{"price": cell.price, "brand": cell.brand} if cell else None for cell in cells],
    }


def order_sheet(order: PurchaseOrder, user) -> dict:
    """Everything 采购单 says, for the firm and for the file."""
    lines = lines_of(order)
    return {
        "partner": str(order.partner),
        "contact": f"{order.partner.contact} {order.partner.phone}".strip(),
        "request": order.request.number,
        "name": order.request.title,
        "department": str(order.request.department),
        "ordered_on": full_day(order.created_at),
        "deliver_on": full_day(order.deliver_on),
        "method": order.get_method_display(),
        "method_reason": order.method_reason,
        "inquiry": order.inquiry.number if order.inquiry else "",
        "terms": order.terms,
        "rows": [
            {
                "name": line.request_line.name,
                "spec": "　".join(filter(None, [line.brand, line.request_line.spec])),
                "unit": line.request_line.unit,
                "quantity": plain_number(line.quantity),
                "price": line.price,
                "amount": line.amount,
                "use": line.request_line.use,
            }
            for line in lines
        ],
        "total": order.total,
        "funds": "；".join(dict.fromkeys(str(line.request_line.budget_line) for line in lines)),
        "buyer": order.created_by.name,
        "second": order.second_buyer.name if order.second_buyer else "",
        "is_cancelled": order.state == "cancelled",
        "cancelled_reason": order.cancelled_reason,
    }


COMPARISON_SHEET = PrintDocument(
    kind="finance.inquiry",
    title="询价比价表",
    template="print/finance/comparison.html",
    context=comparison,
    number=lambda inquiry: inquiry.number,
    check=check_has_quotes,
)
ORDER_SHEET = PrintDocument(
    kind="finance.purchaseorder", title="采购单", template="print/finance/order.html", context=order_sheet, number=lambda order: order.number
)
