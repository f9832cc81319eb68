"""What the folder card registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard

ALL, OWN = Scope.ALL, Scope.OWN
SEE_ALL = ("principal", "vice", "director", "keeper", "storekeeper", "accountant", "financegroup", "repairer", "inspector")
PERMISSIONS = [
    ("assets.card.view", "看资产", {"*": OWN, **dict.fromkeys(SEE_ALL, ALL)}),
    ("assets.card.manage", "登记资产和变动", {"keeper": ALL, "director": ALL}),
    ("assets.card.account", "资产价值变动和核销", {"accountant": ALL}),
]


def register() -> None:
    from . import first_run as usual
    from .home import card_todos
    from .models import AssetCard
    from .pages import CARDS, ENTRIES, NUMBERS
    from .prints import CARD_SHEET, STATEMENT_SHEET

    permissions.register("家底", PERMISSIONS)
    registry.register(CARDS, ENTRIES, NUMBERS)
    documents.register(CARD_SHEET, STATEMENT_SHEET)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    sources.todos.append(card_todos)
    index.register(
        Indexed(
            CARDS,
            names=lambda card: (card.name,),
            words=lambda card: (card.number, card.brand, card.model, card.serial),
            detail=lambda card: f"{card.number} · {card.get_status_display()}",
            rows=lambda rows: rows.only("number", "name", "brand", "model", "serial"),
            order=30,
        )
    )
    on_merge("资产卡片", lambda source, target: AssetCard.objects.filter(partner=source).update(partner=target))
    menu.register_cards(SetupCard("资产编号", "新资产照什么规则编号", "hash", "/assets/number/", ("assets.setting.manage",)))
    menu.register(MenuItem("家底", "资产", "armchair", "/assets/card/?state=alive", "assets.card.view", 10))
