"""Things and stock of the demo school, made by their own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_card, demo_custody, demo_store


def build(school: DemoSchool) -> None:
    """The ledger first, who answers for what, then the store room."""
    demo_card.build(school)
    demo_custody.build(school)
    demo_store.build(school)
