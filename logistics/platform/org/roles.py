"""Who holds which role, and what a role may do. The table of permissions is the school's own to edit (GEN-01)."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.access.permissions import all_permissions, label
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation

from .models import User
from .people import names

MANAGE_ROLES = "platform.roles.manage"
FIRST_ROLE = "teacher"
SHOWN_NAMES = 10


def check_can_manage_roles(user, record=None) -> None:
    require(user, MANAGE_ROLES)


@rule
def save_role(*, actor, at: datetime, record: Role | None = None, **values) -> Role:
    """Create or change a role; its key is made once and never changes."""
    check_can_manage_roles(actor)
    role, values = stored(Role, record), tidied(values)
    key = values.pop("key", "")
    if role.pk is None:
        values["key"] = key or _free_key()
    elif key and key != role.key:
        raise RuleViolation("角色的代号不能改，名称可以改。", field="key")
    return save_changes(actor=actor, at=at, record=role, **values)


def _free_key() -> str:
    taken = [int(key[5:]) for key in Role.objects.filter(key__startswith="role-").values_list("key", flat=True) if re.fullmatch(r"role-\d{1,9}", key)]
    return f"role-{max(taken, default=0) + 1}"


@rule
def set_grant(*, actor, at: datetime, role: Role, permission: str, scope: str | None) -> Role:
    """Give a role a permission with this scope, change the scope, or take it away (scope None or empty).

    Raises RuleViolation when nobody would be left to manage roles.
    """
    check_can_manage_roles(actor)
    if permission not in {known.code for known in all_permissions()}:
        raise RuleViolation("没有这项权限，请刷新后再试。", field="permission")
    if scope and scope not in Scope.values:
        raise RuleViolation("没有这个范围，请刷新后再试。", field="scope")
    lock_roles()
    role = stored(Role, role)
    grant = role.grants.filter(permission=permission).first()
    before = grant.scope if grant else None
    if (scope or None) == before:
        return role
    if scope:
        Grant.objects.update_or_create(role=role, permission=permission, defaults={"scope": scope})
    else:
        grant.delete()
    shown = [Scope(value).label if value else "—" for value in (before, scope)]
    text = f"{label(permission)}：{shown[0]} → {shown[1]}"
    record_event(actor=actor, at=at, action="set_grant", record=role, text=text, changes={label(permission): shown})
    check_roles_kept()
    return role


@rule
def set_holders(*, actor, at: datetime, record: Role, holders: Iterable[User]) -> Role:
    """Exactly these people have the role. Raises RuleViolation when nobody would be left to manage roles."""
    check_can_manage_roles(actor)
    lock_roles()
    role, holders = stored(Role, record), list(holders)
    before = list(role.holders.all())
    old, new = {person.pk for person in before}, {person.pk for person in holders}
    if old == new:
        return role
    _check_can_hold([person for person in holders if person.pk not in old])
    role.holders.set(holders)
    changes = {"成员": [names(before), names(holders)]}
    record_event(actor=actor, at=at, action="set_holders", record=role, text=f"成员改为：{names(holders)}", changes=changes)
    check_roles_kept()
    return role


@rule
def set_roles(*, actor, at: datetime, record: User, roles: Iterable[Role]) -> User:
    """This person has exactly these roles. Raises RuleViolation when nobody would be left to manage roles."""
    check_can_manage_roles(actor)
    lock_roles()
    person, roles = stored(User, record), list(roles)
    if roles:
        _check_can_hold([person])
    _write_roles(actor, at, person, roles)
    check_roles_kept()
    return person


def give_first_role(*, actor, at: datetime, people: Sequence[User]) -> None:
    """Everybody who is new may do what every teacher may; one entry however many they are. Belongs inside a rule."""
    role = Role.objects.filter(key=FIRST_ROLE).first()
    if role and people:
        role.holders.add(*people)
        shown = names(people[:SHOWN_NAMES]) + (f"等 {len(people)} 人" if len(people) > SHOWN_NAMES else "")
        record_event(actor=actor, at=at, action="add_holders", record=role, text=f"新来的教职工成为{role.name}：{shown}")


def drop_roles(*, actor, at: datetime, person: User) -> None:
    """Part of leaving: no right to manage roles is needed to end somebody's own. Belongs inside a rule."""
    lock_roles()
    held = list(person.roles.all())
    if held:
        _write_roles(actor, at, person, [])
        if any(role.grants.filter(permission=MANAGE_ROLES).exists() for role in held):
            check_roles_kept()


def lock_roles() -> None:
    """Changes of roles wait for each other, so that two people cannot take the last right from one another."""
    list(Role.objects.select_for_update().order_by("pk"))


def check_roles_kept() -> None:
    """Refuse a change after which nobody could manage roles any more."""
    if not holders_of(MANAGE_ROLES).exists():
        raise RuleViolation(f"这样就没有人能管「{label(MANAGE_ROLES)}」了。请先把这项权限交给另一个人。")


def _check_can_hold(people: Sequence[User]) -> None:
    for person in people:
        if not (person.is_person and person.is_active):
            raise NotAllowed(f"{person.name}不在职，不能担任角色。")


def _write_roles(actor, at: datetime, person: User, roles: list[Role]) -> None:
    before = list(person.roles.all())
    if {role.pk for role in before} == {role.pk for role in roles}:
        return
    person.roles.set(roles)
    changes = {"角色": [names(before), names(roles)]}
    record_event(actor=actor, at=at, action="set_roles", record=person, text=f"角色改为：{names(roles)}", changes=changes)
