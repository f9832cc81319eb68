"""Health is seen by few; medicine keeps its balance; three of a class in three days raise the alarm (MED-01, MED-02)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from logistics.platform.access.models import Role
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass
from safety.clinic import queries, rules
from safety.clinic.forms import DiagnosisForm
from safety.clinic.models import Cluster, Illness, MedicineBatch
from tests.conftest import NOW
from tests.safety.vehicle_kit import TODAY, class_of, students_of

pytestmark = pytest.mark.django_db
SEEING = ("nurse", "principal", "headteacher")


@pytest.fixture
def school_class(cast) -> SchoolClass:
    return class_of(head=cast.headteacher)


def batch_of(cast, quantity=10, expires_on=TODAY + timedelta(days=100)) -> MedicineBatch:
    medicine = rules.save_medicine(actor=cast.nurse, at=NOW, name="碘伏", unit="瓶", least=Decimal(2), is_active=True)
    return rules.receive_batch(actor=cast.nurse, at=NOW, medicine=medicine, lot="A1", expires_on=expires_on, quantity=Decimal(quantity))


def ill(cast, student, actor=None, on=TODAY, **fields) -> Illness:
    return rules.register_illness(actor=actor or cast.nurse, at=NOW, student=student, **{"symptom": "fever", "began_on": on} | fields)


def visit_of(cast, student, **fields):
    given = {"symptom": "fever", "celsius": Decimal("38.2"), "words": "头晕三小时", "care": "物理降温", "went": "home"} | fields
    return rules.record_visit(actor=cast.nurse, at=NOW, student=student, **given)


@pytest.mark.requirement("MED-02")
def test_health_is_seen_by_the_nurse_the_principal_and_the_own_head_teacher(cast, school_class):
    (student,) = students_of(1, school_class)
    other = class_of("七年级2班", cast.teacher)
    Role.objects.get(key="headteacher").holders.add(cast.teacher)
    visit, row = visit_of(cast, student), ill(cast, student)
    assert other.head_teacher == cast.teacher
    for key in (*SEEING, "teacher", "director", "vice", "safety", "admin", "inspector", "nobody"):
        person = getattr(cast, key)
        may = key in SEEING
        assert queries.visits_visible_to(person).exists() is may, key
        assert queries.illnesses_visible_to(person).exists() is may, key
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
        for address in (f"/safety/clinic-visit/{visit.pk}/", f"/safety/illness/{row.pk}/", f"/api/v1/safety/illnesses/{row.pk}/"):
            status = client.get(address).status_code
            assert status == 200 if may else status in (403, 404), (key, address)
        for address in ("/safety/illness/", "/safety/clinic-visit/", "/api/v1/safety/illnesses/", "/safety/clinic/", "/search/?q=学生S1"):
            answer = client.get(address)
            said = answer.content.decode()
            assert may or not any(words in said for words in ("头晕", f"/safety/clinic-visit/{visit.pk}/", f"/safety/illness/{row.pk}/")), (key, address)
        words = " ".join(f"{todo.title}{todo.detail}" for todo in queries.clinic_todos(person, NOW))
        assert student.name not in words
        assert key == "nurse" or "发热" not in words


@pytest.mark.requirement("MED-02")
def test_the_journal_and_the_search_name_nobody_who_is_ill(cast, school_class):
    (student,) = students_of(1, school_class)
    visit_of(cast, student)
    row = ill(cast, student, is_infectious=True)
    rules.come_back(actor=cast.nurse, at=NOW, record=row, back_on=TODAY, proof="市医院复课证明")
    said = " ".join(
        f"{event.text} {event.note} {event.changes} {event.record_label if hasattr(event, 'record_label') else ''}"
        for event in Event.objects.filter(kind__in=["safety.illness", "safety.clinicvisit"])
    )
    assert student.name not in said and "头晕" not in said and "市医院" not in said


@pytest.mark.requirement("MED-02")
def test_three_of_a_class_in_three_days_raise_the_alarm_once(cast, school_class):
    students = students_of(5, school_class)
    ill(cast, students[0], on=TODAY - timedelta(days=3))
    ill(cast, students[1], on=TODAY - timedelta(days=2))
    ill(cast, students[2], symptom="injury")
    ill(cast, students[3])
    assert not Cluster.objects.exists()
    ill(cast, students[4])
    cluster = Cluster.objects.get()
    assert (cluster.count, cluster.symptom, cluster.school_class) == (3, "fever", school_class)
    told = OutboxMessage.objects.get(key=f"safety.cluster:{cluster.pk}").payload
    assert set(told["recipients"]) == {cast.nurse.pk, cast.principal.pk, cast.headteacher.pk}
    assert not any(student.name in told["title"] + told["body"] for student in students)
    ill(cast, students_of(1, school_class, "M")[0])
    cluster.refresh_from_db()
    assert (Cluster.objects.count(), cluster.count) == (1, 4)


@pytest.mark.requirement("MED-02")
def test_a_cluster_is_over_when_disinfected_and_everybody_is_back(cast, school_class):
    rows = [ill(cast, student) for student in students_of(3, school_class)]
    cluster = Cluster.objects.get()
    with pytest.raises(RuleViolation):
        rules.close_cluster(actor=cast.nurse, at=NOW, record=cluster, conclusion="流感")
    rules.disinfect(actor=cast.nurse, at=NOW, record=cluster, how="含氯消毒液擦拭")
    with pytest.raises(RuleViolation, match="还有 3 人没有返校"):
        rules.close_cluster(actor=cast.nurse, at=NOW, record=cluster, conclusion="流感")
    for row in rows:
        rules.come_back(actor=cast.headteacher, at=NOW, record=row, back_on=TODAY)
    rules.close_cluster(actor=cast.nurse, at=NOW, record=cluster, conclusion="流感")
    cluster.refresh_from_db()
    assert cluster.state == "closed"


@pytest.mark.requirement("MED-02")
def test_nobody_comes_back_from_an_infectious_illness_without_proof(cast, school_class):
    (student,) = students_of(1, school_class)
    row = ill(cast, student)
    rules.note_diagnosis(actor=cast.nurse, at=NOW, record=row, diagnosis="水痘", is_infectious=True)
    with pytest.raises(RuleViolation, match="复课证明"):
        rules.come_back(actor=cast.nurse, at=NOW, record=row, back_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Illness.objects.filter(pk=row.pk).update(state="back", back_on=TODAY, back_by=cast.nurse)
    with pytest.raises(Conflict, match="已经登记"):
        ill(cast, student)
    rules.come_back(actor=cast.nurse, at=NOW, record=row, back_on=TODAY, proof="市医院 11月18日 复课证明")
    row.refresh_from_db()
    assert (row.state, row.back_by) == ("back", cast.nurse)


@pytest.mark.requirement("MED-02")
def test_a_head_teacher_reports_the_own_class_only_and_the_numbers_add_up(cast, school_class):
    given = {"session": "morning", "due": 40, "present": 38, "ill_absent": 1}
    with pytest.raises(NotAllowed, match="自己当班主任的班"):
        rules.check_school_class(actor=cast.headteacher, at=NOW, school_class=class_of("七年级9班"), **given)
    with pytest.raises(RuleViolation, match="人数对不上"):
        rules.check_school_class(actor=cast.headteacher, at=NOW, school_class=school_class, **given | {"ill_absent": 3})
    rules.check_school_class(actor=cast.headteacher, at=NOW, school_class=school_class, **given)
    with pytest.raises(Conflict, match="已经登记了"):
        rules.check_school_class(actor=cast.nurse, at=NOW, school_class=school_class, **given)
    (day,) = [one for one in queries.class_days(cast.headteacher, TODAY) if one.school_class == school_class]
    assert (day.morning.present, day.unnamed) == (38, 1)


@pytest.mark.requirement("MED-01")
def test_medicine_keeps_its_balance(cast, school_class):
    batch, (student,) = batch_of(cast, 3), students_of(1, school_class)
    visit = visit_of(cast, student, batch=batch, quantity=Decimal(1))
    assert visit.medicines.get().balance == Decimal(2)
    with pytest.raises(RuleViolation, match="只有 2 瓶"):
        visit_of(cast, student, batch=batch, quantity=Decimal(3))
    batch.refresh_from_db()
    assert batch.stock == Decimal(2) and queries.visits_visible_to(cast.nurse).count() == 1


@pytest.mark.requirement("MED-01")
def test_expired_medicine_is_thrown_away_before_two_not_used(cast):
    batch = batch_of(cast, 3, TODAY)
    later = NOW + timedelta(days=1)
    with pytest.raises(RuleViolation, match="已经过期"):
        rules.use_medicine(actor=cast.nurse, at=later, record=batch, quantity=Decimal(1), words="运动会")
    with pytest.raises(RuleViolation, match="第二人"):
        rules.throw_away(actor=cast.nurse, at=later, record=batch, quantity=Decimal(3), second=cast.nurse)
    rules.throw_away(actor=cast.nurse, at=later, record=batch, quantity=Decimal(3), second=cast.director)
    batch.refresh_from_db()
    assert batch.stock == 0
    assert [todo.title for todo in queries.clinic_todos(cast.nurse, later)] == ["碘伏不够了"]


@pytest.mark.requirement("MED-02")
def test_only_the_nurse_takes_back_that_an_illness_is_infectious(cast, school_class):
    (student,) = students_of(1, school_class)
    row = ill(cast, student, diagnosis="水痘", is_infectious=True)
    form = DiagnosisForm(record=row, user=cast.headteacher)
    assert form["is_infectious"].value() is True, "a form opened again keeps what was found"
    with pytest.raises(RuleViolation, match="请校医改"):
        rules.note_diagnosis(actor=cast.headteacher, at=NOW, record=row, diagnosis="湿疹")
    row.refresh_from_db()
    assert (row.diagnosis, row.is_infectious) == ("水痘", True)
    rules.note_diagnosis(actor=cast.nurse, at=NOW, record=row, diagnosis="湿疹")
    row.refresh_from_db()
    assert row.is_infectious is False
