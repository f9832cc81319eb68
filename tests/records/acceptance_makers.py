"""One row of every kind of record of acceptance."""

from decimal import Decimal

from finance.acceptance.models import Acceptance, AcceptanceLine
from finance.acceptance.rules import post_acceptance, sign_acceptance
from tests.conftest import NOW
from tests.finance.acceptance.conftest import TODAY, fresh, make_order

GOODS = (("折叠椅", "把", "100", "120.00", "asset"),)
FOOD = (("大米", "袋", "100", "120.00", "canteen"),)  # waits in finance's own list


def post(school, order, quantity: int) -> Acceptance:
    lines = [{"order_line": order.lines.first(), "accepted": Decimal(quantity)}]
    members = [school.cast.keeper, school.cast.storekeeper]
    return post_acceptance(actor=school.cast.keeper, at=NOW, order=order, members=members, delivered_on=TODAY, lines=lines)


def signed(acceptance: Acceptance) -> Acceptance:
    for member in acceptance.members.order_by("pk"):
        sign_acceptance(actor=member.user, at=NOW, record=fresh(acceptance))
    return fresh(acceptance)


def acceptance(school, n: int, first: int = 9000) -> Acceptance:
    return post(school, make_order(school.cast, first + n, goods=GOODS), n)


def waiting(school, n: int) -> AcceptanceLine:
    return signed(post(school, make_order(school.cast, 8000 + n, goods=FOOD), n)).lines.get()


MAKERS = {"finance.acceptance": acceptance, "finance.acceptanceline": waiting}
GROWERS = {"finance.acceptance": lambda school, record, n: post(school, fresh(record.order), n)}
