"""What the folder greenery registers with the platform; its rights are those of cleaning, its pages are reached from there."""

from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources


def register() -> None:
    from . import pages, queries

    registry.register(pages.AREAS, pages.CARE, pages.LOGS)
    documents.register(pages.LOG_SHEET.document)
    sources.todos.append(queries.green_todos)
