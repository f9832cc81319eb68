"""疑似食物中毒: the clock, what is sealed at once, the log that only grows (CAN-16)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from canteen.incident import rules
from canteen.incident.models import Incident, IncidentSick, IncidentStep
from canteen.incident.queries import classes_of, duties_of, incident_late, incident_todos
from canteen.pantry.models import PantryBatch, PantryMove
from canteen.pantry.rules import issue_food, lose_food, return_food, unlock_batch
from canteen.sample.models import Sample
from canteen.sample.rules import dispose_sample, record_sample
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.canteen.safety_kit import fridge_of, meal_of
from tests.canteen.trace.test_trace import batch_of, dish_of, eaten_by, ingredient_of, issue_of, made_of, took
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-16")
BODIES = ("education", "market", "health")


def minutes(n: int):
    return NOW + timedelta(minutes=n)


@pytest.fixture
def meal(cast):
    """A lunch with a sample and with food of one batch that is left and one that is used up."""
    meal = meal_of(cast)
    left, used = batch_of(cast, ingredient_of(cast, "青菜"), "A1"), batch_of(cast, ingredient_of(cast, "豆腐"), "A2", quantity="0")
    row = made_of(dish_of(cast, "青菜豆腐"), left.ingredient, used.ingredient)
    issue = issue_of(cast, meal.on, meal.kind)
    took(cast, left, issue), took(cast, used, issue)
    given = {"taken_by": cast.chef, "happened_at": NOW, "created_at": NOW, "created_by": cast.chef, "keep_until": NOW + timedelta(hours=48)}
    Sample.objects.create(dish=row, grams=150, container="1", fridge=fridge_of(cast), **given)
    eaten_by(meal, "七年级（1）班", eaten=38), eaten_by(meal, "七年级（2）班")
    return meal


def opened(cast, meal, **given) -> Incident:
    return rules.open_incident(actor=cast.nurse, at=NOW, symptoms="5 名学生呕吐", meals=[meal], **given)


def told(cast, incident, body, at) -> None:
    rules.log_step(actor=cast.foodsafety, at=at, record=incident, kind="report", body=body, contact="值班室 8260", words="电话报告")


def test_opening_seals_samples_and_what_is_left_and_tells_the_leaders(cast, meal):
    incident = opened(cast, meal)
    assert incident.report_by == minutes(120)
    assert Sample.objects.get().locked_for.startswith(incident.number)
    assert {row.batch.number: (row.was_left, row.batch.locked_at) for row in incident.batches.all()} == {"A1": (True, NOW), "A2": (False, None)}
    assert OutboxMessage.objects.filter(key=f"canteen.incident:{incident.pk}:opened").count() == 1
    with pytest.raises(RuleViolation, match="封存"):
        dispose_sample(actor=cast.chef, at=NOW + timedelta(days=3), record=Sample.objects.get())
    with pytest.raises(RuleViolation, match="封存"):
        lose_food(actor=cast.canteen, at=NOW, record=incident.batches.get(batch__number="A1").batch, quantity=1, reason="坏了")


def test_without_words_nothing_is_opened_or_sealed(cast, meal):
    with pytest.raises(RuleViolation) as refused:
        rules.open_incident(actor=cast.nurse, at=NOW, symptoms=" ", meals=[meal])
    assert refused.value.field == "symptoms"
    assert not Incident.objects.exists()
    assert not Sample.objects.get().is_locked


def test_a_meal_named_later_is_sealed_then(cast, meal):
    incident = rules.open_incident(actor=cast.nurse, at=NOW, symptoms="呕吐")
    assert not Sample.objects.get().is_locked
    rules.add_meal(actor=cast.nurse, at=minutes(5), record=incident, meal=meal)
    assert Sample.objects.get().locked_at == minutes(5)
    assert incident.batches.filter(batch__locked_at=minutes(5)).count() == 1


def test_the_clock_runs_from_the_finding_and_the_database_knows_two_hours(cast, meal):
    incident = opened(cast, meal, happened_at=minutes(-50))
    assert incident.report_by == minutes(70)
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(report_by=minutes(71))


def test_a_meal_belongs_to_one_open_incident(cast, meal):
    first = opened(cast, meal)
    with pytest.raises(Conflict, match=first.number):
        opened(cast, meal)
    assert Incident.objects.count() == 1


def test_each_department_has_its_own_clock_and_the_first_report_counts(cast, meal):
    incident = opened(cast, meal)
    told(cast, incident, "education", minutes(10)), told(cast, incident, "education", minutes(20)), told(cast, incident, "market", minutes(130))
    found = {duty.body.value: (duty.minutes, duty.in_time) for duty in duties_of(incident)}
    assert found == {"education": (10, True), "market": (130, False), "health": (None, False)}
    assert "卫生健康部门" in incident_todos(cast.nurse, minutes(30))[0].detail
    assert incident_late(cast.nurse, minutes(119)) == []
    assert incident_late(cast.nurse, minutes(121))[0].detail.endswith("卫生健康部门")
    assert incident_todos(cast.teacher, minutes(30)) == []


def test_the_clock_tells_again_before_and_after_once_each(cast, meal):
    incident = opened(cast, meal)
    assert [rules.watch_clocks(at=minutes(n)) for n in (60, 95, 96, 121)] == [0, 1, 1, 1]
    assert set(OutboxMessage.objects.filter(key__startswith=f"canteen.incident:{incident.pk}:").values_list("key", flat=True)) == {
        f"canteen.incident:{incident.pk}:{what}" for what in ("opened", "soon", "over")
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "report", "words": "报了"}, "body"),
        ({"kind": "report", "words": "报了", "body": "market"}, "contact"),
        ({"kind": "call", "words": " "}, "words"),
        ({"kind": "call", "words": "电话", "happened_at": minutes(-5)}, "happened_at"),
        ({"kind": "call", "words": "电话", "happened_at": minutes(9)}, "happened_at"),
    ],
)
def test_a_step_says_what_who_and_when(cast, meal, given, field):
    incident = opened(cast, meal)
    with pytest.raises(RuleViolation) as refused:
        rules.log_step(actor=cast.foodsafety, at=minutes(5), record=incident, **given)
    assert refused.value.field == field
    assert not IncidentStep.objects.exists()


def test_a_step_written_later_carries_both_times(cast, meal):
    incident = opened(cast, meal)
    rules.log_step(actor=cast.foodsafety, at=minutes(100), record=incident, kind="call", words="通知家长", happened_at=minutes(3))
    step = incident.steps.get()
    assert (step.happened_at, step.created_at) == (minutes(3), minutes(100))
    assert step.late.startswith("补记")


def test_steps_and_counts_are_never_changed(cast, meal):
    incident = opened(cast, meal)
    told(cast, incident, "market", minutes(1))
    rules.count_sick(actor=cast.nurse, at=minutes(2), record=incident, ill=5)
    for table in ("canteen_incidentstep", "canteen_incidentsick", "canteen_incidentmeal"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.update(symptoms="没事")


def test_the_last_count_of_a_class_holds_beside_who_ate(cast, meal):
    incident = opened(cast, meal)
    one = meal.heads.get(school_class__name="七年级（1）班").school_class
    for at, ill, hospital in ((5, 5, 0), (60, 7, 2)):
        rules.count_sick(actor=cast.nurse, at=minutes(at), record=incident, school_class=one, ill=ill, hospital=hospital)
    rules.count_sick(actor=cast.nurse, at=minutes(61), record=incident, ill=1)
    found = {row.name: (row.eaten, row.ill, row.hospital) for row in classes_of(incident)}
    assert found == {"七年级（1）班": (38, 7, 2), "七年级（2）班": (40, 0, 0), "教职工": (0, 1, 0)}
    with pytest.raises(RuleViolation, match="不能多于"):
        rules.count_sick(actor=cast.nurse, at=minutes(70), record=incident, ill=1, hospital=2)
    assert IncidentSick.objects.count() == 3


def test_it_closes_when_everybody_was_told_and_what_is_sealed_stays_sealed(cast, meal):
    incident = opened(cast, meal)
    given = {"actor": cast.principal, "record": incident, "finding": "unfounded", "conclusion": "检出诺如病毒"}
    with pytest.raises(RuleViolation, match=r"还没有上报教育部门.*第一百零三条"):
        rules.close_incident(at=minutes(200), **given)
    for body in BODIES:
        told(cast, incident, body, minutes(9))
    with pytest.raises(NotAllowed):
        rules.close_incident(at=minutes(200), **given | {"actor": cast.foodsafety})
    closed = rules.close_incident(at=minutes(200), **given)
    assert (closed.state, closed.closed_by) == ("closed", cast.principal)
    assert Sample.objects.get().is_locked
    with pytest.raises(RuleViolation, match="已经结案"):
        told(cast, incident, "market", minutes(201))


def test_page_and_report_say_all_of_it(cast, meal, client: Client):
    incident = opened(cast, meal)
    told(cast, incident, "market", minutes(9))
    client.force_login(cast.nurse)
    page = client.get(f"/canteen/incident/{incident.pk}/").text
    assert "食品安全监管部门" in page and "发现后 9 分钟" in page and "七年级（1）班" in page and "A1" in page
    paper = client.get(f"/print/canteen.incident/{incident.pk}/")
    assert "青菜豆腐" in Pdf(paper.content).text()
    client.force_login(cast.teacher)
    assert client.get(f"/canteen/incident/{incident.pk}/").status_code in (403, 404)


def test_what_comes_back_of_a_suspected_batch_is_sealed_though_the_store_was_empty(cast, meal):
    opened(cast, meal)
    batch = PantryBatch.objects.get(number="A2")
    move = PantryMove.objects.get(batch=batch)
    return_food(actor=cast.canteen, at=minutes(5), record=move.issue, row=move, quantity=1, reason="没用完")
    batch.refresh_from_db()
    assert (batch.quantity, batch.locked_at, batch.lock_reason[:2]) == (1, minutes(5), "SJ")


def test_food_booked_for_the_meal_afterwards_is_sealed_then(cast, meal):
    incident = opened(cast, meal)
    batch = batch_of(cast, ingredient_of(cast, "粉条"), "A3")
    given = {"taker": cast.chef, "lines": [{"ingredient": batch.ingredient, "quantity": 3}]}
    issue_food(actor=cast.canteen, at=minutes(5), on=meal.on, meal="dinner", **given)
    batch.refresh_from_db()
    assert batch.locked_at is None
    issue_food(actor=cast.canteen, at=minutes(6), on=meal.on, meal=meal.kind, **given)
    batch.refresh_from_db()
    assert (batch.locked_at, incident.batches.get(batch=batch).was_left) == (minutes(6), True)


def test_a_sample_written_down_afterwards_is_locked_at_once(cast, meal):
    opened(cast, meal)
    sample = record_sample(actor=cast.chef, at=minutes(180), dish=dish_of(cast, "米饭", meal), grams=150, container="9", fridge=fridge_of(cast))
    assert sample.is_locked


def test_a_department_named_beside_another_step_is_not_lost(cast, meal):
    incident = opened(cast, meal)
    with pytest.raises(RuleViolation) as refused:
        rules.log_step(actor=cast.nurse, at=minutes(1), record=incident, kind="call", body="education", contact="值班室", words="打了电话")
    assert refused.value.field == "kind"
    assert not IncidentStep.objects.exists()


def test_chats_hear_nothing_of_who_is_ill(cast, meal):
    incident = rules.open_incident(actor=cast.nurse, at=NOW, symptoms="王小明呕吐", meals=[meal])
    assert "王小明" not in str(OutboxMessage.objects.get(key=f"canteen.incident:{incident.pk}:opened").payload)


def test_what_slipped_past_the_opening_is_sealed_by_the_clock_once(cast, meal):
    incident = opened(cast, meal)
    late = batch_of(cast, ingredient_of(cast, "粉条"), "A4")
    took(cast, late, issue_of(cast, meal.on, meal.kind))  # past the rule, as when both were written at the same moment
    rules.watch_clocks(at=minutes(5))
    late.refresh_from_db()
    assert late.locked_at == minutes(5)
    unlock_batch(actor=cast.principal, at=minutes(6), record=late, reason="检验合格 2026-88")
    rules.watch_clocks(at=minutes(10))
    late.refresh_from_db()
    assert (late.locked_at, incident.batches.count()) == (None, 3)
