"""Reading checks, faults and what a week or month of them comes to (CAN-06, CAN-20)."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from canteen.evidence import MANAGE, VIEW
from canteen.hygiene.models import CoreTemperature, Disinfection
from canteen.meal.models import Meal, MealState
from canteen.sample.models import Sample, SampleGap
from canteen.sample.queries import lacking, served
from canteen.staff.models import MorningCheck
from logistics.platform.access.rules import has

from .models import Book, CheckAnswer, CheckItem, CheckSheet, ControlPaper, Fault, FaultState, PaperKind

CHAIR = "canteen.safety.chair"


def sheets_visible_to(user) -> QuerySet[CheckSheet]:
    rows = CheckSheet.objects.select_related("meal", "created_by")
    return rows if has(user, VIEW) else rows.none()


def faults_visible_to(user) -> QuerySet[Fault]:
    """All for who sees the books; what one answers for oneself otherwise."""
    rows = Fault.objects.select_related("owner", "done_by", "answer__sheet").filter(answer__sheet__struck_at=None)
    return rows if has(user, VIEW) else rows.filter(owner=user.pk)


def papers_visible_to(user) -> QuerySet[ControlPaper]:
    rows = ControlPaper.objects.select_related("signed_by", "created_by")
    return rows if has(user, VIEW) else rows.none()


def items_of(book: str) -> list[CheckItem]:
    return list(CheckItem.objects.filter(book=book, is_active=True).order_by("order", "pk"))


def may_mend(user, fault: Fault) -> bool:
    return fault.owner_id == user.pk or has(user, MANAGE)


def week_of(on: date) -> tuple[date, date]:
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def month_of(on: date) -> tuple[date, date]:
    first = on.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def span_of(kind: str, on: date) -> tuple[date, date]:
    return week_of(on) if kind == PaperKind.WEEK else month_of(on)


def gathered(kind: str, since: date, until: date) -> dict:
    """What the books of these days say, as plain values: the figures of the paper. About a dozen queries."""
    days, counts = (since, until), {"on__gte": since, "on__lte": until}
    sheets = CheckSheet.objects.filter(struck_at=None, **counts)
    daily = sheets.filter(book=Book.DAILY)
    meal_days = set(Meal.objects.filter(on__range=days).exclude(state=MealState.VOID).values_list("on", flat=True))
    checked = set(daily.values_list("on", flat=True))
    faults = Fault.objects.filter(answer__sheet__struck_at=None, on__range=days)
    carried = Fault.objects.filter(answer__sheet__struck_at=None, on__lt=since, state=FaultState.OPEN)
    found = faults.aggregate(all=Count("pk"), done=Count("pk", filter=Q(state=FaultState.DONE)))
    items = sheets.aggregate(n=Sum("items"))["n"] or 0
    hygiene = list(sheets.filter(book=Book.HYGIENE).exclude(score=None).values_list("score", "full_score"))
    mornings = MorningCheck.objects.filter(struck_at=None, on__range=days)
    return {
        "days": len(meal_days),
        "daily": len(checked),
        "unchecked": [f"{on:%m-%d}" for on in sorted(meal_days - checked)],
        "sheets": sheets.count(),
        "items": items,
        "dishes": served().filter(meal__on__range=days).count(),
        "samples": Sample.objects.filter(struck_at=None, dish__meal__on__range=days).count(),
        "gaps": SampleGap.objects.filter(struck_at=None, dish__meal__on__range=days).count(),
        "missing": lacking().filter(meal__on__range=days).count(),
        "disinfections": Disinfection.objects.filter(struck_at=None, happened_at__date__range=days).count(),
        "cold": CoreTemperature.objects.filter(struck_at=None, is_done=False, happened_at__date__range=days).count(),
        "mornings": mornings.count(),
        "sent_off": mornings.exclude(result="duty").count(),
        "hygiene": f"{sum(s for s, _ in hygiene) / len(hygiene):.1f}" if hygiene else "",
        "found": found["all"],
        "mended": found["done"],
        "rate": f"{found['done'] * 100 / found['all']:.0f} %" if found["all"] else "",
        "faults": [fault_line(one) for one in faults.select_related("owner", "answer").order_by("on", "pk")[:200]],
        "carried": [fault_line(one) for one in carried.select_related("owner", "answer").order_by("on", "pk")[:100]],
    }


def fault_line(fault: Fault) -> dict:
    return {
        "on": f"{fault.on:%m-%d}",
        "item": fault.origin,
        "problem": fault.problem,
        "measure": fault.measure,
        "owner": fault.owner.name,
        "due": f"{fault.due_on:%m-%d}",
        "state": f"已整改：{fault.done_words}" if fault.state == FaultState.DONE else "整改中",
    }


def summary(facts: dict) -> str:
    """The paper's one sentence; nothing found is said as well."""
    if not facts["sheets"]:
        return "这段时间没有检查记录。"
    looked = f"检查 {facts['sheets']} 次、{facts['items']} 项，"
    if not facts["found"]:
        return f"{looked}没有发现食品安全风险隐患（零风险报告）。"
    return f"{looked}发现问题 {facts['found']} 个，已整改 {facts['mended']} 个，整改率 {facts['rate']}。"


def answers_of(sheet: CheckSheet) -> list[CheckAnswer]:
    return list(sheet.answers.select_related("fault__owner").order_by("pk"))
