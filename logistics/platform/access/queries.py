"""Reading grants, one's own and those of absent colleagues. The school's day is read here, so that a loan ends by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, IntegerField, Q, QuerySet, TextField, Value
from django.utils import timezone

from .models import Authenticator, Grant, Scope, Substitution

NEVER_LENT = ("platform.roles.manage", "platform.substitution.manage")


@dataclass(frozen=True)
class Held:
    """A permission with its scope; of an absent colleague when `lender` is not 0."""

    code: str
    scope: Scope
    lender: int = 0
    lender_name: str = ""


def today() -> date:
    return timezone.localdate()


def held_by(user) -> Iterator[Held]:
    """What this person's own roles give, and what colleagues who are away today lend. One query.

    A loan passes through the lender's own roles only, so what is borrowed is never lent on, and what the lender loses the substitute loses.
    A role that asks for a code at the door lends to nobody who signs in without one.
    """
    nobody = {"lender": Value(0, IntegerField()), "lender_name": Value("", TextField()), "home": Value(0, IntegerField()), "narrowed": Value("", TextField())}
    columns = ("permission", "scope", *nobody)
    own = Grant.objects.filter(role__holders=user.pk).annotate(**nobody).values_list(*columns)
    loan = "role__substitutions__"
    running = {
        f"{loan}substitute": user.pk,
        f"{loan}from_on__lte": today(),
        f"{loan}to_on__gte": today(),
        f"{loan}ended_at": None,
        f"{loan}person__is_active": True,
        "role__holders": F(f"{loan}person"),
    }
    lent = (
        Grant.objects.filter(Q(role__needs_code=False) | Exists(Authenticator.objects.filter(user=user.pk, confirmed_at__isnull=False)), **running)
        .exclude(permission__in=NEVER_LENT)
        .annotate(lender=F(f"{loan}person"), lender_name=F(f"{loan}person__name"), home=F(f"{loan}person__department"), narrowed=F(f"{loan}permissions"))
        .values_list(*columns)
    )
    for code, scope, lender, name, home, narrowed in own.union(lent, all=True):
        if not narrowed or code in narrowed.split():
            yield Held(code, _as_lent(Scope(scope), home, user) if lender else Scope(scope), lender, name)


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
