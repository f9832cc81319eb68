"""What a report holds as JSON, which reports are due, and how two issues differ (UTL-05)."""

from datetime import date
from decimal import Decimal

from django.db.models import Min
from django.utils import timezone

from logistics.platform.limits.queries import limit
from logistics.platform.terms.models import Term
from logistics.utilities.bill.queries import Cost, costs_between
from logistics.utilities.meter.models import Reading
from logistics.utilities.usage.figures import asked, figures_of, read, told
from logistics.utilities.usage.models import OPEN, UseProblem
from logistics.utilities.usage.months import Span, month_of, shifted
from logistics.utilities.usage.tables import shown
from logistics.utilities.usage.tally import change

from .models import ReportKind, UtilityReport
from .words import sentences

DAY = "utilities.report.day"
MOST_MONTHS = 12  # a school that starts with old readings does not get reports of years ago
CODES = {ReportKind.MONTH: "SD", ReportKind.TWO_MONTHS: "SD2", ReportKind.TERM: "SDT"}


def content_of(span: Span) -> dict:
    """Everything the report says. Limits are those of the day after it, so the same readings and bills give the same bytes whenever it is made."""
    content = figures_of(asked(span, shifted(span.last, 1)))
    content |= _costs(span)
    content["problems"] = [_problem(problem) for problem in _problems(span)]
    content["sentences"] = sentences(content)
    return content


def _sum(span: Span) -> dict[str, list[Cost]]:
    found: dict[str, list[Cost]] = {}
    for kinds in costs_between(span.first, span.last).values():
        for kind, cost in kinds.items():
            found.setdefault(kind, []).append(cost)
    return found


def _amount(costs: list[Cost]) -> Decimal:
    return sum((cost.amount for cost in costs), Decimal(0))


def _costs(span: Span) -> dict:
    now, then = _sum(span), _sum(span.year_ago)
    rows = [
        {
            "kind": kind,
            "name": costs[0].label,
            "amount": told(_amount(costs)),
            "year_ago": told(_amount(then[kind])) if kind in then else None,
            "change": told(change(_amount(costs), _amount(then[kind])), 1) if kind in then else None,
            "unchecked": sum(cost.unchecked for cost in costs),
        }
        for kind, costs in now.items()
    ]
    total, before = sum(map(_amount, now.values()), Decimal(0)), sum(map(_amount, then.values()), Decimal(0))
    return {"costs": rows, "cost": told(total) if rows else None, "cost_change": told(change(total, before), 1) if now and now.keys() == then.keys() else None}


def _problems(span: Span) -> list[UseProblem]:
    rows = UseProblem.objects.filter(month__range=(span.first, span.last)).select_related("place", "owner", "ticket")
    return list(rows.order_by("month", "pk"))


def _problem(problem: UseProblem) -> dict:
    return {
        "title": str(problem),
        "description": problem.description,
        "owner": problem.owner.name if problem.owner else "",
        "due_on": f"{problem.due_on:%m-%d}" if problem.due_on else "",
        "measure": problem.measure,
        "outcome": problem.outcome,
        "state": problem.get_state_display(),
        "is_done": problem.state not in OPEN,
    }


def latest_issue(kind: str, first: date) -> UtilityReport | None:
    return UtilityReport.objects.filter(kind=kind, first=first).order_by("-version").first()


def issue_before(report: UtilityReport) -> UtilityReport | None:
    return UtilityReport.objects.filter(kind=report.kind, first=report.first, version__lt=report.version).order_by("-version").first()


def differences(before: dict, after: dict) -> list[tuple[str, str, str]]:
    """(what, before, now) of the numbers of two issues that differ."""
    old, new = _numbers(before), _numbers(after)
    labels = [*new, *(label for label in old if label not in new)]
    return [(label, old.get(label, "—"), new.get(label, "—")) for label in labels if old.get(label, "—") != new.get(label, "—")]


def _numbers(content: dict) -> dict[str, str]:
    found = {f"用{row['name']}（{row['unit']}）": shown(read(row["used"])) for row in content["media"]}
    found["综合能耗（kgce）"] = shown(read(content["coal"]["used"]))
    found |= {f"{row['name']}（元）": shown(read(row["amount"])) for row in content["costs"]}
    found["建筑面积（m²）"], found["用能人数"] = shown(read(content["area"])), shown(read(content["users"]))
    for group in content["buildings"]:
        for row in content["media"]:
            found[f"{group['name']}用{row['name']}"] = shown(read(group["used"][row["medium"]]["used"]))
    found["异常（件）"] = str(len(content["problems"]))
    found["读数不全的表（块）"] = str(len(content["missing"]))
    return found


def corrections(report: UtilityReport) -> list[tuple[str, str, str]]:
    """What differs from the issue before; nothing for a first issue."""
    before = issue_before(report)
    return differences(before.figures, report.figures) if before else []


def last_due(today: date) -> date:
    """The last month whose report may be made: the school waits some days for the readings."""
    this = month_of(today)
    return shifted(this, -1 if today.day >= limit(DAY, today) else -2)


def spans_ending(last: date, terms: list[Term]) -> list[tuple[str, Span]]:
    """The reports that end with this month."""
    found = [(ReportKind.MONTH.value, Span(last, last))]
    if last.month % 2 == 0:
        found.append((ReportKind.TWO_MONTHS.value, Span(shifted(last, -1), last)))
    return found + [(ReportKind.TERM.value, Span(month_of(term.start_on), last)) for term in terms if month_of(term.end_on) == last]


def reports_missing(today: date) -> list[tuple[str, Span]]:
    """(kind, span) of what is due, the oldest first: of the last twelve months, since readings began."""
    began = Reading.objects.aggregate(first=Min("read_at"))["first"]
    if began is None:
        return []
    first, last, terms = month_of(timezone.localdate(began)), last_due(today), list(Term.objects.all())
    have = set(UtilityReport.objects.values_list("kind", "first"))
    months = [shifted(last, -n) for n in range(MOST_MONTHS)][::-1]
    due = [(kind, span) for month in months for kind, span in spans_ending(month, terms) if span.first >= first]
    return [(kind, span) for kind, span in due if (kind, span.first) not in have]


def number_of(report: UtilityReport) -> str:
    """SD-2026-10, SD2-2026-10 of two months, SDT-2027-01 of a term; -2 for the second issue."""
    return f"{CODES[ReportKind(report.kind)]}-{report.last:%Y-%m}" + (f"-{report.version}" if report.version > 1 else "")
