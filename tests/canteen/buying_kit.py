"""A supplier with its papers, ingredients, an order and a delivery: what the tests of buying and receiving stand on."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from canteen.delivery.models import CertKind, Delivery
from canteen.delivery.papers import missing_papers
from canteen.delivery.queries import lines_of, papers_of
from canteen.delivery.rules import add_paper, receive
from canteen.delivery.signing import sign_quality, sign_quantity
from canteen.ingredient.models import Ingredient
from canteen.ingredient.rules import save_ingredient
from canteen.order.models import FoodOrder
from canteen.order.rules import add_line, place_order, save_order
from canteen.pantry.models import PantryBatch
from canteen.pantry.rules import open_stock
from canteen.supplier.models import Supplier
from canteen.supplier.rules import save_supplier
from logistics.platform.attachments.photos import CleanPhoto, typed_signature
from logistics.platform.partners.models import FirmPaper, Partner
from tests.conftest import NOW

TODAY = date(2026, 11, 18)  # the day of NOW
TINY = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PHOTO = CleanPhoto(content=TINY, name="证票.jpg", width=1, height=1)


def firm_of(cast, name: str = "绿源配送", *, licence: int | None = 300, food: int | None = 300, contract: int | None = 300) -> Partner:
    """A food firm whose papers have so many days left; None is a paper it does not have."""
    firm = Partner.objects.create(name=name, kinds=",food,", created_by=cast.buyer, created_at=NOW)
    for kind, left in (("licence", licence), ("food", food), ("contract", contract)):
        if left is not None:
            ends = TODAY + timedelta(days=left)
            FirmPaper.objects.create(partner=firm, kind=kind, number="1", expires_on=ends, created_by=cast.buyer, created_at=NOW)
    return firm


def supplier_of(cast, name: str = "绿源配送", **papers) -> Supplier:
    known = Supplier.objects.filter(partner__name=name).first()
    given = {"goods": "蔬菜", "chosen_by": "公开比选", "chosen_on": TODAY - timedelta(days=60)}
    return known or save_supplier(actor=cast.canteen, at=NOW, partner=firm_of(cast, name, **papers), **given)


def ingredient_of(cast, name: str = "青菜", **fields) -> Ingredient:
    known = Ingredient.objects.filter(name=name).first()
    given = {"group": "vegetable", "papers": "produce"} | fields
    return known or save_ingredient(actor=cast.canteen, at=NOW, name=name, **given)


def pork_of(cast) -> Ingredient:
    return ingredient_of(cast, "猪肉", group="meat", papers="pork", storage="cold", shelf_days=3)


def order_of(cast, ingredient: Ingredient | None = None, quantity=Decimal(50), *, placed: bool = True, supplier: Supplier | None = None) -> FoodOrder:
    order = save_order(actor=cast.canteen, at=NOW, supplier=supplier or supplier_of(cast), on=TODAY, deliver_on=TODAY)
    add_line(actor=cast.canteen, at=NOW, record=order, ingredient=ingredient or ingredient_of(cast), quantity=quantity, price=Decimal("4.2"))
    if placed:
        place_order(actor=cast.canteen, at=NOW, record=order)
    return FoodOrder.objects.get(pk=order.pk)


def delivery_of(cast, ingredient: Ingredient | None = None, weighed=Decimal(50), *, at: datetime = NOW, supplier: Supplier | None = None, **line) -> Delivery:
    row = {"ingredient": ingredient or ingredient_of(cast), "weighed": weighed, "price": Decimal("4.2")} | line
    return receive(actor=cast.buyer, at=at, supplier=supplier or supplier_of(cast), driver="李强", lines=[row], photos=[PHOTO])


def all_papers(cast, delivery: Delivery, *, but: tuple = (), at: datetime = NOW) -> None:
    """Every certificate that is missing, except some kinds."""
    for one in missing_papers(delivery, lines_of(delivery), papers_of(delivery)):
        if one.kind not in but:
            add_paper(actor=cast.buyer, at=at, record=delivery, kind=one.kind, line=one.line, photos=[PHOTO], number="A1")


def name_of(person) -> list:
    return [typed_signature(person.name * 2, signer=person.name * 2)]


def good(delivery: Delivery, **more) -> dict:
    """The chef finds nothing wrong; `more` changes the finding of every line."""
    return {line.pk: {"bad": [], "temperature": Decimal("4.0")} | more for line in lines_of(delivery)}


def quantities(cast, delivery: Delivery, at: datetime = NOW) -> None:
    sign_quantity(actor=cast.buyer, at=at, record=delivery, signature=name_of(cast.buyer))
    sign_quantity(actor=cast.cashier, at=at, record=delivery, signature=name_of(cast.cashier))


def signed(cast, delivery: Delivery, *, at: datetime = NOW, findings: dict | None = None, **words) -> Delivery:
    """All three names under it."""
    quantities(cast, delivery, at)
    sign_quality(actor=cast.chef, at=at, record=delivery, findings=findings or good(delivery), signature=name_of(cast.chef), **words)
    return Delivery.objects.get(pk=delivery.pk)


def posted(cast, ingredient: Ingredient | None = None, weighed=Decimal(50), *, at: datetime = NOW, **given) -> PantryBatch:
    """A batch in the store, by the whole way of a delivery."""
    delivery = delivery_of(cast, ingredient, weighed, at=at, **given)
    all_papers(cast, delivery, at=at)
    return PantryBatch.objects.get(line__delivery=signed(cast, delivery, at=at))


def stock(cast, ingredient: Ingredient, quantity=Decimal(10), price="2", *, days: int | None = 30) -> PantryBatch:
    """What lay there before."""
    ends = None if days is None else TODAY + timedelta(days=days)
    return open_stock(
        actor=cast.canteen, at=NOW, ingredient=ingredient, quantity=Decimal(quantity), price=Decimal(price), received_on=TODAY - timedelta(days=3), expires_on=ends
    )  # fmt: skip


PORK = (CertKind.QUARANTINE, CertKind.MEAT, CertKind.SWINE)
