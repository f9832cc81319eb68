"""Reading the shop: firms' papers, what is about to expire, who is to be looked at (CAN-18)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from canteen.evidence import CHECK, MANAGE, VIEW
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown, limits_on
from logistics.platform.papers.models import PaperState
from logistics.platform.partners.models import FirmPaper, FirmPaperKind, Partner, PartnerKind, PartnerState
from logistics.platform.partners.queries import shortcomings, valid_paper
from logistics.platform.web.home import Late, Todo

from .forbidden import Most
from .models import Goods, GoodsIntake, GoodsState, Outlet, OutletState

CHECK_DAYS, WARN_DAYS = "canteen.shop.check.days", "canteen.shop.warn.days"
SUGAR, DRINK_SUGAR, SODIUM, FAT = (f"canteen.shop.{name}" for name in ("sugar", "drink", "sodium", "fat"))
LIST = "/canteen/outlet/"


def outlets_visible_to(user) -> QuerySet[Outlet]:
    rows = Outlet.objects.select_related("place", "firm")
    return rows if has(user, VIEW) else rows.none()


def listed_outlets(user) -> QuerySet[Outlet]:
    """With the moment of the last check and how many goods are on sale."""
    return outlets_visible_to(user).annotate(
        last_check=Max("checks__happened_at", filter=Q(checks__struck_at=None)), sold=Count("goods", filter=Q(goods__state=GoodsState.SOLD), distinct=True)
    )


def goods_visible_to(user) -> QuerySet[Goods]:
    rows = Goods.objects.select_related("outlet", "supplier")
    return rows if has(user, VIEW) else rows.none()


def most_on(on: date) -> Most:
    found = limits_on(on, SUGAR, DRINK_SUGAR, SODIUM, FAT)
    return Most(sugar=found[SUGAR], drink_sugar=found[DRINK_SUGAR], sodium=found[SODIUM], fat=found[FAT])


def firm_lacks(firm: Partner, on: date) -> list[str]:
    """What a firm that sells at the school lacks on that day: business licence, permit to sell food (one to produce does not do). Two queries."""
    found = shortcomings(firm, PartnerKind.FOOD, on)
    if not found and valid_paper(firm, [FirmPaperKind.FOOD], on) is None:
        found.append(f"{firm}没有有效的食品经营许可证。")
    return found


def is_due(outlet: Outlet, on: date) -> bool:
    """Whether a row of `listed_outlets` is to be looked at by that day."""
    if outlet.state != OutletState.OPEN:
        return False
    return outlet.last_check is None or timezone.localdate(outlet.last_check) + timedelta(days=limit_shown(CHECK_DAYS, on)) <= on


def expiring(on: date) -> QuerySet[GoodsIntake]:
    """What came in for goods still on sale and is past its day, or will be within the days of warning and came in last."""
    last = on + timedelta(days=limit_shown(WARN_DAYS, on))
    rows = GoodsIntake.objects.filter(struck_at=None, expires_on__lte=last, goods__state=GoodsState.SOLD, goods__outlet__state=OutletState.OPEN)
    return rows.filter(expires_on__gte=on - timedelta(days=30)).select_related("goods__outlet").order_by("expires_on", "pk")


def shop_todos(user, at: datetime) -> list[Todo]:
    """Outlets to look at, goods about to run out of date."""
    if not has(user, CHECK):
        return []
    today, found = timezone.localdate(at), []
    due = [one for one in listed_outlets(user).filter(state=OutletState.OPEN).order_by("name") if is_due(one, today)]
    if due:
        found.append(Todo(f"查小卖部和售货机 {len(due)} 处", "、".join(map(str, due[:4])), LIST, "去检查", "store"))
    old = list(expiring(today)[:30])
    if old:
        names = "、".join(dict.fromkeys(one.goods.name for one in old[:4]))
        found.append(Todo(f"{len(old)} 批商品到期或快到期", names, "/canteen/goods-intake/", "去下架", "calendar-x"))
    return found


def late_outlets(user, at: datetime) -> list[Late]:
    """Open outlets whose firm's papers are not in order, for whoever answers for the books."""
    if not has(user, MANAGE):
        return []
    rows = list(unlicensed(timezone.localdate(at))[:50])
    return [Late("小卖部证照不全", str(rows[0]), len(rows), LIST)] if rows else []


def unlicensed(on: date) -> QuerySet[Outlet]:
    """Open outlets whose firm is out of use, or has no business licence or no permit to sell food on that day. One query."""

    def valid(kind: str) -> Exists:
        papers = FirmPaper.objects.filter(partner=OuterRef("firm"), kind=kind).exclude(state=PaperState.VOID)
        return Exists(papers.filter(Q(issued_on=None) | Q(issued_on__lte=on), Q(expires_on=None) | Q(expires_on__gte=on)))

    lacking = ~valid(FirmPaperKind.LICENCE) | ~valid(FirmPaperKind.FOOD) | ~Q(firm__state=PartnerState.ACTIVE)
    return Outlet.objects.filter(lacking, state=OutletState.OPEN).order_by("name", "pk")
