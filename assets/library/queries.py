"""Reading the library: titles with copies in and out (AST-16)."""

from django.db.models import F, QuerySet, Sum

from assets.card.models import ALIVE, AssetCard
from assets.card.queries import MANAGE as CARDS
from assets.loan.models import OPEN, Loan
from assets.loan.queries import MANAGE, VIEW, is_handler, loans_visible_to, out_of
from logistics.platform.access.rules import has, require

from .isbn import is_isbn, normal_isbn
from .models import Book

__all__ = ["MANAGE", "VIEW", "is_handler", "loans_visible_to"]


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    """Registering books makes cards and lets them be lent: both rights."""
    require(user, CARDS)
    require(user, MANAGE)


def books_visible_to(user) -> QuerySet[Book]:
    """Every title on the books, for everybody who may borrow; `free` are the copies in."""
    rows = Book.objects.select_related("card", "card__place", "card__custodian", "card__asset_class", "card__offer")
    rows = rows.annotate(out=out_of("card_id")).annotate(free=F("card__quantity") - F("out"))
    return rows.filter(card__status__in=ALIVE) if has(user, VIEW) else rows.none()


def book_sums(rows: QuerySet[Book]) -> dict:
    """Titles, copies, copies out and cost of these, in one query."""
    found = rows.order_by().aggregate(copies=Sum("card__quantity"), lent=Sum("out"), cost=Sum("card__cost"))
    return {name: value or 0 for name, value in found.items()}


def card_by_isbn(text: str) -> AssetCard | None:
    """The card of this ISBN, one with copies in before one without."""
    isbn = normal_isbn(text)
    if not is_isbn(isbn):
        return None
    book = (
        Book.objects.filter(isbn=isbn, card__status__in=ALIVE)
        .select_related("card")
        .annotate(out=out_of("card_id"))
        .annotate(free=F("card__quantity") - F("out"))
    )
    found = book.order_by("-free", "pk").first()
    return found.card if found else None


def readers(book: Book, user) -> list[Loan]:
    """Who has copies, as far as this person may see it."""
    return list(loans_visible_to(user).filter(card=book.card_id, state__in=OPEN).order_by("due_on", "pk")[:100])
