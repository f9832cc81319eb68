"""Classes and students: their pages and who sees whom (ORG-04)."""

import pytest

from logistics.platform.access.models import Grant, Scope
from logistics.platform.audit.models import Event
from logistics.platform.org.models import SchoolClass, Student

from .conftest import words

pytestmark = pytest.mark.requirement("ORG-04")


@pytest.fixture
def pupils(rooms):
    other = SchoolClass.objects.create(name="八年级（1）班", grade="八年级")
    return [
        Student.objects.create(number="2026001", name="李雷", pinyin="lilei ll", school_class=rooms.school_class, sex="m", is_boarder=True),
        Student.objects.create(number="2026002", name="韩梅", pinyin="hanmei hm", school_class=other, sex="f"),
    ]


def seen(browser) -> set[str]:
    page = words(browser.get("/setup/student/"))
    return {name for name in ("李雷", "韩梅") if name in page}


def test_a_head_teacher_sees_the_own_class_the_school_sees_all_others_nothing(as_person, pupils):
    assert seen(as_person("director")) == {"李雷", "韩梅"}
    assert seen(as_person("nurse")) == {"李雷", "韩梅"}
    assert seen(as_person("headteacher")) == {"李雷"}
    assert as_person("teacher").get("/setup/student/").status_code == 403
    assert as_person("headteacher").get(f"/setup/student/{pupils[1].pk}/").status_code == 404
    assert as_person("teacher").get(f"/setup/student/{pupils[1].pk}/").status_code == 403


def test_the_class_page_lists_pupils_only_to_who_may_see_them(as_person, rooms, pupils):
    address = f"/setup/class/{rooms.school_class.pk}/"
    assert "李雷" in words(as_person("headteacher").get(address))
    assert "李雷" not in words(as_person("teacher").get(address))
    Grant.objects.filter(permission="platform.students.view", role__key="teacher").delete()
    Grant.objects.filter(permission="platform.students.view", role__key="headteacher").update(scope=Scope.ALL)
    assert "韩梅" in words(as_person("headteacher").get("/setup/student/"))


def test_a_new_student_with_the_least_data(director, rooms):
    form = {"number": "2026003", "name": "林涛", "school_class": rooms.school_class.pk, "sex": "", "is_boarder": "on", "is_active": "on"}
    answer = director.post("/setup/student/new/", form)
    made = Student.objects.get(number="2026003")
    assert answer.url == f"/setup/student/{made.pk}/"
    assert (made.is_boarder, made.sex, made.pinyin) == (True, "", "lintao lt")


def test_a_student_number_is_given_once(director, pupils, rooms):
    answer = director.post("/setup/student/new/", {"number": "2026001", "name": "另一个", "school_class": rooms.school_class.pk, "sex": "", "is_active": "on"})
    assert answer.status_code == 422
    assert Student.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "found"), [("q=ll", "李雷"), ("q=2026002", "韩梅"), ("boarder=yes", "李雷"), ("boarder=no", "韩梅"), ("sex=f", "韩梅"), ("state=in&q=李", "李雷")]
)
def test_the_list_of_students_is_filtered(director, pupils, query, found):
    page = words(director.get(f"/setup/student/?{query}")).split("<tbody>")[1]
    assert {name for name in ("李雷", "韩梅") if name in page} == {found}


def test_a_class_graduates_with_its_students_after_a_warning(director, rooms, pupils):
    address = f"/setup/class/{rooms.school_class.pk}/graduate/"
    assert "撤不回来" in words(director.get(address))
    assert director.post(address).status_code == 302
    assert not SchoolClass.objects.get(pk=rooms.school_class.pk).is_active
    assert [pupil.is_active for pupil in Student.objects.order_by("number")] == [False, True]
    assert "已经毕业" in words(director.get(address)), "a second time is refused in words"
    assert Event.objects.filter(action="graduate").count() == 2


def test_a_class_with_its_head_teacher_and_room(director, cast, rooms):
    answer = director.post("/setup/class/new/", {"name": "七年级（2）班", "grade": "七年级", "head_teacher": cast.teacher.pk, "room": "R306", "order": "2"})
    made = SchoolClass.objects.get(name="七年级（2）班")
    assert answer.url == f"/setup/class/{made.pk}/"
    assert (made.head_teacher, made.room) == (cast.teacher, rooms.other)


@pytest.mark.parametrize("name", ["class", "student"])
def test_the_lists_export_to_excel(director, pupils, name):
    answer = director.get(f"/setup/{name}/export/")
    assert b"".join(answer.streaming_content).startswith(b"PK")
