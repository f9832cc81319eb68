"""隐患排查整改台账 over a period and 隐患整改单 of one hazard, in the customary columns (SAF-04)."""

from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import require
from logistics.platform.evidence.logs import Period, asked_period, paper_response, period_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import OPEN, Hazard, Level, State
from .queries import VIEW, between

MOST_ROWS = 1000


def brief(moment) -> str:
    """11-20 of a moment, empty without one."""
    return f"{timezone.localtime(moment):%m-%d}" if moment else ""


def ledger_row(hazard: Hazard) -> dict:
    measure = "；".join(filter(None, [hazard.measure, hazard.temporary and f"临时措施：{hazard.temporary}"]))
    due = f"{hazard.due_on:%m-%d}" if hazard.due_on else ""
    series, _, serial = hazard.number.rpartition("-")
    return {
        "series": series,
        "serial": serial,
        "found": brief(hazard.found_at),
        "finder": hazard.found_by.name,
        "source": hazard.get_source_display(),
        "place": str(hazard.place),
        "kind": hazard.get_kind_display(),
        "description": hazard.description,
        "level": hazard.get_level_display(),
        "measure": measure,
        "department": str(hazard.department or ""),
        "owner": str(hazard.owner or ""),
        "due": due + (f"（延 {hazard.postponed} 次）" if hazard.postponed else ""),
        "money": f"{hazard.money:.2f}" if hazard.money is not None else "",
        "fixed": brief(hazard.fixed_at) + (" 当场" if hazard.on_spot else ""),
        "checked": f"{hazard.checked_by.name}：{hazard.checked_words}" if hazard.checked_by else "",
        "closed": brief(hazard.closed_at),
    }


def ledger(period: Period, user) -> dict:
    """Every hazard found on these days, without those that were none."""
    found = list(between(user, period.since, period.until).order_by("found_at", "pk")[:MOST_ROWS])
    closed = sum(hazard.state == State.CLOSED for hazard in found)
    day = min(period.until, timezone.localdate())  # a sheet up to the end of the month is printed before it, too
    late = sum(hazard.is_late(day) for hazard in found)
    return {
        "sub": period.words,
        "rows": [ledger_row(hazard) for hazard in found],
        "sum": f"发现 {len(found)} 件，其中重大 {sum(h.level == Level.MAJOR for h in found)} 件；已销号 {closed} 件，逾期 {late} 件。",
    }


LEDGER = PrintDocument(
    kind="safety.hazard.ledger", title="隐患排查整改台账", template="print/safety/hazard_ledger.html", context=ledger, number=lambda p: p.number, find=period_of
)


@require_safe
@never_cache
def ledger_view(request):
    """The ledger of the days asked for."""
    require(request.user, VIEW)
    return paper_response(request, LEDGER, asked_period(request.GET))


LEDGER_VIEW = ledger_view


def sheet(hazard: Hazard, user) -> dict:
    """Everything one hazard's paper says."""
    return {
        "number": hazard.number,
        "found_on": full_moment(hazard.found_at),
        "found_by": hazard.found_by.name,
        "source": hazard.get_source_display(),
        "place": str(hazard.place),
        "kind": hazard.get_kind_display(),
        "level": hazard.get_level_display(),
        "description": hazard.description,
        "measure": hazard.measure,
        "temporary": hazard.temporary,
        "owner": hazard.owner.name if hazard.owner else "",
        "department": str(hazard.department or ""),
        "due": full_day(hazard.due_on) if hazard.due_on else "",
        "postponed": hazard.postponed,
        "money": f"{hazard.money:.2f} 元" if hazard.money is not None else "",
        "reported": f"{full_day(hazard.reported_on)} {hazard.reported_to}" if hazard.reported_on else "",
        "fixed": f"{full_moment(hazard.fixed_at)} {hazard.fixed_words}" if hazard.fixed_at else "",
        "fixed_by": hazard.fixed_by.name if hazard.fixed_by else "",
        "checked": f"{full_moment(hazard.checked_at)} {hazard.checked_words}" if hazard.checked_at else "",
        "checked_by": hazard.checked_by.name if hazard.checked_by else "",
        "closed": full_day(hazard.closed_at) if hazard.closed_at else "",
        "closed_by": hazard.closed_by.name if hazard.closed_by else "",
        "is_open": hazard.state in OPEN,
    }


SHEET = PrintDocument(kind="safety.hazard", title="隐患整改单", template="print/safety/hazard.html", context=sheet, number=lambda hazard: hazard.number)
