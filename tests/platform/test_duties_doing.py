"""Doing what is due: in time, late, missed, by whom, and what is found by searching (SAF-02)."""

import pytest

from logistics.platform.audit.rules import rule
from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.doing_rules import cancel_occurrence, complete_occurrence, finish_checklist, make_up
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.queries import duty_late, duty_todos, occurrences_visible_to
from logistics.platform.duties.registry import Producer, _producers
from logistics.platform.duties.watch_rules import watch
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.search import index
from logistics.platform.search.queries import find
from tests.conftest import NOW

from .duties_kit import DONE, LATE, MISSED, OPEN, a_duty, a_post, everything, in_days, moment, on_day, state_of

# Doing


@pytest.mark.requirement("SAF-02")
def test_done_in_time_late_and_missed_are_three_things(cast):
    duty = a_duty(cast)
    first, second, third = (on_day(duty, in_days(n)) for n in (1, 2, 3))
    complete_occurrence(actor=cast.guard, at=moment(in_days(1), "08:30"), record=first)
    complete_occurrence(actor=cast.guard, at=moment(in_days(2), "08:31"), record=second)
    assert watch(at=moment(in_days(3), "10:30"))[0] == 1
    assert [state_of(row) for row in (first, second, third)] == [DONE, LATE, MISSED]
    assert watch(at=moment(in_days(3), "10:30"))[0] == 0
    with pytest.raises(RuleViolation):
        complete_occurrence(actor=cast.guard, at=moment(in_days(3), "10:31"), record=third)
    assert state_of(third) == MISSED


@pytest.mark.requirement("SAF-02")
def test_nothing_is_done_before_it_opens_or_after_it_closed(cast):
    duty = a_duty(cast)
    row, before = on_day(duty, in_days(1)), everything()
    for clock in ("07:29", "10:30"):
        with pytest.raises(RuleViolation):
            complete_occurrence(actor=cast.guard, at=moment(in_days(1), clock), record=row)
    assert everything() == before


@pytest.mark.requirement("SAF-02")
def test_a_missed_one_gets_words_later_and_stays_missed(cast):
    duty = a_duty(cast)
    row = on_day(duty, in_days(1))
    watch(at=moment(in_days(2), "00:00"))
    make_up(actor=cast.guard, at=moment(in_days(2), "09:00"), record=row, note="下午补看了一遍，没有问题")
    assert state_of(row) == MISSED
    assert [entry.kind for entry in row.entries.all()] == ["makeup"]
    with pytest.raises(RuleViolation):
        make_up(actor=cast.guard, at=NOW, record=row, note=" ")
    with pytest.raises(NotAllowed):
        make_up(actor=cast.teacher, at=NOW, record=row, note="我来")


@pytest.mark.requirement("SAF-02")
def test_everybody_who_holds_the_post_sees_it_and_one_of_them_does_it(cast):
    duty = a_duty(cast, post=a_post(cast, cast.guard, cast.dormkeeper))
    at, row = moment(in_days(1), "08:00"), on_day(duty, in_days(1))
    for person in (cast.guard, cast.dormkeeper):
        assert [todo.title for todo in duty_todos(person, at)] == ["每日巡视"]
    assert duty_todos(cast.teacher, at) == []
    complete_occurrence(actor=cast.dormkeeper, at=at, record=row)
    assert duty_todos(cast.guard, at) == []
    with pytest.raises((RuleViolation, Conflict)):
        complete_occurrence(actor=cast.guard, at=at, record=row)
    assert Occurrence.objects.get(pk=row.pk).done_by == cast.dormkeeper


@pytest.mark.requirement("SAF-02")
def test_a_stranger_sees_and_does_nothing(cast):
    duty = a_duty(cast)
    row, before = on_day(duty, in_days(1)), everything()
    assert not occurrences_visible_to(cast.stranger).exists()
    for act in (complete_occurrence, finish_checklist):
        with pytest.raises(NotAllowed):
            act(actor=cast.stranger, at=moment(in_days(1), "08:00"), record=row)
    with pytest.raises(NotAllowed):
        cancel_occurrence(actor=cast.guard, at=NOW, record=row, reason="不想做")
    with pytest.raises(NotAllowed):
        a_duty(cast, actor=cast.guard)
    assert everything() == before


@pytest.mark.requirement("SAF-02")
def test_another_app_s_record_completes_the_occurrence_in_its_own_transaction(cast, monkeypatch):
    monkeypatch.setitem(_producers, "safety.round", Producer("safety.round", "走一趟路线", lambda row: f"/safety/round/new/?occurrence={row.pk}"))
    duty = a_duty(cast, producer="safety.round", subject="safety.route:3")
    row, at = on_day(duty, in_days(1)), moment(in_days(1), "08:00")
    with pytest.raises(RuleViolation, match="走一趟路线"):
        finish_checklist(actor=cast.guard, at=at, record=row)

    @rule
    def finish_round(*, actor, at):
        complete_occurrence(actor=actor, at=at, record=row)
        raise RuleViolation("还有 3 个点没有走。")

    with pytest.raises(RuleViolation, match="3 个点"):
        finish_round(actor=cast.guard, at=at)
    assert state_of(row) == OPEN
    complete_occurrence(actor=cast.guard, at=at, record=row, note="12 个点")
    assert state_of(row) == DONE


def test_the_late_list_is_for_those_who_oversee(cast):
    duty = a_duty(cast, supervisor=cast.keeper)
    at = moment(in_days(1), "09:00")
    assert [late.count for late in duty_late(cast.director, at)] == [1]
    assert [late.count for late in duty_late(cast.keeper, at)] == [1]
    assert duty_late(cast.guard, at) == []
    complete_occurrence(actor=cast.guard, at=at, record=on_day(duty, in_days(1)))
    assert duty_late(cast.director, at) == []


@pytest.mark.requirement("GEN-02")
def test_a_duty_and_what_was_done_are_found_by_who_may_see_them(cast):
    index.rebuild()
    duty = a_duty(cast, "锅炉房巡视", checklist=items_of("压力表｜0 至 1 MPa"), basis="学校制度")
    row = on_day(duty, in_days(1))

    def found(user, words: str) -> list[str]:
        return [hit.title for group in find(user, words) for hit in group.hits]

    assert found(cast.guard, "锅炉房") == found(cast.director, "压力表") == ["锅炉房巡视"]
    assert found(cast.teacher, "锅炉房") == []
    answers = [{"text": "压力表", "value": "0.5 MPa", "ok": True, "note": ""}]
    complete_occurrence(actor=cast.guard, at=moment(in_days(1), "08:00"), record=row, answers=answers)
    watch(at=moment(in_days(2), "12:00"))
    assert sorted(found(cast.guard, "锅炉房巡视")) == ["锅炉房巡视", "锅炉房巡视 11-19 07:30", "锅炉房巡视 11-20 07:30"]
    assert found(cast.teacher, "锅炉房") == []
    assert index.rebuild() == 0, "the rules kept the index true"
