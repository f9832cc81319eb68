"""Many rows at once are the rows that one by one would have become."""

import pytest

from logistics.platform.audit.bulk import fresh, insert_rows
from logistics.platform.audit.models import Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.org.models import SchoolClass, Student

ODD = ("\\N", "\\", "a\\tb", "甲\t乙", "上\n下", "回\r车", "'\"%s%%", "\\.", "{}", "\u2028", "　", "😀")


@pytest.fixture
def school_class(db):
    return SchoolClass.objects.create(name="三(1)班", grade="三年级")


def test_odd_texts_and_nothing_come_back_as_they_went_in(school_class):
    students = [fresh(Student, number=f"N{n}", name=text, school_class=school_class) for n, text in enumerate(ODD)]
    insert_rows(students)
    assert list(Student.objects.filter(pk__in=[one.pk for one in students]).order_by("pk").values_list("number", "name")) == [
        (f"N{n}", text) for n, text in enumerate(ODD)
    ]
    after = Student.objects.create(number="Z", name="后来的", school_class=school_class)
    assert after.pk not in {one.pk for one in students}, "a key is given once"
    assert len({one.pk for one in students}) == len(ODD)
    assert not any(one._state.adding for one in students)


def test_a_fresh_record_is_what_the_model_makes(school_class):
    given = {"number": "1", "name": "甲", "school_class": school_class, "is_boarder": True}
    quick, usual = fresh(Student, **given), Student(**given)
    assert {name: value for name, value in vars(quick).items() if name != "_state"} == {name: value for name, value in vars(usual).items() if name != "_state"}
    assert quick.school_class is school_class
    assert quick._state.adding
    with pytest.raises(TypeError):
        fresh(Student, grade="三年级")


def test_what_a_record_holds_by_itself_is_its_own():
    one, other = fresh(Event, label="甲"), fresh(Event, label="乙")
    one.changes["名称"] = ["甲", "乙"]
    assert other.changes == {}


def test_events_of_many_records_say_what_events_of_few_say(person, school_class, at):
    clerk = person("周建平")

    @rule
    def note(*, actor, at, count: int) -> None:
        for n in range(count):
            record_event(actor=actor, at=at, action="comment", record=school_class, text=f"留言 {n}", note="上\n下\t\\N", changes={"名称": ["—", "甲\t乙"]})

    for count in (2, 120):
        note(actor=clerk, at=at, count=count)
    kept = Event.objects.filter(action="comment").order_by("pk")
    assert kept.count() == 122
    assert {(event.note, event.changes["名称"][1], event.at) for event in kept} == {("上\n下\t\\N", "甲\t乙", at)}
    assert list(find_breaks()) == []
