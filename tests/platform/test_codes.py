"""动态口令: set up, asked at the door, never twice, recovery, roles that must have it (GEN-01)."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from logistics.platform.access import codes
from logistics.platform.access.models import Authenticator, RecoveryCode, Role
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("GEN-01")
RIGHT = {"username": "teacher", "password": "right-horse-9"}


def code_of(person, at=NOW, *, steps: int = 0) -> str:
    """What the phone of this person shows at that moment."""
    secret = codes._secret(Authenticator.objects.get(user=person).seed)
    return pyotp.TOTP(secret).at(at + timedelta(seconds=30 * steps))


def set_up(person, at=NOW) -> list[str]:
    """The person has an authenticator now; their recovery codes."""
    codes.begin(actor=person, at=at)
    return codes.confirm(actor=person, at=at, code=code_of(person, at, steps=-1))


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def sign_in(client: Client, **extra):
    return client.post("/login/", RIGHT | extra)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# Setting up


def test_it_is_set_up_with_a_qr_code_and_a_first_code_and_gives_eight_recovery_codes_once(cast, client, clock):
    client.force_login(cast.teacher)
    assert "开始设" in client.get("/me/code/").content.decode()
    client.post("/me/code/begin/")
    page = client.get("/me/code/").content.decode()
    assert '<svg class="qr"' in page
    assert client.post("/me/code/confirm/", {"code": "000000"}).status_code == 422
    assert not codes.authenticator_of(cast.teacher)
    answer = client.post("/me/code/confirm/", {"code": code_of(cast.teacher)})
    shown = re.findall(r'<code class="secret">([A-Z2-9]{5}-[A-Z2-9]{5})</code>', answer.content.decode())
    assert len(set(shown)) == 8
    assert "no-store" in answer.headers["Cache-Control"]
    again = client.get("/me/code/").content.decode()
    assert "备用码还剩 8 个" in again
    assert not any(code in again for code in shown)
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(code.replace("-", "") in stored for code in shown)
    assert [event.action for event in Event.objects.order_by("id")] == ["begin_code", "confirm_code"]


def test_the_database_alone_does_not_hold_the_secret(cast, clock, settings):
    set_up(cast.teacher)
    mine = code_of(cast.teacher)
    settings.SECRET_KEY = "another site"
    assert code_of(cast.teacher) != mine


def test_nothing_is_asked_of_who_has_not_set_it_up(cast, client):
    assert sign_in(client).url == "/"
    assert is_in(client)


# The door


def test_after_the_password_the_code_is_asked_and_only_then_one_is_in(cast, client, clock):
    set_up(cast.teacher)
    answer = client.post("/login/?next=/todos/", RIGHT | {"next": "/todos/", "keep": "on"})
    assert answer.url == "/login/code/"
    assert not is_in(client)
    assert client.get("/todos/").status_code == 302
    assert client.get("/login/code/").status_code == 200
    assert client.post("/login/code/", {"code": code_of(cast.teacher)}).url == "/todos/"
    assert is_in(client)
    assert not client.session.get_expire_at_browser_close()
    assert "halfway" not in client.session


def test_a_code_is_not_taken_twice_nor_one_before_it(cast, client, clock):
    set_up(cast.teacher)
    code = code_of(cast.teacher)
    assert codes.use_code(actor=cast.teacher, at=NOW, code=code)
    for old in (code, code_of(cast.teacher, steps=-1)):
        assert not codes.use_code(actor=cast.teacher, at=NOW, code=old)
    sign_in(client)
    answer = client.post("/login/code/", {"code": code})
    assert (answer.status_code, "口令不对" in answer.content.decode()) == (422, True)
    assert not is_in(client)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_be_half_a_minute_apart(cast, steps, is_taken):
    set_up(cast.teacher, NOW - timedelta(minutes=5))
    assert codes.use_code(actor=cast.teacher, at=NOW, code=code_of(cast.teacher, steps=steps)) is is_taken


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef", "٠٠٠٠٠٠", "x" * 20, "1" * 6 + "\u202e"])
def test_any_other_text_is_refused_in_words(cast, client, clock, code):
    set_up(cast.teacher)
    sign_in(client)
    assert client.post("/login/code/", {"code": code}).status_code == 422
    assert not is_in(client)


def test_full_width_digits_and_blanks_are_read_as_meant(cast, clock):
    set_up(cast.teacher)
    wide = code_of(cast.teacher).translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert codes.use_code(actor=cast.teacher, at=NOW, code=f" {wide[:3]} {wide[3:]} ")


def test_five_wrong_codes_lock_like_wrong_passwords(cast, client, clock):
    set_up(cast.teacher)
    sign_in(client)
    assert [client.post("/login/code/", {"code": "000000"}).status_code for _ in range(5)] == [422] * 4 + [429]
    right = {"code": code_of(cast.teacher)}
    assert client.post("/login/code/", right).status_code == 429
    assert sign_in(Client()).status_code == 429
    assert not is_in(client)


def test_the_second_step_waits_five_minutes_and_not_past_a_new_password(cast, client, clock):
    set_up(cast.teacher)
    sign_in(client)
    clock.shift(301)
    assert client.get("/login/code/").url == "/login/"
    sign_in(client)
    person = cast.teacher
    person.set_password("another-horse-2")
    person.save()
    assert client.post("/login/code/", {"code": code_of(cast.teacher, steps=11)}).url == "/login/"
    assert Client().get("/login/code/").url == "/login/"
    assert not is_in(client)


def test_a_recovery_code_signs_in_once_and_is_journaled(cast, client, clock):
    spare = set_up(cast.teacher)
    sign_in(client)
    assert client.post("/login/code/", {"code": spare[0].lower()}).url == "/"
    assert is_in(client)
    other = Client()
    sign_in(other)
    assert other.post("/login/code/", {"code": spare[0]}).status_code == 422
    assert Event.objects.get(action="use_recovery_code").text == "用备用码登录，还剩 7 个"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["recovery", "phone"])
def test_of_two_who_use_one_code_at_once_one_gets_in(cast, together, kind):
    spare = set_up(cast.teacher)
    code = spare[0] if kind == "recovery" else code_of(cast.teacher)
    person = cast.teacher
    work = lambda: codes.use_code(actor=person, at=NOW, code=code)  # noqa: E731
    assert sorted(together(work, work, work)) == [False, False, True]
    assert Event.objects.filter(action="use_recovery_code").count() == (kind == "recovery")


# Doing without, and the lost phone


def test_who_has_it_may_switch_it_off_with_a_code_and_get_new_recovery_codes(cast, client, clock):
    spare = set_up(cast.teacher)
    client.force_login(cast.teacher)
    assert client.post("/me/code/off/", {"code": "111111"}).status_code == 422
    answer = client.post("/me/code/renew/", {"code": code_of(cast.teacher)})
    assert answer.content.decode().count('class="secret"') == 8
    assert not codes.use_code(actor=cast.teacher, at=NOW, code=spare[1])
    clock.shift(60)
    assert client.post("/me/code/off/", {"code": code_of(cast.teacher, steps=2)}).url == "/me/code/"
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_guessing_on_ones_own_page_is_stopped(cast, client, clock):
    set_up(cast.teacher)
    client.force_login(cast.teacher)
    assert [client.post("/me/code/off/", {"code": "000000"}).status_code for _ in range(11)] == [422] * 10 + [429]
    assert Authenticator.objects.exists()


def test_whoever_looks_after_staff_resets_it_with_an_entry_in_the_journal(cast, client, clock):
    set_up(cast.teacher)
    client.force_login(cast.director)
    client.post(f"/setup/person/{cast.teacher.pk}/reset_code/")
    assert not Authenticator.objects.exists()
    event = Event.objects.get(action="reset_code")
    assert (event.actor_id, event.record_id) == (cast.director.pk, cast.teacher.pk)
    assert sign_in(Client()).url == "/"


def test_who_may_not_reset(cast, clock):
    set_up(cast.admin)
    set_up(cast.director)
    for actor, record in ((cast.teacher, cast.director), (cast.director, cast.admin), (cast.director, cast.director)):
        with pytest.raises(NotAllowed):
            codes.reset_code(actor=actor, at=NOW, record=record)
    with pytest.raises(RuleViolation, match="没有设"):
        codes.reset_code(actor=cast.director, at=NOW, record=cast.teacher)
    assert Authenticator.objects.count() == 2


def test_the_only_administrator_is_helped_on_the_server_itself(cast, clock):
    set_up(cast.admin)
    call_command("reset_code", "admin")
    assert not Authenticator.objects.exists()
    assert Event.objects.get(action="reset_code").text == "在服务器上重置动态口令"
    for number in ("admin", "no-such"):
        with pytest.raises(CommandError):
            call_command("reset_code", number)


# Roles that must have it


def test_people_of_a_role_that_asks_for_it_set_it_up_at_the_next_login_and_cannot_go_on_without(cast, client, clock):
    before = Client()
    before.force_login(cast.teacher)
    codes.set_asking_roles(actor=cast.admin, at=NOW, roles=[Role.objects.get(key="teacher")])
    assert before.get("/").status_code == 200, "from the next login on"
    assert sign_in(client).url == "/"
    for page in ("/", "/me/", "/repairs/ticket/", "/api/v1/org/people/"):
        assert client.get(page).url == "/me/code/", page
    assert client.post("/repairs/ticket/new/", {}).url == "/me/code/"
    client.post("/me/code/begin/")
    assert "先设好动态口令" in client.get("/me/code/").content.decode()
    client.post("/me/code/confirm/", {"code": code_of(cast.teacher)})
    assert client.get("/").status_code == 200
    clock.shift(60)
    with pytest.raises(NotAllowed, match="不能停用"):
        codes.switch_off(actor=cast.teacher, at=NOW, code=code_of(cast.teacher, steps=2))


def test_the_school_chooses_the_roles_on_a_page_and_sees_who_is_not_ready(cast, client, clock):
    client.force_login(cast.director)
    assert client.get("/setup/sign-in/").status_code == 403
    client.force_login(cast.admin)
    accountant = Role.objects.get(key="accountant")
    client.post("/setup/sign-in/", {"roles": [accountant.pk]})
    assert list(Role.objects.filter(needs_code=True)) == [accountant]
    assert cast.accountant.name in client.get("/setup/sign-in/").content.decode()
    set_up(cast.accountant)
    assert "都设好了" in client.get("/setup/sign-in/").content.decode()
    assert Event.objects.get(action="ask_code").changes == {"动态口令": ["不要", "要"]}
    client.post("/setup/sign-in/", {"roles": []})
    assert not Role.objects.filter(needs_code=True).exists()


# Programs


def test_a_program_needs_the_code_too(cast, client, clock):
    set_up(cast.teacher)
    ask = lambda **more: client.post("/api/v1/auth/token/", RIGHT | more, "application/json")  # noqa: E731
    assert (ask().status_code, ask().json()) == (400, {"code": ["这个账号要动态口令，请在 code 里填手机上现在的 6 位数字。"]})
    assert ask(code="000000").status_code == 403
    assert ask(code=code_of(cast.teacher)).status_code == 200
    assert [ask(code="000000").status_code for _ in range(4)][-1] == 429


def test_who_must_set_it_up_first_gets_no_key_for_a_password(cast, client):
    codes.set_asking_roles(actor=cast.admin, at=NOW, roles=[Role.objects.get(key="teacher")])
    answer = client.post("/api/v1/auth/token/", RIGHT, "application/json")
    assert (answer.status_code, answer.json()["detail"]) == (403, "您的角色要用动态口令。请先登录网页设好，再来换令牌。")


# Who might know the secret, who might guess a code


def test_a_secret_somebody_else_began_with_is_shown_to_nobody_and_void(cast, client, clock):
    stranger = Client()
    stranger.force_login(cast.teacher)  # at a desk left alone
    stranger.post("/me/code/begin/")
    known = code_of(cast.teacher)
    client.force_login(cast.teacher)
    assert '<svg class="qr"' not in client.get("/me/code/").content.decode()
    client.post("/me/code/begin/")
    seed = Authenticator.objects.get().seed
    client.post("/me/code/begin/")
    assert Authenticator.objects.get().seed == seed, "pressed twice"
    assert code_of(cast.teacher) != known
    assert '<svg class="qr"' in client.get("/me/code/").content.decode()


def test_codes_are_guessed_only_so_often_from_however_many_addresses(cast, clock):
    set_up(cast.teacher)
    for _ in range(20):
        assert not codes.use_code(actor=cast.teacher, at=NOW, code="000000")
    for code in ("000000", code_of(cast.teacher)):
        with pytest.raises(RuleViolation, match="一刻钟"):
            codes.use_code(actor=cast.teacher, at=NOW, code=code)
    browser = Client(REMOTE_ADDR="10.9.8.7")
    sign_in(browser)
    answer = browser.post("/login/code/", {"code": code_of(cast.teacher)})
    assert (answer.status_code, "输错太多次" in answer.content.decode()) == (429, True)
    called = browser.post("/api/v1/auth/token/", RIGHT | {"code": code_of(cast.teacher)}, "application/json")
    assert (called.status_code, "一刻钟" in called.content.decode()) == (400, True)
    assert not is_in(browser)
