"""隐患: graded, given out, put right, looked at by another, closed; late ones are told step by step (SAF-04)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from logistics.platform.evidence.logs import Period
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from repairs.acceptance.rules import accept
from repairs.dispatch.rules import assign_ticket
from repairs.ticket.rules import cancel_ticket
from repairs.work.rules import arrive, finish
from safety.hazard import closing_rules as closing
from safety.hazard import rules
from safety.hazard.models import Hazard, State
from safety.hazard.prints import ledger
from safety.hazard.queries import earlier_here, hazards_visible_to, repeated
from tests.conftest import NOW
from tests.pdf import Pdf
from tests.safety.patrol_kit import TODAY, a_hazard, assigned, fixed, picture

pytestmark = pytest.mark.requirement("SAF-04")


def state_of(hazard) -> str:
    return Hazard.objects.get(pk=hazard.pk).state


def told(about: str) -> list[list[int]]:
    return [one.payload["recipients"] for one in OutboxMessage.objects.filter(key__contains=about).order_by("pk")]


def test_the_whole_way_with_photos_before_and_after(cast, rooms):
    hazard = rules.report_hazard(actor=cast.teacher, at=NOW, place=rooms.room, kind="building", description="护栏松动", photos=[picture()])
    hazard = fixed(cast, hazard)
    assert (hazard.state, hazard.number) == (State.FIXED, "YH-2026-0001")
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    hazard.refresh_from_db()
    assert (hazard.state, hazard.closed_by, hazard.checked_by) == (State.CLOSED, cast.safety, cast.safety)
    assert [attachments_of(hazard, role).count() for role in ("before", "after")] == [1, 1]
    assert list(Event.objects.filter(kind="safety.hazard").order_by("id").values_list("action", flat=True)) == ["find", "grade", "assign", "fix", "recheck"]


def test_the_fixer_and_the_owner_do_not_judge_it(cast, rooms):
    hazard = fixed(cast, a_hazard(cast, rooms.room), owner=cast.safety)
    with pytest.raises(NotAllowed, match="另一位"):
        closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    assert state_of(hazard) == State.FIXED
    whole = {"state": "closed", "checked_at": NOW, "closed_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(checked_by=cast.safety, closed_by=cast.director, **whole)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(checked_by=cast.director, closed_by=cast.safety, **whole)
    closing.recheck_hazard(actor=cast.director, at=NOW, record=hazard, result="pass")
    assert state_of(hazard) == State.CLOSED


@pytest.mark.parametrize(("left_out", "field"), [("money", "money"), ("temporary", "temporary"), ("measure", "measure"), ("owner", "owner")])
def test_a_major_one_needs_all_five(cast, rooms, left_out, field):
    hazard = a_hazard(cast, rooms.room)
    rules.grade_hazard(actor=cast.safety, at=NOW, record=hazard, level="major")
    given = {"owner": cast.plumber, "measure": "加固", "money": 0, "temporary": "封闭走廊"} | {left_out: None if left_out in ("money", "owner") else ""}
    with pytest.raises(RuleViolation) as refused:
        rules.assign_hazard(actor=cast.safety, at=NOW, record=hazard, **given)
    assert (refused.value.field, state_of(hazard)) == (field, State.GRADED)


def test_a_major_one_is_closed_by_a_leader_and_only_when_it_was_reported(cast, rooms):
    hazard = fixed(cast, a_hazard(cast, rooms.room), level="major", money=5000, temporary="封闭走廊")
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    assert state_of(hazard) == State.CHECKED
    with pytest.raises(RuleViolation, match="上报"):
        closing.close_hazard(actor=cast.vice, at=NOW, record=hazard)
    rules.report_up(actor=cast.safety, at=NOW, record=hazard, reported_on=TODAY, reported_to="教育局")
    with pytest.raises(NotAllowed):
        closing.close_hazard(actor=cast.safety, at=NOW, record=hazard)
    closing.close_hazard(actor=cast.vice, at=NOW, record=hazard)
    assert state_of(hazard) == State.CLOSED


def test_a_failed_recheck_gives_it_back_with_words(cast, rooms):
    hazard = fixed(cast, a_hazard(cast, rooms.room))
    with pytest.raises(RuleViolation, match="哪里还不行"):
        closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="fail")
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="fail", words="还在晃")
    hazard.refresh_from_db()
    assert (hazard.state, hazard.returned, hazard.fixed_by) == (State.ASSIGNED, 1, None)


def test_put_right_on_the_spot_is_looked_at_by_another_too(cast, rooms):
    hazard = a_hazard(cast, rooms.room, on_spot=True, fixed_words="拧紧了")
    assert hazard.state == State.FIXED
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="fail", words="又松了")
    assert state_of(hazard) == State.GRADED, "it has no owner yet"
    other = a_hazard(cast, rooms.room, on_spot=True, fixed_words="拧紧了")
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=other, result="pass")
    assert state_of(other) == State.CLOSED


def test_postponing_is_counted_and_starts_the_ladder_anew(cast, rooms):
    hazard = assigned(cast, a_hazard(cast, rooms.room), due_on=TODAY)
    with pytest.raises(RuleViolation, match="晚于"):
        closing.postpone_hazard(actor=cast.safety, at=NOW, record=hazard, due_on=TODAY, reason="等材料")
    closing.watch_hazards(at=NOW + timedelta(days=1))
    closing.postpone_hazard(actor=cast.safety, at=NOW + timedelta(days=1), record=hazard, due_on=TODAY + timedelta(days=9), reason="等材料")
    hazard.refresh_from_db()
    assert (hazard.postponed, hazard.told, hazard.due_on) == (1, 0, TODAY + timedelta(days=9))


def test_a_deadline_beyond_the_schools_own_is_refused(cast, rooms):
    with pytest.raises(RuleViolation, match="最长 7 天") as refused:
        assigned(cast, a_hazard(cast, rooms.room), due_on=TODAY + timedelta(days=8))
    assert refused.value.field == "due_on"
    assert assigned(cast, a_hazard(cast, rooms.room)).due_on == TODAY + timedelta(days=7), "without a day it is the school's own"


def test_late_ones_are_told_step_by_step_and_once_however_often_the_clock_runs(cast, rooms):
    hazard = assigned(cast, a_hazard(cast, rooms.room), due_on=TODAY)
    assert closing.watch_hazards(at=NOW) == 0
    assert [closing.watch_hazards(at=NOW + timedelta(days=1)) for _ in range(2)] == [1, 0]
    assert closing.watch_hazards(at=NOW + timedelta(days=2)) == 0
    assert [closing.watch_hazards(at=NOW + timedelta(days=9)) for _ in range(2)] == [2, 0], "the clock stood still for a week"
    owner, vice, principal = told(f"{hazard.pk}:late:")
    assert cast.plumber.pk in owner
    assert (vice, principal) == ([cast.vice.pk], [cast.principal.pk])


def test_the_same_again_at_the_same_place_is_pointed_out(cast, rooms):
    first = a_hazard(cast, rooms.room, NOW - timedelta(days=100))
    a_hazard(cast, rooms.room, NOW - timedelta(days=400))
    a_hazard(cast, rooms.room, NOW - timedelta(days=3), kind="power", description="插座破了")
    again = a_hazard(cast, rooms.room)
    assert earlier_here(again) == [first]
    assert "第 2 次" in Event.objects.filter(kind="safety.hazard", record_id=again.pk).get().text
    assert [(row["place"], row["kind"], row["n"]) for row in repeated(cast.safety, TODAY - timedelta(days=200), TODAY)] == [(rooms.room.pk, "building", 2)]


def test_a_repair_puts_it_right_and_somebody_else_looks(cast, rooms, kinds):
    hazard = assigned(cast, a_hazard(cast, rooms.room, kind="power", description="插座破了"), owner=cast.director)
    ticket = closing.open_hazard_ticket(actor=cast.director, at=NOW, record=hazard, kind=kinds.water)
    assert ticket.origin_kind == "safety.hazard"
    with pytest.raises(RuleViolation, match="已经转了报修"):
        closing.open_hazard_ticket(actor=cast.director, at=NOW, record=Hazard.objects.get(pk=hazard.pk), kind=kinds.water)
    assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
    arrive(actor=cast.plumber, at=NOW, record=ticket)
    finish(actor=cast.plumber, at=NOW, record=ticket, work_done="换了面板", cause="natural", minutes=20)
    assert state_of(hazard) == State.ASSIGNED, "only the signature counts"
    accept(actor=cast.director, at=NOW, record=ticket, rating=5)
    hazard.refresh_from_db()
    assert (hazard.state, hazard.fixed_by) == (State.FIXED, cast.plumber)
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    assert state_of(hazard) == State.CLOSED


def test_a_cancelled_repair_lets_it_have_another(cast, rooms, kinds):
    hazard = assigned(cast, a_hazard(cast, rooms.room))
    ticket = closing.open_hazard_ticket(actor=cast.safety, at=NOW, record=hazard, kind=kinds.water)
    cancel_ticket(actor=cast.director, at=NOW, record=ticket, reason="报错了")
    hazard.refresh_from_db()
    assert (hazard.ticket, hazard.state) == (None, State.ASSIGNED)
    assert told(f"{hazard.pk}:ticket:") == [[cast.plumber.pk]]


def test_only_whoever_oversees_sees_all(cast, rooms):
    own, other = a_hazard(cast, rooms.room), assigned(cast, a_hazard(cast, rooms.other))
    assert set(hazards_visible_to(cast.guard)) == {own, other}
    assert list(hazards_visible_to(cast.plumber)) == [other]
    assert not hazards_visible_to(cast.stranger).exists()
    with pytest.raises(NotAllowed):
        rules.grade_hazard(actor=cast.plumber, at=NOW, record=own, level="general")


def test_ledger_sheet_and_figures(cast, rooms):
    closed = fixed(cast, a_hazard(cast, rooms.room))
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=closed, result="pass")
    rules.void_hazard(actor=cast.safety, at=NOW, record=a_hazard(cast, rooms.other), reason="看错了")
    said = ledger(Period(TODAY, TODAY), cast.safety)
    assert (len(said["rows"]), said["sum"]) == (1, "发现 1 件，其中重大 0 件；已销号 1 件，逾期 0 件。")
    client = Client()
    client.force_login(cast.safety)
    pdf = client.get("/safety/hazard/print/?since=2026-11-18&until=2026-11-18")
    assert "隐患排查整改台账" in Pdf(pdf.content).text()
    figures = client.get("/safety/hazard/figures/?since=2026-11-01&until=2026-11-30").content.decode()
    assert "校舍建筑最多，1 件" in figures
    client.force_login(cast.plumber)
    assert client.get("/safety/hazard/print/").status_code == 403


def test_the_leaders_are_told_again_when_a_returned_one_waits_for_them_again(cast, rooms):
    hazard = fixed(cast, a_hazard(cast, rooms.room), level="major", money=0, temporary="封闭走廊")
    rules.report_up(actor=cast.safety, at=NOW, record=hazard, reported_on=TODAY, reported_to="教育局")
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    closing.close_hazard(actor=cast.vice, at=NOW, record=hazard, result="fail", words="支架没有换")
    closing.fix_hazard(actor=cast.plumber, at=NOW, record=hazard, words="换了", photos=[picture()])
    closing.recheck_hazard(actor=cast.safety, at=NOW, record=hazard, result="pass")
    assert len(told(f"hazard:{hazard.pk}:checked")) == 2


def test_a_repair_that_ends_later_asks_nothing_more_of_a_hazard_put_right(cast, rooms, kinds):
    hazard = assigned(cast, a_hazard(cast, rooms.room))
    ticket = closing.open_hazard_ticket(actor=cast.safety, at=NOW, record=hazard, kind=kinds.water)
    closing.fix_hazard(actor=cast.plumber, at=NOW, record=hazard, words="自己焊了", photos=[picture()])
    cancel_ticket(actor=cast.director, at=NOW, record=ticket, reason="不用修了")
    assert (state_of(hazard), told(f"{hazard.pk}:ticket:")) == (State.FIXED, [])


def test_a_sheet_to_the_end_of_the_month_calls_nothing_late_before_its_day(cast, rooms):
    today = timezone.localdate()
    hazard = assigned(cast, a_hazard(cast, rooms.room))
    Hazard.objects.filter(pk=hazard.pk).update(due_on=today + timedelta(days=2))
    assert "逾期 0 件" in ledger(Period(TODAY, today + timedelta(days=9)), cast.safety)["sum"]


def test_earlier_ones_at_the_place_are_named_to_those_who_see_them(cast, rooms):
    rules.report_hazard(actor=cast.safety, at=NOW - timedelta(days=3), place=rooms.room, kind="building", description="档案室后窗关不上")
    own = rules.report_hazard(actor=cast.teacher, at=NOW, place=rooms.room, kind="building", description="护栏松动")
    client = Client()
    for person, sees in ((cast.teacher, False), (cast.safety, True)):
        client.force_login(person)
        assert ("档案室后窗" in client.get(f"/safety/hazard/{own.pk}/").content.decode()) is sees
