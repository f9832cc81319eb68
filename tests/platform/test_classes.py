"""Classes and students, and saving many rows of people at once (ORG-01, ORG-04)."""

import time as clock

import pytest
from django.core.exceptions import ValidationError

from logistics.platform.audit.models import Event
from logistics.platform.audit.saving import BadRows
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org import rules
from logistics.platform.org.login import StaffOrPhoneBackend
from logistics.platform.org.models import SchoolClass, Student, User
from logistics.platform.places.models import Level, Place

staff_rows = pytest.mark.requirement("ORG-01")
class_rows = pytest.mark.requirement("ORG-04")


@pytest.fixture
def clerk(person):
    return person("周建平", "platform.people.manage", "platform.students.manage")


@pytest.fixture
def office(clerk, at):
    return rules.save_department(actor=clerk, at=at, name="总务处")


def signed_in(username: str, password: str) -> User | None:
    return StaffOrPhoneBackend().authenticate(None, username=username, password=password)


# Classes and students


@class_rows
def test_a_student_needs_a_number_a_name_and_a_class_in_school(clerk, at):
    school_class = rules.save_class(actor=clerk, at=at, name="七1班", grade="七年级")
    student = rules.save_student(actor=clerk, at=at, number="20260101", name="张小雨", school_class=school_class, is_boarder=True)
    assert Student.objects.get().pinyin == "zhangxiaoyu zxy"
    for values in ({"number": "20260101"}, {"number": ""}, {"name": ""}, {"school_class": None}, {"sex": "x"}):
        with pytest.raises(ValidationError):
            rules.save_student(actor=clerk, at=at, **({"number": "20260102", "name": "李", "school_class": school_class} | values))
    assert list(Student.objects.all()) == [student]


@class_rows
def test_a_student_changes_class_and_the_journal_says_from_where(clerk, at):
    old, new = (rules.save_class(actor=clerk, at=at, name=name, grade="七年级") for name in ("七1班", "七2班"))
    student = rules.save_student(actor=clerk, at=at, number="1", name="张小雨", school_class=old)
    rules.save_student(actor=clerk, at=at, record=student, school_class=new)
    assert Event.objects.last().changes == {"班级": ["七1班", "七2班"]}


@class_rows
def test_a_class_leaves_with_all_its_students(clerk, at):
    school_class = rules.save_class(actor=clerk, at=at, name="九1班", grade="九年级")
    for n in range(3):
        rules.save_student(actor=clerk, at=at, number=str(n), name="某生", school_class=school_class)
    with pytest.raises(RuleViolation, match="3 名"):
        rules.save_class(actor=clerk, at=at, record=school_class, is_active=False)
    assert SchoolClass.objects.get().is_active
    assert rules.graduate_class(actor=clerk, at=at, record=school_class) == 3
    assert not SchoolClass.objects.get().is_active
    assert not Student.objects.filter(is_active=True).exists()
    assert Event.objects.filter(action="graduate").count() == 4
    with pytest.raises(RuleViolation, match="已经毕业"):
        rules.graduate_class(actor=clerk, at=at, record=school_class)
    school_class.refresh_from_db()
    with pytest.raises(RuleViolation, match="已经毕业"):
        rules.save_student(actor=clerk, at=at, number="9", name="某生", school_class=school_class)


@class_rows
def test_a_class_takes_no_closed_room_and_no_leaver(clerk, person, at):
    room = Place.objects.create(level=Level.ROOM, name="101", full_name="101", code="P1", is_active=False)
    gone = person("已离职")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    for values in ({"room": room}, {"head_teacher": gone}):
        with pytest.raises(RuleViolation):
            rules.save_class(actor=clerk, at=at, name="七1班", grade="七年级", **values)
    assert not SchoolClass.objects.exists()


# Batches


@staff_rows
@class_rows
def test_ten_thousand_rows_are_saved_in_seconds(clerk, at):
    school_class = rules.save_class(actor=clerk, at=at, name="七1班", grade="七年级")
    rows = [{"number": f"{n:06d}", "name": f"学生{n}", "school_class": school_class} for n in range(10_000)]
    began = clock.perf_counter()
    saved = rules.save_students(actor=clerk, at=at, rows=rows)
    assert clock.perf_counter() - began < 20  # about 3 s on a quiet machine
    assert Student.objects.count() == len(saved) == 10_000
    assert Event.objects.filter(kind="platform.student", action="create").count() == 10_000
    assert set(Event.objects.filter(kind="platform.student").values_list("record_id", flat=True)) == {student.pk for student in saved}


@staff_rows
def test_one_bad_row_keeps_the_whole_batch_out_and_each_bad_row_has_its_sentence(clerk, office, at):
    rules.save_person(actor=clerk, at=at, username="G000", name="已有", phone="13800138000")
    before = Event.objects.count()
    rows = [
        {"username": "G001", "name": "好的", "department": office},
        {"username": "G001", "name": "重号"},
        {"username": "G002", "name": ""},
        {"username": "G003", "name": "坏手机", "phone": "123"},
        {"username": "G004", "name": "重手机", "phone": "13800138000"},
        {"username": "13800138000", "name": "工号是别人的手机"},
        {"username": "", "name": "没有工号"},
        {"username": "G005", "name": "坏邮箱", "email": "x"},
    ]
    with pytest.raises(BadRows) as refusal:
        rules.save_people(actor=clerk, at=at, rows=rows)
    assert sorted(refusal.value.rows) == [1, 2, 3, 4, 5, 6, 7]
    assert refusal.value.message.startswith("第 2 行：")
    assert refusal.value.message.endswith("另有 2 行也有问题。")
    assert User.objects.filter(username__startswith="G").count() == 1
    assert Event.objects.count() == before


@staff_rows
def test_a_batch_of_staff_cannot_sign_in_before_passwords_are_given(clerk, at):
    saved = rules.save_people(actor=clerk, at=at, rows=[{"username": "G001", "name": "王师傅", "phone": "138 0013 8000"}])
    person = User.objects.get(username="G001")
    assert saved == [person]
    assert (person.phone, person.pinyin, person.must_change_password) == ("13800138000", "wangshifu wsf", True)
    assert signed_in("G001", "!") is None
    assert signed_in("G001", "") is None


@class_rows
def test_a_batch_of_classes_and_students_checks_what_one_row_checks(clerk, at):
    (first,) = rules.save_classes(actor=clerk, at=at, rows=[{"name": "七1班", "grade": "七年级", "head_teacher": clerk}])
    with pytest.raises(BadRows) as refusal:
        rules.save_classes(actor=clerk, at=at, rows=[{"name": "七1班", "grade": "七年级"}, {"name": "七2班", "grade": ""}])
    assert sorted(refusal.value.rows) == [0, 1]
    closed = rules.save_class(actor=clerk, at=at, name="九1班", grade="九年级")
    rules.graduate_class(actor=clerk, at=at, record=closed)
    closed.refresh_from_db()
    rows = [
        {"number": "1", "name": "好的", "school_class": first},
        {"number": "1", "name": "重号", "school_class": first},
        {"number": "2", "name": "没有班", "school_class": None},
        {"number": "3", "name": "毕业班", "school_class": closed},
        {"number": "4", "name": "性别", "school_class": first, "sex": "x"},
    ]
    with pytest.raises(BadRows) as refusal:
        rules.save_students(actor=clerk, at=at, rows=rows)
    assert sorted(refusal.value.rows) == [1, 2, 3, 4]
    assert not Student.objects.exists()
    assert rules.save_students(actor=clerk, at=at, rows=[]) == []
