"""What the folder loan registers with the platform."""

from assets.card.change_rules import blockers, leaves
from assets.custody.holdings import others
from assets.thread.registry import parts
from assets.transfer.registry import handover_items
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.notices import feed, subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (
        "assets.loan.view",
        "借东西、看借用",
        {"*": OWN, **dict.fromkeys(("principal", "vice", "director", "keeper", "storekeeper", "accountant", "inspector"), ALL)},
    ),
    ("assets.loan.manage", "借出和归还登记", {"keeper": ALL, "director": ALL, "storekeeper": ALL}),
]


def register() -> None:
    from . import home
    from .pages import LOANS, OFFERS
    from .prints import LOAN_SHEET
    from .telling import BEFORE, HOLD, LOANS_SUBJECT

    permissions.register("借还和专用室", PERMISSIONS)
    registry.register(LOANS, OFFERS)
    documents.register(LOAN_SHEET)
    subjects.register(LOANS_SUBJECT)
    limits.register(BEFORE, HOLD)
    blockers.append(home.loan_blocker)
    leaves.append(home.pieces_kept)
    handover_items.append(home.loans_to_hand_over)
    others.append(home.loans_in_name)
    parts.append(home.loan_steps)
    register_belonging("借用没还的", home.held_by)
    sources.todos.append(home.loan_todos)
    sources.late.append(home.late_loans)
    feed.sources.append(home.loan_feed)
    things.offer("assets.assetcard", home.label_choices)
    panels.register(Panel("assets.assetcard", "借用", "assets/loan_panel.html", home.card_panel, order=40, side=True))
    index.register(
        Indexed(LOANS, names=lambda x: (x.card.name,), words=lambda x: (x.number, x.who), detail=lambda x: f"{x.who} · {x.get_state_display()}", order=68)
    )
    menu.register(
        MenuItem("家底", "借还", "hand-helping", "/assets/loan/", "assets.loan.view", 14),
        MenuItem("家底", "可借物品", "package-open", "/assets/offer/", "assets.loan.view", 15),
    )
