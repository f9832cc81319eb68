"""Counting by a tariff, splitting to the cent: pure (UTL-07)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.bill.sharing import net_use, split
from logistics.utilities.tariff.arithmetic import Step, charge, total

pytestmark = pytest.mark.requirement("UTL-07")
D = Decimal
STEPS = [Step("水费", D("2"), over=D(0)), Step("水费", D("3"), over=D(100)), Step("水费", D("5"), over=D(200))]


@pytest.mark.parametrize(
    ("quantity", "before", "times", "yuan"),
    [("100", 0, 1, "200.00"), ("100.5", 0, 1, "201.50"), ("250", 0, 1, "750.00"), ("250", 0, 2, "550.00"), ("50", 80, 1, "130.00"), ("10", 500, 1, "50.00")],
)
def test_steps_cost_what_lies_in_them(quantity, before, times, yuan):
    assert total(charge(STEPS, {"": D(quantity)}, before=D(before), times=times)) == D(yuan)


def test_bands_and_parts_add_up_and_a_share_of_the_use_counts():
    steps = [Step("电价", D("0.8"), "peak"), Step("电价", D("0.3"), "valley"), Step("加价", D("0.05"), over=D(100)), Step("污水", D("1"), share=D(90))]
    parts = {part.name: part.amount for part in charge(steps, {"": D(150), "peak": D(100), "valley": D(50)})}
    assert parts == {"电价": D("95.00"), "加价": D("2.50"), "污水": D("135.00")}


def test_a_band_the_bill_does_not_say_is_asked_for():
    with pytest.raises(RuleViolation, match="写账单上峰的用量"):
        charge([Step("电价", D("0.8"), "peak")], {"": D(100)})


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9)), min_size=1, max_size=5, unique_by=lambda row: row[0]),
    st.integers(0, 900),
    st.integers(0, 900),
)
def test_counting_in_two_bills_is_counting_in_one(rows, first, second):
    steps = [Step("水费", D(price), over=D(over)) for over, price in rows]
    whole = total(charge(steps, {"": D(first + second)}))
    assert whole == sum(max((row for row in rows if row[0] <= unit), default=(0, 0))[1] for unit in range(first + second))
    assert whole == total(charge(steps, {"": D(first)})) + total(charge(steps, {"": D(second)}, before=D(first)))


@settings(max_examples=40, deadline=None)
@given(st.decimals("0.01", 99_999, places=2), st.lists(st.decimals(0, 9999, places=3), min_size=1, max_size=12).filter(any))
def test_shares_are_the_amount_to_the_cent(amount, weights):
    shares = split(amount, dict(enumerate(weights)))
    whole = sum(weights, D(0))
    assert sum(shares.values()) == amount
    assert all(abs(shares[n] - amount * weight / whole) < D("0.01") for n, weight in enumerate(weights))


def test_nothing_to_share_by_is_refused():
    with pytest.raises(RuleViolation, match="没有可以用来分摊的数"):
        split(D(10), {1: D(0)})


def test_a_meter_below_another_of_a_department_counts_once():
    parents = {1: None, 2: 1, 3: 2, 4: 3}
    assert net_use(parents, {1: D(100), 3: D(40), 4: D(50)}) == {1: D(60), 3: D(0), 4: D(50)}
