"""Reading items: who sees them, what they cost last, what fits a word."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from assets.store.models import Batch
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.text import plain, tidy
from logistics.platform.org.models import Department

from .models import Item

VIEW, MANAGE, ASK = "assets.stock.view", "assets.stock.manage", "assets.request.ask"
WITH_PRICE = Batch.objects.filter(stock__item=OuterRef("pk"), price__gt=0).order_by("-pk").values("price")[:1]


def heads_a_department(user) -> bool:
    return Department.objects.filter(head=user.pk, is_active=True).exists()


def may_ask(user) -> bool:
    """Whether the person's post lets them ask for goods: the permission, or being the head of a department."""
    return has(user, ASK) or heads_a_department(user)


def check_can_view(user, record=None) -> None:
    if not (has(user, VIEW) or has(user, MANAGE)):
        require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def items_visible_to(user) -> QuerySet[Item]:
    """With `last_price`, yuan per basic unit of the last batch that came in."""
    rows = Item.objects.select_related("kind").annotate(last_price=Subquery(WITH_PRICE))
    return rows if has(user, VIEW) or has(user, MANAGE) else rows.none()


def active_items() -> QuerySet[Item]:
    """Items in use, for forms of any folder."""
    return Item.objects.filter(is_active=True).select_related("kind")


def items_for(query: str) -> QuerySet[Item]:
    """Items in use whose name, spec, pinyin or initials fit what was typed; none for an empty text."""
    text = plain(tidy(query))
    if not text:
        return Item.objects.none()
    return active_items().filter(Q(name__icontains=text) | Q(spec__icontains=text) | Q(pinyin__icontains=text))
