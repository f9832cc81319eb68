"""Two people plan the same day at the same moment: everything is ordered once, on both databases (CAN-03)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from canteen.menu.queries import DayNeeds, Need
from canteen.order import queries
from canteen.order.models import FoodOrderLine
from canteen.order.rules import draft_orders
from logistics.platform.kernel.errors import RuleViolation
from tests.canteen.buying_kit import TODAY, ingredient_of, supplier_of
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("CAN-03")]


def test_two_who_plan_one_day_order_it_once(cast, together, monkeypatch):
    tomorrow = TODAY + timedelta(days=1)
    greens = ingredient_of(cast, supplier=supplier_of(cast))
    monkeypatch.setattr(queries, "needs_of", lambda day: DayNeeds(day, [Need(greens, Decimal(50_000))] if day == tomorrow else [], Counter(), []))

    def plan():
        return draft_orders(actor=cast.canteen, at=NOW, on=tomorrow)

    outcomes = together(plan, plan)
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [RuleViolation]
    assert FoodOrderLine.objects.get().quantity == 50
