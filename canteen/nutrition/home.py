"""What the nutrition programme shows on the first page."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import ACCOUNT, ISSUE, SIGN, ClassIssue, Programme, Settlement, SettlementState
from .queries import classes_of, month_of, running, unsigned_classes


def nutrition_todos(user, at: datetime) -> list[Todo]:
    """Own classes that have not signed today; last month's settlement to draw up or to sign."""
    today = timezone.localdate(at)
    found = [
        Todo(f"签收{one}营养餐", programme.food, reverse("canteen:nutrition-take", args=[programme.pk, one.pk]), "去签收", "egg")
        for programme, one in unsigned_classes(user, today)[:4]
    ]
    if has(user, ACCOUNT):
        found += [
            Todo(
                f"做{one}{month.month}月对账单",
                "按签收和到账自己汇总",
                f"{reverse('canteen:nutrition-settlement-create')}?programme={one.pk}&on={month}",
                "去对账",
                "scale",
            )
            for one, month in _undrawn(today)
        ]
    if has(user, SIGN):
        rows = Settlement.objects.filter(state=SettlementState.DRAFT, month__lt=today.replace(day=1)).exclude(created_by=user.pk).select_related("programme")
        found += [
            Todo(f"签{one}", "签了字就公示", reverse("canteen:nutrition-settlement-detail", args=[one.pk]), "去签字", "signature")
            for one in rows.order_by("month")[:5]
        ]
    return found


def _undrawn(today) -> list:
    """Programmes with entries last month and no sheet for it. Two queries at most."""
    first, last = month_of(today.replace(day=1) - timedelta(days=1))
    rows = Programme.objects.filter(issues__on__range=(first, last), issues__struck_at=None).exclude(settlements__month=first)
    return [(one, first) for one in rows.distinct().order_by("pk")[:5]]


def late_nutrition(user, at: datetime) -> list[Late]:
    """Classes that did not sign yesterday although others did, for whoever hands out."""
    if not has(user, ISSUE):
        return []
    on, count, words = timezone.localdate(at) - timedelta(days=1), 0, ""
    for programme in running(on):
        done = set(ClassIssue.objects.filter(programme=programme, on=on, struck_at=None).values_list("school_class", flat=True))
        missing = [one.name for one in classes_of(programme) if one.pk not in done] if done else []
        count, words = count + len(missing), words or "、".join(missing[:4])
    return [Late("昨天没有签收营养餐的班", words, count, f"{reverse('canteen:nutrition')}?day={on}")] if count else []
