"""What the folder custody registers with the platform."""

from assets.card.models import ALIVE, AssetCard
from assets.signing import SIGNING
from logistics.platform.access import separation
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ACTS = [Act("sign", "责任人签字", separation.ACCEPT), Act("sign_for_school", "学校一方签字", separation.DO)]
REMIND = Limit("assets.sign.days", "责任书、交接单几天没签就提醒", "天", 3, floor=1, ceiling=30, group="家底", help="每周提醒一次，到签完为止。")


def in_the_name_of(person):
    """Cards of which this person is the custodian."""
    return AssetCard.objects.filter(custodian=person.pk, status__in=ALIVE).order_by("pk")


def register() -> None:
    from .home import pledge_todos
    from .pages import PLEDGES
    from .prints import LIST_SHEET, PLEDGE_SHEET

    separation.register("assets.pledge", "责任书", ACTS)
    limits.register(REMIND)
    subjects.register(SIGNING)
    register_belonging("保管的财产", in_the_name_of)
    registry.register(PLEDGES)
    documents.register(LIST_SHEET, PLEDGE_SHEET)
    sources.todos.append(pledge_todos)
    index.register(
        Indexed(PLEDGES, words=lambda p: (p.number, p.name), detail=lambda p: f"{p.number} · {p.get_state_display()}", title=lambda p: p.name, order=66)
    )
    menu.register(
        MenuItem("家底", "在我名下", "package-check", "/assets/mine/", "assets.card.view", 11),
        MenuItem("家底", "财产责任书", "signature", "/assets/pledge/", "assets.card.view", 12),
    )
