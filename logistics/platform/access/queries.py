"""Reading grants, one's own and those of absent colleagues. The school's day is read here, so that a loan ends by itself."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .models import Authenticator, Grant, Role, Scope, Substitution

SCOPES = {scope.value: scope for scope in Scope}
NEVER_LENT = ("platform.roles.manage", "platform.substitution.manage")


class Held(NamedTuple):
    """A permission with its scope; of an absent colleague when `lender` is not 0."""

    code: str
    scope: Scope
    lender: int = 0
    lender_name: str = ""


def today() -> date:
    return timezone.localdate()


@cache
def _held_sql() -> tuple[str, str]:
    """One's own grants with an empty row when somebody has lent some, and those. Written by hand, for every page and every call asks it.

    Composing it anew each time took ten times as long as running it, and to plan the loans takes PostgreSQL longer than all the rest.
    """
    grants, roles, substitutions, people, authenticators = (
        model._meta.db_table for model in (Grant, Role, Substitution, Substitution._meta.get_field("person").related_model, Authenticator)
    )
    holders, lent = Role.holders.through._meta.db_table, Substitution.roles.through._meta.db_table
    never = ", ".join(f"'{code}'" for code in NEVER_LENT)
    running = "s.substitute_id = %(user)s AND s.from_on <= %(today)s AND s.to_on >= %(today)s AND s.ended_at IS NULL"
    own = f"""
        SELECT g.permission, g.scope FROM {grants} g JOIN {holders} h ON h.role_id = g.role_id WHERE h.user_id = %(user)s
        UNION ALL
        SELECT '', '' WHERE EXISTS (SELECT 1 FROM {substitutions} s WHERE {running})
    """  # noqa: S608  names of our own tables only
    borrowed = f"""
        SELECT g.permission, g.scope, s.person_id, p.name, p.department_id, s.permissions
        FROM {substitutions} s
        JOIN {people} p ON p.id = s.person_id AND p.is_active
        JOIN {lent} l ON l.substitution_id = s.id
        JOIN {roles} r ON r.id = l.role_id
        JOIN {holders} h ON h.role_id = r.id AND h.user_id = s.person_id
        JOIN {grants} g ON g.role_id = r.id AND g.permission NOT IN ({never})
        WHERE {running}
        AND (NOT r.needs_code OR EXISTS (SELECT 1 FROM {authenticators} a WHERE a.user_id = %(user)s AND a.confirmed_at IS NOT NULL))
    """  # noqa: S608  names of our own tables only
    return own, borrowed


def held_by(user) -> Iterator[Held]:
    """What this person's own roles give, and what colleagues who are away today lend. One query, two for who stands in for somebody.

    A loan passes through the lender's own roles only, so what is borrowed is never lent on, and what the lender loses the substitute loses.
    A role that asks for a code at the door lends to nobody who signs in without one.
    """
    own, borrowed = _held_sql()
    asked, lent = {"user": user.pk, "today": today()}, []
    with connection.cursor() as cursor:
        cursor.execute(own, asked)
        rows = cursor.fetchall()
        if ("", "") in rows:
            cursor.execute(borrowed, asked)
            lent = cursor.fetchall()
    for code, scope in rows:
        if code:
            yield Held(code, SCOPES[scope])
    for code, scope, lender, name, home, narrowed in lent:
        if not narrowed or code in narrowed.split():
            yield Held(code, _as_lent(SCOPES[scope], home, user), lender, name)


def _as_lent(scope: Scope, home: int | None, user) -> Scope:
    """A class, a place, another department stay the lender's: the right never reaches what is the substitute's own instead."""
    if scope == Scope.ALL or (scope == Scope.DEPARTMENT and home == getattr(user, "department_id", None)):
        return scope
    return Scope.OWN


def running_substitutions(on: date | None = None) -> QuerySet[Substitution]:
    """Those in force on this day."""
    on = on or today()
    return Substitution.objects.filter(from_on__lte=on, to_on__gte=on, ended_at=None, person__is_active=True, substitute__is_active=True)


def substitutions_of(person) -> QuerySet[Substitution]:
    """Running and coming ones in which this person is away or stands in."""
    mine = Q(person=person.pk) | Q(substitute=person.pk)
    return Substitution.objects.filter(mine, to_on__gte=today(), ended_at=None).select_related("person", "substitute").order_by("from_on", "pk")


def substitutes_with(code: str) -> QuerySet:
    """Keys of those who hold this permission today because a colleague is away; a subquery, not read yet."""
    if code in NEVER_LENT:
        return Substitution.objects.none().values("substitute")
    whole_or_named = Q(permissions="") | Q(permissions__contains=f"\n{code}\n")
    proven = Q(roles__needs_code=False) | Q(substitute__authenticator__confirmed_at__isnull=False)
    return running_substitutions().filter(whole_or_named, proven, roles__grants__permission=code, roles__holders=F("person")).values("substitute")
