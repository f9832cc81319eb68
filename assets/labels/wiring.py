"""What the folder labels registers with the platform."""

from logistics.platform.labels import things


def register() -> None:
    from .pages import CARD_THING, card_choices

    things.register(CARD_THING)
    things.offer(CARD_THING.kind, card_choices)
