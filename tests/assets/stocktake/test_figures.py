"""The pure sums: outcomes of a card, and what a sample says of the whole (AST-05)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.stocktake.figures import Rank, error_rate, outcome_of, ranked, sample_size

pytestmark = pytest.mark.requirement("AST-05")


@given(st.integers(1, 60), st.integers(0, 80), st.dictionaries(st.integers(1, 4), st.integers(1, 40), max_size=3))
@settings(max_examples=60)
def test_every_piece_has_one_outcome(quantity, here, elsewhere):
    found = outcome_of(quantity, here, elsewhere)
    assert found.here + found.elsewhere + found.missing == quantity
    assert min(found.here, found.elsewhere, found.missing, found.surplus) >= 0
    if quantity > 1:
        assert found.surplus == max(0, here + sum(elsewhere.values()) - quantity)


def test_a_single_thing_found_twice_is_one_thing():
    found = outcome_of(1, 1, {7: 1})
    assert (found.here, found.moved, found.missing, found.surplus) == (1, (), 0, 0)


@pytest.mark.parametrize(
    ("lines", "sample", "errors", "least", "most"),
    [(10, 10, 3, 3, 3), (600, 60, 3, 8, 80), (100_000, 10_000, 0, 0, 35), (5, 1, 1, 1, 5), (5, 1, 0, 0, 4), (40, 0, 0, 0, 40), (0, 0, 0, 0, 0)],
)
def test_the_range_of_wrong_lines(lines, sample, errors, least, most):
    found = error_rate(lines=lines, sample=sample, errors=errors)
    assert (found.least, found.most) == (least, most)


def test_seeded_errors_lie_within_the_range_as_often_as_promised():
    draw, wrong, hits = random.Random(5), set(range(24)), 0  # noqa: S311  the same draws every time
    for _ in range(200):
        errors = len(wrong & set(draw.sample(range(300), 45)))
        found = error_rate(lines=300, sample=45, errors=errors)
        hits += found.least <= len(wrong) <= found.most
    assert hits >= 190


def test_impossible_figures_are_refused():
    with pytest.raises(ValueError, match="errors <= sample"):
        error_rate(lines=5, sample=6, errors=0)


def test_sample_is_rounded_up_and_the_ranking_puts_the_best_first():
    assert [sample_size(n, 10) for n in (0, 1, 10, 11)] == [0, 1, 1, 2]
    rows = [Rank("乙", 10, 9), Rank("丙", 4, 4, wrong=1), Rank("甲", 4, 4)]
    assert [row.name for row in ranked(rows)] == ["甲", "丙", "乙"]
