"""What the folder desks registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem, SetupCard

ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    ("assets.desk.view", "看和清点课桌凳", {"headteacher": OWN, **dict.fromkeys(("principal", "vice", "director", "keeper", "inspector"), ALL)}),
    ("assets.desk.manage", "调剂课桌凳", {"keeper": ALL, "director": ALL}),
]


def register() -> None:
    from .pages import COUNTS, KINDS
    from .prints import DESK_SHEET
    from .rules import DESKS_SUBJECT

    permissions.register("借还和专用室", PERMISSIONS)
    registry.register(KINDS, COUNTS)
    documents.register(DESK_SHEET)
    subjects.register(DESKS_SUBJECT)
    menu.register_cards(SetupCard("课桌凳种类", "哪些类别的卡片算课桌、课椅，每班多备几件", "armchair", "/assets/desk-kind/", ("assets.desk.manage",)))
    menu.register(MenuItem("家底", "课桌凳", "school", "/assets/desks/", "assets.desk.view", 19))
