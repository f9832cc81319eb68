"""What the folder report registers with the platform."""

from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources


def register() -> None:
    from . import home, pages, prints, rules

    subjects.register(rules.REPORT)
    registry.register(pages.REPORTS, pages.YEARS)
    documents.register(prints.REPORT_PAPER, prints.YEAR_PAPER)
    sources.todos.append(home.year_todos)
    sources.late.append(home.year_late)
