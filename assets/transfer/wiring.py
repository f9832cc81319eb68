"""What the folder transfer registers with the platform."""

from assets.custody.holdings import others
from logistics.platform.access import separation
from logistics.platform.access.separation import Act
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ACTS = [Act("give", "移交签字", separation.DO), Act("take", "接收签字", separation.ACCEPT)]


def register() -> None:
    from .home import transfer_todos, transfers_in_hand
    from .pages import TRANSFERS
    from .prints import TRANSFER_SHEET

    separation.register("assets.transfer", "调拨交接单", ACTS)
    registry.register(TRANSFERS)
    documents.register(TRANSFER_SHEET)
    sources.todos.append(transfer_todos)
    others.append(transfers_in_hand)
    index.register(Indexed(TRANSFERS, words=lambda t: (t.number, t.reason), detail=lambda t: t.get_state_display(), order=67))
    menu.register(MenuItem("家底", "调拨交接", "arrow-left-right", "/assets/transfer/", "assets.card.view", 13))
