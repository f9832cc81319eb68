"""A plan on its way: written, with works on it, approved."""

from datetime import date
from decimal import Decimal

import pytest

from repairs.plan import rules
from repairs.plan.preventive_rules import save_preventive
from tests.conftest import NOW

TODAY = date(2026, 11, 18)  # the day of NOW
SUMMER = {"title": "2027年暑期维修计划", "start_on": date(2027, 7, 5), "end_on": date(2027, 8, 25)}


@pytest.fixture
def preventive(cast, rooms, kinds):
    """A preventive work of the director's, due today and every three months."""

    def make(**fields):
        given = {"title": "清洗空调滤网", "place": rooms.room, "kind": kinds.power, "work": "拆下滤网冲洗，晾干装回", "owner": cast.director}
        rhythm = {"every_months": 3, "next_on": TODAY} if "season" not in fields else {}
        return save_preventive(actor=cast.director, at=NOW, **(given | rhythm | fields))

    return make


@pytest.fixture
def plan(cast):
    return rules.create_plan(actor=cast.director, at=NOW, **SUMMER)


@pytest.fixture
def add(cast, plan, rooms):
    """Put a work on the plan."""

    def make(content="更换日光灯", estimate="1200", **fields):
        given = {"place": rooms.room, "content": content, "quantity": Decimal(12), "unit": "盏", "estimate": Decimal(estimate)}
        return rules.add_item(actor=cast.director, at=NOW, record=plan, **(given | fields))

    return make


@pytest.fixture
def approved(cast, plan, add):
    """The plan with two works, approved by the vice principal."""
    add()
    add("疏通化粪池", "3500")
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    return rules.approve_plan(actor=cast.vice, at=NOW, record=plan, opinion="同意")


@pytest.fixture
def stored():
    """The record as the table has it now."""
    return lambda record: type(record).objects.get(pk=record.pk)
