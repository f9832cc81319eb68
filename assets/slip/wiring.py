"""What the folder slip registers with the platform."""

from logistics.platform.access import separation
from logistics.platform.access.separation import Act
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

ACTS = [
    Act("create", "填报损单或盘点单", separation.REQUEST),
    Act("submit", "送审", separation.REQUEST),
    Act("approve", "审核记账", separation.APPROVE),
]


def register() -> None:
    from .models import Slip
    from .pages import SLIPS
    from .prints import SLIP_SHEET

    separation.register("assets.slip", "报损单和盘点单", ACTS)
    registry.register(SLIPS)
    documents.register(SLIP_SHEET)
    on_merge("入库单", lambda source, target: Slip.objects.filter(partner=source).update(partner=target))
    index.register(Indexed(SLIPS, words=lambda slip: (slip.number, slip.reason, slip.source_words), detail=lambda slip: slip.get_state_display(), order=62))
    menu.register(MenuItem("家底", "库房单据", "clipboard-list", "/assets/slip/", "assets.stock.view", 22))
