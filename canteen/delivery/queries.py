"""Reading deliveries: who sees them, who has still to sign, how often the food-safety officer was there (CAN-04)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from canteen.rights import BUYING_VIEW, OVERRIDE, RECEIVE, SIGN_BUYER, SIGN_CHEF, SIGN_FINANCE, SIGN_OFFICER
from logistics.platform.access.rules import has, require
from logistics.platform.web.home import Late, Todo

from .models import NEEDED_SIGNATURES, Delivery, DeliveryLine, DeliveryPaper, DeliverySignature, DeliveryState, SignRole

RIGHTS = {SignRole.BUYER: SIGN_BUYER, SignRole.FINANCE: SIGN_FINANCE, SignRole.CHEF: SIGN_CHEF, SignRole.OFFICER: SIGN_OFFICER}
SEEING = (BUYING_VIEW, RECEIVE, OVERRIDE, *RIGHTS.values())
OFFICER_WEEKLY = "canteen.delivery.officer.weekly"
OPEN = (DeliveryState.CHECKING, DeliveryState.HELD)


def may_see(user) -> bool:
    return any(has(user, code) for code in SEEING)


def check_can_view(user, record=None) -> None:
    if not may_see(user):
        require(user, BUYING_VIEW)


def deliveries_visible_to(user) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_related("supplier__partner", "order", "created_by", "exempt_by")
    return rows if may_see(user) else rows.none()


def listed_deliveries(user) -> QuerySet[Delivery]:
    lines = DeliveryLine.objects.select_related("ingredient").order_by("pk")
    return deliveries_visible_to(user).prefetch_related(Prefetch("lines", lines), "signatures")


def lines_of(delivery: Delivery) -> list[DeliveryLine]:
    return list(delivery.lines.select_related("ingredient", "order_line", "batch").order_by("pk"))


def papers_of(delivery: Delivery) -> list[DeliveryPaper]:
    return list(delivery.papers.select_related("line__ingredient", "added_by").order_by("pk"))


def signatures_of(delivery: Delivery) -> list[DeliverySignature]:
    """Those that stand, in the order they were given."""
    return list(delivery.signatures.filter(void_at=None).select_related("user__department").order_by("pk"))


def unsigned_roles(signatures) -> list[SignRole]:
    """Which of the three signatures are missing."""
    given = {one.role for one in signatures if one.void_at is None}
    return [role for role in NEEDED_SIGNATURES if role not in given]


def roles_of(user) -> list[SignRole]:
    """What this person may sign; buyer before finance where somebody may do both."""
    return [role for role, code in RIGHTS.items() if has(user, code)]


def waiting_for(user) -> QuerySet[Delivery]:
    """Deliveries on which a column this person may sign is open and has not been signed by them in another one."""
    roles = [role for role in roles_of(user) if role in NEEDED_SIGNATURES]
    rows = Delivery.objects.filter(state=DeliveryState.CHECKING)
    if not roles:
        return rows.none()
    open_column = Q()
    for role in roles:
        open_column |= ~Exists(DeliverySignature.objects.filter(delivery=OuterRef("pk"), role=role, void_at=None))
    mine = DeliverySignature.objects.filter(delivery=OuterRef("pk"), user=user.pk, void_at=None)
    return rows.filter(open_column).exclude(Exists(mine)).select_related("supplier__partner").order_by("happened_at", "pk")


def delivery_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    mine = waiting_for(user).order_by().select_related(None).values("pk")
    return (
        deliveries_visible_to(user)
        .order_by()
        .aggregate(
            mine=Count("pk", filter=Q(pk__in=mine)),
            held=Count("pk", filter=Q(state=DeliveryState.HELD)),
            checking=Count("pk", filter=Q(state=DeliveryState.CHECKING)),
        )
    )


# the food-safety officer's presence


def week_start(day: date) -> date:
    return day - timedelta(days=day.weekday())


def officer_presence(monday: date) -> tuple[int, int]:
    """(deliveries of that week, those the food-safety officer joined and signed)."""
    start = timezone.make_aware(datetime.combine(monday, datetime.min.time()))
    rows = Delivery.objects.filter(happened_at__gte=start, happened_at__lt=start + timedelta(days=7)).exclude(state=DeliveryState.CALLED_OFF)
    signed = DeliverySignature.objects.filter(delivery=OuterRef("pk"), role=SignRole.OFFICER, void_at=None)
    found = rows.order_by().annotate(joined=Exists(signed)).values_list("joined", flat=True)
    joined = list(found)
    return len(joined), sum(joined)


def delivery_todos(user, at: datetime) -> list[Todo]:
    """Signatures to give, and papers to ask the supplier for. Two queries at most."""
    todos = []
    if any(has(user, RIGHTS[role]) for role in NEEDED_SIGNATURES):
        todos = [
            Todo(f"收货等您签字：{row.supplier}", f"{row.number}", url_of(row), "去签字", "signature", row.happened_at + timedelta(hours=2))
            for row in waiting_for(user)[:20]
        ]
    if has(user, RECEIVE):
        held = Delivery.objects.filter(state=DeliveryState.HELD).select_related("supplier__partner").order_by("pk")[:20]
        todos += [Todo(f"证票没有齐，还不能用：{row.supplier}", row.number, url_of(row), "补证票", "file-exclamation-point") for row in held]
    return todos


def officer_late(user, at: datetime) -> list[Late]:
    """From Thursday on: a week in which the food-safety officer has joined no delivery, for the officer and who answers for it. Two queries."""
    today = timezone.localdate(at)
    if today.weekday() < 3 or not (has(user, SIGN_OFFICER) or has(user, OVERRIDE)):
        return []
    came, joined = officer_presence(week_start(today))
    if not came or joined:
        return []
    return [Late("食品安全员本周还没有参加验收", f"本周到货 {came} 次，一次也没有签", came, "/canteen/delivery/")]


def url_of(delivery: Delivery) -> str:
    return f"/canteen/delivery/{delivery.pk}/"
