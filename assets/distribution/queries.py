"""Reading distributions: who sees them, what was given to whom, what the store still needs (STK-07)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from assets.item.models import Item
from assets.item.quantities import NONE, figure
from assets.slip.models import SlipLine, SlipState
from assets.store.models import Stock
from assets.store.queries import KEEP, VIEW
from logistics.platform.access.rules import has, require

from .counting import due_of
from .models import LEFT_OUT, Distribution, DistributionState, KitLine, Recipient, RecipientState

OPEN = "assets.distribution.open"
WAITS = (RecipientState.WAITING, RecipientState.PARTLY)


def check_can_view(user, record=None) -> None:
    """Whoever sees the stock; who is on a list sees its own line."""
    if not has(user, VIEW) and not own_lines(user).exists():
        require(user, VIEW)


def check_can_view_all(user, record=None) -> None:
    require(user, VIEW)


def own_lines(user) -> QuerySet[Recipient]:
    mine = Q(person=user.pk) | Q(school_class__head_teacher=user.pk)
    return Recipient.objects.filter(mine).exclude(distribution__state__in=(DistributionState.DRAFT, DistributionState.READY, DistributionState.VOID))


def distributions_visible_to(user) -> QuerySet[Distribution]:
    waits, all_of = Q(recipients__state__in=WAITS), ~Q(recipients__state__in=LEFT_OUT) & Q(recipients__isnull=False)
    rows = Distribution.objects.select_related("store", "department", "term", "created_by", "opened_by")
    rows = rows.annotate(waiting=Count("recipients", filter=waits), listed=Count("recipients", filter=all_of))
    return rows if has(user, VIEW) else rows.none()


def recipients_visible_to(user) -> QuerySet[Recipient]:
    rows = Recipient.objects.all() if has(user, VIEW) else own_lines(user)
    return rows.select_related("distribution__store", "distribution__department", "school_class__head_teacher", "person__department")


def recipient_counts(user) -> dict[str, int]:
    """Of what is being handed out now. One query."""
    rows = recipients_visible_to(user).filter(distribution__state=DistributionState.OPEN).order_by()
    return rows.aggregate(
        waiting=Count("pk", filter=Q(state=RecipientState.WAITING)), partly=Count("pk", filter=Q(state=RecipientState.PARTLY))
    )  # fmt: skip


def kit_of(distribution: Distribution) -> list[KitLine]:
    return list(distribution.kit.select_related("item").order_by("pk"))


def given_by(recipients: QuerySet | list, *, but: int | None = None) -> dict[int, dict[int, Decimal]]:
    """{recipient: {item: quantity}} of the papers that stand; `but` leaves one out. One query."""
    rows = SlipLine.objects.filter(slip__handout__recipient__in=recipients, slip__state=SlipState.BOOKED).exclude(slip=but)
    found: dict[int, dict[int, Decimal]] = {}
    for row in rows.order_by().values("slip__handout__recipient", "item").annotate(sum=Sum("quantity")):
        found.setdefault(row["slip__handout__recipient"], {})[row["item"]] = row["sum"].quantize(Decimal("0.001"))
    return found


@dataclass(frozen=True)
class Need:
    """One item of a whole distribution: what all should get, got, and what lies in the store."""

    item: Item
    due: Decimal
    given: Decimal
    there: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.due - self.given, NONE)

    @property
    def short(self) -> Decimal:
        return max(self.left - self.there, NONE)

    @property
    def short_words(self) -> str:
        return f"{self.item} {figure(self.short)} {self.item.unit}"


def needs_of(distribution: Distribution, kit: list[KitLine], recipients: list[Recipient]) -> list[Need]:
    """Two queries."""
    given = given_by(recipients)
    there = dict(Stock.objects.filter(store=distribution.store_id, item__in=[line.item_id for line in kit]).values_list("item", "quantity"))
    due: dict[Item, Decimal] = {line.item: NONE for line in kit}
    for recipient in recipients:
        for item, quantity in due_of(recipient, kit).items():
            due[item] += quantity
    out: dict[int, Decimal] = {}
    for quantities in given.values():
        for item, quantity in quantities.items():
            out[item] = out.get(item, NONE) + quantity
    return [Need(item, quantity, out.get(item.pk, NONE), there.get(item.pk, NONE)) for item, quantity in due.items()]


__all__ = [
    "KEEP", "OPEN", "VIEW", "WAITS", "Need", "check_can_view", "check_can_view_all", "distributions_visible_to", "given_by", "kit_of", "needs_of", "own_lines",
    "recipient_counts", "recipients_visible_to",
]  # fmt: skip
