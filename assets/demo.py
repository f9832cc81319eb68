"""Things and stock of the demo school, made by their own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_arrival, demo_card, demo_control, demo_custody, demo_disposal, demo_stocktake, demo_store, demo_using


def build(school: DemoSchool) -> None:
    """The ledger first, who answers for what, then the store room."""
    demo_card.build(school)
    demo_custody.build(school)
    demo_store.build(school)
    demo_using.build(school)
    demo_arrival.build(school)
    demo_disposal.build(school)
    demo_stocktake.build(school)
    demo_control.build(school)
