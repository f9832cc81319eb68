"""Plans in versions, drills with classes and seconds, problems as somebody's task (SAF-10)."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.rules import save_duty
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.models import Term
from safety.drill import rules
from safety.drill.models import Drill, DrillProblem, EmergencyPlan, EmergencyPlanVersion
from safety.drill.queries import PRODUCER, drill_todos, months_of_term, version_on
from safety.hazard.models import Hazard
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-10")
TODAY = NOW.date()
REVIEW = {"people_ready": "fast", "goods_ready": "full", "plan_fit": "fits", "plan_enough": "full"}


def plan(cast, **given) -> EmergencyPlan:
    words = {"title": "火灾疏散预案", "kind": "fire", "text": "听警报，走楼梯", "effective_on": TODAY - timedelta(days=100)}
    return rules.save_plan(actor=cast.safety, at=NOW, **words | given)


def drill(cast, made: EmergencyPlan, **given) -> Drill:
    words = {"name": "11 月疏散", "mode": "field", "where": "操场", "units": "全体", "process": "拉响警报", "staff": 9, "students": 90, "seconds": 100}
    return rules.record_drill(actor=cast.safety, at=NOW, plan=made, commander=cast.principal, **REVIEW | words | given)


def a_class(name: str) -> SchoolClass:
    return SchoolClass.objects.create(name=name, grade="七年级")


def row(one: SchoolClass, expected=40, arrived=40, why="") -> dict:
    return {"school_class": one, "expected": expected, "arrived": arrived, "seconds": None, "why": why}


def test_a_drill_stands_by_the_version_that_held_on_its_day(cast):
    made = plan(cast)
    rules.revise_plan(actor=cast.safety, at=NOW, record=made, text="新路线", effective_on=TODAY, change_note="改路线")
    yesterday = drill(cast, made, happened_at=NOW - timedelta(days=1))
    assert (yesterday.version.number, drill(cast, made).version.number) == (1, 2)
    assert version_on(made, TODAY - timedelta(days=101)) is None
    later = plan(cast, title="地震预案", effective_on=TODAY + timedelta(days=3))
    with pytest.raises(RuleViolation, match="还没有施行的版本"):
        drill(cast, later)


def test_a_version_says_what_changed_and_is_never_changed(cast):
    made = plan(cast)
    with pytest.raises(RuleViolation, match="改了什么"):
        rules.revise_plan(actor=cast.safety, at=NOW, record=made, text="新", effective_on=TODAY, change_note=" ")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE safety_emergencyplanversion SET text = 'x'")
    assert EmergencyPlanVersion.objects.get().text == "听警报，走楼梯"


def test_pupils_are_counted_from_the_classes_and_whoever_is_missing_is_explained(cast):
    made, first, second = plan(cast), a_class("七1"), a_class("七2")
    for wrong, words in (([row(first, 40, 41)], "比应到"), ([row(first), row(first)], "写了两次"), ([row(first, 40, 39)], "没到的原因")):
        with pytest.raises(RuleViolation, match=words):
            drill(cast, made, classes=wrong)
    assert not Drill.objects.exists()
    held = drill(cast, made, classes=[row(first), row(second, 40, 38, "病假 2 人")], students=7)
    assert (held.students, held.classes.count()) == (78, 2)


def test_a_slow_evacuation_says_how_to_be_quicker_and_the_field_needs_seconds(cast):
    made = plan(cast)
    with pytest.raises(RuleViolation, match="超过目标 120 秒"):
        drill(cast, made, seconds=121)
    with pytest.raises(RuleViolation, match="要写用时"):
        drill(cast, made, seconds=None)
    assert drill(cast, made, seconds=121, improvement="错开下楼").is_slow
    assert drill(cast, made, mode="table", seconds=None).target is None


def test_a_plan_that_did_not_fit_asks_for_the_next_version(cast):
    made = plan(cast)
    drill(cast, made, plan_fit="wrong")
    browser = Client()
    browser.force_login(cast.safety)
    assert "点「修订」写下一版" in browser.get(f"/safety/plan/{made.pk}/").content.decode()
    rules.revise_plan(actor=cast.safety, at=NOW, record=made, text="新", effective_on=TODAY, change_note="照演练改")
    assert "点「修订」写下一版" not in browser.get(f"/safety/plan/{made.pk}/").content.decode()


def test_a_problem_is_the_task_of_somebody_who_is_told_and_holds_the_record(cast):
    held = drill(cast, plan(cast))
    with pytest.raises(RuleViolation, match="不能早于今天"):
        rules.add_problem(actor=cast.safety, at=NOW, record=held, problem="拥堵", measure="错开", owner=cast.vice, due_on=TODAY - timedelta(days=1))
    rules.add_problem(actor=cast.safety, at=NOW, record=held, problem="拥堵", measure="错开", owner=cast.teacher, due_on=TODAY)
    problem = DrillProblem.objects.get()
    assert OutboxMessage.objects.get(key=f"safety.drill:{problem.pk}").payload["recipients"] == [cast.teacher.pk]
    assert [todo.title for todo in drill_todos(cast.teacher, NOW)] == ["演练整改：拥堵"]
    with pytest.raises(RuleViolation, match="不能划去"):
        strike(actor=cast.safety, at=NOW, record=held, reason="写错")
    with pytest.raises(RuleViolation, match="由教某办"):
        rules.mend_problem(actor=cast.guard, at=NOW, record=problem, words="好了")
    assert rules.mend_problem(actor=cast.teacher, at=NOW, record=problem, words="改了下楼顺序").state == "done"
    assert drill_todos(cast.teacher, NOW) == []


def test_the_duty_that_waits_is_done_by_the_drill(cast):
    given = {"title": "每月演练", "owner_person": cast.safety, "producer": PRODUCER, "starts_on": TODAY}
    save_duty(actor=cast.admin, at=NOW, rhythm={"kind": "daily", "days": "all", "times": ["00:30"], "minutes": 1200}, **given)
    opened = NOW + timedelta(days=1)
    waiting = Occurrence.objects.get(on=opened.date())
    rules.record_drill(
        actor=cast.safety,
        at=opened,
        plan=plan(cast),
        commander=cast.principal,
        name="演练",
        mode="table",
        where="会议室",
        units="全体",
        process="推演",
        staff=5,
        **REVIEW,
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done_by) == ("done", cast.safety)


def test_months_without_a_drill_are_told(cast):
    Term.objects.create(name="秋", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    drill(cast, plan(cast))
    assert [(month.first.month, month.words) for month in months_of_term(TODAY)] == [(9, "没有演练"), (10, "没有演练"), (11, "1 次")]


def test_the_form_lists_every_class_and_the_paper_says_who_was_missing(cast):
    made, one = plan(cast), a_class("七1")
    browser = Client()
    browser.force_login(cast.safety)
    assert 'name="classes-0-arrived"' in browser.get("/safety/drill/new/").content.decode()
    posted = {
        "plan": made.pk, "name": "11 月疏散", "mode": "field", "where": "操场", "units": "全体", "process": "拉响警报", "staff": 9, "seconds": 100,
        "commander": cast.principal.pk, "classes-0-school_class": one.name, "classes-0-expected": 40, "classes-0-arrived": 39, "classes-0-why": "病假 1 人",
    }  # fmt: skip
    answer = browser.post("/safety/drill/new/", posted | REVIEW)
    assert answer.status_code == 302, answer.context["form"].errors
    held = Drill.objects.get()
    assert held.students == 39
    text = Pdf(browser.get(f"/print/safety.drill/{held.pk}/").content).text()
    assert "病假 1 人" in text
    assert "应急演练记录" in text


def test_who_may(cast):
    with pytest.raises(NotAllowed):
        plan(type("Cast", (), {"safety": cast.teacher})())
    with pytest.raises(NotAllowed):
        rules.revise_plan(actor=cast.guard, at=NOW, record=plan(cast), text="x", effective_on=TODAY, change_note="x")


def test_what_is_unsafe_goes_into_the_register_of_hazards(cast, rooms):
    held = drill(cast, plan(cast))
    rules.open_drill_hazard(actor=cast.safety, at=NOW, record=held, place=rooms.room, kind="fire", description="东楼梯应急灯不亮")
    made = Hazard.objects.get()
    assert (made.source, made.origin_kind, made.origin_id) == ("drill", "safety.drill", held.pk)
    with pytest.raises(RuleViolation, match="登记成隐患，不能划去"):
        strike(actor=cast.safety, at=NOW, record=held, reason="写错")
    browser = Client()
    browser.force_login(cast.safety)
    assert made.number in browser.get(f"/safety/drill/{held.pk}/").content.decode()
