"""The key to the API: how a program gets one, what stops it, and what it is refused."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from logistics.platform.access.models import ApiToken
from logistics.platform.audit.models import Event
from logistics.platform.org.rules import reset_password, save_person
from tests.api.conftest import TICKETS
from tests.conftest import NOW

TOKEN = "/api/v1/auth/token/"
PASSWORD = "right-horse-9"
WRONG = "工号或密码不对。"


def ask(client, username, password=PASSWORD):
    return client.post(TOKEN, {"username": username, "password": password}, "application/json")


def test_number_or_phone_and_password_give_a_token_that_works_for_half_a_day(cast, client):
    by_number, by_phone = ask(client, "teacher"), ask(client, cast.teacher.phone)
    assert by_number.status_code == by_phone.status_code == 200
    for answer in (by_number, by_phone):
        assert client.get(TICKETS, headers={"Authorization": f"Token {answer.json()['token']}"}).status_code == 200
        assert timedelta(hours=11) < datetime.fromisoformat(answer.json()["expires_at"]) - timezone.now() <= timedelta(hours=12)
    stored = ApiToken.objects.filter(user=cast.teacher)
    assert stored.count() == 2
    assert by_number.json()["token"] not in str(list(stored.values())), "only the digest is kept"


def test_each_token_is_noted_in_the_journal_and_the_oldest_of_many_stop(cast, client):
    keys = [ask(client, "teacher").json()["token"] for _ in range(11)]
    event = Event.objects.filter(action="make_token").first()
    assert (event.actor_id, event.text.startswith("新建接口令牌「用密码换取」")) == (cast.teacher.pk, True)
    assert event.source.startswith("接口 127.0.0.1")
    answers = [client.get(TICKETS, headers={"Authorization": f"Token {key}"}).status_code for key in keys]
    assert answers == [401, *[200] * 10]


@pytest.mark.parametrize(("username", "password"), [("teacher", "wrong"), ("no-such-person", PASSWORD), ("teacher", " " + PASSWORD), ("TEACHER ", "x")])
def test_wrong_ones_get_one_sentence_for_all(cast, client, username, password):
    answer = ask(client, username, password)
    assert (answer.status_code, answer.json()) == (403, {"detail": WRONG})
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", '"x"', "null", "{", '{"username": 5}', '{"username": ["a"], "password": {}}', '{"username": "a\\u0000", "password": "b"}', "[" * 100000]
)
def test_anything_else_is_refused_in_words(cast, client, body):
    answer = client.post(TOKEN, body, "application/json")
    assert answer.status_code == 400
    assert answer.json()


def test_five_wrong_passwords_lock_for_a_while_as_on_the_page(cast, client):
    for _ in range(4):
        assert ask(client, "teacher", "wrong").status_code == 403
    fifth = ask(client, "teacher", "wrong")
    assert fifth.status_code == 429
    assert fifth.json() == {"detail": "连续输错太多次，请过一刻钟再试。"}
    right = ask(client, "teacher")
    assert (right.status_code, right.json()) == (429, {"detail": "连续输错太多次，请过一刻钟再试。"})
    assert ask(client, "driver").status_code == 200
    page = client.post("/login/", {"username": "teacher", "password": PASSWORD})
    assert page.status_code == 429
    assert not ApiToken.objects.filter(user=cast.teacher).exists()


def test_who_must_choose_a_password_first_is_told_so(cast, client):
    person = reset_password(actor=cast.admin, at=NOW, record=cast.teacher)
    key = ask(client, "teacher", person.first_password).json()["token"]
    answer = client.get(TICKETS, headers={"Authorization": f"Token {key}"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "请先登录网页，换掉初始密码。"})


def test_the_token_of_who_has_left_stops_working(cast, client):
    key = ask(client, "driver").json()["token"]
    save_person(actor=cast.director, at=NOW, record=cast.driver, is_active=False)
    assert client.get(TICKETS, headers={"Authorization": f"Token {key}"}).status_code == 401
    assert ask(client, "driver").json() == {"detail": WRONG}


@pytest.mark.parametrize("header", ["", "Token", "Token x y", "Token 0000", "Bearer 1", "Token \u00e9", "Basic dGVhY2hlcjp4"])
def test_without_a_valid_token_the_answer_is_401_and_says_how(cast, client, header):
    answer = client.get(TICKETS, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert answer.json()["detail"]


def test_a_signed_in_browser_may_call_but_not_without_the_form_s_token(cast, rooms, kinds):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.teacher)
    assert browser.get(TICKETS).status_code == 200
    body = {"place": rooms.room.code, "kind": kinds.water.pk, "description": "水管漏水", "urgency": "normal"}
    assert browser.post(TICKETS, body, "application/json").status_code == 403
    assert not cast.teacher.tickets.exists()
