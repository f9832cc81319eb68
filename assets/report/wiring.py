"""What the folder report registers with the platform."""

from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .home import report_todos
    from .pages import REPORTS
    from .prints import REPORT_SHEET

    registry.register(REPORTS)
    documents.register(REPORT_SHEET)
    sources.todos.append(report_todos)
    menu.register(MenuItem("家底", "资产上报", "file-chart-column", "/assets/report/", "assets.reconcile.view", 18))
