"""代理: somebody is away, a colleague acts for them, and everybody can see it (ORG-01, GEN-01)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from logistics.cockpit.account.rules import arrange_substitute
from logistics.platform.access.models import Authenticator, Grant, Role, Scope, Substitution
from logistics.platform.access.rules import grants_of, has, holders_of, scope_of
from logistics.platform.access.substitution import end_substitution, lendable, name_substitute
from logistics.platform.audit.models import Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Department, User
from logistics.platform.org.rules import end_sessions, reset_password, save_department
from logistics.platform.web.records import allowed
from tests.conftest import NOW

pytestmark = [pytest.mark.requirement("ORG-01", "GEN-01"), pytest.mark.django_db]
TODAY = NOW.date()
PEOPLE, ROLES = "platform.people.manage", "platform.roles.manage"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def lend(cast):
    """lend("director", "teacher") for today and tomorrow."""

    def make(person: str, substitute: str, *, actor: str = "", days: tuple[int, int] = (0, 1), **fields) -> Substitution:
        first, last = (TODAY + timedelta(days=day) for day in days)
        who = getattr(cast, actor or person)
        return name_substitute(actor=who, at=NOW, person=getattr(cast, person), substitute=getattr(cast, substitute), from_on=first, to_on=last, **fields)

    return make


def test_during_those_days_the_substitute_has_the_grants_besides_his_own(cast, lend, clock):
    own = grants_of(cast.teacher)
    lend("director", "teacher")
    both = grants_of(cast.teacher)
    assert both.keys() == own.keys() | grants_of(cast.director).keys() - {"platform.substitution.manage"}
    assert scope_of(cast.teacher, PEOPLE) == Scope.ALL
    assert cast.teacher in holders_of(PEOPLE)
    clock.shift(timedelta(days=1))
    assert has(cast.teacher, PEOPLE)
    clock.shift(timedelta(days=1))
    assert grants_of(cast.teacher) == own, "it ended by itself"
    assert cast.teacher not in holders_of(PEOPLE)


def test_before_the_first_day_nothing_is_lent(cast, lend, clock):
    lend("director", "teacher", days=(1, 2))
    assert not has(cast.teacher, PEOPLE)
    clock.shift(timedelta(days=1))
    assert has(cast.teacher, PEOPLE)


def test_deciding_takes_one_query_and_two_for_who_stands_in(cast, lend, django_assert_num_queries):
    lend("director", "teacher")
    teacher, director = cast.teacher, cast.director
    with django_assert_num_queries(2):
        assert has(teacher, PEOPLE)
        assert not has(teacher, ROLES)
    with django_assert_num_queries(1):
        assert has(director, PEOPLE)


def test_what_is_done_with_a_borrowed_right_says_for_whom_and_the_rest_does_not(cast, lend):
    lend("director", "teacher")
    teacher = cast.teacher
    save_department(actor=teacher, at=NOW, name="新部门")
    event = Event.objects.latest("id")
    assert (event.text, event.actor_id, event.for_id) == ("代总某：登记部门", teacher.pk, cast.director.pk)
    browser = Client()
    browser.force_login(teacher)
    browser.post("/me/", {"phone": "13800138000", "email": ""})
    event = Event.objects.latest("id")
    assert (event.action, event.for_id, event.text.startswith("代")) == ("change_contact", 0, False)
    save_department(actor=cast.director, at=NOW, name="又一个")
    assert Event.objects.latest("id").for_id == 0
    assert list(find_breaks()) == []


def test_ones_own_right_as_wide_is_used_first(cast, lend):
    role = Role.objects.create(key="clerk", name="干事")
    Grant.objects.create(role=role, permission=PEOPLE, scope=Scope.ALL)
    role.holders.add(cast.teacher)
    lend("director", "teacher")
    save_department(actor=cast.teacher, at=NOW, name="新部门")
    assert Event.objects.latest("id").for_id == 0


def test_the_right_to_hand_out_roles_is_never_lent(cast, lend):
    lend("admin", "teacher")
    assert not has(cast.teacher, ROLES)
    assert ROLES not in lendable(cast.admin)
    assert cast.teacher not in holders_of(ROLES)


def test_what_is_borrowed_is_not_lent_on(cast, lend):
    lend("director", "teacher")
    lend("teacher", "driver")
    assert not has(cast.driver, PEOPLE)
    with pytest.raises(RuleViolation) as refusal:
        lend("teacher", "guard", permissions=[PEOPLE])
    assert refusal.value.field == "permissions"


def test_only_some_roles_or_some_permissions_are_lent(cast, lend):
    Role.objects.get(key="accountant").holders.add(cast.director)
    lend("director", "teacher", roles=[Role.objects.get(key="accountant")])
    assert not has(cast.teacher, PEOPLE)
    lend("director", "driver", permissions=[PEOPLE])
    assert has(cast.driver, PEOPLE)
    assert not has(cast.driver, "platform.places.manage")
    assert (cast.driver in holders_of(PEOPLE), cast.driver in holders_of("platform.places.manage")) == (True, False)


def test_nobody_lends_what_they_do_not_have(cast, lend):
    for fields, field in (
        ({"roles": [Role.objects.get(key="admin")]}, "roles"),
        ({"permissions": [ROLES]}, "permissions"),
        ({"permissions": ["x"]}, "permissions"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            lend("teacher", "driver", **fields)
        assert refusal.value.field == field
    with pytest.raises(RuleViolation, match="没有角色"):
        lend("nobody", "driver")
    assert not Substitution.objects.exists()
    assert not Event.objects.exists()


def test_what_the_lender_loses_the_substitute_loses_at_once(cast, lend):
    lend("director", "teacher")
    Role.objects.get(key="director").holders.clear()
    assert not has(cast.teacher, PEOPLE)
    Role.objects.get(key="director").holders.add(cast.director)
    assert has(cast.teacher, PEOPLE)
    User.objects.filter(pk=cast.director.pk).update(is_active=False)
    assert not has(cast.teacher, PEOPLE)


def test_both_and_the_arranger_may_end_it_early(cast, lend):
    for actor in ("director", "teacher", "principal"):
        row = lend("director", "teacher")
        with pytest.raises(NotAllowed):
            end_substitution(actor=cast.driver, at=NOW, record=row)
        assert has(cast.teacher, PEOPLE)
        end_substitution(actor=getattr(cast, actor), at=NOW, record=row)
        assert not has(cast.teacher, PEOPLE)
        with pytest.raises(RuleViolation, match="已经结束"):
            end_substitution(actor=cast.director, at=NOW, record=Substitution.objects.get(pk=row.pk))


def test_for_others_only_who_looks_after_it_and_never_for_oneself(cast, lend):
    with pytest.raises(NotAllowed):
        lend("headteacher", "teacher", actor="driver")
    with pytest.raises(NotAllowed, match="不能选自己"):
        lend("principal", "director", actor="director")
    assert not Substitution.objects.exists()
    assert lend("headteacher", "teacher", actor="director").made_by == cast.director


@pytest.mark.parametrize(("days", "field"), [((1, 0), "to_on"), ((-3, -1), "to_on"), ((0, 400), "to_on")])
def test_days_that_cannot_be_are_refused(lend, days, field):
    with pytest.raises(RuleViolation) as refusal:
        lend("director", "teacher", days=days)
    assert refusal.value.field == field


def test_oneself_a_leaver_and_the_same_days_twice_are_refused(cast, lend):
    with pytest.raises(RuleViolation, match="自己代理"):
        lend("director", "director")
    lend("director", "teacher")
    with pytest.raises(RuleViolation, match="已经请教某代理"):
        lend("director", "teacher", days=(1, 3))
    User.objects.filter(pk=cast.driver.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="不在职"):
        lend("director", "driver")
    assert Substitution.objects.count() == 1


# Pages


def test_a_person_names_a_substitute_both_are_told_and_see_it_on_their_first_page(cast, client):
    client.force_login(cast.director)
    sent = {"substitute": cast.teacher.pk, "from_on": str(TODAY), "to_on": str(TODAY), "reason": "外出开会"}
    assert client.post("/me/substitutes/new/", sent).url == "/me/substitutes/"
    assert "教某代您办事" in client.get("/").content.decode()
    assert "教某代总某" in client.get("/me/substitutes/").content.decode()
    assert OutboxMessage.objects.get(topic="notice").payload["title"].endswith("请您代理总某")
    browser = Client()
    browser.force_login(cast.teacher)
    page = browser.get("/").content.decode()
    assert "您代总某办事" in page
    assert "外出开会" in page
    assert browser.get("/setup/department/new/").status_code == 200
    row = Substitution.objects.get()
    assert browser.post(f"/me/substitutes/{row.pk}/end/").url == "/me/substitutes/"
    assert browser.get("/setup/department/new/").status_code == 403


def test_the_director_arranges_for_others_who_are_told(cast, client):
    client.force_login(cast.director)
    address = f"/me/substitutes/new/?person={cast.headteacher.pk}"
    assert cast.headteacher.name in client.get(address).content.decode()
    client.post(address, {"substitute": cast.teacher.pk, "from_on": str(TODAY), "to_on": str(TODAY), "roles": []})
    assert Substitution.objects.get().person == cast.headteacher
    assert [message.payload["recipients"] for message in OutboxMessage.objects.order_by("pk")] == [[cast.teacher.pk], [cast.headteacher.pk]]
    client.force_login(cast.driver)
    assert client.get(address).status_code == 403
    assert client.get("/me/substitutes/new/?person=x").status_code == 200
    assert "班某" not in client.get("/me/substitutes/").content.decode()
    assert client.post(f"/me/substitutes/{Substitution.objects.get().pk}/end/").status_code == 404


def test_a_refusal_stands_at_its_field(cast, client):
    client.force_login(cast.teacher)
    answer = client.post("/me/substitutes/new/", {"substitute": cast.driver.pk, "from_on": "2026-11-20", "to_on": "2026-11-19"})
    assert answer.status_code == 422
    assert "到哪天不能早于从哪天" in answer.content.decode()


def test_who_arranged_it_is_named_in_the_journal(cast, now):
    row = arrange_substitute(actor=cast.director, at=now, person=cast.headteacher, substitute=cast.teacher, from_on=TODAY, to_on=TODAY)
    event = Event.objects.get(action="name_substitute")
    assert (event.actor_id, event.record_id, event.text) == (cast.director.pk, row.pk, "2026-11-18 到 2026-11-18 请教某代理班某")


# What a substitute must not get by it


def test_a_borrowed_right_to_look_after_staff_opens_no_account_of_the_lender_or_of_who_lends_out(cast, lend):
    lend("director", "teacher")
    hashes = list(User.objects.order_by("pk").values_list("password", flat=True))
    for record in (cast.director, cast.principal, cast.admin):
        for act in (reset_password, end_sessions):
            with pytest.raises(NotAllowed):
                act(actor=cast.teacher, at=NOW, record=record)
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == hashes
    role = Role.objects.create(key="clerk", name="干事")
    Grant.objects.create(role=role, permission=PEOPLE, scope=Scope.ALL)
    role.holders.add(cast.headteacher)
    lend("headteacher", "driver")
    with pytest.raises(NotAllowed, match="您现在代班某办事"):
        reset_password(actor=cast.driver, at=NOW, record=cast.headteacher)
    assert reset_password(actor=cast.driver, at=NOW, record=cast.guard).must_change_password


def test_a_role_that_asks_for_a_code_lends_only_to_who_signs_in_with_one(cast, lend, client):
    Role.objects.filter(key="director").update(needs_code=True)
    lend("director", "teacher")
    assert not has(cast.teacher, PEOPLE)
    assert cast.teacher not in holders_of(PEOPLE)
    Authenticator.objects.create(user=cast.teacher, seed="x", confirmed_at=NOW)
    teacher = User.objects.get(pk=cast.teacher.pk)
    assert has(teacher, PEOPLE)
    assert teacher in holders_of(PEOPLE)
    arrange_substitute(actor=cast.director, at=NOW, person=cast.director, substitute=cast.driver, from_on=TODAY, to_on=TODAY)
    assert "先在「我的」里设好" in OutboxMessage.objects.latest("id").payload["body"]


@pytest.mark.parametrize("scope", [Scope.CLASS, Scope.DEPARTMENT, Scope.BUILDING])
def test_a_narrow_right_is_not_widened_to_what_is_the_substitutes(cast, lend, scope):
    role = Role.objects.create(key="keeper2", name="专管")
    Grant.objects.create(role=role, permission="repairs.figures.view", scope=scope)
    role.holders.add(cast.driver)
    here, there = Department.objects.create(name="甲部"), Department.objects.create(name="乙部")
    User.objects.filter(pk=cast.driver.pk).update(department=here)
    User.objects.filter(pk=cast.guard.pk).update(department=there)
    User.objects.filter(pk=cast.teacher.pk).update(department=here)
    for substitute in ("guard", "teacher"):
        lend("driver", substitute, roles=[role])
    scopes = [scope_of(User.objects.get(pk=person.pk), "repairs.figures.view") for person in (cast.driver, cast.guard, cast.teacher)]
    assert scopes == [scope, Scope.OWN, scope if scope == Scope.DEPARTMENT else Scope.OWN]


@pytest.mark.django_db(transaction=True)
def test_of_two_arrangements_at_once_for_the_same_days_one_is_made(cast, lend, together):
    work = lambda: lend("director", "teacher")  # noqa: E731
    outcomes = together(work, work)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RuleViolation", "Substitution"]
    assert Substitution.objects.count() == 1


def test_for_whom_somebody_acts_is_counted_by_what_the_act_asks_alone(cast, lend):
    lend("director", "teacher")
    teacher = cast.teacher
    assert has(teacher, PEOPLE), "the menu asked"
    seen = []
    assert allowed(lambda user: seen.append(dict(user.acting_for)), teacher)
    assert seen == [{}]
