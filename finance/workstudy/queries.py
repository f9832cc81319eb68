"""Reading 勤工俭学: posts, sheets, hours of a month (FIN-09)."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from finance.journal.queries import month_end
from finance.money import ZERO
from logistics.platform.access.rules import has, require

from .models import Placement, WorkHours, WorkPost, WorkSheet

VIEW, MANAGE = "finance.work.view", "finance.work.manage"
APPROVE, PAY = "finance.work.approve", "finance.work.pay"
MONTH_HOURS = "finance.work.hours"


def supervises(user) -> bool:
    return WorkPost.objects.filter(supervisor=user.pk).exists()


def check_can_view(user, record=None) -> None:
    """Whoever has the permission, and who supervises a post."""
    if not has(user, VIEW) and not supervises(user):
        require(user, VIEW)


def reach(user, path: str = "") -> Q:
    return Q() if has(user, VIEW) else Q(**{f"{path}supervisor": user.pk})


def posts_visible_to(user) -> QuerySet[WorkPost]:
    rows = WorkPost.objects.select_related("department", "supervisor").filter(reach(user))
    return rows.annotate(taken=Count("placements", filter=Q(placements__until_on=None)))


def sheets_visible_to(user) -> QuerySet[WorkSheet]:
    rows = WorkSheet.objects.select_related("approved_by", "paid_by", "created_by")
    return rows if has(user, VIEW) or supervises(user) else rows.none()


def rows_of(sheet: WorkSheet, user=None) -> QuerySet[WorkHours]:
    """The hours of a month, those in sight of `user` when given."""
    rows = WorkHours.objects.filter(sheet=sheet.pk).select_related("placement__student__school_class", "placement__post", "created_by")
    rows = rows.filter(reach(user, "placement__post__")) if user is not None else rows
    return rows.order_by("placement__student__school_class__order", "placement__student__number", "placement__post__name", "pk")


def total_of(rows) -> Decimal:
    """The sum of what each row is paid, each rounded to the cent by itself, as it is handed out."""
    return sum((row.amount for row in rows), ZERO)


def hours_in(student, month: date, *, without: int = 0) -> Decimal:
    """What the student has worked at all posts in the month, leaving one row out."""
    rows = WorkHours.objects.filter(placement__student=student, sheet__month=month).exclude(pk=without)
    return rows.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)


def placements_in(sheet: WorkSheet, user) -> QuerySet[Placement]:
    """Who worked in the month, at the posts this person may note hours for."""
    rows = Placement.objects.select_related("student", "post", "post__supervisor").filter(from_on__lte=month_end(sheet.month))
    rows = rows.filter(Q(until_on=None) | Q(until_on__gte=sheet.month))
    return (rows if has(user, MANAGE) else rows.filter(post__supervisor=user.pk)).order_by("post__name", "student__number")
