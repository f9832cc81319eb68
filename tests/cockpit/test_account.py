"""One's own page: contact, roles, duties, the key to the API."""

import pytest

from logistics.cockpit.account.rules import change_own_contact
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Post, User

from .conftest import words


def test_my_page_shows_my_roles_and_my_written_duties(director, cast):
    post = Post.objects.create(name="总务主任", duties="每天走一遍校园\n审签领料单")
    post.holders.add(cast.director)
    page = words(director.get("/me/"))
    assert "总务主任" in page
    assert "审签领料单" in page


def test_i_change_my_own_phone_and_mail_and_the_journal_knows(teacher, cast):
    before = cast.teacher.phone
    assert teacher.post("/me/", {"phone": "138 0013-8000", "email": "h@example.com"}).url == "/me/"
    changed = User.objects.get(username="teacher")
    assert (changed.phone, changed.email) == ("13800138000", "h@example.com")
    assert Event.objects.get(action="change_contact").changes == {"手机": [before, "13800138000"], "邮箱": ["—", "h@example.com"]}


@pytest.mark.parametrize("phone", ["12345", "139000000ab", "+1 555 0100"])
def test_a_phone_of_the_wrong_form_is_refused_at_its_field(teacher, cast, phone):
    before = cast.teacher.phone
    answer = teacher.post("/me/", {"phone": phone, "email": ""})
    assert answer.status_code == 422
    assert "手机号是 11 位数字" in words(answer)
    assert User.objects.get(username="teacher").phone == before


def test_somebody_elses_phone_is_refused_because_it_signs_in(cast, now):
    with pytest.raises(RuleViolation) as refusal:
        change_own_contact(actor=cast.teacher, at=now, phone=cast.director.phone, email="")
    assert refusal.value.field == "phone"
    assert not Event.objects.exists()


def test_the_phone_finds_every_page_of_the_menu_on_my_page(director):
    page = words(director.get("/me/"))
    for address in ("/places/", "/setup/", "/repairs/ticket/"):
        assert f'href="{address}"' in page
