"""Books of evidence: the days a printed sheet names."""

from datetime import date

import pytest

from logistics.platform.evidence.logs import Period, period_of
from logistics.platform.printing.models import PrintedPaper

DAY, OTHER, NEXT_YEAR = date(2026, 11, 1), date(2026, 11, 21), date(2027, 1, 4)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (DAY, DAY, "2026年11月1日"),
        (DAY, OTHER, "2026年11月1日至11月21日"),
        (DAY, NEXT_YEAR, "2026年11月1日至2027年1月4日"),
    ],
)
def test_a_sheet_names_its_days_in_words_and_is_found_by_them(since, until, words):
    period = Period(since, until)
    assert period.number == words
    assert period_of(PrintedPaper(number=words)) == period


@pytest.mark.parametrize(("number", "found"), [("20261101-20261121", Period(DAY, OTHER)), ("2026年13月1日", None), ("11月1日", None), ("随便", None)])
def test_sheets_of_the_first_weeks_are_found_too_and_nonsense_is_nothing(number, found):
    assert period_of(PrintedPaper(number=number)) == found
