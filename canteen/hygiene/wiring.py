"""What the folder hygiene registers with the platform."""

from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import registry


def register() -> None:
    from .methods import LIMITS
    from .pages import AGENTS, BOOKS
    from .rules import COLD

    limits.register(*LIMITS)
    subjects.register(COLD)
    registry.register(AGENTS, *(record for record, _ in BOOKS))
    documents.register(*(sheet.document for _, sheet in BOOKS))
