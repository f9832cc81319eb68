"""Roles, permissions, scopes: who may do what, and who may change that (ORG-01, GEN-01)."""

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.access import permissions
from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.access.permissions import ROLES, all_permissions
from logistics.platform.access.rules import grants_of, has, holders_of, install_roles, require, scope_of
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org import roles, rules
from logistics.platform.org.models import User

pytestmark = pytest.mark.requirement("GEN-01")
PLACES = "platform.places.manage"


@pytest.fixture
def chief(person):
    return person("系统管理员", roles.MANAGE_ROLES)


@pytest.fixture
def role(db):
    return Role.objects.create(key="keeper-2", name="第二资产管理员")


@pytest.fixture
def own_registry(monkeypatch):
    """Permissions registered in a test are gone after it."""
    monkeypatch.setattr(permissions, "_permissions", dict(permissions._permissions))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# Deciding


def test_a_person_with_several_roles_has_the_widest_scope(person):
    user = person("陈主任", PLACES, scope=Scope.OWN)
    for key, scope in [("x", Scope.BUILDING), ("y", Scope.CLASS)]:
        other = Role.objects.create(key=key, name=key)
        other.holders.add(user)
        Grant.objects.create(role=other, permission=PLACES, scope=scope)
    assert scope_of(user, PLACES) == Scope.BUILDING
    assert require(user, PLACES) == Scope.BUILDING


def test_deciding_costs_one_query_per_person(person, django_assert_num_queries):
    user = person("陈主任", PLACES)
    with django_assert_num_queries(1):
        assert has(user, PLACES)
        assert not has(user, "platform.people.manage")


def test_without_the_permission_the_refusal_names_it(person):
    with pytest.raises(NotAllowed, match=permissions.label(PLACES)):
        require(person("路人"), PLACES)


def test_who_has_left_may_do_nothing(person):
    user = person("已离职", PLACES)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert grants_of(fresh(user)) == {}
    assert user not in holders_of(PLACES)


def test_holders_of_a_permission_are_named_once(person, role):
    user = person("陈主任", PLACES)
    Grant.objects.create(role=role, permission=PLACES, scope=Scope.ALL)
    role.holders.add(user)
    assert list(holders_of(PLACES)) == [user]


# The table of roles


@pytest.mark.django_db
def test_the_starting_roles_carry_the_registered_defaults():
    install_roles()
    assert set(ROLES) <= set(Role.objects.values_list("key", flat=True))
    defaults = {(key, known.code, scope) for known in all_permissions() for key, scope in known.defaults.items()}
    assert set(Grant.objects.values_list("role__key", "permission", "scope")) == defaults


@pytest.mark.django_db
def test_the_administrator_starts_with_the_set_up_and_not_with_the_schools_decisions(own_registry):
    permissions.register("测试", [("test.setting.manage", "设置", {}), ("test.thing.approve", "批准", {"principal": Scope.ALL})])
    install_roles()
    codes = set(Grant.objects.filter(role__key="admin").values_list("permission", flat=True))
    assert {known.code for known in all_permissions() if known.code.startswith("platform.")} <= codes
    assert "test.setting.manage" in codes
    assert "test.thing.approve" not in codes


@pytest.mark.django_db
def test_installing_again_keeps_what_the_school_has_edited_and_adds_new_permissions(own_registry):
    install_roles()
    Grant.objects.filter(role__key="director", permission=PLACES).update(scope=Scope.BUILDING)
    Grant.objects.filter(role__key="keeper", permission=PLACES).delete()
    permissions.register("测试", [("test.thing.do", "做这件事", {"guard": Scope.OWN})])
    install_roles()
    assert Grant.objects.get(role__key="director", permission=PLACES).scope == Scope.BUILDING
    assert not Grant.objects.filter(role__key="keeper", permission=PLACES).exists()
    assert dict(Grant.objects.filter(permission="test.thing.do").values_list("role__key", "scope")) == {"guard": "own"}


def test_a_permission_is_registered_once(own_registry):
    permissions.register("测试", [("test.thing.do", "做这件事", {"*": Scope.OWN})])
    with pytest.raises(ValueError, match="twice"):
        permissions.register("测试", [("test.thing.do", "又一次", {})])
    assert permissions.label("test.thing.do") == "做这件事"
    spread = permissions._permissions["test.thing.do"].defaults
    assert "inspector" not in spread  # the inspector reads, and gets nothing by "everyone"
    assert (spread["teacher"], spread["admin"]) == (Scope.OWN, Scope.OWN)


# Editing it


def test_a_grant_is_given_changed_and_taken_with_before_and_after(chief, role, at):
    for scope in (Scope.BUILDING, Scope.ALL, Scope.ALL, None, ""):
        roles.set_grant(actor=chief, at=at, role=role, permission=PLACES, scope=scope)
    name = permissions.label(PLACES)
    assert [event.changes for event in Event.objects.filter(action="set_grant").order_by("id")] == [
        {name: ["—", "负责的地点"]},
        {name: ["负责的地点", "全校"]},
        {name: ["全校", "—"]},
    ]
    assert not role.grants.exists()


def test_only_known_permissions_and_scopes_are_granted(chief, role, at):
    for permission, scope, field in [("no.such.code", Scope.ALL, "permission"), (PLACES, "world", "scope")]:
        with pytest.raises(RuleViolation) as refusal:
            roles.set_grant(actor=chief, at=at, role=role, permission=permission, scope=scope)
        assert refusal.value.field == field
    assert not role.grants.exists()


def test_a_new_role_gets_a_key_of_its_own_that_never_changes(chief, at):
    first = roles.save_role(actor=chief, at=at, name="绿化工")
    second = roles.save_role(actor=chief, at=at, name="水电工", key="plumber-2")
    assert (first.key, second.key) == ("role-1", "plumber-2")
    assert roles.save_role(actor=chief, at=at, name="司炉工").key == "role-2"
    with pytest.raises(RuleViolation, match="代号"):
        roles.save_role(actor=chief, at=at, record=second, key="other")
    roles.save_role(actor=chief, at=at, record=second, name="水电维修工", key="plumber-2")
    assert (Role.objects.get(pk=second.pk).key, Role.objects.get(pk=second.pk).name) == ("plumber-2", "水电维修工")


def test_holders_and_roles_are_two_ways_to_the_same_thing(chief, role, person, at):
    worker = person("王师傅")
    roles.set_holders(actor=chief, at=at, record=role, holders=[worker])
    assert list(worker.roles.all()) == [role]
    roles.set_roles(actor=chief, at=at, record=worker, roles=[])
    assert not role.holders.exists()
    roles.set_roles(actor=chief, at=at, record=worker, roles=[])  # nothing to change, nothing to journal
    roles.set_holders(actor=chief, at=at, record=role, holders=[])
    assert [event.changes for event in Event.objects.order_by("id")] == [{"成员": ["—", "王师傅"]}, {"角色": ["第二资产管理员", "—"]}]


def test_a_leaver_and_the_softwares_own_account_get_no_role(chief, role, person, at):
    gone = person("已离职")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for account in (fresh(gone), User.objects.system()):
        with pytest.raises(NotAllowed):
            roles.set_roles(actor=chief, at=at, record=account, roles=[role])
        with pytest.raises(NotAllowed):
            roles.set_holders(actor=chief, at=at, record=role, holders=[account])
    assert not role.holders.exists()


def test_the_last_person_who_manages_roles_keeps_that_right_whichever_way_it_would_go(chief, role, person, at):
    held = chief.roles.get()
    clerk = person("人事", "platform.people.manage")
    attempts = [
        lambda: roles.set_roles(actor=chief, at=at, record=chief, roles=[role]),
        lambda: roles.set_holders(actor=chief, at=at, record=held, holders=[]),
        lambda: roles.set_grant(actor=chief, at=at, role=held, permission=roles.MANAGE_ROLES, scope=None),
        lambda: rules.save_person(actor=clerk, at=at, record=chief, is_active=False),
    ]
    for attempt in attempts:
        with pytest.raises(RuleViolation, match="没有人能管"):
            attempt()
        assert list(holders_of(roles.MANAGE_ROLES)) == [chief]
    assert not Event.objects.exists()
    second = person("第二管理员", roles.MANAGE_ROLES)
    rules.save_person(actor=clerk, at=at, record=chief, is_active=False)
    assert list(holders_of(roles.MANAGE_ROLES)) == [second]


def test_two_people_who_take_the_right_from_each_other_at_once_do_not_both_succeed(together, person, at):
    first, second = person("甲", roles.MANAGE_ROLES), person("乙", roles.MANAGE_ROLES)
    outcomes = together(
        lambda: roles.set_roles(actor=first, at=at, record=second, roles=[]),
        lambda: roles.set_roles(actor=second, at=at, record=first, roles=[]),
    )
    assert holders_of(roles.MANAGE_ROLES).count() == 1
    assert sum(isinstance(outcome, RuleViolation) for outcome in outcomes) == 1


@pytest.mark.parametrize("name", ["save_role", "set_grant", "set_holders", "set_roles"])
def test_who_may_not_hand_out_roles_changes_nothing(person, role, at, name):
    actor, before = person("路人", "platform.people.manage"), Role.objects.count()
    values = {
        "save_role": {"name": "新角色"},
        "set_grant": {"role": role, "permission": PLACES, "scope": Scope.ALL},
        "set_holders": {"record": role, "holders": [actor]},
        "set_roles": {"record": actor, "roles": [role]},
    }[name]
    with pytest.raises(NotAllowed):
        getattr(roles, name)(actor=actor, at=at, **values)
    assert not (role.grants.exists() or role.holders.exists() or Event.objects.exists())
    assert Role.objects.count() == before


@pytest.mark.parametrize(
    "row",
    [
        lambda role: Grant(role=role, permission=PLACES, scope=Scope.OWN),
        lambda role: Role(key="other", name=role.name),
        lambda role: Role(key=role.key, name="另一个"),
    ],
)
def test_the_database_itself_refuses_a_second_one(role, row):
    if not isinstance(row(role), Role):
        row(role).save()
    before = type(row(role)).objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        row(role).save()
    assert type(row(role)).objects.count() == before
