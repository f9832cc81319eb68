"""The calendar of care, and what spraying needs (HYG-03)."""

from datetime import date, timedelta

import pytest

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from safety.greenery import queries, rules
from safety.greenery.models import CareLog, CareRule, PlantArea
from tests.conftest import NOW
from tests.safety.vehicle_kit import TODAY


def care(first: int, last: int, every: int = 7) -> CareRule:
    return CareRule(kind="water", first_month=first, last_month=last, every_days=every, created_at=NOW - timedelta(days=400))


@pytest.mark.requirement("HYG-03")
@pytest.mark.parametrize(
    ("first", "last", "last_on", "on", "due"),
    [
        (1, 12, date(2026, 11, 10), TODAY, date(2026, 11, 17)),
        (4, 10, date(2026, 10, 30), TODAY, None),
        (11, 3, date(2026, 3, 1), TODAY, date(2026, 11, 1)),
        (11, 3, None, date(2027, 2, 1), date(2026, 11, 1)),
    ],
)
def test_when_care_is_due(first, last, last_on, on, due):
    assert queries.next_due(care(first, last), last_on, on) == due


@pytest.mark.django_db
@pytest.mark.requirement("HYG-03")
def test_care_is_due_until_it_is_done_and_spraying_needs_a_warning(cast):
    given = {"name": "草坪", "plants": "高羊茅", "keeper": cast.guard, "is_active": True}
    area: PlantArea = rules.save_area(actor=cast.director, at=NOW - timedelta(days=30), **given)
    for kind in ("water", "spray"):
        rules.save_care(actor=cast.director, at=NOW - timedelta(days=30), area=area, kind=kind, first_month=1, last_month=12, every_days=10, is_active=True)
    assert len(queries.green_todos(cast.guard, NOW)) == 2
    assert queries.green_todos(cast.teacher, NOW) == []
    spray = {"area": area, "kind": "spray", "words": "防蚜虫"}
    for more, words in (({}, "药名"), ({"agent": "吡虫啉 10 克"}, "警示")):
        with pytest.raises(RuleViolation, match=words):
            rules.record_care(actor=cast.guard, at=NOW, **spray | more)
    with pytest.raises(NotAllowed):
        rules.record_care(actor=cast.teacher, at=NOW, area=area, kind="water", words="浇")
    assert not CareLog.objects.exists()
    rules.record_care(actor=cast.guard, at=NOW, agent="吡虫啉 10 克", is_warned=True, **spray)
    assert [todo.title for todo in queries.green_todos(cast.guard, NOW)] == ["草坪 浇水"]
