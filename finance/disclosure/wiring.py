"""What the folder disclosure registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
PERMISSIONS = [
    ("finance.disclosure.manage", "编财务公开表", {"accountant": ALL}),
    ("finance.disclosure.check", "审核财务公开表", {"financegroup": ALL, "principal": ALL, "vice": ALL}),
]
ACTS = [
    Act("create", "编制公开表", separation.REQUEST),
    Act("send", "取数送审", separation.REQUEST),
    Act("check", "审核公开表", separation.APPROVE),
]


def register() -> None:
    from .home import disclosure_todos
    from .pages import DISCLOSURES
    from .prints import DISCLOSURE_SHEET
    from .rules import DISCLOSED

    permissions.register("账和公开", PERMISSIONS)
    separation.register("finance.disclosure", "财务公开表", ACTS)
    subjects.register(DISCLOSED)
    registry.register(DISCLOSURES)
    documents.register(DISCLOSURE_SHEET)
    sources.todos.append(disclosure_todos)
    index.register(
        Indexed(
            DISCLOSURES,
            names=lambda disclosure: (f"{disclosure.name}财务公开表",),
            words=lambda disclosure: (disclosure.note,),
            detail=lambda disclosure: disclosure.get_state_display(),
            order=49,
        )
    )
    menu.register(MenuItem("经费", "财务公开", "book-open-check", "/finance/disclosure/", "platform.directory.view", 90))
