"""What the folder stocktake registers with the platform."""

from assets.card.change_rules import blockers
from assets.thread.registry import parts
from logistics.platform.access import separation
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.approvals.public import approval_panel
from logistics.platform.duties import public as duties
from logistics.platform.labels import things
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

ACTS = [Act("submit", "盘点结果送批", separation.REQUEST), Act("approve", "批准盘点结果", separation.APPROVE)]


def sent_panel(stocktake, user):
    """Who signed, once it was sent."""
    return approval_panel(stocktake, user) if stocktake.submitted_at else None


def register() -> None:
    from .approval import STOCKTAKES_TO_APPROVE
    from .home import stocktake_steps, stocktake_todos
    from .pages import DIFFERENCES, SHEETS, STOCKTAKES, card_choices, kept_on_phone, place_choices
    from .prints import COUNT_PAPER, STOCKTAKE_PAPER
    from .queries import MANAGE, in_open_stocktake
    from .regular import start_url
    from .rules import PRODUCER, STOCKTAKE, check_has_rooms

    separation.register("assets.stocktake", "盘点", ACTS)
    approvals.register(STOCKTAKES_TO_APPROVE)
    panels.register(Panel("assets.stocktake", "审批", "platform/approvals/panel.html", sent_panel, side=True))
    registry.register(STOCKTAKES, SHEETS, DIFFERENCES)
    documents.register(COUNT_PAPER, STOCKTAKE_PAPER)
    subjects.register(STOCKTAKE)
    duties.register(duties.Producer(PRODUCER, "盘点", start_url, "scan-line", MANAGE))
    declarations.register(OfflineForm("assets.count", "清点", SHEETS, "count", check=check_has_rooms, pages=kept_on_phone))
    things.offer("platform.place", place_choices)
    things.offer("assets.assetcard", card_choices)
    blockers.append(in_open_stocktake)
    parts.append(stocktake_steps)
    sources.todos.append(stocktake_todos)
    index.register(Indexed(STOCKTAKES, words=lambda s: (s.number,), names=lambda s: (s.title,), detail=lambda s: s.get_state_display(), order=68))
    menu.register(MenuItem("家底", "盘点", "scan-line", "/assets/stocktake/", "assets.card.view", 14))
