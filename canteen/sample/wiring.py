"""What the folder sample registers with the platform."""

from canteen.evidence import CHECK, MANAGE, RECORD, VIEW, check_can_record
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, LAW, Limit
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import LAW as ARTICLE

ALL = Scope.ALL
KITCHEN = {"canteen": ALL, "foodsafety": ALL, "chef": ALL}
READERS = dict.fromkeys(("principal", "vice", "director", "nurse", "committee", "inspector"), ALL)
PERMISSIONS = [
    (VIEW, "看食品安全记录", {**KITCHEN, **READERS}),
    (RECORD, "记留样、消毒和加工", KITCHEN),
    (CHECK, "晨检、卫生检查和日管控", {"canteen": ALL, "foodsafety": ALL, "nurse": ALL}),
    (MANAGE, "管食品安全记录", {"director": ALL, "canteen": ALL, "foodsafety": ALL}),
]
LIMITS = [
    Limit("canteen.sample.gram", "每份留样", "克", 125, 125, 500, LAW, f"{ARTICLE}", group="食品安全"),
    Limit("canteen.sample.hours", "留样留多久", "小时", 48, 48, 240, LAW, f"{ARTICLE}", group="食品安全"),
    Limit("canteen.sample.minutes", "供餐结束前多少分钟提醒没留样的", "分钟", 20, 5, 120, group="食品安全"),
    Limit("canteen.fridge.hours", "冰箱温度隔多久看一次", "小时", 24, 1, 24, GUIDANCE, "《餐饮服务食品安全操作规范》", group="食品安全"),
]


def with_dish(rows):
    return rows.select_related("dish__dish", "dish__meal")


def register() -> None:
    from .home import sample_todos
    from .pages import FRIDGES, GAPS, READING_SHEET, READINGS, SAMPLE_SHEET, SAMPLE_THING, SAMPLES, sample_choices
    from .queries import fridges_kept_on_phone, samples_kept_on_phone
    from .rules import MISSING

    permissions.register("食品安全", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(MISSING)
    registry.register(SAMPLES, GAPS, FRIDGES, READINGS)
    documents.register(SAMPLE_SHEET.document, READING_SHEET.document)
    index.register(
        Indexed(
            SAMPLES,
            names=lambda s: (s.dish.dish.name,),  # a dish that was served keeps its name
            words=lambda s: (s.code, s.note),
            detail=lambda s: f"{s.code} · {s.dish.meal} · {s.get_state_display()}",
            rows=with_dish,
            shown=with_dish,
            order=76,
        )
    )
    declarations.register(
        OfflineForm("canteen.sample", "留样", route="canteen:sample-create", check=check_can_record, pages=samples_kept_on_phone),
        OfflineForm("canteen.fridge", "冰箱温度", route="canteen:fridge-reading-create", check=check_can_record, pages=fridges_kept_on_phone),
    )
    things.register(SAMPLE_THING)
    things.offer(SAMPLE_THING.kind, sample_choices)
    sources.todos.append(sample_todos)
    menu.register(MenuItem("食堂", "留样", "snowflake", "/canteen/samples/", VIEW, 50))
