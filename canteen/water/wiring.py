"""What the folder water registers with the platform."""

from canteen.evidence import VIEW, check_can_check
from logistics.platform.duties import public as duties
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import LAW, WaterPoint
from .queries import CHECK_DAYS, DISINFECT_DAYS, SCALE_DAYS, TEST_DAYS, WARN_DAYS

LIMITS = [
    Limit(CHECK_DAYS, "饮水点多少天查一次", "天", 7, 1, 14, basis=LAW, group="饮水"),
    Limit(DISINFECT_DAYS, "饮水设备多少天消毒一次", "天", 30, 7, 185, basis=LAW, group="饮水"),
    Limit(SCALE_DAYS, "开水器、直饮机多少天除垢一次", "天", 90, 14, 366, group="饮水"),
    Limit(TEST_DAYS, "水质检测报告最多用多少天", "天", 365, 90, 366, basis=LAW, group="饮水", help="到期前要重新检测。"),
    Limit(WARN_DAYS, "水质检测到期前多少天提醒", "天", 30, 7, 120, group="饮水"),
]


def register() -> None:
    from .home import late_water, water_todos
    from .pages import CARE_SHEET, CARES, CHECK_SHEET, CHECKS, POINT_THING, POINTS, TEST_SHEET, TESTS, kept_on_phone, point_choices
    from .rules import BAD_WATER, PRODUCER

    limits.register(*LIMITS)
    subjects.register(BAD_WATER)
    registry.register(POINTS, CHECKS, CARES, TESTS)
    documents.register(CHECK_SHEET.document, CARE_SHEET.document, TEST_SHEET.document)
    duties.register(duties.Producer(PRODUCER, "查饮水点", lambda row: "/canteen/water/", "glass-water", "canteen.safety.manage"))
    declarations.register(OfflineForm("canteen.water", "每周检查", POINTS, "check", check=check_can_check, pages=kept_on_phone))
    index.register(Indexed(POINTS, names=lambda p: (p.name,), words=lambda p: (p.code, p.machine), detail=lambda p: p.get_state_display(), order=85))
    things.register(POINT_THING)
    things.offer(POINT_THING.kind, point_choices)
    on_merge("饮水点", lambda source, target: WaterPoint.objects.filter(firm=source).update(firm=target))
    sources.todos.append(water_todos)
    sources.late.append(late_water)
    menu.register(MenuItem("食堂", "饮水", "glass-water", "/canteen/water/", VIEW, 56))
