"""The edges of a night: midnight, plans that begin late, phones without network, a clock that stood still (DOR-05)."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from dorms.night_round import queries, rules
from dorms.night_round.forms import PlanForm
from dorms.night_round.models import NightRound
from dorms.night_round.prints import paper
from dorms.night_round.rules import save_plan, tell_missed
from logistics.platform.duties.models import DutySubstitute, OccurrenceState
from logistics.platform.duties.phone import kinds_done_by
from logistics.platform.evidence.logs import Period
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.offline.queries import pages_for
from logistics.platform.org.models import User
from logistics.platform.web.templatetags.school import day
from repairs.ticket.models import Ticket
from tests.dorms.night_kit import OPENS, TODAY, a_building, a_plan, a_round, walk
from tests.offline_kit import arriving
from tests.platform.duties_kit import moment

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-05")]
NEXT = TODAY + timedelta(days=1)
MORNING = moment(NEXT, "07:20")


def opened(rows) -> list[str]:
    return [f"{timezone.localtime(one.occurrence.opens_at):%d %H:%M}" for one in rows]


def tell(at=MORNING) -> int:
    return tell_missed(actor=User.objects.system(), at=at)


def test_round_from_eleven_to_one_belongs_to_the_evening(cast):
    a_plan(cast, starts=time(23), until=time(3))
    rounds = queries.night_rows(cast.director, TODAY)[0].rounds
    assert opened(rounds) == [f"{TODAY:%d} 23:00", f"{NEXT:%d} 01:00"]
    found = walk(cast, rounds[0], at=moment(NEXT, "00:40"))
    assert found.occurrence.state == OccurrenceState.DONE
    assert queries.night_of(moment(NEXT, "00:40")) == TODAY
    assert tell() == 1
    assert queries.missed_words(list(queries.missed_of(TODAY))) == "宿舍1号楼 01:00"


def test_plan_from_midnight_counts_for_the_night_before(cast, client):
    plan = a_plan(cast, starts=time(0), until=time(4))
    rounds = NightRound.objects.filter(occurrence__opens_at__gte=moment(NEXT, "00:00"))
    assert {one.occurrence.on for one in rounds} == {NEXT}
    assert opened(queries.night_rows(cast.director, TODAY)[0].rounds) == [f"{NEXT:%d} 00:00", f"{NEXT:%d} 02:00"]
    assert len(paper(Period(TODAY, TODAY), cast.director)["table"]["rows"]) == 2
    assert tell() == 2
    assert OutboxMessage.objects.filter(key__startswith=f"dorms.night:{TODAY}").count() == 1
    client.force_login(cast.director)
    page = client.get(f"/dorms/night-round/{rounds.first().pk}/").content.decode()
    assert (f"{day(TODAY)}夜里" in page, f'href="/dorms/night/?on={TODAY}"' in page) == (True, True)
    assert queries.night_late(cast.director, MORNING)[0].count == plan.building.night_rounds.filter(occurrence__state="missed").count() == 2


def test_rounds_missed_after_the_telling_are_told_the_next_morning(cast):
    a_plan(cast, starts=time(23), until=time(9))
    assert tell() == 3
    assert tell(MORNING + timedelta(minutes=1)) == 0
    later = MORNING + timedelta(days=1)
    assert tell(later) >= 5
    assert OutboxMessage.objects.filter(key__startswith=f"dorms.night:{TODAY}").count() == 2
    assert tell(later + timedelta(minutes=1)) == 0


def test_clock_that_stood_still_for_three_days_tells_each_night(cast):
    a_plan(cast)
    assert tell(MORNING + timedelta(days=3)) == 4 * 4
    nights = [TODAY + timedelta(days=n) for n in range(4)]
    assert [OutboxMessage.objects.filter(key__startswith=f"dorms.night:{on}").count() for on in nights] == [1] * 4
    assert [row.missed for on in nights for row in queries.night_rows(cast.director, on)] == [4] * 4


@pytest.mark.parametrize(("starts", "until"), [(time(8), time(18)), (time(22), time(12)), (time(12), time(6)), (time(22), time(22))])
def test_rounds_by_day_are_no_night_rounds(cast, starts, until):
    building = a_building(cast)
    with pytest.raises(RuleViolation, match="17:00") as refused:
        a_plan(cast, building, starts=starts, until=until)
    assert refused.value.field == "starts"


def test_plan_keeps_its_building_and_stops_when_the_building_is_closed(cast):
    plan = a_plan(cast)
    with pytest.raises(RuleViolation, match="另排一份") as refused:
        save_plan(actor=cast.director, at=OPENS, record=plan, building=a_building(cast, 2))
    assert refused.value.field == "building"
    plan.building.is_active = False
    plan.building.save()
    assert PlanForm(instance=plan).fields["building"].queryset.filter(pk=plan.building_id).exists()
    assert PlanForm().initial["days"] == "all"


def test_stand_in_of_one_night_still_walks_after_midnight(cast):
    plan = a_plan(cast)
    DutySubstitute.objects.create(duty=plan.duty, person=cast.guard, first_on=TODAY, last_on=TODAY, reason="换班", created_by=cast.director, created_at=OPENS)
    assert queries.PRODUCER in kinds_done_by(cast.guard, moment(NEXT, "02:10"))
    found = NightRound.objects.get(occurrence__opens_at=moment(NEXT, "02:00"))
    assert walk(cast, found, at=moment(NEXT, "02:10"), actor=cast.guard).done_by == cast.guard


def test_form_filled_in_before_the_round_opened_is_refused(cast):
    found = a_round(cast)
    with pytest.raises(RuleViolation, match="还没到时间"):
        walk(cast, found, at=OPENS + timedelta(minutes=30), written_at=OPENS - timedelta(hours=2))
    assert not NightRound.objects.get(pk=found.pk).done_at
    assert walk(cast, found, at=OPENS + timedelta(minutes=30), written_at=OPENS - timedelta(minutes=5)).done_at


def an_arrival(cast, at, wrote, **changed) -> tuple[NightRound, str, dict]:
    """Tonight's first round as a phone sends it: the first floor is not in order."""
    found = a_round(cast)
    url = f"/dorms/night-round/{found.pk}/walk/"
    typed = {f"answer_{n}": "ok" for n in range(len(found.items))} | {"answer_0": "bad", "note_0": "灯不亮", "note": "安静"}
    return found, url, arriving("dorms.night", url, cast.dormkeeper, wrote) | {"seen": ""} | typed | changed


@pytest.fixture
def at_eleven(monkeypatch):
    """The server at eleven at night."""
    now = moment(TODAY, "23:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def test_round_walked_without_network_arrives_once(cast, kinds, client, at_eleven):
    found, url, sent = an_arrival(cast, at_eleven, at_eleven - timedelta(minutes=40), kind=kinds.power.pk)
    client.force_login(cast.dormkeeper)
    page = client.get(url).content.decode()
    assert 'data-offline="dorms.night"' in page
    assert "/dorms/appliance/new/" in page
    assert url in dict(pages_for(cast.dormkeeper))
    answer = client.post("/offline/send/", sent).json()
    assert answer["state"] == "done", answer
    found.refresh_from_db()
    assert (found.bad, found.done_by, found.occurrence.state) == (1, cast.dormkeeper, OccurrenceState.DONE)
    assert queries.written_times([found])[found.pk] == f"离线 {TODAY:%m-%d} 22:20 填写"
    assert paper(Period(TODAY, TODAY), cast.director)["table"]["rows"][0][3:5] == ["离线 11-18 22:20", found.done_by.name]
    assert client.post("/offline/send/", sent).json() == answer
    again = client.post("/offline/send/", sent | {"offline_id": arriving("", "", cast.dormkeeper, at_eleven)["offline_id"]}).json()
    assert (again["state"], "先动过" in again["words"]) == ("conflict", True)
    assert Ticket.objects.filter(origin_kind="dorms.nightround").count() == 1


def test_round_filled_in_ahead_or_taken_away_says_a_sentence(cast, client, at_eleven):
    found, _, sent = an_arrival(cast, at_eleven, at_eleven - timedelta(hours=3))
    client.force_login(cast.dormkeeper)
    answer = client.post("/offline/send/", sent).json()
    assert (answer["state"], "还没到时间" in answer["words"]) == ("refused", True)
    save_plan(actor=cast.director, at=at_eleven, record=found.building.night_plan, owner_person=cast.guard)
    found.occurrence.owner_person = cast.guard
    found.occurrence.save()
    taken = sent | {"offline_id": arriving("", "", cast.dormkeeper, at_eleven)["offline_id"], "offline_claimed": f"{at_eleven.timestamp() * 1000:.0f}"}
    answer = client.post("/offline/send/", taken).json()
    assert (answer["state"], bool(answer["words"])) != ("done", False)
    assert not NightRound.objects.get(pk=found.pk).done_at


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "2026-02-30", "x"])
def test_nights_out_of_all_time_are_no_error(cast, client, on):
    a_plan(cast)
    client.force_login(cast.director)
    for page in (f"night/?on={on}", f"night-round/?since={on}", f"night-round/?until={on}"):
        assert client.get(f"/dorms/{page}").status_code == 200
    if on[4:5] == "-" and on != "2026-02-30":
        day = queries.date.fromisoformat(on)
        assert not paper(Period(day, day), cast.director)["table"]["rows"]


def test_others_neither_see_nor_walk_a_round(cast, client):
    found = a_round(cast)
    client.force_login(cast.teacher)
    for page in (f"/dorms/night-round/{found.pk}/", f"/dorms/night-round/{found.pk}/walk/", f"/api/v1/dorms/night-round/{found.pk}/", "/dorms/night/print/"):
        assert client.get(page).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        rules.check_can_walk(cast.teacher, found)
