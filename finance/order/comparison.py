"""The answers of the firms beside each other (FIN-04)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from finance.money import ZERO

from .models import Inquiry, InquiryLine, Quote, QuoteLine


@dataclass(frozen=True)
class Offer:
    """One firm's answer. `cells` are its prices in the order of the lines, None where it gave none; `over` is how much dearer than the lowest whole offer."""

    quote: Quote
    cells: list[QuoteLine | None] = field(default_factory=list)
    over: Decimal | None = None
    is_chosen: bool = False

    @property
    def is_whole(self) -> bool:
        """Priced every line, so that its sum can be compared and chosen."""
        return not self.quote.declined and all(self.cells)

    @property
    def is_lowest(self) -> bool:
        return self.over == 0

    def is_past(self, on: date) -> bool:
        return bool(self.quote.valid_until and self.quote.valid_until < on)


def lines_asked(inquiry: Inquiry) -> list[InquiryLine]:
    """The lines in the request's order. One query."""
    return list(inquiry.lines.select_related("request_line").order_by("request_line__position", "pk"))


def offers_of(inquiry: Inquiry, lines: list[InquiryLine] | None = None) -> list[Offer]:
    """Every firm that was asked, the lowest whole offer first, then the incomplete ones, then who gave no price. Two queries."""
    lines = lines_asked(inquiry) if lines is None else lines
    quotes = list(inquiry.quotes.select_related("partner").prefetch_related("lines").order_by("pk"))
    found = [_offer(quote, lines, inquiry) for quote in quotes]
    lowest = min((offer.quote.total for offer in found if offer.is_whole), default=ZERO)
    compared = [Offer(offer.quote, offer.cells, offer.quote.total - lowest if offer.is_whole else None, offer.is_chosen) for offer in found]
    return sorted(compared, key=lambda offer: (bool(offer.quote.declined), not offer.is_whole, offer.quote.total, offer.quote.pk))


def _offer(quote: Quote, lines: list[InquiryLine], inquiry: Inquiry) -> Offer:
    priced = {line.line_id: line for line in quote.lines.all()}
    return Offer(quote, [priced.get(line.pk) for line in lines], is_chosen=quote.pk == inquiry.chosen_id)
