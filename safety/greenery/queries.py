"""What care is due when, from the calendar and the log (HYG-03)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo
from logistics.platform.web.templatetags.school import full_day
from safety.cleaning.rights import GREEN, VIEW

from .models import CareLog, CareRule, PlantArea


def areas_visible_to(user) -> QuerySet[PlantArea]:
    rows = PlantArea.objects.select_related("place", "keeper")
    return rows if has(user, VIEW) else rows.none()


def rules_visible_to(user) -> QuerySet[CareRule]:
    rows = CareRule.objects.select_related("area__keeper")
    return rows if has(user, VIEW) else rows.none()


@dataclass(frozen=True)
class Due:
    """One kind of care of one area: last done and due next; no due day out of season."""

    rule: CareRule
    last_on: date | None
    due_on: date | None

    def tone(self, on: date) -> str:
        if self.due_on is None:
            return "void"
        return "late" if self.due_on < on else "wait" if self.due_on == on else "done"


def next_due(rule: CareRule, last_on: date | None, on: date) -> date | None:
    """The day after so many days since the last time, at the earliest when season or rule began; None out of season."""
    if not rule.is_in_season(on.month):
        return None
    year = on.year if on.month >= rule.first_month else on.year - 1
    began = max(date(year, rule.first_month, 1), timezone.localdate(rule.created_at))
    return max(began, last_on + timedelta(days=rule.every_days)) if last_on else began


def calendar_of(on: date, *, keeper=None) -> list[Due]:
    """Every care with its due day, the most overdue first; two queries."""
    rows = CareRule.objects.filter(is_active=True, area__is_active=True).select_related("area__keeper")
    rows = rows.filter(area__keeper=keeper) if keeper else rows
    done = CareLog.objects.filter(struck_at=None).order_by().values_list("area", "kind").annotate(last=Max("happened_at"))
    last = {(area, kind): timezone.localdate(moment) for area, kind, moment in done}
    found = [Due(rule, last.get((rule.area_id, rule.kind)), next_due(rule, last.get((rule.area_id, rule.kind)), on)) for rule in rows]
    return sorted(found, key=lambda due: (due.due_on or date.max, due.rule.area.name, due.rule.kind))


def green_todos(user, at: datetime) -> list[Todo]:
    """Care that is due today or overdue, for who cares for the area."""
    if not has(user, GREEN):
        return []
    on = timezone.localdate(at)
    return [
        Todo(
            str(due.rule), f"每 {due.rule.every_days} 天一次，{f'上次{full_day(due.last_on)}' if due.last_on else '还没有做过'}",
            f"/safety/care-log/new/?area={due.rule.area_id}&kind={due.rule.kind}", "登记", "trees", timezone.make_aware(datetime.combine(due.due_on, time(23, 59))),
        )
        for due in calendar_of(on, keeper=user.pk) if due.due_on and due.due_on <= on
    ][:10]  # fmt: skip
