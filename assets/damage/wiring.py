"""What the folder damage registers with the platform."""

from assets.custody.holdings import others
from assets.income import RECEIVE
from assets.thread.registry import parts
from finance.public import EntryKeeper, entry_keepers
from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.labels import things
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL, OWN = Scope.ALL, Scope.OWN
SEE_ALL = ("principal", "vice", "director", "keeper", "accountant", "cashier", "financegroup", "inspector")
FILERS = ("director", "keeper", "storekeeper", "safety", "dormkeeper", "guard", "headteacher", "teacher")
PERMISSIONS = [
    ("assets.damage.view", "看损坏赔偿", {"*": OWN, **dict.fromkeys(SEE_ALL, ALL)}),
    ("assets.damage.file", "登记损坏", dict.fromkeys(FILERS, ALL)),
    ("assets.damage.assess", "定责", {"keeper": ALL, "director": ALL}),
    ("assets.damage.waive", "免赔", {"director": ALL, "vice": ALL, "principal": ALL}),
    (RECEIVE, "收赔款和处置收入", {"cashier": ALL}),
]
ACTS = [Act("assess", "定责", separation.APPROVE), Act("receive", "收款", separation.PAY)]


def register() -> None:
    from .home import damage_steps, damage_todos, damages_to_pay, scan_choices
    from .pages import DAMAGES
    from .prints import DAMAGE_SHEET, RECEIPT_SHEET
    from .rules import DAMAGES as SUBJECT
    from .rules import note_struck

    permissions.register("损坏和处置", PERMISSIONS)
    separation.register("assets.damage", "损坏赔偿单", ACTS)
    subjects.register(SUBJECT)
    registry.register(DAMAGES)
    documents.register(DAMAGE_SHEET, RECEIPT_SHEET)
    entry_keepers["assets.damage"] = EntryKeeper(check=lambda entry: None, struck=note_struck)
    things.offer("assets.assetcard", scan_choices)
    parts.append(damage_steps)
    sources.todos.append(damage_todos)
    others.append(damages_to_pay)
    index.register(
        Indexed(
            DAMAGES,
            names=lambda damage: (damage.thing, damage.by_name),
            words=lambda damage: (damage.number, damage.receipt),
            title=lambda damage: damage.thing,
            detail=lambda damage: f"{damage.number} · {damage.get_state_display()}",
            order=68,
        )
    )
    menu.register(MenuItem("家底", "损坏赔偿", "hammer", "/assets/damage/", "assets.damage.view", 16))
