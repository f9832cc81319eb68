"""One row of every record of buying, receiving and keeping food."""

from datetime import timedelta
from decimal import Decimal

from canteen.access_log.rules import enter
from canteen.delivery.models import Delivery
from canteen.ingredient.rules import add_pack
from canteen.order.models import FoodOrder, PurchaseReport
from canteen.order.rules import add_line, save_order
from canteen.pantry.count_rules import start_count
from canteen.pantry.models import KitchenIssue, PantryBatch, PantryCount, PantryMove
from canteen.pantry.rules import issue_food
from canteen.price.rules import write_prices
from logistics.platform.board.rules import put_up
from tests.canteen.buying_kit import TODAY, delivery_of, ingredient_of, stock, supplier_of
from tests.conftest import NOW


def ingredient(school, n: int):
    return ingredient_of(school.cast, f"食材{n}")


def supplier(school, n: int):
    return supplier_of(school.cast, f"第{n}家配送")


def order(school, n: int) -> FoodOrder:
    return save_order(actor=school.cast.canteen, at=NOW, supplier=supplier(school, n + 100), on=TODAY, deliver_on=TODAY)


def more_lines(school, record: FoodOrder, n: int) -> None:
    add_line(actor=school.cast.canteen, at=NOW, record=record, ingredient=ingredient(school, n + 100), quantity=Decimal(5), price=Decimal(3))


def delivery(school, n: int) -> Delivery:
    return delivery_of(school.cast, ingredient(school, n + 200), supplier=supplier(school, n + 200))


def batch(school, n: int) -> PantryBatch:
    return stock(school.cast, ingredient(school, n + 300))


def move(school, n: int) -> PantryMove:
    return batch(school, n + 50).moves.get()


def issue(school, n: int) -> KitchenIssue:
    lines = [{"ingredient": batch(school, n + 100).ingredient, "quantity": Decimal(1)}]
    return issue_food(actor=school.cast.canteen, at=NOW, on=TODAY, meal="lunch", taker=school.cast.chef, lines=lines)


def count(school, n: int) -> PantryCount:
    """Only one may be open, so those before it are put aside."""
    PantryCount.objects.filter(state="draft").update(state="void", ended_reason="重来")
    return start_count(actor=school.cast.canteen, at=NOW)


def report(school, n: int) -> PurchaseReport:
    row = {"name": "青菜", "spec": "", "quantity": "5 千克", "price": "4.2", "amount": "21.00", "supplier": "绿源", "buyers": "甲", "takers": "乙"}
    words = {"category": "purchase", "title": f"日报{n}", "content": "采购", "publish_on": TODAY}
    post = put_up(actor=school.cast.director, at=NOW, **words)
    return PurchaseReport.objects.create(on=TODAY - timedelta(days=n), rows=[row], amount=Decimal(21), post=post, made_at=NOW)


def price(school, n: int):
    lines = [{"ingredient": ingredient(school, n + 500), "price": Decimal(4)}]
    return write_prices(actor=school.cast.canteen, at=NOW, on=TODAY, market="城北市场", lines=lines)


def access(school, n: int):
    given = {"area": "store", "name": f"来人{n}", "unit": "某公司", "purpose": "修灯", "allowed_by": school.cast.director}
    return enter(actor=school.cast.canteen, at=NOW, **given)


MAKERS = {
    "canteen.ingredient": ingredient,
    "canteen.supplier": supplier,
    "canteen.foodorder": order,
    "canteen.delivery": delivery,
    "canteen.pantrybatch": batch,
    "canteen.pantrymove": move,
    "canteen.kitchenissue": issue,
    "canteen.pantrycount": count,
    "canteen.purchasereport": report,
    "canteen.pricecheck": price,
    "canteen.accessentry": access,
}
GROWERS = {
    "canteen.ingredient": lambda school, record, n: add_pack(actor=school.cast.canteen, at=NOW, record=record, name=f"袋{n}", holds=Decimal(n + 1)),
    "canteen.foodorder": more_lines,
    "canteen.supplier": lambda school, record, n: delivery_of(school.cast, ingredient(school, n + 700), supplier=record),
}
