"""The one place where permissions are decided."""

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q

from logistics.platform.kernel.errors import NotAllowed

from .models import WIDTH, Grant, Role, Scope
from .permissions import ROLES, all_permissions, label
from .queries import NEVER_LENT, Held, held_by, substitutes_with


def grants_of(user) -> dict[str, Scope]:
    """code -> widest scope of this person. One query per user object, kept on it.

    Counts what a colleague who is away today lends, and only what the token of a program may do when it came with one.
    """
    return {code: held.scope for code, held in _held(user).items()}


def _held(user) -> dict[str, Held]:
    if not getattr(user, "is_active", False):
        return {}
    known = getattr(user, "_held", None)
    if known is None:
        known = {}
        narrowed = getattr(user, "token_codes", None)  # set where a token with chosen permissions signs in
        for held in sorted(held_by(user), key=_order):
            if narrowed is None or held.code in narrowed:
                known[held.code] = held
        user._held, user.acting_for = known, {}
    return known


def _order(held: Held) -> tuple[int, bool]:
    """From weak to strong: the widest scope counts, and one's own right before a borrowed one as wide."""
    return WIDTH.index(held.scope), held.lender == 0


def scope_of(user, code: str) -> Scope | None:
    """How far this person's grant reaches, None without one. Asked with a borrowed one, it notes for whom the person acts."""
    held = _held(user).get(code)
    if held and held.lender:
        user.acting_for[held.lender] = held.lender_name
    return held.scope if held else None


def ask_anew(user) -> None:
    """Forget for whom this person acted so far: a check counts what it asks itself, not what the page asked before. Inside a rule nothing is forgotten."""
    if getattr(connection, "journal", None) is None:
        getattr(user, "acting_for", {}).clear()


def has(user, code: str) -> bool:
    return scope_of(user, code) is not None


def require(user, code: str) -> Scope:
    """The scope of the grant; raises NotAllowed with the permission's own name when there is none."""
    scope = scope_of(user, code)
    if scope is None:
        raise NotAllowed(f"您没有「{label(code)}」的权限。需要的话，请找总务处开通。")
    return scope


def check_may_open_account(user, record, code: str) -> None:
    """Refuse password, code and devices of another to who would get more by them than they have.

    Whoever holds what is never lent is for an equal only, and with a right lent by somebody nobody gets into that somebody's account.
    """
    if any(has(record, never) and not has(user, never) for never in NEVER_LENT):
        raise NotAllowed("对方能分配权限或者安排代理，他的账号请系统管理员或者同样有这个权限的人来办。")
    held = _held(user).get(code)
    if held and held.lender == record.pk:
        raise NotAllowed(f"您现在代{record.name}办事，他自己的账号请别的管理员来办。")


def holders_of(code: str):
    """Active people whose roles carry this permission, and who stands in for one of them today, in order of name."""
    either = Q(roles__grants__permission=code) | Q(pk__in=substitutes_with(code))
    return get_user_model().objects.filter(either, is_active=True).distinct()


@transaction.atomic
def install_roles() -> None:
    """Make the roles that are missing and give each the registered defaults; roles a school has edited stay as they are."""
    known = set(Grant.objects.values_list("permission", flat=True).distinct())
    there = set(Role.objects.values_list("key", flat=True))
    Role.objects.bulk_create([Role(key=key, name=name, order=order) for order, (key, name) in enumerate(ROLES.items()) if key not in there], ignore_conflicts=True)
    roles = {role.key: role for role in Role.objects.filter(key__in=ROLES)}
    Grant.objects.bulk_create(
        [
            Grant(role=roles[key], permission=permission.code, scope=scope)
            for permission in all_permissions()
            for key, scope in permission.defaults.items()
            if key in roles and (key not in there or permission.code not in known)
        ]
    )
