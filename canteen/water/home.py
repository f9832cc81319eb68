"""What drinking water shows on the first page."""

from datetime import datetime, timedelta

from django.utils import timezone

from canteen.evidence import CHECK, MANAGE
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .queries import CHECKED, TESTED, WARN_DAYS, dues_of, used_points

LIST = "/canteen/water/"


def water_todos(user, at: datetime) -> list[Todo]:
    """Points whose weekly look or cleaning is due today, reports that run out soon."""
    if not (has(user, CHECK) or has(user, MANAGE)):
        return []
    today = timezone.localdate(at)
    soon = today + timedelta(days=limit_shown(WARN_DAYS, today))
    dues = [(point, due) for point in used_points() for due in dues_of(point, today)]
    check = [point for point, due in dues if due.label == CHECKED and due.next_on <= today]
    care = [point for point, due in dues if due.label not in (CHECKED, TESTED) and due.next_on <= today]
    test = [point for point, due in dues if due.label == TESTED and due.next_on <= soon]
    lines = (
        (CHECK, check, "查饮水点 {} 处", "去检查", "glass-water"),
        (CHECK, care, "饮水设备 {} 处该清洗消毒", "去登记", "spray-can"),
        (MANAGE, test, "水质检测 {} 处快到期", "去登记", "test-tube"),
    )
    return [Todo(title.format(len(set(rows))), _names(rows), LIST, verb, icon) for code, rows, title, verb, icon in lines if rows and has(user, code)]


def _names(points: list) -> str:
    names = list(dict.fromkeys(point.name for point in points))
    return "、".join(names[:3]) + (f"等 {len(names)} 处" if len(names) > 3 else "")


def late_water(user, at: datetime) -> list[Late]:
    """Points in use whose water has no report in date, for whoever answers for the books."""
    if not has(user, MANAGE):
        return []
    today = timezone.localdate(at)
    rows = [point for point in used_points() if any(due.is_late and due.label == TESTED for due in dues_of(point, today))]
    return [Late("饮水点没有有效的水质检测", str(rows[0]), len(rows), LIST)] if rows else []
