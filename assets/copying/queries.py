"""Reading sheets: by department and month, against the term's quota and the paper that was drawn (STK-08)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from assets.item.queries import VIEW, heads_a_department
from assets.quota.models import Quota
from assets.quota.using import span_of, term_on
from assets.store.models import CONSUMING, StockMove
from assets.store.queries import month_end
from logistics.platform.access.rules import has, require
from logistics.platform.org.models import Department
from logistics.platform.terms.models import Term

from .models import CopyCount, CopyMachine

RECORD = "assets.copy.record"


def check_can_view(user, record=None) -> None:
    if not heads_a_department(user):
        require(user, VIEW)


def check_can_view_machines(user, record=None) -> None:
    require(user, VIEW)


def machines_visible_to(user) -> QuerySet[CopyMachine]:
    rows = CopyMachine.objects.select_related("place", "department")
    return rows if has(user, VIEW) else rows.none()


def counts_visible_to(user) -> QuerySet[CopyCount]:
    rows = CopyCount.objects.select_related("machine", "department", "created_by")
    return rows if has(user, VIEW) else rows.filter(department__head=user.pk)


def last_reading(machine: CopyMachine, before: date, *, but: int | None = None) -> int | None:
    """What the meter showed at the end of the last month that was read."""
    rows = CopyCount.objects.filter(machine=machine.pk, month__lt=before, reading__isnull=False).exclude(pk=but)
    return rows.order_by("-month").values_list("reading", flat=True).first()


def counted(sheets: int | None) -> str:
    return f"{sheets:,}" if sheets else "—"


@dataclass(frozen=True)
class SheetRow:
    """One department: sheets of each month, of the whole term, its quota, and the sheets of paper it drew in the months shown."""

    name: str
    months: list[int]
    term: int
    quota: int | None
    paper: int

    @property
    def total(self) -> int:
        return sum(self.months)

    @property
    def cells(self) -> list[str]:
        return [counted(value) for value in self.months]

    @property
    def words(self) -> dict[str, str]:
        """The other numbers for the page."""
        return {
            "paper": counted(self.paper), "term": counted(self.term), "quota": "0" if self.quota == 0 else counted(self.quota),
            "left": "—" if self.left is None else f"{self.left:,}".replace("-", "−"),
        }  # fmt: skip

    @property
    def left(self) -> int | None:
        return None if self.quota is None else self.quota - self.term

    @property
    def is_over(self) -> bool:
        return self.quota is not None and self.term > self.quota


def term_months(term: Term) -> Q:
    """A month belongs to the term in which it ends."""
    first, last = span_of(term)
    return Q(month__gte=_first_ending_after(first), month__lte=_last_ending_by(last))


def _first_ending_after(day: date) -> date:
    month = day.replace(day=1)
    return month if month_end(month) > day else _next(month)


def _last_ending_by(day: date) -> date:
    month = day.replace(day=1)
    return month if month_end(month) <= day else date.fromordinal(month.toordinal() - 1).replace(day=1)


def _next(month: date) -> date:
    return date.fromordinal(month_end(month).toordinal() + 1)


def sheets_in(term: Term, department: int | None = None) -> dict[int, int]:
    rows = CopyCount.objects.filter(term_months(term))
    if department is not None:
        rows = rows.filter(department=department)
    return {row["department"]: row["sum"] for row in rows.order_by().values("department").annotate(sum=Sum("sheets"))}


def sheet_rows(user, months: list[date]) -> tuple[Term | None, list[SheetRow]]:
    """The term of the last month, and every department with sheets, paper or a quota in it, the largest first. Seven queries."""
    term = term_on(months[-1])
    counts = counts_visible_to(user).select_related(None).filter(month__in=months).order_by()
    by: dict[int, dict[date, int]] = {}
    for row in counts.values("department", "month").annotate(sum=Sum("sheets")):
        by.setdefault(row["department"], {})[row["month"]] = row["sum"]
    inside = sheets_in(term) if term else {}
    quotas = dict(Quota.objects.filter(term=term, kind=None, sheets__isnull=False).values_list("department", "sheets")) if term else {}
    paper = paper_drawn(months)
    names = Department.objects.all() if has(user, VIEW) else Department.objects.filter(head=user.pk)
    rows = [
        SheetRow(one.name, [by.get(one.pk, {}).get(month, 0) for month in months], inside.get(one.pk, 0), quotas.get(one.pk), paper.get(one.pk, 0))
        for one in names
        if one.pk in by or one.pk in inside or one.pk in quotas or one.pk in paper
    ]
    return term, sorted(rows, key=lambda row: (-row.term, -row.total, row.name))


def paper_drawn(months: list[date]) -> dict[int, int]:
    """Sheets of copy paper each department drew from the stores, less what came back. One query."""
    rows = StockMove.objects.filter(kind__in=CONSUMING, on__range=(months[0], month_end(months[-1])), stock__item__sheets__gt=0, department__isnull=False)
    found = rows.order_by().values("department").annotate(sum=Sum(F("quantity") * F("stock__item__sheets")))
    return {row["department"]: int(-Decimal(row["sum"])) for row in found if row["sum"]}
