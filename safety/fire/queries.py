"""Reading the register of fire equipment: what is looked at this month, what has expired (SAF-05)."""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.kernel.text import plain
from logistics.platform.web.home import Late, Todo
from safety.evidence import MANAGE, RECORD, VIEW

from .models import FireCheck, FireEquipment, FireState

SOON = timedelta(days=30)


def month_start(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today.replace(day=1), time.min))


def looked_at_since(moment: datetime) -> Exists:
    return Exists(FireCheck.objects.filter(equipment=OuterRef("pk"), struck_at=None, happened_at__gte=moment))


def equipment_visible_to(user) -> QuerySet[FireEquipment]:
    """With when it was looked at last and whether this month."""
    rows = FireEquipment.objects.select_related("place", "responsible")
    if not has(user, VIEW):
        return rows.none()
    last = FireCheck.objects.filter(equipment=OuterRef("pk"), struck_at=None).order_by().values("equipment").annotate(at=Max("happened_at")).values("at")
    return rows.annotate(looked_at=Subquery(last), is_looked_at=looked_at_since(month_start(timezone.localdate())))


def in_use() -> QuerySet[FireEquipment]:
    return FireEquipment.objects.filter(state=FireState.IN_USE)


def not_looked_at(today: date) -> QuerySet[FireEquipment]:
    """In use and not looked at in this month."""
    return in_use().filter(~looked_at_since(month_start(today)))


def expired(today: date) -> Q:
    return Q(scrap_on__lte=today) | Q(service_due__lt=today)


def running_out(today: date) -> Q:
    return Q(scrap_on__lte=today + SOON) | Q(service_due__lte=today + SOON)


def by_number(text: str) -> FireEquipment | None:
    return FireEquipment.objects.select_related("place").filter(number__iexact=plain(text)).first()


def fire_todos(user, at: datetime) -> list[Todo]:
    """What is left to look at this month; for who keeps the register, what runs out soon."""
    today, found, page = timezone.localdate(at), [], reverse("safety:fire-list")
    if has(user, RECORD):
        left = not_looked_at(today).count()
        if left:
            found.append(Todo(f"{left} 处消防器材本月还没检查", "扫器材上的标签，一件一件看", f"{page}?standing=unchecked", "去检查", "fire-extinguisher"))
    if has(user, MANAGE):
        soon = in_use().filter(running_out(today)).exclude(expired(today)).count()
        if soon:
            found.append(Todo(f"{soon} 处消防器材 30 天内到期", "安排维修换药或者更换", f"{page}?standing=soon", "去看", "calendar-clock"))
    return found


def fire_late(user, at: datetime) -> list[Late]:
    if not has(user, MANAGE):
        return []
    today, page = timezone.localdate(at), reverse("safety:fire-list")
    over = in_use().filter(expired(today)).count()
    bad = in_use().exclude(fault="").count()
    lines = [
        Late("消防器材到期", "要维修换药或者报废", over, f"{page}?standing=expired"),
        Late("消防器材有问题没修", "修好以后登记维修", bad, f"{page}?standing=bad"),
    ]
    return [line for line in lines if line.count]
