"""The school's own facts: one row that papers and links are made from."""

import pytest

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.school.models import School, school
from logistics.platform.school.rules import save_school

pytestmark = pytest.mark.requirement("GEN-01")


@pytest.fixture
def keeper(person):
    return person("周建平", "platform.school.manage")


def test_the_schools_facts_are_one_row(keeper, at):
    first = save_school(actor=keeper, at=at, record=school(), name=" 某某中学 ", address="https://hq.example.edu.cn/")
    save_school(actor=keeper, at=at, name="某某学校", office_phone="8260")
    assert School.objects.get() == first
    saved = school()
    assert (saved.name, saved.address, saved.office_phone) == ("某某学校", "https://hq.example.edu.cn", "8260")
    assert Event.objects.last().changes == {"学校名称": ["某某中学", "某某学校"], "保障电话": ["—", "8260"]}


@pytest.mark.parametrize(
    "address",
    ["hq.example.edu.cn", "ftp://x.cn", "https://", "javascript:alert(1)", "https://a b.cn", "http://[", "http://x:99999", "https://u@x.cn", "http://x/?a=1"],
)
def test_an_address_no_phone_could_open_is_refused(keeper, at, address):
    with pytest.raises(RuleViolation) as refusal:
        save_school(actor=keeper, at=at, name="某某中学", address=address)
    assert refusal.value.field == "address"
    assert not School.objects.exists()


def test_who_has_no_right_changes_nothing(person, at):
    with pytest.raises(NotAllowed, match="没有"):
        save_school(actor=person("路人"), at=at, name="某某中学")
    assert not (School.objects.exists() or Event.objects.exists())
