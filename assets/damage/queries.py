"""Reading damage: who sees which, counts, sums by class (AST-09)."""

from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from assets.card.models import AssetCard
from assets.income import RECEIVE
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.ref import Ref

from .models import Damage, DamageState

VIEW, FILE, ASSESS, WAIVE = "assets.damage.view", "assets.damage.file", "assets.damage.assess", "assets.damage.waive"
JOINS = ("card", "place", "school_class", "school_class__head_teacher", "person", "created_by", "assessed_by", "ended_by")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def damages_visible_to(user) -> QuerySet[Damage]:
    """All of them, or one's own: found, answered for, of one's class, of a thing in one's custody."""
    scope, rows = scope_of(user, VIEW), Damage.objects.select_related(*JOINS)
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    own = Q(created_by=user.pk) | Q(person=user.pk) | Q(school_class__head_teacher=user.pk) | Q(card__custodian=user.pk)
    return rows.filter(own)


def damage_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    rows = damages_visible_to(user).order_by()
    return rows.aggregate(open=Count("pk", filter=Q(state=DamageState.OPEN)), due=Count("pk", filter=Q(state=DamageState.DUE)))


def sums_of(rows: QuerySet[Damage]) -> dict:
    """Asked, paid and still open of these, in one query."""
    asked = ~Q(state__in=[DamageState.VOID, DamageState.NATURAL, DamageState.OPEN])
    found = rows.order_by().aggregate(
        asked=Sum("amount", filter=asked), paid=Sum("amount", filter=Q(state=DamageState.PAID)), due=Sum("amount", filter=Q(state=DamageState.DUE))
    )
    return {name: value or 0 for name, value in found.items()}


def damage_of(origin: Ref) -> Damage | None:
    """The paper that another record opened; None when there is none, or it was voided."""
    return Damage.objects.select_related(*JOINS).filter(origin_kind=origin.kind, origin_id=origin.id).exclude(state=DamageState.VOID).first()


def has_damage(origin: Ref) -> bool:
    """Whether another record opened a paper that was not voided."""
    return Damage.objects.filter(origin_kind=origin.kind, origin_id=origin.id).exclude(state=DamageState.VOID).exists()


def damages_of(card: AssetCard) -> QuerySet[Damage]:
    return card.damages.exclude(state=DamageState.VOID).order_by("-pk")


def by_class(first: date, last: date) -> list[dict]:
    """Per class: how many man-made damages were found in these days, what was asked, paid and deducted. One query."""
    asked = Q(state__in=[DamageState.DUE, DamageState.PAID, DamageState.REPAIRED, DamageState.WAIVED])
    rows = Damage.objects.filter(asked, school_class__isnull=False, found_on__range=(first, last)).order_by()
    named = rows.values("school_class", "school_class__name", "school_class__order", "school_class__head_teacher__name")
    found = named.annotate(n=Count("pk"), asked=Sum("amount"), paid=Sum("amount", filter=Q(state=DamageState.PAID)), points=Sum("points"))
    return sorted(found, key=lambda row: (-row["points"], -row["asked"], row["school_class__order"], row["school_class"]))


def waiting_for_cashier(user) -> int:
    """How many sums this person should take in. One query for the cashier, none for others."""
    return Damage.objects.filter(state=DamageState.DUE).count() if has(user, RECEIVE) else 0
