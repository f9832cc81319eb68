"""What checks and papers show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from canteen.evidence import CHECK, MANAGE
from canteen.meal.models import Meal, MealState
from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import Book, CheckSheet, ControlPaper, Fault, FaultState, PaperKind, PaperState
from .queries import CHAIR


def control_todos(user, at: datetime) -> list[Todo]:
    """Today's daily check where meals are served, one's own faults, papers to sign."""
    today, found = timezone.localdate(at), []
    if has(user, CHECK) and _unchecked(today):
        found.append(Todo("做今天的每日检查", "日管控，没有问题也要记", f"{reverse('canteen:check-create')}?book=daily", "去检查", "list-checks"))
    faults = Fault.objects.filter(owner=user.pk, state=FaultState.OPEN, answer__sheet__struck_at=None).order_by("due_on")[:10]
    found += [Todo(f"整改：{one}", one.measure, reverse("canteen:fault-detail", args=[one.pk]), "登记整改", "hammer", None) for one in faults]
    kinds = [kind for kind, code in ((PaperKind.WEEK, MANAGE), (PaperKind.MONTH, CHAIR)) if has(user, code)]
    if kinds:
        papers = ControlPaper.objects.filter(kind__in=kinds, state=PaperState.DRAFT, until__lt=today).order_by("since")[:5]
        found += [
            Todo(
                f"签{one.get_kind_display()}",
                f"{one.since:%m-%d} 至 {one.until:%m-%d}",
                reverse("canteen:control-detail", args=[one.pk]),
                "去签字",
                "signature",
            )
            for one in papers
        ]
    return found


def _unchecked(today) -> bool:
    served = Meal.objects.filter(on=today).exclude(state=MealState.VOID).exists()
    return served and not CheckSheet.objects.filter(book=Book.DAILY, on=today, struck_at=None).exists()


def late_faults(user, at: datetime) -> list[Late]:
    """Faults past their day, for whoever answers for the books."""
    if not has(user, MANAGE):
        return []
    rows = list(Fault.objects.filter(state=FaultState.OPEN, due_on__lt=timezone.localdate(at), answer__sheet__struck_at=None).order_by("due_on")[:100])
    return [Late("食品安全整改超期", rows[0].problem, len(rows), f"{reverse('canteen:fault-list')}?state=open")] if rows else []
