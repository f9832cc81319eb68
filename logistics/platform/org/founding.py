"""The first administrator: the one account that is made before anybody may make accounts."""

from datetime import datetime

from django.core.exceptions import ValidationError

from logistics.platform.access.models import Role
from logistics.platform.access.rules import holders_of, install_roles
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation

from .models import User
from .people import check_person, complete, give_first_password, login_clashes
from .roles import MANAGE_ROLES, lock_roles


@rule
def appoint_first_admin(*, actor, at: datetime, username: str, name: str) -> User:
    """Make the account that sets up everything else, with a password to be read once as `first_password` (ORG-01).

    Whoever can run programs on the server may call this, so it is refused as soon as anybody can hand out roles.
    """
    install_roles()
    lock_roles()
    if holders_of(MANAGE_ROLES).exists():
        raise RuleViolation("已经有人能分配权限了，请由他在人员页面里添加账号、分配角色。")
    person = User(**complete({"username": username, "name": name.strip(), "title": "系统管理员"}))
    check_person(person)
    for field, sentence in login_clashes([person]).values():
        raise RuleViolation(sentence, field=field)
    give_first_password(person)
    try:
        person.full_clean()
    except ValidationError as refusal:
        raise RuleViolation("".join(refusal.messages)) from refusal
    person.save()
    Role.objects.get(key="admin").holders.add(person)
    record_event(actor=actor, at=at, action="appoint_first_admin", record=person, text="在服务器上建立第一个系统管理员")
    return person
