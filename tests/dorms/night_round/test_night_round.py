"""Night rounds of the dorms: at least two a night, walked by those they are for, the missed ones named (DOR-05)."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from dorms.night_round import queries, rules
from dorms.night_round.models import NightPlan, NightRound
from dorms.night_round.prints import paper
from dorms.night_round.rules import prepare_rounds, repair, save_plan, tell_missed
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.evidence.logs import Period
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from repairs.ticket.models import Ticket
from tests.conftest import NOW, make_place
from tests.dorms.night_kit import CLOSES, DUE, OPENS, TODAY, a_building, a_plan, a_round, fine, walk

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-05")]


@pytest.fixture
def fault(kinds):
    return kinds.power


def times_of(plan: NightPlan) -> list:
    return [
        f"{one.opens_at.astimezone(OPENS.tzinfo):%H:%M}"
        for one in Occurrence.objects.filter(duty=plan.duty, on=TODAY, state=OccurrenceState.OPEN).order_by("opens_at")
    ]


def test_plan_comes_round_every_two_hours_by_itself(cast):
    plan = a_plan(cast)
    assert times_of(plan) == ["22:00", "00:00", "02:00", "04:00"]
    found = NightRound.objects.get(building=plan.building, occurrence__opens_at=OPENS)
    assert [item["text"].partition("都看过")[0] for item in found.items[:2]] == ["1层", "2层"]
    assert len(found.items) == 2 + len(rules.LOOKED_AT)


@pytest.mark.parametrize(("fields", "field"), [({"every": 8}, "every"), ({"every": 0}, "every"), ({"every": 6, "until": time(4)}, "every")])
def test_fewer_than_two_rounds_a_night_are_refused(cast, fields, field):
    building = a_building(cast)
    with pytest.raises(RuleViolation) as refused:
        a_plan(cast, building, **fields)
    assert refused.value.field == field
    assert not NightPlan.objects.exists()


def test_plan_without_floors_is_refused_and_makes_no_duty(cast):
    with pytest.raises(RuleViolation, match="没有楼层"):
        a_plan(cast, a_building(cast, floors=0))
    assert not NightPlan.objects.exists()
    assert not Duty.objects.filter(producer="dorms.night").exists()


def test_changed_plan_changes_its_duty_and_stopping_stops_it(cast):
    plan = a_plan(cast)
    plan = save_plan(actor=cast.director, at=NOW, record=plan, every=4, owner_person=cast.guard)
    assert times_of(plan)[:2] == ["22:00", "02:00"]
    assert Duty.objects.get(pk=plan.duty_id).owner_person == cast.guard
    save_plan(actor=cast.director, at=NOW, record=plan, is_active=False)
    assert not Duty.objects.get(pk=plan.duty_id).is_active
    plan = save_plan(actor=cast.director, at=NOW, record=plan, is_active=True, every=2)
    assert Duty.objects.get(pk=plan.duty_id).is_active
    assert NightPlan.objects.count() == 1


def test_womens_building_warns_until_women_are_confirmed(cast):
    building = a_building(cast, sex="f")
    plan = a_plan(cast, building)
    assert "女工作人员" in plan.warning
    assert not save_plan(actor=cast.director, at=NOW, record=plan, by_women=True).warning


def test_rounds_are_prepared_once(cast):
    a_plan(cast)
    before = NightRound.objects.count()
    assert before == 4
    assert prepare_rounds(actor=User.objects.system(), at=NOW) == 0
    assert NightRound.objects.count() == before


def test_walked_round_finishes_its_duty(cast):
    found = walk(cast, a_round(cast), note="安静")
    assert (found.bad, found.done_by, found.note) == (0, cast.dormkeeper, "安静")
    assert found.occurrence.state == OccurrenceState.DONE
    with pytest.raises(Conflict, match="已经登记"):
        walk(cast, found)


def test_what_is_wrong_needs_words_and_becomes_a_repair(cast, fault):
    found = a_round(cast)
    with pytest.raises(RuleViolation) as refused:
        walk(cast, found, given=fine(found) | {0: {"value": "bad"}}, kind=fault)
    assert refused.value.field == "note_0"
    assert not NightRound.objects.get(pk=found.pk).done_at
    found = walk(cast, found, given=fine(found) | {0: {"value": "bad", "note": "灯不亮"}}, kind=fault)
    ticket = found.tickets.get()
    assert (ticket.place, ticket.origin_kind, ticket.origin_id) == (found.building.place, "dorms.nightround", found.pk)
    assert "灯不亮" in ticket.description
    elsewhere = make_place("别的楼", None, "building", code="ELSE")
    with pytest.raises(RuleViolation, match="不在"):
        repair(actor=cast.dormkeeper, at=DUE, record=found, kind=fault, place=elsewhere, description="漏水了")
    assert Ticket.objects.filter(origin_id=found.pk).count() == 1


def test_round_leads_to_its_repair_and_to_banned_appliances(cast, fault, client):
    found = a_round(cast)
    found = walk(cast, found, given=fine(found) | {0: {"value": "bad", "note": "灯不亮"}}, kind=fault)
    url, ticket = f"/dorms/night-round/{found.pk}/", found.tickets.get()
    client.force_login(cast.dormkeeper)
    page = client.get(url).content.decode()
    for address in ("/dorms/appliance/new/", f"{url}repair/", f"/repairs/ticket/{ticket.pk}/"):
        assert f'href="{address}"' in page
    Ticket.objects.filter(pk=ticket.pk).update(reported_by=cast.director)
    client.force_login(cast.inspector)
    page = client.get(url).content.decode()
    assert (ticket.number in page, client.get(f"/repairs/ticket/{ticket.pk}/").status_code == 200) == (True, f'href="/repairs/ticket/{ticket.pk}/"' in page)


def test_repair_without_anything_wrong_is_refused_whole(cast, fault):
    found = a_round(cast)
    with pytest.raises(RuleViolation, match="不用报修"):
        walk(cast, found, kind=fault)
    assert not Ticket.objects.filter(origin_kind="dorms.nightround").exists()


@pytest.mark.parametrize("at", [OPENS - timedelta(minutes=1), CLOSES + timedelta(days=8)])
def test_round_is_walked_in_its_time_only(cast, at):
    found = a_round(cast)
    with pytest.raises(RuleViolation):
        walk(cast, found, at=at)
    assert not NightRound.objects.get(pk=found.pk).done_at


def test_others_do_not_walk_it(cast):
    with pytest.raises(NotAllowed, match="不归您"):
        walk(cast, a_round(cast), actor=cast.guard)


def test_round_that_arrives_late_stays_missed(cast):
    found = walk(cast, a_round(cast), at=CLOSES + timedelta(hours=6))
    assert found.occurrence.state == OccurrenceState.MISSED
    assert queries.standing(NightRound.objects.get(pk=found.pk), CLOSES)[0] == "没按时走，后来补报"


def test_missed_rounds_are_named_in_the_morning_once(cast):
    walk(cast, a_round(cast))
    morning = CLOSES + timedelta(hours=6, minutes=20)
    assert tell_missed(actor=User.objects.system(), at=morning) == 3
    assert tell_missed(actor=User.objects.system(), at=morning + timedelta(minutes=5)) == 0
    told = OutboxMessage.objects.get(key__startswith=f"dorms.night:{TODAY}").payload
    assert told["recipients"] == sorted(person.pk for person in (cast.director, cast.dormkeeper, cast.safety, cast.vice))
    assert "00:00、02:00、04:00" in told["body"]
    late = queries.night_late(cast.director, morning)
    assert (late[0].count, late[0].detail) == (3, "宿舍1号楼 00:00、02:00、04:00")
    assert queries.night_late(cast.guard, morning) == []


def test_keeper_sees_the_own_buildings_and_the_director_all(cast):
    own, other = a_round(cast, 1), a_round(cast, 2)
    other.building.keepers.clear()
    duty = Occurrence.objects.get(pk=other.occurrence_id).duty
    Duty.objects.filter(pk=duty.pk).update(owner_person=cast.guard, supervisor=None)
    Occurrence.objects.filter(duty=duty).update(owner_person=cast.guard, supervisor=None)
    assert set(queries.rounds_visible_to(cast.dormkeeper).values_list("building", flat=True)) == {own.building_id}
    assert queries.rounds_visible_to(cast.director).values("building").distinct().count() == 2
    assert not queries.rounds_visible_to(cast.teacher).exists()
    assert [row.building for row in queries.night_rows(cast.dormkeeper, TODAY)] == [own.building]


def test_phone_keeps_the_night(cast, monkeypatch):
    found = a_round(cast)
    monkeypatch.setattr(queries.timezone, "now", lambda: NOW)
    kept = dict(queries.kept_on_phone(cast.dormkeeper))
    assert f"/dorms/night-round/{found.pk}/walk/" in kept
    assert queries.kept_on_phone(cast.teacher)[0][0] == "/dorms/night/"


def test_paper_says_every_round_of_the_night(cast):
    found = a_round(cast)
    walk(cast, found, given=fine(found) | {1: {"value": "bad", "note": "门没关"}})
    content = paper(Period(TODAY, TODAY), cast.director)
    rows = content["table"]["rows"]
    assert len(rows) == 4
    assert rows[0][5:8] == ["1层√ 2层×", "√ √ √ √", "2层都看过：门没关"]
    assert all(len(row) == len(content["table"]["columns"]) for row in rows)


def test_database_keeps_a_round_whole(cast):
    found = a_round(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        NightRound.objects.filter(pk=found.pk).update(done_at=NOW)
