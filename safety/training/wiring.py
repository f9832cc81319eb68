"""What the folder training registers with the platform."""

from logistics.platform.printing import documents
from logistics.platform.web import registry


def register() -> None:
    from .pages import TRAINING_SHEET, TRAININGS

    registry.register(TRAININGS)
    documents.register(TRAINING_SHEET.document)
