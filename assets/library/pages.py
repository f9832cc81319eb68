"""图书教材: titles, copies in and out, who reads them (AST-16)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import money

from . import forms, rules
from .models import Book, BookKind
from .queries import book_sums, books_visible_to, check_can_manage, check_can_view, is_handler, readers


def views(user) -> list[ListView]:
    return [ListView("全部", ""), *(ListView(kind.label, f"kind={kind.value}") for kind in BookKind), ListView("有借出的", "out=true")]


def facts(book: Book) -> list[tuple]:
    card = book.card
    found = [
        ("种类", book.get_kind_display(), False), ("作者", book.author, False), ("出版社", book.publisher, False), ("书号", book.isbn, False),
        ("索书号", book.call_number, False), ("学科年级", book.subject, False), ("馆藏", card.amount_words, False), ("现在可借", f"{max(book.free, 0)} {card.unit}", False),
        ("放在哪里", card.place, True), ("保管人", card.custodian, False), ("资产编号", card.number, False), ("原值", f"{card.cost:,.2f} 元", False),
    ]  # fmt: skip
    return [fact for fact in found if fact[1] not in (None, "")]


def detail_context(book: Book, user) -> dict:
    today, loans = timezone.localdate(), readers(book, user)
    for loan in loans:
        loan.tone, loan.state_words = loan.tone_on(today), loan.words_on(today)
    offer = getattr(book.card, "offer", None)
    lends = is_handler(user, book.card)
    return {"loans": loans, "offer": offer, "lends": lends, "may_book": lends or bool(offer and offer.is_active)}


def title_cell(book: Book):
    return link(book.card.name, reverse("assets:book-detail", args=[book.pk]), " · ".join(filter(None, [book.author, book.publisher])))


BOOKS = Record(
    model=Book,
    namespace="assets:book",
    label="图书教材",
    icon="library",
    rows=books_visible_to,
    columns=(
        Column("title", "书名", lambda b: b.card.name, title_cell, css="key", sort="card__name", width=30),
        Column("author", "作者", lambda b: b.author, css="only-wide", sort="author", optional=True, width=18),
        Column("publisher", "出版社", lambda b: b.publisher, css="only-wide", optional=True, width=20),
        Column("kind", "种类", lambda b: b.get_kind_display(), css="nw", sort="kind", width=10),
        Column("subject", "学科年级", lambda b: b.subject, css="only-wide", width=16),
        Column("isbn", "书号", lambda b: b.isbn, css="nw only-wide", sort="isbn", width=16),
        Column("call_number", "索书号", lambda b: b.call_number, css="nw only-wide", sort="call_number", width=14),
        Column("copies", "馆藏", lambda b: b.card.quantity, css="num", sort="card__quantity", kind="integer", width=8),
        Column("out", "借出", lambda b: b.out, css="num", sort="out", kind="integer", width=8),
        Column("free", "可借", lambda b: max(b.free, 0), lambda b: state_mark(str(b.free), "done") if b.free > 0 else state_mark("借完", "wait"), css="tail nw", sort="free", kind="integer", width=8),
        Column("place", "放在哪里", lambda b: str(b.card.place or ""), css="only-wide", width=26),
        Column("number", "资产编号", lambda b: b.card.number, css="nw only-wide", optional=True, width=22),
        Column("cost", "原值（元）", lambda b: b.card.cost, lambda b: money(b.card.cost), css="num only-wide", sort="card__cost", kind="money", optional=True, width=15),
    ),
    filters=forms.BookFilters,
    form=forms.BookForm,
    create_form=forms.NewBookForm,
    create=rules.register_book,
    update=rules.save_book,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    views=views,
    facts=facts,
    detail_context=detail_context,
    stamp=lambda b: f"{b.isbn}.{b.call_number}",
    order=("card__name", "pk"),
    empty="还没有登记图书和教材。",
)  # fmt: skip


class BookList(RecordList):
    """The list with the sums of what is shown above it."""

    def filtered(self):
        self.shown = super().filtered()
        return self.shown

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"sums": book_sums(self.shown)}


class BookPage(RecordForm):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | ({} if self.object else {"heading": "登记图书教材", "submit": "登记"})


def library_urls() -> list:
    """The routes of books, under /assets/."""
    return record_urls(BOOKS, pages={"list": BookList, "form": BookPage})
