"""Reading aid: what a person may see, the votes of a list, masked names (FIN-09)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, Count, Q, QuerySet, Sum

from finance.fee.queries import own_classes
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.money import money
from logistics.platform.limits.queries import limit
from logistics.platform.terms.queries import calendar

from .models import AidApplication, AidList, AidReason, AidScheme, AidState, ListState

VIEW, APPLY, MANAGE = "finance.aid.view", "finance.aid.apply", "finance.aid.manage"
DECIDE, PAY = "finance.aid.decide", "finance.aid.pay"
NOTICE_DAYS, LEAST_VOTES = "finance.aid.notice", "finance.aid.members"


def is_member(user) -> bool:
    """Whether this person reviews a list that is not over."""
    return AidList.objects.filter(members=user.pk).exclude(state=ListState.CANCELLED).exists()


def check_can_view(user, record=None) -> None:
    """Whoever has the permission, and the members of a review group."""
    if not has(user, VIEW) and not is_member(user):
        require(user, VIEW)


def schemes_visible_to(user) -> QuerySet[AidScheme]:
    return AidScheme.objects.all() if has(user, VIEW) or is_member(user) else AidScheme.objects.none()


def lists_visible_to(user) -> QuerySet[AidList]:
    """Every list for who sees aid; a member of a group sees the group's lists."""
    rows = AidList.objects.select_related("scheme", "term", "decided_by", "paid_by", "created_by", "post")
    if has(user, VIEW):
        return rows
    return rows.filter(pk__in=AidList.objects.filter(members=user.pk).values("pk"))


def reach(user, path: str = "") -> Q:
    """Applications this person may see: all, those of the own class, those of lists under review by this person, and what he filed."""
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return Q()
    mine = Q(**{f"{path}listing__in": AidList.objects.filter(members=user.pk).values("pk")}) | Q(**{f"{path}created_by": user.pk})
    return mine | Q(**{f"{path}school_class__in": own_classes(user)}) if scope == Scope.CLASS else mine


def applications_visible_to(user) -> QuerySet[AidApplication]:
    rows = AidApplication.objects.select_related("listing__scheme", "listing__term", "student", "school_class", "created_by")
    return rows.filter(reach(user)).annotate(
        yes=Count("votes", filter=Q(votes__agrees=True)), no=Count("votes", filter=Q(votes__agrees=False)), score=Avg("votes__score")
    )


def reasons_visible_to(user) -> QuerySet[AidReason]:
    """Why somebody is poor: for who filed it and for the review group, nobody else, whatever the permissions."""
    rows = AidReason.objects.select_related("application__student", "application__listing__scheme", "application__listing__term", "application__school_class")
    reviewed = AidList.objects.filter(members=user.pk).values("pk")
    return rows.filter(Q(application__created_by=user.pk) | Q(application__listing__in=reviewed))


def check_can_see_reasons(user, record=None) -> None:
    """Whoever files applications or reviews some."""
    if not has(user, APPLY) and not is_member(user):
        require(user, APPLY)


def masked(name: str) -> str:
    """张三 as 张*, 李小明 as 李*明, 欧阳小明 as 欧**明: enough for those who know, not for strangers."""
    if len(name) <= 1:
        return "*"
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


@dataclass(frozen=True)
class Result:
    """What the group says of one application."""

    application: AidApplication
    yes: int
    no: int
    score: Decimal | None

    @property
    def voted(self) -> int:
        return self.yes + self.no

    @property
    def is_carried(self) -> bool:
        return self.yes * 2 > self.voted


def results_of(listing: AidList) -> list[Result]:
    """Every standing application with its votes. One query."""
    rows = AidApplication.objects.filter(listing=listing.pk, state=AidState.FILED).select_related("student", "school_class")
    rows = rows.annotate(yes=Count("votes", filter=Q(votes__agrees=True)), no=Count("votes", filter=Q(votes__agrees=False)), mean=Avg("votes__score"))
    return [Result(row, row.yes, row.no, row.mean) for row in rows.order_by("school_class__order", "student__number")]


def chosen_of(listing: AidList, *states: str) -> QuerySet[AidApplication]:
    """The students of the list in the order of its papers."""
    rows = AidApplication.objects.filter(listing=listing.pk, state__in=states or (AidState.PROPOSED, AidState.FINAL, AidState.PAID))
    return rows.select_related("student", "school_class").order_by("school_class__order", "school_class", "student__number")


def sum_of(rows: QuerySet[AidApplication]) -> Decimal:
    return money(rows.order_by().aggregate(sum=Sum("amount"))["sum"] or 0)


def last_notice_day(start_on: date) -> date:
    """The last day of a notice that begins on this day: that many whole working days after it, by the school calendar as it is now."""
    return calendar().add_working_days(start_on, limit(NOTICE_DAYS, start_on))


def list_counts(user) -> dict[str, int]:
    rows = lists_visible_to(user).order_by()
    return rows.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in (ListState.OPEN, ListState.REVIEW, ListState.NOTICE, ListState.FINAL)})
