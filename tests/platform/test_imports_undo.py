"""Taking an import back: the school is as it was, and what somebody changed or used since stays (AST-14)."""

import random
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.platform.access.models import Role
from logistics.platform.audit.models import Event
from logistics.platform.imports import rules
from logistics.platform.imports.models import RunState
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.rules import claim_label, print_blank_labels
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.org.rules import save_person
from logistics.platform.places.models import Place
from tests.platform.imports_kit import RIGHTS, loader, staff

pytestmark = pytest.mark.requirement("AST-14")


@pytest.fixture
def clerk(person):
    return person("周建平", *RIGHTS)


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处")


@pytest.fixture
def load(clerk, at):
    return loader(clerk, at)


def test_the_whole_import_is_taken_back_and_the_old_values_return(load, clerk, office, at):
    old = User.objects.create(username="G001", name="旧名", pinyin="jiuming jm", phone="13700000000", department=office)
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(3)))
    run = rules.undo_run(actor=clerk, at=at + timedelta(days=3), run=run)
    assert run.state == RunState.UNDONE
    assert run.report == []
    old.refresh_from_db()
    assert (old.name, old.phone, old.pinyin) == ("旧名", "13700000000", "jiuming jm")
    assert list(User.objects.filter(username__startswith="G")) == [old]
    assert Event.objects.filter(kind="platform.user", action="take_back").count() == 2
    with pytest.raises(RuleViolation, match="已撤回"):
        rules.undo_run(actor=clerk, at=at, run=run)


def test_what_was_changed_or_used_since_stays_and_is_told(load, clerk, office, at):
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(3)))
    one, two, _ = User.objects.filter(username__startswith="G").order_by("username")
    save_person(actor=clerk, at=at, record=one, title="组长")
    SchoolClass.objects.create(name="三(1)班", grade="三年级", head_teacher=two)
    run = rules.undo_run(actor=clerk, at=at, run=run)
    assert run.state == RunState.DONE
    assert run.report == ["「教师1」导入后改过（职务），没有撤回。", "「教师2」已经用到了（班级），没有撤回。"]
    assert list(User.objects.filter(username__startswith="G").order_by("username")) == [one, two]

    SchoolClass.objects.all().delete()
    save_person(actor=clerk, at=at, record=one, title="")
    assert rules.undo_run(actor=clerk, at=at, run=run).state == RunState.UNDONE
    assert not User.objects.filter(username__startswith="G").exists()


def test_a_changed_row_that_was_changed_again_keeps_the_newer_value(load, clerk, office, at):
    person = User.objects.create(username="G001", name="旧名", pinyin="x", phone="13700000000")
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(1)))
    save_person(actor=clerk, at=at, record=person, name="新名")
    run = rules.undo_run(actor=clerk, at=at, run=run)
    assert run.report == ["「新名」导入后改过（姓名），没有撤回。"]
    person.refresh_from_db()
    assert (person.name, person.phone) == ("新名", "13900000001")


def test_after_thirty_days_it_is_too_late_to_take_it_back(load, clerk, office, at):
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(1)))
    with pytest.raises(RuleViolation, match="超过 30 天"):
        rules.undo_run(actor=clerk, at=at + timedelta(days=31), run=run)
    assert User.objects.filter(username="G001").exists()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_import_then_undo_is_the_same_school(load, clerk, office, at, seed):
    chance = random.Random(seed)  # noqa: S311
    with transaction.atomic():
        for number in chance.sample(range(1, 9), chance.randint(0, 5)):
            User.objects.create(username=f"G{number:03d}", name=chance.choice(["旧名", f"教师{number}"]), pinyin="", title=chance.choice(["", "主任"]))
        before = set(User.objects.values_list("pk", "username", "name", "phone", "title", "department"))
        run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(8)))
        assert User.objects.filter(username__startswith="G").count() == 8
        assert rules.undo_run(actor=clerk, at=at, run=run).state == RunState.UNDONE
        assert set(User.objects.values_list("pk", "username", "name", "phone", "title", "department")) == before
        transaction.set_rollback(True)


def test_the_imported_are_teachers_and_the_import_can_still_be_undone(load, clerk, office, at):
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(12)))
    teachers = Role.objects.get(key="teacher")
    assert teachers.holders.filter(username__startswith="G").count() == 12
    told = Event.objects.filter(action="add_holders")
    assert [event.text for event in told] == [f"新来的教职工成为教师：{'、'.join(f'教师{n}' for n in range(1, 11))}等 12 人"]
    assert rules.undo_run(actor=clerk, at=at, run=run).state == RunState.UNDONE
    assert not teachers.holders.filter(username__startswith="G").exists()


def test_a_place_with_a_label_on_it_is_in_use(load, clerk, at, cast):
    run = rules.commit_run(actor=clerk, at=at, run=load("places", [["楼栋", "房间"], ["实训楼", "101"]]))
    room = Place.objects.get(name="101")
    claim_label(actor=cast.director, at=at, record=print_blank_labels(actor=cast.director, at=at, count=1)[0], thing=room)
    run = rules.undo_run(actor=clerk, at=at, run=run)
    assert any("贴着的标签" in line for line in run.report)
    assert Place.objects.filter(pk=room.pk).exists()
