"""Reading cards: who sees which, counts above the list, what expires (AST-01)."""

from datetime import date, timedelta

from django.db.models import Count, F, Func, Q, QuerySet, Subquery, Sum

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.kernel.light import light
from logistics.platform.org.models import User
from logistics.platform.places.queries import places_in_charge

from .models import ALIVE, AssetCard, AssetEntry, EntryKind, Status

VIEW, MANAGE, ACCOUNT = "assets.card.view", "assets.card.manage", "assets.card.account"
JOINS = ("asset_class", "asset_class__life", "department", "custodian", "place", "partner")
SHOWN_OF_OTHERS = (
    "asset_class__code", "asset_class__name", "department__name", "custodian__name", "place__full_name", "place__name", "partner__name",
)  # fmt: skip
WARRANTY_SOON = timedelta(days=30)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def reach(user, path: str = "") -> Q | None:
    """Which cards this person may see, None for none; `path` leads to the card from another model."""
    scope = scope_of(user, VIEW)
    if scope is None:
        return None
    if scope == Scope.ALL:
        return Q()
    seen = Q(**{f"{path}custodian": user.pk}) | Q(**{f"{path}place__in": places_in_charge(user).order_by().values("pk")})
    if scope == Scope.DEPARTMENT and user.department_id:
        seen |= Q(**{f"{path}department": user.department_id})
    return seen


def cards_visible_to(user) -> QuerySet[AssetCard]:
    """Cards in sight; those taken back are nobody's any more."""
    seen = reach(user)
    rows = AssetCard.objects.select_related(*JOINS)
    return rows.none() if seen is None else rows.filter(seen).exclude(status=Status.VOID)


def list_rows(user) -> QuerySet[AssetCard]:
    """Visible cards as a list, a long file and the API show them."""
    return light(cards_visible_to(user), *(field.attname for field in AssetCard._meta.concrete_fields), *SHOWN_OF_OTHERS)


def entries_visible_to(user) -> QuerySet[AssetEntry]:
    """The ledger's lines but the monthly depreciation, for whoever sees every card."""
    rows = AssetEntry.objects.exclude(kind=EntryKind.DEPRECIATION).select_related("card", "asset_class", "department", "place", "custodian", "by")
    return rows if scope_of(user, VIEW) == Scope.ALL else rows.none()


def check_can_view_books(user, record=None) -> None:
    """The ledger as a whole is for whoever sees every card."""
    if require(user, VIEW) != Scope.ALL:
        require(user, ACCOUNT)


def twice_serials() -> QuerySet:
    """Serials that more than one card in use has."""
    rows = AssetCard.objects.filter(status__in=ALIVE).exclude(serial="").order_by().values("serial")
    return rows.annotate(n=Count("pk")).filter(n__gt=1).values("serial")


def card_counts(user, today: date) -> dict[str, int]:
    """The numbers above the list, in one query, each by its own index: of 100,000 cards nobody reads all."""
    seen = reach(user)
    alive = AssetCard.objects.none() if seen is None else AssetCard.objects.filter(seen, status__in=ALIVE)
    counted = {
        "mine": alive.filter(custodian=user.pk),
        "idle": alive.filter(status=Status.IDLE),
        "nobody": alive.filter(custodian=None),
        "nowhere": alive.filter(place=None),
        "soon": alive.filter(warranty_until__range=(today, today + WARRANTY_SOON)),
    }
    numbers = {name: Subquery(rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")) for name, rows in counted.items()}
    return User.objects.filter(pk=user.pk).order_by().annotate(**numbers).values(*numbers).get()


def sums_of(rows: QuerySet[AssetCard]) -> dict:
    """Pieces, cost and depreciation of these cards, in one query."""
    found = rows.order_by().aggregate(quantity=Sum("quantity"), cost=Sum("cost"), depreciation=Sum("depreciation"))
    cost, depreciation = found["cost"] or 0, found["depreciation"] or 0
    return {"quantity": found["quantity"] or 0, "cost": cost, "depreciation": depreciation, "net": cost - depreciation}


def others_with_serial(card: AssetCard) -> list[AssetCard]:
    if not card.serial or not card.is_alive:
        return []
    others = AssetCard.objects.filter(serial=card.serial, status__in=ALIVE).exclude(pk=card.pk)
    return list(light(others, "id", "number", "name")[:5])
