"""Dispatch, work, waiting, finishing, referring, signing (REP-02 to REP-07)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.notices.models import OutboxMessage
from repairs import origins
from repairs.acceptance import rules as acceptance
from repairs.dispatch import rules as dispatch
from repairs.dispatch.queries import proposals_for
from repairs.ticket.models import Signature, State, Ticket, Wait
from repairs.ticket.pages import TICKETS
from repairs.ticket.rules import open_ticket
from repairs.work import rules as work
from repairs.work.watch import watch
from tests.conftest import NOW

from .conftest import finish


@pytest.mark.requirement("REP-02")
def test_proposal_prefers_trade_then_area_then_load(file, kinds, rooms, cast):
    ticket = file()
    assert [p.repairer for p in proposals_for(ticket)] == [kinds.plumber, kinds.electrician]
    kinds.electrician.trades.add(kinds.water.trade)
    dispatch.assign_ticket(actor=cast.director, at=NOW, record=file(place=rooms.other), repairer=kinds.plumber)
    assert proposals_for(ticket)[0].repairer == kinds.electrician  # the plumber has one in hand already
    kinds.electrician.areas.add(rooms.dorm)
    assert proposals_for(ticket)[0].repairer == kinds.plumber  # 305 is outside the electrician's area now


@pytest.mark.requirement("REP-02")
def test_two_stale_takers_one_wins_the_other_reads_a_sentence(file, cast):
    ticket = file()
    stale = Ticket.objects.get(pk=ticket.pk)
    dispatch.take_ticket(actor=cast.plumber, at=NOW, record=ticket)
    with pytest.raises(Conflict):
        dispatch.take_ticket(actor=cast.electrician, at=NOW, record=stale)
    assert Ticket.objects.get().repairer == cast.plumber
    assert Event.objects.filter(action="take").count() == 1


def test_two_dispatchers_from_the_same_page_do_not_overwrite_each_other(at_state, cast, kinds):
    ticket = at_state(State.ASSIGNED)
    stale = Ticket.objects.get(pk=ticket.pk)
    dispatch.assign_ticket(actor=cast.director, at=NOW + timedelta(minutes=1), record=ticket, repairer=kinds.electrician)
    with pytest.raises(Conflict):
        dispatch.assign_ticket(actor=cast.director, at=NOW, record=stale, repairer=kinds.plumber)
    assert Ticket.objects.get().repairer == cast.electrician


@pytest.mark.requirement("REP-02")
def test_declining_needs_to_be_mine_and_gives_it_back(at_state, cast):
    ticket = at_state(State.ASSIGNED)
    with pytest.raises(NotAllowed):
        dispatch.decline_ticket(actor=cast.electrician, at=NOW, record=ticket, reason="太远")
    dispatch.decline_ticket(actor=cast.plumber, at=NOW, record=ticket, reason="不是水的事")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.repairer) == (State.NEW, None)
    assert Event.objects.get(action="decline").note == "不是水的事"


@pytest.mark.requirement("REP-06")
def test_waiting_stops_the_clock_and_gives_the_left_time_back(at_state, cast, later):
    ticket = at_state(State.WAITING)
    due = ticket.due_at
    assert Wait.objects.get(ticket=ticket).ended_at is None
    watch(due + timedelta(hours=10))
    ticket.refresh_from_db()
    assert ticket.escalated_at is None  # a stopped clock is not late
    work.resume(actor=cast.plumber, at=later(49), record=ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waited_minutes) == (State.WORKING, 48 * 60)
    assert timezone.localtime(ticket.due_at).date() > timezone.localtime(due).date()


@pytest.mark.requirement("REP-03")
def test_finish_keeps_materials_minutes_and_cost(at_state, cast, later):
    ticket = at_state(State.WORKING)
    line = {"name": "角阀", "spec": "DN15", "unit": "只", "quantity": Decimal(2), "price": Decimal("25.50")}
    finish(cast.plumber, ticket, later(2), materials=[line], labour_cost=Decimal(30))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.material_cost, ticket.cost, ticket.minutes) == (State.FINISHED, Decimal("51.00"), Decimal("81.00"), 40)
    assert ticket.materials.get().amount == Decimal("51.00")


@pytest.mark.requirement("REP-07")
def test_damage_by_people_must_name_somebody_and_tells_the_head_teacher(at_state, cast, rooms, later):
    ticket = at_state(State.WORKING)
    with pytest.raises(RuleViolation) as refusal:
        finish(cast.plumber, ticket, later(2), cause="manmade")
    assert refusal.value.field == "damage_by"
    ticket.refresh_from_db()
    assert ticket.state == State.WORKING
    finish(cast.plumber, ticket, later(2), cause="manmade", damage_class=rooms.school_class)
    assert cast.headteacher.pk in OutboxMessage.objects.get(key__startswith="repairs.damage.").payload["recipients"]


def test_finishing_anothers_ticket_is_refused(at_state, cast, later):
    ticket = at_state(State.WORKING)
    with pytest.raises(NotAllowed):
        finish(cast.electrician, ticket, later(2))
    ticket.refresh_from_db()
    assert ticket.state == State.WORKING


@pytest.mark.requirement("REP-04")
def test_the_reporter_signs_and_rates(at_state, cast):
    ticket = at_state(State.CLOSED)
    signature = Signature.objects.get(ticket=ticket)
    assert (ticket.rating, signature.is_accepted, signature.on_behalf, signature.by) == (5, True, False, cast.teacher)


@pytest.mark.requirement("REP-04")
def test_who_repaired_may_not_sign_even_his_own_report(cast, kinds, rooms, at_state, later):
    ticket = at_state(State.FINISHED, actor=cast.plumber)
    with pytest.raises(NotAllowed):
        acceptance.accept(actor=cast.plumber, at=later(3), record=ticket, rating=5)
    ticket.refresh_from_db()
    assert ticket.state == State.FINISHED
    acceptance.accept(actor=cast.headteacher, at=later(3), record=ticket, rating=4)  # answers for the room
    assert Ticket.objects.get(pk=ticket.pk).state == State.CLOSED


@pytest.mark.requirement("REP-04")
def test_rejecting_sends_it_back_with_a_new_deadline(at_state, cast, later):
    ticket = at_state(State.FINISHED)
    with pytest.raises(RuleViolation):
        acceptance.reject(actor=cast.teacher, at=later(24), record=ticket, reason="  ")
    acceptance.reject(actor=cast.teacher, at=later(24), record=ticket, reason="还在滴")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rework, ticket.finished_at) == (State.WORKING, 1, None)
    assert timezone.localtime(ticket.due_at).date() == timezone.localtime(later(24)).date()
    finish(cast.plumber, ticket, later(26), minutes=10)
    assert Ticket.objects.get().minutes == 50  # both goes count


@pytest.mark.requirement("REP-04")
def test_the_director_signs_only_after_the_days_and_with_words(at_state, cast, later):
    ticket = at_state(State.FINISHED)
    for at, note in ((later(3), "电话问过本人"), (later(24 * 8), "好")):
        with pytest.raises(RuleViolation):
            acceptance.sign_for(actor=cast.director, at=at, record=ticket, note=note)
    ticket.refresh_from_db()
    assert ticket.state == State.FINISHED
    acceptance.sign_for(actor=cast.director, at=later(24 * 8), record=ticket, note="电话问过，本人说修好了")
    signature = Signature.objects.get()
    assert (signature.on_behalf, signature.by, Ticket.objects.get().state) == (True, cast.director, State.CLOSED)


@pytest.mark.requirement("REP-04")
def test_reminders_go_out_each_day_once_and_nothing_signs_itself(at_state, later):
    ticket = at_state(State.FINISHED)
    for hours in (24, 24.1, 25, 24 * 8):
        watch(later(hours))
    ticket.refresh_from_db()
    assert ticket.state == State.FINISHED
    assert OutboxMessage.objects.filter(key__startswith="repairs.sign.").count() == 2
    assert OutboxMessage.objects.filter(key__startswith="repairs.proxy.").count() == 1


@pytest.mark.requirement("REP-05", "GEN-02")
def test_late_work_is_told_then_escalated_once(at_state, cast):
    ticket = at_state(State.WORKING)
    for minutes in (-60, -30, 10, 20, 300, 310):
        watch(ticket.due_at + timedelta(minutes=minutes))
    ticket.refresh_from_db()
    assert ticket.escalation == "超过期限 5 小时，维某 维修中"
    keys = sorted(key.split(".")[1] for key in OutboxMessage.objects.values_list("key", flat=True))
    assert (keys.count("near"), keys.count("late"), keys.count("escalated")) == (1, 1, 1)
    told = OutboxMessage.objects.get(key__startswith="repairs.escalated.").payload["recipients"]
    assert set(told) == {cast.vice.pk, cast.principal.pk}
    assert Event.objects.get(action="escalate").actor_name == "系统"


@pytest.mark.requirement("REP-05")
def test_cannot_fix_goes_up_at_once_and_the_vice_principal_decides(at_state, cast, kinds, later):
    ticket = at_state(State.REFERRED)
    assert ticket.escalation == "要换整段管"
    with pytest.raises(NotAllowed):
        work.decide_repair(actor=cast.director, at=later(2), record=ticket, repairer=kinds.electrician, opinion="换人")
    work.decide_firm(actor=cast.vice, at=later(2), record=ticket, opinion="请自来水公司")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.wait_reason, ticket.wait_note) == (State.WAITING, "firm", "请自来水公司")


@pytest.mark.requirement("REP-08")
def test_the_record_that_opened_a_ticket_hears_of_its_end_in_the_same_transaction(cast, rooms, kinds, later):
    heard = []
    origins.on_closed("tests.record", lambda *, actor, at, origin, ticket: heard.append((origin.id, ticket.state)))
    try:
        ticket = open_ticket(
            actor=cast.safety,
            at=NOW,
            place=rooms.room,
            kind=kinds.water,
            description="隐患：灭火器压力不足",
            origin=Ref("tests.record", 47),
            repairer=cast.plumber,
        )
        assert ticket.state == State.ASSIGNED
        work.arrive(actor=cast.plumber, at=later(1), record=ticket)
        finish(cast.plumber, ticket, later(2))
        acceptance.accept(actor=cast.safety, at=later(3), record=ticket, rating=5)
        assert heard == [(47, State.CLOSED)]
    finally:
        origins.forget("tests.record")


@pytest.mark.requirement("REP-09")
def test_call_back_notes_a_rating_where_none_was_given(at_state, cast, later):
    ticket = at_state(State.FINISHED)
    acceptance.accept(actor=cast.teacher, at=later(3), record=ticket)
    acceptance.call_back(actor=cast.director, at=later(48), record=ticket, rating=4, words="挺好")
    assert Ticket.objects.get().rating == 4
    with pytest.raises(RuleViolation):
        acceptance.call_back(actor=cast.director, at=later(49), record=Ticket.objects.get(), rating=1)
    assert Ticket.objects.get().rating == 4


WHO_MAY = {  # state -> {role: acts offered}
    State.NEW: {"teacher": "cancel", "plumber": "take follow", "director": "assign cancel merge refer follow", "inspector": "", "stranger": "follow"},
    State.ASSIGNED: {
        "teacher": "cancel",
        "plumber": "take arrive refer decline purchase",
        "electrician": "follow",
        "director": "assign arrive refer merge cancel follow purchase",
        "inspector": "",
    },
    State.TAKEN: {
        "teacher": "",
        "plumber": "arrive finish wait refer decline purchase",
        "electrician": "follow",
        "director": "assign arrive finish wait refer merge cancel follow purchase",
    },
    State.WORKING: {"teacher": "", "plumber": "finish wait refer purchase", "electrician": "follow", "director": "assign finish wait refer follow purchase"},
    State.WAITING: {"teacher": "", "plumber": "resume refer purchase", "director": "assign resume refer follow purchase"},
    State.REFERRED: {"teacher": "", "plumber": "", "director": "follow", "vice": "decide_repair decide_firm decide_drop follow"},
    State.FINISHED: {"teacher": "accept reject", "headteacher": "accept reject follow", "plumber": "", "director": "follow", "inspector": ""},
    State.CLOSED: {"teacher": "", "plumber": "", "director": "", "inspector": ""},
    State.CANCELLED: {"teacher": "", "plumber": "", "director": "", "vice": ""},
    State.MERGED: {"teacher": "", "plumber": "", "director": "", "vice": ""},
}


@pytest.mark.requirement("REP-02", "REP-04")
@pytest.mark.parametrize("state", list(WHO_MAY), ids=str)
@time_machine.travel(NOW)  # days later the director may sign for who does not
def test_acts_offered_by_role_and_state(at_state, cast, state):
    ticket = at_state(state)
    for role, acts in WHO_MAY[state].items():
        offered = {action.name for action in TICKETS.actions_for(getattr(cast, role), ticket)}
        assert offered == set(acts.split()), f"{role} in {state}"
