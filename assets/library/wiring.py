"""What the folder library registers with the platform."""

from assets.loan.forms import finders
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .pages import BOOKS
    from .queries import card_by_isbn

    registry.register(BOOKS)
    finders.append(card_by_isbn)
    index.register(
        Indexed(
            BOOKS,
            names=lambda book: (book.card.name,),
            words=lambda book: (book.author, book.isbn, book.call_number),
            detail=lambda book: book.author,
            order=70,
        )
    )
    menu.register(MenuItem("家底", "图书教材", "library", "/assets/book/", "assets.loan.view", 16))
