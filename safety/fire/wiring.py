"""What the folder fire registers with the platform."""

from logistics.platform.evidence.rules import after_strike
from logistics.platform.labels import things
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources


def register() -> None:
    from .models import FireCheck, FireService
    from .pages import CHECK_SHEET, CHECKS, EQUIPMENT, FIRE_THING, SERVICES, fire_choices
    from .prints import ARCHIVE, REGISTER
    from .queries import fire_late, fire_todos
    from .rules import BROKEN, put_right

    subjects.register(BROKEN)
    after_strike(FireCheck, put_right)
    after_strike(FireService, put_right)
    registry.register(EQUIPMENT, CHECKS, SERVICES)
    documents.register(ARCHIVE, REGISTER, CHECK_SHEET.document)
    things.register(FIRE_THING)
    things.offer(FIRE_THING.kind, fire_choices)
    sources.todos.append(fire_todos)
    sources.late.append(fire_late)
