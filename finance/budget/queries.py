"""Reading the budget: what a person may see, sums of lines, months of one line."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.utils import timezone

from finance.money import ZERO, cents
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by
from logistics.platform.kernel.money import money
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import Department

from .models import BudgetChange, BudgetEntry, BudgetLine, BudgetYear, YearState
from .telling import WARN

VIEW, MANAGE, APPROVE = "finance.budget.view", "finance.budget.manage", "finance.budget.approve"
OVERRIDE, REOPEN, SETTINGS = "finance.budget.override", "finance.budget.reopen", "finance.setting.manage"


def headed_by(user) -> Q:
    """Lines of the departments this person heads."""
    return Q(department__head=user.pk)


def heads_a_department(user) -> bool:
    return Department.objects.filter(head=user.pk, is_active=True).exists()


def check_can_view(user, record=None) -> None:
    """Whoever has the permission, and the head of a department for that department."""
    if not has(user, VIEW) and not heads_a_department(user):
        require(user, VIEW)


def check_can_view_changes(user, record=None) -> None:
    """Whoever sees lines, and whoever must sign a change."""
    if not has(user, VIEW) and not heads_a_department(user) and not changes_visible_to(user).exists():
        require(user, VIEW)


def reach(user, path: str = "") -> Q:
    """Which lines this person may see; `path` leads to the line's fields from another model."""
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return Q()
    own = Q(**{f"{path}department__head": user.pk})
    if scope is not None and user.department_id:
        own |= Q(**{f"{path}department": user.department_id})
    return own


def lines_visible_to(user) -> QuerySet[BudgetLine]:
    used = cents(F("reserved") + F("committed") + F("spent"))
    left = cents(F("allotment") - F("reserved") - F("committed") - F("spent"))
    return BudgetLine.objects.select_related("year", "department", "item", "fund").filter(reach(user)).annotate(used=used, left=left)


def usable_lines(user) -> QuerySet[BudgetLine]:
    """Lines of running years a request of this person may name: those in sight, and those of the own department."""
    mine = reach(user) | Q(department=user.department_id) if reach(user) else Q()
    rows = BudgetLine.objects.select_related("year", "department", "item", "fund")
    return rows.filter(mine, year__state=YearState.OPEN, fund__is_active=True).order_by("-year__year", "department__order", "item__code", "pk")


def years_visible_to(user) -> QuerySet[BudgetYear]:
    """Every year; the lines of its page are those in sight. Drafts only for who draws up or approves."""
    rows = BudgetYear.objects.select_related("opened_by", "created_by")
    if scope_of(user, VIEW) == Scope.ALL or has(user, MANAGE) or has(user, APPROVE):
        return rows
    return rows.exclude(state=YearState.DRAFT) if heads_a_department(user) or has(user, VIEW) else rows.none()


def changes_visible_to(user) -> QuerySet[BudgetChange]:
    rows = BudgetChange.objects.select_related(
        "line__year", "line__department", "line__item", "line__fund", "to_line__department", "to_line__item", "to_line__fund", "created_by", "decided_by"
    )
    asked = Q(created_by=user.pk) | Q(pk__in=record_ids_seen_by(user, "finance.BudgetChange"))
    return rows.filter(reach(user, "line__") | asked) if reach(user, "line__") else rows


@dataclass(frozen=True)
class Totals:
    allotment: Decimal
    held: Decimal
    spent: Decimal

    @property
    def available(self) -> Decimal:
        return self.allotment - self.held - self.spent

    @property
    def percent(self) -> int:
        """Of the allotment spent: 执行率."""
        return int(self.spent * 100 / self.allotment) if self.allotment else 0


def totals_of(rows: QuerySet[BudgetLine]) -> Totals:
    """One query."""
    found = rows.order_by().aggregate(a=Sum("allotment"), r=Sum("reserved"), c=Sum("committed"), s=Sum("spent"))
    return Totals(money(found["a"] or 0), money(found["r"] or 0) + money(found["c"] or 0), money(found["s"] or 0))


def is_tight(line: BudgetLine, at: datetime | None = None) -> bool:
    """Used up to the limit that is warned of; for marks on pages."""
    return line.percent >= limit_shown(WARN, timezone.localdate(at))


def line_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    warned = limit_shown(WARN, timezone.localdate())
    rows = lines_visible_to(user).filter(year__state=YearState.OPEN)
    tight = Q(used__gt=0, used__gte=F("allotment") * Decimal(warned) / 100)
    return rows.aggregate(all=Count("pk"), tight=Count("pk", filter=tight), over=Count("pk", filter=Q(left__lt=0)))


def months_of(line: BudgetLine) -> list[Decimal]:
    """What was spent in each month of the year, January first. One query."""
    rows = BudgetEntry.objects.filter(line=line.pk).annotate(month=ExtractMonth("at", tzinfo=timezone.get_current_timezone()))
    spent = {row["month"]: money(row["sum"]) for row in rows.values("month").annotate(sum=Sum("to_spent")).order_by()}
    return [spent.get(month, ZERO) for month in range(1, 13)]


def holders_on(line: BudgetLine) -> list[dict]:
    """Documents that hold money on the line now: label, kind, id, reserved, committed. One query."""
    rows = (
        BudgetEntry.objects.filter(line=line.pk)
        .exclude(document_kind="")
        .values("document_kind", "document_id")
        .annotate(reserved=cents(Sum("to_reserved")), committed=cents(Sum("to_committed")))
        .order_by("document_kind", "document_id")
    )
    return [row for row in rows if row["reserved"] or row["committed"]]


def available(line: BudgetLine) -> Decimal:
    """What may be taken from the line this moment, an approved overdraft included. One query."""
    return BudgetLine.objects.get(pk=line.pk).room
