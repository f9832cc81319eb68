"""The canteen of the demo school, made by its own rules."""

from logistics.platform.demo.build import DemoSchool


def build(school: DemoSchool) -> None:
    """Suppliers and goods first, then menus, deliveries and meals, then what was checked and signed."""
