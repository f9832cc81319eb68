"""What the reports put on the first page: the year's report until 31 March."""

from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo
from logistics.utilities.meter.models import Reading

from .models import LAST_DAY, EnergyYear, YearState
from .rules import ISSUE, VIEW


def unreported(today: date) -> int | None:
    """Last year, when something was read in it and it is not reported yet. At most two queries."""
    year = today.year - 1
    if EnergyYear.objects.filter(year=year, state=YearState.REPORTED).exists():
        return None
    return year if Reading.objects.filter(read_at__year=year).exists() else None


def year_todos(user, at: datetime) -> list[Todo]:
    if not has(user, ISSUE):
        return []
    today = timezone.localdate(at)
    year = unreported(today)
    if year is None:
        return []
    row = EnergyYear.objects.filter(year=year).first()
    url = reverse("utilities:energy-year-detail", args=[row.pk]) if row else f"{reverse('utilities:energy-year-create')}?year={year}"
    due = timezone.make_aware(datetime.combine(date(year + 1, *LAST_DAY), time(23, 59)))
    return [Todo(f"上报 {year} 年能源资源消费年报", "每年 3 月 31 日以前报上一年的", url, "去上报" if row else "去填", "file-spreadsheet", due)]


def year_late(user, at: datetime) -> list[Late]:
    if not has(user, VIEW):
        return []
    today = timezone.localdate(at)
    if today <= date(today.year, *LAST_DAY):
        return []
    year = unreported(today)
    return [Late("能源年报没有上报", f"{year} 年的，3 月 31 日到期", 1, reverse("utilities:energy-year-list"))] if year else []
