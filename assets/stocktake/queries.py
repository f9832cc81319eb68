"""Reading stocktakes: who sees which, how far they are, what is still to be done (AST-05)."""

from django.db.models import Count, F, Q, QuerySet, Sum

from assets.card.models import ALIVE, AssetCard
from assets.card.queries import MANAGE, VIEW
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by
from logistics.platform.places.models import Place

from .models import GOING_ON, CountFind, CountLine, CountSheet, Difference, DifferenceKind, SheetState, Stocktake, StocktakeState

__all__ = ["MANAGE", "VIEW"]
SHOWN = 6
OPEN_TO_COUNT = {1: StocktakeState.COUNTING, 2: StocktakeState.RECOUNT}


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def sees_all(user) -> bool:
    return scope_of(user, VIEW) == Scope.ALL


def stocktakes_visible_to(user) -> QuerySet[Stocktake]:
    """All for who sees every card; who counts sees those of their team once they have begun, a signer what is to be signed."""
    rows = Stocktake.objects.select_related("created_by")
    if sees_all(user):
        return rows
    mine = Stocktake.team.through.objects.filter(user=user.pk).values("stocktake")
    counts = CountSheet.objects.filter(counter=user.pk).values("stocktake")
    return rows.filter(Q(pk__in=mine) | Q(pk__in=counts) | Q(pk__in=record_ids_seen_by(user, "assets.Stocktake"))).exclude(state=StocktakeState.DRAFT)


def sheets_visible_to(user) -> QuerySet[CountSheet]:
    rows = CountSheet.objects.select_related("stocktake", "place", "counter", "counted_by")
    return rows if sees_all(user) else rows.filter(stocktake__in=stocktakes_visible_to(user).order_by().values("pk"))


def check_can_view_differences(user, record=None) -> None:
    """What the book says is for whoever sees the book."""
    if require(user, VIEW) != Scope.ALL:
        require(user, MANAGE)


def differences_visible_to(user) -> QuerySet[Difference]:
    rows = Difference.objects.select_related(
        "stocktake", "card__place", "place", "line", "line__sheet__place", "line__custodian", "asset_class", "result", "decided_by"
    )
    return rows if sees_all(user) else rows.none()


def may_count(user, sheet: CountSheet) -> bool:
    """The one it was given to, anybody of the team, and the keeper."""
    return sheet.counter_id == user.pk or has(user, MANAGE) or sheet.stocktake.team.filter(pk=user.pk).exists()


def own_sheets(user) -> QuerySet[CountSheet]:
    """What this person is to count now."""
    open_now = Q(round=1, stocktake__state=StocktakeState.COUNTING) | Q(round=2, stocktake__state=StocktakeState.RECOUNT)
    return CountSheet.objects.filter(open_now, counter=user.pk, state=SheetState.WAITING)


def stocktake_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    return (
        stocktakes_visible_to(user)
        .order_by()
        .aggregate(going=Count("pk", filter=Q(state__in=GOING_ON)), settling=Count("pk", filter=Q(state=StocktakeState.SETTLING)))
    )


def scope_cards(stocktake: Stocktake) -> QuerySet[AssetCard]:
    """The cards in use that the campaign comprises now; what is not narrowed down is the whole school."""
    rows = AssetCard.objects.filter(status__in=ALIVE)
    places = list(stocktake.places.all())
    if places:
        below = Q()
        for place in places:
            below |= Q(path__startswith=place.path)
        rows = rows.filter(place__in=Place.objects.filter(below).order_by().values("pk"))
    if stocktake.classes.exists():
        rows = rows.filter(asset_class__in=stocktake.classes.order_by().values("pk"))
    if stocktake.departments.exists():
        rows = rows.filter(department__in=stocktake.departments.order_by().values("pk"))
    return rows


def scope_words(stocktake: Stocktake) -> str:
    """Such as 教学楼A座、教学楼B座；课桌椅."""
    parts = []
    for related in (stocktake.places, stocktake.classes, stocktake.departments):
        names = [str(one) for one in related.all()]
        parts.append("、".join(names[:SHOWN]) + (f"等 {len(names)} 处" if len(names) > SHOWN else ""))
    return "；".join(filter(None, parts))[:300] or "全校在账资产"


def progress_of(stocktake: Stocktake) -> dict[str, int]:
    """Sheets of the round that is going on: all, counted, skipped, waiting; lines and finds. Two queries."""
    turn = 2 if stocktake.state == StocktakeState.RECOUNT else 1
    sheets = stocktake.sheets.filter(round=turn).order_by()
    found = sheets.aggregate(
        all=Count("pk"), counted=Count("pk", filter=Q(state=SheetState.COUNTED)), waiting=Count("pk", filter=Q(state=SheetState.WAITING)),
        skipped=Count("pk", filter=Q(state=SheetState.SKIPPED)),
    )  # fmt: skip
    lines = stocktake.lines.order_by().aggregate(
        lines=Count("pk"), pieces=Sum("quantity"), cost=Sum("cost"), not_counted=Count("pk", filter=Q(counted=None)),
        elsewhere=Sum("elsewhere"), missing=Sum("missing"), sample=Count("pk", filter=Q(recounted__isnull=False)),
        errors=Count("pk", filter=Q(recounted__isnull=False) & ~Q(recounted=F("counted"))),
    )  # fmt: skip
    return found | {name: value or 0 for name, value in lines.items()}


def lines_of(sheet: CountSheet) -> list[CountLine]:
    """What the sheet asks for, in the order of a walk through the room."""
    rows = sheet.lines if sheet.round == 1 else sheet.sampled
    return list(rows.select_related("card", "custodian").order_by("card__asset_class__code", "card__number"))


def finds_of(sheet: CountSheet) -> list[CountFind]:
    return list(sheet.finds.filter(attempt=sheet.attempt).select_related("card", "card__place"))


def difference_counts(stocktake: Stocktake) -> dict[str, int]:
    """Differences of each kind, and how many wait for a decision. One query."""
    kinds = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in DifferenceKind}
    return stocktake.differences.order_by().aggregate(all=Count("pk"), open=Count("pk", filter=Q(decision="")), **kinds)


def in_open_stocktake(card: AssetCard, *, without: int | None = None) -> str:
    """Why the card may not be scrapped now; empty when no stocktake but `without` has it on its list."""
    line = CountLine.objects.filter(card=card.pk, stocktake__state__in=GOING_ON).exclude(stocktake=without).select_related("stocktake").first()
    return f"正在盘点（{line.stocktake}），等盘点结束再处置" if line else ""


def sheets_here(user, place_id: int | None) -> list[CountSheet]:
    """Sheets of this place that the person may fill in now."""
    if place_id is None:
        return []
    team = Stocktake.team.through.objects.filter(user=user.pk).values("stocktake")
    rows = CountSheet.objects.filter(place=place_id, state=SheetState.WAITING).select_related("stocktake", "place")
    open_now = Q(round=1, stocktake__state=StocktakeState.COUNTING) | Q(round=2, stocktake__state=StocktakeState.RECOUNT)
    reach = Q() if has(user, MANAGE) else Q(counter=user.pk) | Q(stocktake__in=team)
    return list(rows.filter(open_now, reach)[:5])
