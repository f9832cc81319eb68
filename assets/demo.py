"""Things and stock of the demo school, made by their own rules."""

from logistics.platform.demo.build import DemoSchool


def build(school: DemoSchool) -> None:
    """The ledger first, then the store room."""
