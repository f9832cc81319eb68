"""Signing in: by number or phone, lockout, how long it lasts, the first password."""

import pytest
from django.test import Client

from logistics.platform.audit.models import Event
from logistics.platform.org.models import User

from .conftest import words

RIGHT = "right-horse-9"


def sign_in(client, username="director", password=RIGHT, **extra):
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_pages_ask_for_signing_in_and_come_back_to_where_one_was(client, cast):
    answer = client.get("/todos/")
    assert answer.status_code == 302
    assert answer.url == "/login/?next=/todos/"
    answer = client.post("/login/?next=/todos/", {"username": "director", "password": RIGHT, "next": "/todos/"})
    assert (answer.status_code, answer.url) == (302, "/todos/")


def test_staff_number_and_phone_both_sign_in(cast):
    for name in ("director", cast.director.phone):
        client = Client()
        assert sign_in(client, name).url == "/"
        assert client.get("/").status_code == 200


def test_after_signing_in_nobody_is_sent_to_another_site(client, cast):
    answer = client.post("/login/", {"username": "director", "password": RIGHT, "next": "https://evil.example/"})
    assert answer.url == "/"


@pytest.mark.parametrize(("keep", "days"), [({"keep": "on"}, 7), ({}, None)])
def test_the_box_decides_whether_the_browser_stays_signed_in(client, cast, keep, days):
    sign_in(client, **keep)
    assert client.session.get_expire_at_browser_close() is (days is None)
    if days:
        assert client.session.get_expiry_age() == days * 24 * 3600


@pytest.mark.parametrize(
    ("username", "password"), [("director", "wrong"), ("nobody-at-all", RIGHT), ("director", "x" * 129), ("d" * 31, RIGHT), ("a\x00b", RIGHT), ("", "")]
)
def test_wrong_input_is_refused_in_words_and_nobody_is_signed_in(client, cast, username, password):
    answer = sign_in(client, username, password)
    assert answer.status_code == (400 if "\x00" in username else 200)
    assert "_auth_user_id" not in client.session


def test_a_leaver_cannot_sign_in(client, cast):
    User.objects.filter(username="director").update(is_active=False)
    assert "工号或密码不对" in words(sign_in(client))
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, cast):
    for _ in range(4):
        assert sign_in(client, password="wrong").status_code == 200
    fifth = sign_in(client, password="wrong")
    assert fifth.status_code == 429
    assert "一刻钟" in words(fifth)
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "teacher").status_code == 302, "others still get in"


def test_demo_accounts_are_offered_only_in_the_demo(client, cast, settings):
    page = words(client.get("/login/?as=plumber"))
    assert "?as=director" in page
    assert "logistics-demo" in page
    settings.DEMO = False
    page = words(client.get("/login/?as=plumber"))
    assert "?as=director" not in page
    assert "logistics-demo" not in page


def test_signing_out_is_a_post_and_a_typed_address_leads_to_ones_own_page(director):
    assert director.get("/logout/").url == "/me/"
    assert director.get("/").status_code == 200
    assert director.post("/logout/").url == "/login/"
    assert director.get("/").status_code == 302


def test_a_handed_out_password_must_be_changed_before_anything_else(client, cast):
    User.objects.filter(username="teacher").update(must_change_password=True)
    sign_in(client, "teacher")
    assert client.get("/").url == "/password/"
    page = client.get("/password/")
    assert "先换一个自己的密码" in words(page)
    answer = client.post("/password/", {"old": RIGHT, "new": "new-long-horse-1", "again": "new-long-horse-1"})
    assert answer.url == "/"
    assert client.get("/").status_code == 200, "the session stays signed in"
    assert User.objects.get(username="teacher").must_change_password is False
    assert Event.objects.filter(action="change_password", actor_id=cast.teacher.pk).count() == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "wrong", "new": "new-long-horse-1", "again": "new-long-horse-1"}, "原密码不对"),
        ({"old": RIGHT, "new": "new-long-horse-1", "again": "different-horse-1"}, "两次输入的新密码不一样"),
        ({"old": RIGHT, "new": "12345678", "again": "12345678"}, "密码"),
        ({"old": RIGHT, "new": RIGHT, "again": RIGHT}, "和原来的一样"),
        ({"old": "", "new": "", "again": ""}, "有 3 处要改"),
    ],
)
def test_a_refused_password_changes_nothing(teacher, cast, form, said):
    before = cast.teacher.password
    answer = teacher.post("/password/", form)
    assert answer.status_code == 422
    assert said in words(answer)
    assert User.objects.get(username="teacher").password == before
    assert not Event.objects.exists()
