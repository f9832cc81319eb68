"""图书教材: titles are cards, copies are lent like other things, pupils included (AST-16)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assets.card.models import AssetCard
from assets.category.models import AssetClass
from assets.library import rules
from assets.library.forms import NewBookForm
from assets.library.isbn import is_isbn, normal_isbn
from assets.library.models import Book
from assets.library.queries import book_sums, books_visible_to, card_by_isbn
from assets.loan.models import Offer
from assets.loan.rules import book_loan, take_in
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import SchoolClass, Student
from tests.assets.conftest import TODAY, sums
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-16")
ISBN = "9787020002207"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("978-7-02-000220-7", True),
        ("９７８７０２０００２２０７", True),
        ("9787020002208", False),
        ("7-02-000220-X", True),
        ("", False),
        ("abc", False),
        ("ISBN: 9787020002207", True),
    ],
)
def test_an_isbn_is_right_or_not(text, good):
    assert is_isbn(normal_isbn(text)) is good


class Shelf:
    def __init__(self, ledger):
        self.ledger, self.cast = ledger, ledger.cast
        self.asset_class = AssetClass.objects.filter(life__kind="books").first()

    def register(self, actor=None, **given) -> Book:
        usual = {
            "title": "红楼梦",
            "kind": "book",
            "author": "曹雪芹",
            "isbn": "978-7-02-000220-7",
            "quantity": 3,
            "price": Decimal("59.70"),
            "acquired_on": TODAY,
        }
        usual |= {"asset_class": self.asset_class, "place": self.ledger.rooms.room, "custodian": self.cast.keeper, "is_opening": True}
        return rules.register_book(actor=actor or self.cast.keeper, at=NOW, **usual | given)


@pytest.fixture
def shelf(ledger):
    return Shelf(ledger)


def test_a_title_is_a_card_of_copies_open_for_pupils(shelf):
    book = shelf.register()
    assert (book.isbn, book.card.name, book.card.quantity, book.card.unit) == (ISBN, "红楼梦", 3, "册")
    assert sums(book.card) == (1, 3, Decimal("179.10"), 0)
    assert Offer.objects.get(card=book.card).for_students
    assert card_by_isbn("978-7-02-000220-7") == book.card


def test_copies_go_out_and_come_back(shelf):
    book = shelf.register()
    pupil = Student.objects.create(number="20260101", name="林小满", school_class=SchoolClass.objects.create(name="甲班", grade="七年级"))
    loan = book_loan(actor=shelf.cast.keeper, at=NOW, card=book.card, student=pupil, from_on=TODAY, due_on=TODAY, quantity=1, now=True)
    stored = books_visible_to(shelf.cast.teacher).get()
    assert (stored.out, stored.free) == (1, 2)
    assert book_sums(books_visible_to(shelf.cast.teacher)) == {"copies": 3, "lent": 1, "cost": Decimal("179.10")}
    take_in(actor=shelf.cast.keeper, at=NOW, record=loan)
    assert books_visible_to(shelf.cast.teacher).get().out == 0


def test_what_the_ledger_has_already_is_no_second_card(shelf):
    card = shelf.register().card
    Book.objects.all().delete()
    book = shelf.register(card=card, title="")
    assert (book.card, AssetCard.objects.count()) == (card, 1)
    with pytest.raises(RuleViolation) as refusal:
        shelf.register(card=card)
    assert refusal.value.field == "card"
    with pytest.raises(RuleViolation, match="不是图书"):
        shelf.register(card=shelf.ledger.desks(2))


@pytest.mark.parametrize(
    ("given", "field"), [({"title": ""}, "title"), ({"quantity": None}, "quantity"), ({"price": None}, "price"), ({"asset_class": None}, "asset_class")]
)
def test_what_is_missing_is_said(shelf, given, field):
    with pytest.raises(RuleViolation) as refusal:
        shelf.register(**given)
    assert refusal.value.field == field
    assert not AssetCard.objects.exists()


def test_a_wrong_isbn_is_said_at_its_field(shelf):
    form = NewBookForm({"title": "书", "kind": "book", "isbn": "9787020002208", "longest_days": 30})
    assert "isbn" in form.errors


def test_teachers_read_and_do_not_register(shelf, client):
    book = shelf.register()
    with pytest.raises(NotAllowed):
        shelf.register(shelf.cast.teacher, title="另一本", isbn="")
    client.force_login(shelf.cast.teacher)
    assert "红楼梦" in client.get(reverse("assets:book-list"), {"q": "曹雪芹"}).content.decode()
    assert "约着借" in client.get(reverse("assets:book-detail", args=[book.pk])).content.decode()
    assert client.get(reverse("assets:book-create")).status_code == 403
