"""Keys of programs: what they may do, how long, and that nobody can read them again (GEN-01)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from logistics.platform.access.models import ApiToken, Grant
from logistics.platform.access.tokens import MOST, make_token, revoke_token
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department
from tests.conftest import NOW, api_key

pytestmark = pytest.mark.requirement("GEN-01")
DEPARTMENTS = "/api/v1/org/departments/"
PEOPLE = "platform.people.manage"
DIRECTORY = "platform.directory.view"


def sign(key: str) -> dict:
    return {"authorization": f"Token {key}"}


def a_year(at=None):
    return (at or timezone.now()) + timedelta(days=300)


def make(person, **fields) -> str:
    given = {"name": "大屏", "reach": "all", "expires_at": a_year()} | fields
    return make_token(actor=person, at=timezone.now(), **given)[1]


def test_a_key_is_made_on_a_page_shown_once_and_taken_back(cast, client):
    client.force_login(cast.director)
    page = client.get("/me/tokens/").content.decode()
    on = str(timezone.localdate() + timedelta(days=30))
    answer = client.post("/me/tokens/", {"name": "校园大屏", "expires_on": on, "reach": "all"})
    key = re.search(r'<code class="secret">(\w{40})</code>', answer.content.decode())[1]
    assert "no-store" in answer.headers["Cache-Control"]
    assert key not in page + client.get("/me/tokens/").content.decode()
    assert key not in str(list(ApiToken.objects.values())) + str(list(Event.objects.values()))
    assert client.get(DEPARTMENTS, headers=sign(key)).status_code == 200
    token = ApiToken.objects.get()
    assert timezone.localtime(token.expires_at).strftime("%Y-%m-%d %H:%M") == f"{on} 23:59"
    assert client.post(f"/me/tokens/{token.pk}/withdraw/").url == "/me/tokens/"
    refused = client.get(DEPARTMENTS, headers=sign(key))
    assert (refused.status_code, refused.json()["detail"]) == (401, "接口令牌「校园大屏」已经收回，请登录网页新建一个。")
    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == ["make_token", "drop_token"]


def test_a_key_that_ran_out_says_so(cast, client):
    key = api_key(cast.director, expires_at=NOW - timedelta(days=1))
    answer = client.get(DEPARTMENTS, headers=sign(key))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Token")
    assert answer.json()["detail"] == "接口令牌「测试」已经到期，请登录网页新建一个。"


def test_a_key_that_only_reads_writes_nothing(cast, client):
    key = make(cast.director, reach="read")
    assert client.get(DEPARTMENTS, headers=sign(key)).status_code == 200
    before, events = list(Department.objects.values()), Event.objects.count()
    row = Department.objects.first()
    for method, url in ((client.post, DEPARTMENTS), (client.put, f"{DEPARTMENTS}{row.pk}/")):
        answer = method(url, {"name": "新部门", "order": 1}, "application/json", headers=sign(key))
        assert (answer.status_code, answer.json()["detail"]) == (403, "接口令牌「大屏」只能看，不能改。要改的话，请登录网页另建一个。")
    assert (list(Department.objects.values()), Event.objects.count()) == (before, events)


def test_a_key_with_chosen_permissions_has_those_and_no_more_than_the_person(cast, client):
    key = make(cast.director, reach="chosen", permissions=[DIRECTORY])
    assert client.get(DEPARTMENTS, headers=sign(key)).status_code == 200
    refused = client.post(DEPARTMENTS, {"name": "新部门", "order": 1}, "application/json", headers=sign(key))
    assert refused.status_code == 403
    both = make(cast.director, reach="chosen", permissions=[DIRECTORY, PEOPLE])
    assert client.post(DEPARTMENTS, {"name": "新部门", "order": 1}, "application/json", headers=sign(both)).status_code == 201
    Grant.objects.filter(permission=PEOPLE).delete()
    assert client.post(DEPARTMENTS, {"name": "再一个", "order": 1}, "application/json", headers=sign(both)).status_code == 403
    assert not Department.objects.filter(name="再一个").exists()


def test_the_narrow_key_narrows_nobody_elses_call(cast, client):
    make(cast.director, reach="chosen", permissions=[DIRECTORY])
    client.force_login(cast.director)
    assert client.get("/setup/department/new/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"expires_at": NOW - timedelta(days=1)}, "expires_on"),
        ({"expires_at": NOW + timedelta(days=3000)}, "expires_on"),
        ({"reach": "chosen"}, "permissions"),
        ({"reach": "chosen", "permissions": ["platform.roles.manage"]}, "permissions"),
        ({"reach": "chosen", "permissions": ["no.such"]}, "permissions"),
        ({"reach": "world"}, "reach"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, fields, field):
    with pytest.raises(RuleViolation) as refusal:
        make_token(actor=cast.teacher, at=NOW, **({"name": "大屏", "reach": "read", "expires_at": NOW + timedelta(days=9)} | fields))
    assert refusal.value.field == field
    assert not ApiToken.objects.exists()
    assert not Event.objects.exists()


def test_the_page_offers_only_ones_own_permissions_and_keeps_what_was_typed(cast, client):
    client.force_login(cast.teacher)
    answer = client.post("/me/tokens/", {"name": "大屏", "expires_on": "2020-01-01", "reach": "chosen", "permissions": [PEOPLE]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="大屏"' in page
    assert PEOPLE not in client.get("/me/tokens/").content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_takes_back_another_persons_key(cast, client):
    key = api_key(cast.director)
    token = ApiToken.objects.get()
    client.force_login(cast.teacher)
    assert client.post(f"/me/tokens/{token.pk}/withdraw/").status_code == 404
    with pytest.raises(RuleViolation):
        revoke_token(actor=cast.teacher, at=NOW, token=token)
    assert client.get(DEPARTMENTS, headers=sign(key)).status_code == 200


def test_one_person_has_only_so_many(cast):
    for _ in range(MOST):
        api_key(cast.teacher)
    with pytest.raises(RuleViolation, match="最多有 20 个"):
        make(cast.teacher)


def test_the_last_use_is_kept_and_costs_no_query_each_time(cast, client, django_assert_max_num_queries):
    key = api_key(cast.director)
    client.get(DEPARTMENTS, headers=sign(key))
    assert ApiToken.objects.get().used_at is not None
    with django_assert_max_num_queries(5):
        client.get(DEPARTMENTS, headers=sign(key))


def test_a_new_password_takes_every_key_back(cast, client):
    key = api_key(cast.teacher)
    client.force_login(cast.teacher)
    client.post("/password/", {"old": "right-horse-9", "new": "new-long-horse-1", "again": "new-long-horse-1"})
    assert client.get(DEPARTMENTS, headers=sign(key)).status_code == 401


@pytest.mark.once
def test_the_schema_is_for_those_who_are_signed_in(cast, client):
    """Writing it takes seconds, and the door is the same for every method: whoever is let in hears that it cannot be posted to."""
    assert (client.get("/api/schema/").status_code, client.post("/api/schema/").status_code) == (401, 401)
    assert client.post("/api/schema/", headers=sign(api_key(cast.teacher))).status_code == 405
    client.force_login(cast.teacher)
    assert client.post("/api/schema/").status_code == 405
