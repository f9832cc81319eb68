"""Repeated failures, what they cost, and what to do about them (REP-12)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from repairs.figures.queries import figures
from repairs.ticket.models import State, Ticket
from tests.repairs.figures.kit import AT, TERM


def projector(school, days: int, **values) -> Ticket:
    return school.ticket(AT - timedelta(days=days), **{"thing": "投影仪", "kind": school.kinds[3], "after": 90, "material_cost": Decimal(155)} | values)


@pytest.mark.requirement("REP-12")
def test_the_same_thing_three_times_in_half_a_year_is_named_with_its_cost(school):
    Ticket.objects.bulk_create([projector(school, days) for days in (10, 40, 90, 170)] + [projector(school, 181)])
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert found.advice == ["教学楼A座 305教室的投影仪半年坏了 4 次，花了 620.00 元，建议整体检修或更换。"]
    (trouble,) = found.repeated
    assert (trouble.place_name, trouble.thing, trouble.times, trouble.cost) == ("教学楼A座 305教室", "投影仪", 4, Decimal("620.00"))
    assert [(one.thing, one.cost) for one in found.heavy] == [("投影仪", Decimal("620.00"))]
    assert [(thing.name, thing.times) for thing in found.things] == [("投影仪", 2)]  # of this term


@pytest.mark.requirement("REP-12")
def test_twice_in_half_a_year_is_no_repeated_failure_unless_it_came_back_soon(school):
    first, second = Ticket.objects.bulk_create([projector(school, 40, material_cost=0), projector(school, 20, material_cost=0)])
    assert figures(Ticket.objects.all(), TERM, at=AT).repeated == []
    Ticket.objects.filter(pk=second.pk).update(repeat_of=first)
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert [(one.times, one.repeats) for one in found.repeated] == [(2, 1)]
    assert found.advice == ["教学楼A座 305教室的投影仪修好不久又坏了 1 次，建议换人复查，查清原因再修。"]


@pytest.mark.requirement("REP-12")
def test_different_things_of_one_kind_are_checked_together(school):
    Ticket.objects.bulk_create([projector(school, n * 5, thing=thing, material_cost=0) for n, thing in enumerate(("投影仪", "音箱", "话筒", ""), 1)])
    assert figures(Ticket.objects.all(), TERM, at=AT).advice == ["教学楼A座 305教室半年报修「多媒体」4 次，建议派人把这里全面查一遍。"]


@pytest.mark.requirement("REP-12")
def test_a_dear_thing_is_weighed_before_the_next_repair(school):
    Ticket.objects.bulk_create(
        [
            projector(school, 10, material_cost=Decimal(900)),
            projector(school, 50, material_cost=Decimal(300)),
            projector(school, 5, place=school.rooms[2], thing="灯", material_cost=Decimal(800)),
        ]
    )
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert found.advice == ["教学楼A座 305教室的投影仪半年花了 1,200.00 元，占全部维修费的 60%，再修以前先比一比换新的价钱。"]
    assert [one.cost for one in found.heavy] == [Decimal(1200), Decimal(800)]


@pytest.mark.requirement("REP-12")
def test_maintenance_ahead_and_withdrawn_reports_are_no_failures(school):
    Ticket.objects.bulk_create(
        [projector(school, days, origin_kind="repairs.preventive", origin_id=1) for days in (10, 20, 30)]
        + [school.ticket(AT - timedelta(days=days), thing="投影仪", kind=school.kinds[3], state=State.CANCELLED) for days in (11, 21, 31)]
    )
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert (found.repeated, found.heavy, found.advice, found.things) == ([], [], [], [])


def test_a_thing_is_the_same_however_it_is_typed(school):
    Ticket.objects.bulk_create([projector(school, n, thing=thing) for n, thing in enumerate(("LED屏", "led 屏", "ＬＥＤ屏"), 1)])
    assert [one.times for one in figures(Ticket.objects.all(), TERM, at=AT).repeated] == [3]
