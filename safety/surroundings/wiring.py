"""What the folder surroundings registers with the platform."""

from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources


def register() -> None:
    from .pages import SURROUNDINGS
    from .prints import REGISTER
    from .queries import surrounding_todos

    registry.register(SURROUNDINGS)
    documents.register(REGISTER)
    sources.todos.append(surrounding_todos)
