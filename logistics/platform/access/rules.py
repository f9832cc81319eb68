"""The one place where permissions are decided."""

from django.contrib.auth import get_user_model
from django.db import transaction

from logistics.platform.kernel.errors import NotAllowed

from .models import WIDTH, Grant, Role, Scope
from .permissions import ROLES, all_permissions, label


def grants_of(user) -> dict[str, Scope]:
    """code -> widest scope of this person. One query per user object, kept on it."""
    if not getattr(user, "is_active", False):
        return {}
    known = getattr(user, "_grants", None)
    if known is None:
        known = {}
        for code, scope in Grant.objects.filter(role__holders=user.pk).values_list("permission", "scope"):
            if code not in known or WIDTH.index(Scope(scope)) > WIDTH.index(known[code]):
                known[code] = Scope(scope)
        user._grants = known
    return known


def scope_of(user, code: str) -> Scope | None:
    """How far this person's grant reaches, None without one."""
    return grants_of(user).get(code)


def has(user, code: str) -> bool:
    return scope_of(user, code) is not None


def require(user, code: str) -> Scope:
    """The scope of the grant; raises NotAllowed with the permission's own name when there is none."""
    scope = scope_of(user, code)
    if scope is None:
        raise NotAllowed(f"您没有「{label(code)}」的权限。需要的话，请找总务处开通。")
    return scope


def holders_of(code: str):
    """Active people whose roles carry this permission, in order of name."""
    return get_user_model().objects.filter(is_active=True, roles__grants__permission=code).distinct()


@transaction.atomic
def install_roles() -> None:
    """Make the roles that are missing and give each the registered defaults; roles a school has edited stay as they are."""
    known = set(Grant.objects.values_list("permission", flat=True).distinct())
    for order, (key, name) in enumerate(ROLES.items()):
        role, created = Role.objects.get_or_create(key=key, defaults={"name": name, "order": order})
        missing = [p for p in all_permissions() if key in p.defaults and (created or p.code not in known)]
        Grant.objects.bulk_create([Grant(role=role, permission=p.code, scope=p.defaults[key]) for p in missing])
