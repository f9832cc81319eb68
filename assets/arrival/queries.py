"""What waits for a keeper, and what a line most likely is (AST-01, STK-01)."""

from django.db.models import QuerySet

from assets.card.models import AssetCard, Status
from assets.card.queries import MANAGE
from assets.category.models import AssetClass
from assets.item.models import Item
from assets.item.queries import active_items
from assets.store.models import Stock, Store
from assets.store.queries import KEEP, active_stores
from finance.public import AcceptanceLine, Destination, standing_lines
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.text import plain

from .models import ArrivedLine

OURS = (Destination.ASSET, Destination.STORE)
OVERSEE = "finance.acceptance.manage"  # who answers for acceptances looks on
MOST_APART = 50  # more of one kind than this are one card


def check_can_view(user, record=None) -> None:
    """Who makes cards, who keeps a store, and who answers for acceptances."""
    if not (has(user, KEEP) or has(user, OVERSEE)):
        require(user, MANAGE)


def lines_visible_to(user) -> QuerySet[ArrivedLine]:
    rows = ArrivedLine.objects.select_related("acceptance__order__partner", "acceptance__order__request__department", "order_line__request_line")
    if not any(has(user, right) for right in (KEEP, MANAGE, OVERSEE)):
        return rows.none()
    return rows.filter(pk__in=standing_lines().filter(destination__in=OURS).order_by().values("pk"))


def class_of(line: AcceptanceLine) -> AssetClass | None:
    """The class of the newest card of this name, or the one class of this name; None when nobody can tell. Two queries."""
    name = line.order_line.request_line.name
    card = AssetCard.objects.filter(name=name).exclude(status=Status.VOID).select_related("asset_class__life").order_by("-pk").first()
    if card is not None and card.asset_class.is_active:
        return card.asset_class
    named = list(AssetClass.objects.filter(name=name, is_active=True).select_related("life")[:2])
    return named[0] if len(named) == 1 else None


def is_apart(asset_class: AssetClass, count: int) -> bool:
    """Whether each piece gets a card of its own: computers do, forty chairs do not."""
    return not asset_class.is_bulk and 1 < count <= MOST_APART


def item_of(line: AcceptanceLine) -> Item | None:
    """The one item of this name, and of this spec where the request says one. One query."""
    asked = line.order_line.request_line
    found = list(active_items().filter(name__iexact=asked.name).prefetch_related("packs")[:20])
    if asked.spec:
        found = [item for item in found if plain(item.spec) == plain(asked.spec)]
    return found[0] if len(found) == 1 else None


def store_of(item: Item) -> Store | None:
    """Where this item came in last, or the only store there is."""
    stock = Stock.objects.filter(item=item.pk, store__is_active=True).select_related("store").order_by("-last_in_on", "-pk").first()
    if stock is not None:
        return stock.store
    stores = list(active_stores()[:2])
    return stores[0] if len(stores) == 1 else None
