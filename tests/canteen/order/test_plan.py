"""From grams to kilogrammes to order: plain arithmetic (CAN-03)."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.order.plan import step_of, units_of, wish

pytestmark = pytest.mark.requirement("CAN-03")
KILOS = st.decimals(0, 500, places=3)


@pytest.mark.parametrize(
    ("grams", "unit_grams", "usable", "units"), [(8500, 1000, 85, "10"), (200 * 480, 200, 100, "480"), (1, 1000, 100, "0.001"), (1000, 1000, 30, "3.334")]
)
def test_net_grams_become_units_to_buy(grams, unit_grams, usable, units):
    assert units_of(Decimal(grams), Decimal(unit_grams), usable) == Decimal(units)


def test_what_is_there_and_coming_is_not_bought_again():
    assert wish(Decimal(50), Decimal(20), Decimal(10)).quantity == Decimal(20)
    assert wish(Decimal(50), Decimal(60), Decimal(0)).quantity == 0
    assert wish(Decimal("10.01"), Decimal(0), Decimal(0)).quantity == Decimal("10.1")
    assert wish(Decimal(30), Decimal(40), Decimal(0), minimum=Decimal(20), step=Decimal(25)).quantity == Decimal(25)


@given(KILOS, KILOS, KILOS, st.none() | st.decimals("0.1", 100, places=1))
def test_it_always_suffices_and_never_buys_a_step_too_much(needed, stock, coming, minimum):
    found = wish(needed, stock, coming, minimum=minimum)
    after = stock + coming + found.quantity - needed - (minimum or 0)
    assert found.quantity >= 0
    assert after >= 0 or (found.quantity == 0 and after >= 0)
    assert found.quantity == 0 or after < Decimal("0.1")


def test_what_keeps_is_bought_in_packs_the_rest_in_tenths_or_pieces():
    bag = SimpleNamespace(holds=Decimal(25))
    rice, greens, milk = (SimpleNamespace(unit=unit, shelf_days=days) for unit, days in (("千克", 365), ("千克", None), ("盒", 180)))
    assert step_of(rice, [bag]) == 25
    assert step_of(greens, [bag]) == Decimal("0.1")
    assert step_of(milk, []) == 1
